"""The steps of an import. Each takes who acts and on which day, and runs in one transaction."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager, suppress
from pathlib import PurePath
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.bounded_process.places import Busy
from khcn.kernel.deadlock_retry import is_deadlock
from khcn.kernel.intake.changes.typed_pages import forget_form, last_day_of_preview, typed_page_of
from khcn.kernel.intake.checks.row_checks import refuse_taken_masked
from khcn.kernel.intake.checks.rule_checks import lock_and_check_rules
from khcn.kernel.intake.import_plan import FileChanged, ImportPlan, IntakeRefused, NotReady
from khcn.kernel.intake.layouts.sheet_layouts import FileReading
from khcn.kernel.intake.matching.done_before import remember_rows
from khcn.kernel.intake.models import Batch, StoredPlan, TypedPage
from khcn.kernel.intake.plans import plan_cache
from khcn.kernel.intake.plans.action_sheets import carry_out_rows
from khcn.kernel.intake.plans.batch_plans import plan_name, prepare_batch, prepare_file
from khcn.kernel.intake.plans.plan_making import prepare_import
from khcn.kernel.intake.plans.plan_writing import (
    CircleError,
    RecordMovedError,
    judging_outcomes,
    lock_planned_records,
    run_after_plan_writing,
    write_rows,
)
from khcn.kernel.intake.plans.shown_plan import shown_parts
from khcn.kernel.intake.plans.stored_plans import (
    actor_of_reader,
    is_planned_in_background,
    make_stored_plan,
    request_plan,
)
from khcn.kernel.intake.readers.workbook_reading import refuse_infected_workbook
from khcn.kernel.intake.undo.undo_conflicts import UndoConflict, conflicts_in_file
from khcn.kernel.intake.undo.undoing import ConflictsFound, take_back, undoing_act
from khcn.kernel.intake.workflow import BATCH, may_enter
from khcn.kernel.province import province_key
from khcn.kernel.refusals import Refused
from khcn.kernel.refusals.constraints import check_links
from khcn.kernel.refusals.shown_content import refuse_unless_shown
from khcn.kernel.workflow import Category
from khcn.kernel.workflow.engine import TransitionRefused, fire, may_take, why_not

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.changes.typed_pages import TypedOn
    from khcn.kernel.intake.models import BatchQuerySet
    from khcn.kernel.intake.plans.plan_making import PreparedImport
    from khcn.kernel.intake.undo.undo_conflicts import Conflict

_CONFLICTS_SHOWN = 5
_ATTEMPTS = 3  # to plan while others change the records that the plan is made from


class _PlanOutdatedError(Exception):
    """A record that the plan was made from has changed between planning and writing."""


def upload(
    *,
    content: bytes,
    name: str,
    actor: Actor,
    on: date,
    taken_over: bool = False,
    typed: TypedOn | None = None,
) -> Batch:
    """Take in a workbook and look at it: the batch comes back previewed, with counts.

    ``taken_over``: its new records are history from paper (:mod:`khcn.kernel.registers.writing`). ``typed``: the rows were typed on
    a page, and take the place of what the same person typed there before and did not decide about. A long file is planned in the background; what refuses it is then said on its page.
    The same bytes sent again by the same person while their batch is still open give that batch. Raises
    :class:`~.import_plan.WorkbookRefused` for a file that cannot be read or is no workbook of ours; nothing is stored
    then. Raises :class:`~.import_plan.IntakeRefused` for accounts that may only read.
    """
    if not may_enter.test(actor, None):
        raise IntakeRefused(_("Tài khoản của bạn chỉ được xem, không nhập được dữ liệu."))
    name = PurePath(name.replace("\\", "/")).name[:255] or "workbook.xlsx"
    digest = hashlib.sha256(content).hexdigest()
    refuse_infected_workbook(content, name)
    # Before the transaction: a large file takes seconds to plan, and SQLite lets one connection write at a time.
    is_apart = is_planned_in_background(len(content), actor)
    known = _known(digest, actor).first()
    choices = _choices(known, typed)
    reading = FileReading(actor.unit_code, choices)
    plan = None
    if not is_apart:
        plan = prepare_file(content, name, digest, actor, on, taken_over=taken_over, reading=reading).plan
    with acting(actor, reason=_("Nhập từ tệp %(name)s") % {"name": name}), transaction.atomic():
        batch = _known(digest, actor).first()
        if batch is None:
            batch = _new_batch(name, digest, actor, on)
            batch.size = len(content)
            batch.taken_over = taken_over
            batch.file.save(f"{digest}.xlsx", ContentFile(content), save=False)
            try:
                with transaction.atomic():
                    batch.save()
                    fire(BATCH, batch, "preview", actor=actor, on=on)
                    batch.refresh_from_db()
            except (
                IntegrityError
            ):  # of two clicks on one button the second finds the batch of the first, with its file
                batch = _known(digest, actor).get()
        batch.taken_over = taken_over
        if typed is not None:
            batch.row_choices = choices
            batch.uploaded_on = on  # its days are counted from when it was typed last
        batch.counts = batch.counts if plan is None else _counts(plan)
        batch.save()
        if typed is not None:
            typed.keep(batch)
        if is_apart:
            request_plan(batch, actor, on)
    if typed is not None:
        note = _("Đã xem trước lại ở cùng trang")
        _put_aside(typed.before(batch), actor, on, note=note, replaced_by=batch)
    return batch


def _put_aside(
    previews: Iterable[Batch], actor: Actor, on: date, *, note: str, replaced_by: Batch | None = None
) -> None:
    for each in previews:
        with suppress(TransitionRefused):  # somebody has decided about it meanwhile
            reject(batch=each, actor=actor, on=on, note=note)
            TypedPage.objects.filter(batch=each).update(replaced_by=replaced_by)


def end_left_previews(*, on: date) -> None:
    """Put aside what was typed on a page and is not decided about after its last day."""
    days = Batch.objects.typed().undecided().order_by().values_list("uploaded_on", flat=True).distinct()
    over = [day for day in days if last_day_of_preview(day) < on]
    note = _("Hết số ngày giữ mà chưa được ghi vào sổ")
    _put_aside(Batch.objects.typed().undecided().filter(uploaded_on__in=over), SYSTEM, on, note=note)


def _new_batch(name: str, digest: str, actor: Actor, on: date) -> Batch:
    return Batch(
        name=name,
        sha256=digest,
        uploaded_by_id=actor.user_id,
        uploaded_by_label=actor.label,
        unit_code=actor.unit_code,
        uploaded_on=on,
    )


def _choices(known: Batch | None, typed: TypedOn | None) -> dict[str, str]:
    """What was chosen for the reading of the same bytes before, and how a page says that they are to be read now."""
    stored: dict[str, str] = known.row_choices if known is not None else {}
    if typed is None:
        return stored
    return {**stored, **typed.choices()}


def _known(digest: str, actor: Actor) -> BatchQuerySet:
    """The file that the actor has sent and not settled yet, the last one first."""
    open_ones = Batch.objects.open().filter(
        sha256=digest, uploaded_by_id=actor.user_id, province=province_key()
    )
    return open_ones.newest()


def preview(*, batch: Batch, actor: Actor, on: date) -> ImportPlan:
    """What the workbook would do now. Reads only."""
    return prepare_batch(batch, actor, on).plan


def keep_counts(*, batch: Batch, actor: Actor, on: date) -> None:
    """Keep with an open file what its plan comes to now, after an answer or another way to read it: lists show that. Of a long file
    the plan is asked for anew.
    """
    if is_planned_in_background(batch.size, actor):
        request_plan(batch, actor, on)
        return
    try:
        plan = preview(batch=batch, actor=actor, on=on)
    except (FileChanged, Busy):  # the page of the file says so, or makes the plan later
        return
    _store_counts(batch, plan, actor)


def plan_in_background(pk: int) -> None:
    """Make a plan that somebody waits for, and keep what it comes to with its file."""
    plan = make_stored_plan(pk)
    stored = StoredPlan.objects.select_related("batch").defer("head").filter(pk=pk).first()
    actor = actor_of_reader(stored) if stored is not None else None
    if plan is not None and stored is not None and actor is not None:
        _store_counts(stored.batch, plan, actor)


def _store_counts(batch: Batch, plan: ImportPlan, actor: Actor) -> None:
    counts = _counts(plan)
    with acting(actor), transaction.atomic():
        live = locked(Batch, batch.pk)
        if live.counts != counts and BATCH.by_value[live.state].category is Category.OPEN:
            live.counts = counts
            live.save()


def confirm_import(*, batch: Batch, actor: Actor, on: date, shown: str | None = None) -> ImportPlan:
    """Write the workbook: all of it, or nothing.

    What is written is what the records call for now, and what the preview showed: ``shown`` is the digest that its page
    carried (:mod:`khcn.kernel.refusals.shown_content`). The plan is made again unless no record has changed since, and again
    when one that it was made from changes meanwhile. It is made before the transaction, so that nobody waits for it. A
    record that somebody else saves between the plan and the writing is noticed when it is locked, and nothing is written.

    Raises :class:`~.import_plan.NotReady` while a problem or a question is open,
    :class:`~khcn.kernel.workflow.engine.TransitionRefused` when the batch was written or rejected already or belongs
    to others, :class:`~khcn.kernel.refusals.Stale` when the plan is not what was shown, and
    :class:`~.import_plan.IntakeRefused` when others keep changing what the plan is made from.
    """
    for _attempt in range(_ATTEMPTS):
        _refuse_confirming(batch, actor, on)
        reading = FileReading.of(batch)
        key = plan_cache.plan_key(plan_name(batch.sha256, reading, taken_over=batch.taken_over), actor)
        prepared = plan_cache.take_plan(key) or prepare_import(
            batch.content(),
            batch.name,
            actor=actor,
            on=on,
            taken_over=batch.taken_over,
            reading=reading,
        )
        _refuse_unless_ready(prepared.plan)
        refuse_unless_shown(shown_parts(prepared.plan, taken_over=batch.taken_over), shown)
        try:
            return _write_plan(batch, key, prepared, reading, actor=actor, on=on)
        except _PlanOutdatedError:
            continue
        except OperationalError as problem:
            if not is_deadlock(problem) or connection.in_atomic_block:
                raise
    raise IntakeRefused(_written_meanwhile())


def _refuse_confirming(batch: Batch, actor: Actor, on: date) -> None:
    """Raise what the step in the transaction would raise, before the work of planning."""
    batch.refresh_from_db()
    confirm_step = BATCH.by_name["confirm"]
    if may_take(confirm_step, actor, batch) and (
        reason := why_not(BATCH, confirm_step, batch, actor=actor, on=on)
    ):
        raise TransitionRefused(reason, code="guard")


def _write_plan(
    batch: Batch,
    key: plan_cache.Key,
    prepared: PreparedImport,
    reading: FileReading,
    *,
    actor: Actor,
    on: date,
) -> ImportPlan:
    is_typed = typed_page_of(batch) is not None
    reason = batch.name if is_typed else _("Nhập từ tệp %(name)s") % {"name": batch.name}
    with transaction.atomic(), acting(actor, reason, on=on, new_batch=True) as act:
        live = _step(batch, "confirm", actor=actor, on=on)
        is_read_otherwise = FileReading.of(live) != reading or live.taken_over != batch.taken_over
        if is_read_otherwise or plan_cache.has_changed_since(key, prepared):
            raise _PlanOutdatedError
        with _all_or_nothing():
            sheets = lock_and_check_rules(prepared.draft_sheets, actor, on)
            lock_planned_records(prepared.action_sheets)
            refuse_taken_masked(prepared.draft_sheets)
            with judging_outcomes(sheets, actor):
                write_rows(prepared.draft_sheets)
                run_after_plan_writing(sheets, actor=actor, on=on)
            remember_rows(live, list(carry_out_rows(prepared.action_sheets, actor=actor, on=on)))
            check_links()
        live.act = act.batch
        live.counts, live.committed_on = _counts(prepared.plan), on
        live.save()
        StoredPlan.objects.filter(batch=live).delete()
        forget_form(live)
    batch.refresh_from_db()
    return prepared.plan


@contextmanager
def _all_or_nothing() -> Iterator[None]:
    """Writing of a plan; whatever refuses it, nothing is written, and the sender reads why."""
    try:
        yield
    except CircleError:
        raise IntakeRefused(
            _("Các dòng mới tham chiếu vòng tròn lẫn nhau. Bỏ một tham chiếu rồi tải lên lại.")
        ) from None
    except Refused as refused:
        text = _("Chưa ghi được gì: %(why)s Hãy xem lại bản xem trước.") % {"why": refused}
        raise IntakeRefused(text) from None
    except (IntegrityError, RecordMovedError):
        raise IntakeRefused(_written_meanwhile()) from None


def _written_meanwhile() -> str:
    return _(
        "Có người vừa ghi vào sổ cùng lúc nên chưa ghi được gì. Hãy xem lại bản xem trước rồi ghi lần nữa."
    )


def _step(batch: Batch, step: str, *, actor: Actor, on: date, note: str = "") -> Batch:
    """Take a workflow step on a fresh copy of the batch, so that after a rollback no object has a wrong state."""
    live: Batch = Batch.objects.get(pk=batch.pk)
    fire(BATCH, live, step, actor=actor, on=on, note=note)
    return live


def _refuse_unless_ready(plan: ImportPlan) -> None:
    if plan.is_ready:
        return
    errors, questions = len(plan.errors), len(plan.questions)
    raise NotReady(
        _("Chưa ghi được vào sổ: còn %(errors)s lỗi và %(questions)s câu hỏi. Không có gì được ghi.")
        % {"errors": errors, "questions": questions},
        plan,
    )


def reject(*, batch: Batch, actor: Actor, on: date, note: str = "") -> None:
    """Put the workbook aside without writing it."""
    with transaction.atomic(), acting(actor, reason=_("Hủy tệp %(name)s") % {"name": batch.name}):
        live = _step(batch, "reject", actor=actor, on=on, note=note)
        StoredPlan.objects.filter(batch=live).delete()
        forget_form(live)
    batch.refresh_from_db()


def undo_import(*, batch: Batch, actor: Actor, on: date) -> int:
    """Take a written workbook back: created records go, changed ones become what they were; gives how many.

    Raises :class:`~.undo_conflicts.UndoConflict` with every record that was changed or used since, or that form and API would
    not let this actor change or delete in the same way; nothing is undone then.
    """
    try:
        count = _undo(batch, actor, on)
    except ConflictsFound as found:
        # After the transaction: the places of the records are found by planning the file, and nobody waits for that.
        raise _undo_refusal(batch, found.conflicts, actor, on) from None
    batch.refresh_from_db()
    return count


def _undo(batch: Batch, actor: Actor, on: date) -> int:
    with transaction.atomic(), undoing_act(batch, actor, on=on):
        live = _step(batch, "undo", actor=actor, on=on)
        count = take_back(live, actor=actor, on=on)
        live.undone_on = on
        live.save()
    return count


def _undo_refusal(batch: Batch, found: Sequence[Conflict], actor: Actor, on: date) -> UndoConflict:
    conflicts = conflicts_in_file(batch, found, actor=actor, on=on)
    labels = list(dict.fromkeys(conflict.label for conflict in conflicts))
    message = ngettext(
        "Không hoàn tác được, chưa có gì thay đổi: vướng %(count)s bản ghi (%(labels)s).",
        "Không hoàn tác được, chưa có gì thay đổi: vướng %(count)s bản ghi (%(labels)s).",
        len(labels),
    )
    shown = "; ".join(labels[:_CONFLICTS_SHOWN])
    return UndoConflict(message % {"count": len(labels), "labels": shown}, conflicts)


def _counts(plan: ImportPlan) -> list[dict[str, object]]:
    return [
        {
            "sheet": sheet.sheet,
            "register": sheet.register.name,
            "title": sheet.title,
            "do": sheet.kind.action.name if sheet.kind.action else "",
            **sheet.counts.as_json(),
        }
        for sheet in plan.sheets
    ]
