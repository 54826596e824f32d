"""Updates the rows of deadlines at every write of what they follow from, in the same transaction.

A write of a record moves the deadlines of few records: they are recomputed at once. A rule, a day of the calendar or a row that
many records refer to may move a million: up to :data:`AT_ONCE` records they are recomputed at once too; more are marked as
stale, and a job works through them directly after. A page that shows a stale row computes it before it shows it (``queries.with_pending_recomputation``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Q

from khcn.kernel.actors import current_act
from khcn.kernel.audit.models import ChangeEntry, LoggedAction
from khcn.kernel.deadlines.computing import CHUNK
from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.deadlines.law_source import law_for, law_source
from khcn.kernel.deadlines.models import Deadline, DeadlineChange, DeadlineEvent, LateEntry, RecomputeCause
from khcn.kernel.deadlines.passed_terms import (
    entered_late_on,
    mark_entered_late,
    refuse_moving_ended_terms,
    refuse_moving_passed_terms,
    store_ended,
)
from khcn.kernel.deadlines.verifying import COMPARED, Difference, stored_differences
from khcn.kernel.jobs.enqueueing import enqueue
from khcn.kernel.query_chunks import chunks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date

    from django.db.models import Model, QuerySet

    from khcn.kernel.deadlines.kinds import Follow
    from khcn.kernel.deadlines.law_source import Law

AT_ONCE: Final = 2_000
EVENT_MODEL: Final = DeadlineEvent._meta.label_lower


def update_deadlines(
    model: type[Model], written: Sequence[Model], removed: Sequence[Model], *, are_new: bool
) -> None:
    """The projection: recompute what follows from these rows."""
    label = model._meta.label_lower
    rows, changed = [*written, *removed], () if are_new else written
    cause = RecomputeCause(label, str(rows[0].pk) if len(rows) == 1 else "")
    if label == EVENT_MODEL:
        for row in rows:
            recompute(row.subject_model, {row.subject_id}, cause)  # type: ignore[attr-defined]
        return
    for subject, follow in registry.followed.get(label, {}).items():
        if follow.changes and not _earlier_values(label, changed, follow.changes):
            continue
        values = {getattr(row, follow.column) for row in rows}
        if follow.column != "pk":
            values |= _earlier_values(label, changed, follow.column)
        _recompute_following(subject, follow, values - {None}, cause)
    source = law_source()
    if label == source.rule_model:
        _rule_changed(rows, {str(code) for code in _earlier_values(label, changed, "code")}, cause)
    elif label == source.day_model:
        _days_changed(rows, _earlier_values(label, changed, "on"), cause)


def _recompute_following(subject: str, follow: Follow, values: set[Any], cause: RecomputeCause) -> None:
    """Recompute the subjects to which these values lead. Where they are more than :data:`AT_ONCE`, a job does."""
    if follow.subject == "pk":
        recompute(subject, values, cause)
        return
    rows = registry.models[subject]._base_manager.filter(**{f"{follow.subject}__in": values})
    keys = set(rows.order_by().values_list("pk", flat=True).distinct()[: AT_ONCE + 1])
    if len(keys) <= AT_ONCE:
        recompute(subject, keys, cause)
        return
    of_rows = rows.order_by().values("pk")
    _recompute_later(Deadline.objects.filter(subject_model=subject, subject_id__in=of_rows), cause)


def _earlier_values(label: str, written: Sequence[Model], column: str) -> set[Any]:
    """What ``column`` held before this act changed it, by the change log: a child that was moved leaves its old parent
    with a deadline to recompute.
    """
    if not written:
        return set()
    entries = ChangeEntry.objects.filter(batch=current_act().batch, model=label, action=LoggedAction.UPDATE)
    if len(written) <= CHUNK:
        entries = entries.filter(object_id__in=[str(row.pk) for row in written])
    return {
        before[column] for before in entries.values_list("before", flat=True) if before and column in before
    }


def _rule_changed(rows: Sequence[Any], earlier: set[str], cause: RecomputeCause) -> None:
    asked = {kind.code: set(kind.rules()) for kind in registry.kinds.values()}
    of_days: dict[tuple[date, date | None], set[str]] = {}  # the rules of a release are entered together
    for row in rows:
        of_days.setdefault((row.valid_from, row.valid_to), set(earlier)).add(row.code)
    touched = Q(rule_id__in=[row.pk for row in rows])
    for (since, until), codes in of_days.items():
        kinds = [kind for kind, rules in asked.items() if rules & codes]
        begun = Q(kind__in=kinds, starts_on__gte=since)
        touched |= begun & Q(starts_on__lt=until) if until else begun
    _law_changed(Deadline.objects.filter(touched), cause)


def _days_changed(rows: Sequence[Any], earlier: set[Any], cause: RecomputeCause) -> None:
    """A day of the calendar can move the terms that run around its year, and the days they were rolled to."""
    years = {row.on.year for row in rows} | {int(str(day)[:4]) for day in earlier}
    first, last = f"{min(years) - 1}-11-01", f"{max(years) + 1}-03-01"
    spans = Q(starts_on__lte=last) & (Q(due_on__isnull=True) | Q(due_on__gte=first))
    counted = ~Q(rule_code="") | Q(kind__in=registry.counted())
    _law_changed(Deadline.objects.filter(spans).filter(counted), cause)


def _law_changed(touched: Any, cause: RecomputeCause) -> None:
    """Recompute the records of ``touched`` at once, or mark them and let a job do it."""
    subjects = list(touched.order_by().values_list("subject_model", "subject_id").distinct()[: AT_ONCE + 1])
    if len(subjects) <= AT_ONCE:
        for model in sorted({model for model, _key in subjects}):
            recompute(model, {key for each, key in subjects if each == model}, cause)
        return
    _recompute_later(touched, cause)


def _recompute_later(touched: QuerySet[Deadline], cause: RecomputeCause) -> None:
    touched.filter(is_stale=False).update(is_stale=True)
    enqueue("khcn.kernel.deadlines.jobs.recompute_stale_job", cause_model=cause.model, cause_id=cause.key)


def recompute(model: str, keys: Collection[int], cause: RecomputeCause, *, law: Law | None = None) -> int:
    """Bring the rows of these records up to date; returns how many of them differed from what was stored."""
    ordered = sorted(keys)
    if not ordered or model not in registry.by_subject:
        return 0
    law = law or law_for(model)
    different = 0
    with transaction.atomic(savepoint=False):  # what is refused here takes back the whole write that asked
        for part in chunks(ordered, CHUNK):
            different += len(_bring_up_to_date(model, part, cause, law))
    return different


def _bring_up_to_date(model: str, keys: Sequence[int], cause: RecomputeCause, law: Law) -> list[Difference]:
    found = stored_differences(model, keys, law)
    act = current_act()
    if not _is_law(model, cause.model):
        refuse_moving_passed_terms(((each.stored, each.due) for each in found if each.stored), act, cause)
    gone = [each.stored for each in found if each.stored and each.due is None]
    if gone:
        store_ended(gone, act.on)
        Deadline.objects.filter(pk__in=[row.pk for row in gone]).delete()
    new = [each.due for each in found if each.due and each.stored is None]
    if new:
        refuse_moving_ended_terms(new, act, cause)
        mark_entered_late(new, act)
        Deadline.objects.bulk_create(new, batch_size=CHUNK)
    marks: list[tuple[Deadline, date | None]] = [(row, None) for row in gone if row.met_in_time_entered_on]
    marks += [(row, row.met_in_time_entered_on) for row in new if row.met_in_time_entered_on]
    changed = [(each.stored, each.due) for each in found if each.stored and each.due]
    moved = [
        DeadlineChange(
            deadline=old,
            old_due_on=old.due_on,
            new_due_on=due.due_on,
            cause_model=cause.model,
            cause_id=cause.key,
            actor_label=act.actor.label,
            reason=act.reason[:300],
        )
        for old, due in changed
        if old.due_on != due.due_on
    ]
    for old, due in changed:
        mark = entered_late_on(old, due, act.on)
        if mark != old.met_in_time_entered_on:
            marks.append((old, mark))
        old.met_in_time_entered_on = mark
        for name in COMPARED:
            setattr(old, name, getattr(due, name))
        old.is_stale = False
    _write(old for old, _due in changed)
    _log_marks(marks)
    if moved:
        DeadlineChange.objects.bulk_create(moved, batch_size=CHUNK)
    return found


def _is_law(subject: str, written: str) -> bool:
    """Is a write of ``written`` a change of law or custom for these subjects? Nobody is asked for it about terms that passed."""
    follow = registry.followed.get(written, {}).get(subject)
    return written in {law_source().rule_model, law_source().day_model} or bool(follow and follow.is_law)


def _log_marks(marks: Iterable[tuple[Deadline, date | None]]) -> None:
    """Keep in the log which terms are marked now, and which are not any more."""
    for row, mark in marks:
        logged = LateEntry.objects.of_term(row).first()
        if mark is not None:
            key = {"subject_model": row.subject_model, "subject_id": row.subject_id, "kind": row.kind}
            logged = logged or LateEntry(**key)
            logged.entered_on = mark
            logged.save()
        elif logged is not None:
            logged.delete()


def _write(rows: Iterable[Deadline]) -> None:
    for row in rows:
        row.save(force_update=True, update_fields=[*COMPARED, "met_in_time_entered_on", "is_stale"])
