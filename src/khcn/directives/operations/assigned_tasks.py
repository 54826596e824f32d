"""Verbs of assigned work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.directives import rules
from khcn.directives.models import AssignedTask, AssignedTaskExtension
from khcn.directives.queries import (
    is_entered_after,
    is_entered_on,
    is_result_entered_on,
    progress_before_result,
)
from khcn.kernel.access.predicates import may_act
from khcn.kernel.actions.corrections import correcting
from khcn.kernel.actions.dependents import refuse_correction_if_relied_on
from khcn.kernel.actors import acting
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.parties.models import OrgUnit
    from khcn.reference.models import LegalDocument


class ResultRefused(Refused):
    """The result cannot be recorded; the text says why, in Vietnamese."""


def record_result(
    *,
    task: AssignedTask,
    done_on: date,
    actor: Actor,
    on: date,
    result_document: LegalDocument | None = None,
    progress: str = "",
) -> AssignedTask:
    """Record that assigned work was finished on a day, in time or late; which of the two follows from the deadline.

    Raises :class:`ResultRefused` when the actor may not, when a result is on record already, when the day is still to
    come, and when the unit says after the deadline that it was in time and names no document of that time.
    """
    _check_may_act(task, actor)
    if why_not := why_not_finished(task, actor=actor, on=on):
        raise ResultRefused(why_not)
    refuse_future(done_on, on)
    refuse_unproven(task, done_on, result_document or task.result_document, actor, on)
    with acting(actor), transaction.atomic():
        task.done_on, task.result_entered_on = done_on, on
        task.result_document = result_document or task.result_document
        task.progress = progress or task.progress
        task.full_clean()
        task.save()
    return task


def correct_result(
    *,
    task: AssignedTask,
    done_on: date,
    reason: str,
    actor: Actor,
    on: date,
    result_document: LegalDocument | None = None,
) -> AssignedTask:
    """Correct the day or the document of a result that was entered by a slip. The record is marked for ever.

    Raises :class:`ResultRefused`, also while no result is on record and where the unit that leads the work would make a
    late result one in time; ``Refused`` when a frozen report or an issued paper depends on the record.
    """
    _check_may_act(task, actor)
    if why_not := why_no_result(task, actor=actor, on=on):
        raise ResultRefused(why_not)
    refuse_future(done_on, on)
    if _was_late(task) and done_on <= task.due_on and not answers_for_days(task, actor):
        text = _(
            "Kết quả đang ghi là chậm. Đơn vị chủ trì không tự sửa thành đúng hạn: hãy đề nghị Văn phòng (việc do Văn phòng chủ "
            "trì thì lãnh đạo Sở) đính chính."
        )
        raise ResultRefused.about(text, "done_on", code="in_time")
    if _was_late(task) and done_on <= task.due_on:
        _refuse_other_document(task, done_on, result_document or task.result_document)
    with correcting(actor, reason), refuse_correction_if_relied_on(task):
        task.done_on, task.result_document, task.corrected = done_on, result_document, True
        task.result_entered_on = on
        task.full_clean()
        task.save()
    return task


def remove_result(*, task: AssignedTask, reason: str, actor: Actor, on: date) -> AssignedTask:
    """Take away a result that was recorded on work which it does not concern: the work is open again, with the progress that
    was reported before. The record is marked for ever.

    Raises :class:`ResultRefused`, also while no result is on record and for a late one, see :func:`refuse_late_result`;
    ``Refused`` when a frozen report or an issued paper depends on the record.
    """
    _check_may_act(task, actor)
    if why_not := why_no_result(task, actor=actor, on=on):
        raise ResultRefused(why_not)
    refuse_late_result(task, actor, on)
    progress = progress_before_result(task)
    with correcting(actor, reason), refuse_correction_if_relied_on(task):
        task.done_on = task.result_document = task.result_entered_on = None
        task.progress, task.corrected = progress, True
        task.full_clean()
        task.save()
    return task


def refuse_late_result(task: AssignedTask, actor: Actor, on: date) -> None:
    """The unit that leads the work does not take away a late result, for another one could be recorded in its place; except
    by the person who wrote it down that day.
    """
    if not _was_late(task) or answers_for_days(task, actor) or is_result_entered_on(on, task, actor):
        return
    text = _(
        "Kết quả đang ghi là chậm. Đơn vị chủ trì chỉ bỏ được trong ngày ghi, bằng tài khoản đã ghi: hãy đề nghị Văn phòng (việc "
        "do Văn phòng chủ trì thì lãnh đạo Sở) bỏ kết quả ghi nhầm."
    )
    raise ResultRefused(text, code="own_late")


def _check_may_act(task: AssignedTask, actor: Actor) -> None:
    if not may_act(rules.result_writers, register_of(AssignedTask), actor, task):
        raise ResultRefused(
            _("Chỉ Văn phòng, lãnh đạo Sở và đơn vị chủ trì ghi được kết quả của nhiệm vụ này.")
        )


def _was_late(task: AssignedTask) -> bool:
    return task.done_on is not None and task.done_on > task.due_on


def answers_for_days(task: AssignedTask, actor: Actor) -> bool:
    """Those who assign work say when it was done, except of work that their own division leads; by delegation neither that
    of the person for whom they act nor that of their own account.
    """
    units = {each.unit_id for each in (actor, actor.own) if each is not None} - {None}
    return rules.assigners.test(actor, task) and task.lead_unit_id not in units


def refuse_unproven(
    task: AssignedTask, done_on: date, document: LegalDocument | None, actor: Actor, on: date
) -> None:
    """After the deadline has passed, a day before it is accepted with a document of that day that was on record in time."""
    if not done_on <= task.due_on < on or answers_for_days(task, actor):
        return
    if document is None:
        text = _(
            "Hạn là ngày %(due)s đã qua. Ghi hoàn thành ngày %(day)s, đúng hạn, thì phải chọn văn bản kết quả ban hành đến ngày đó."
        ) % {"due": format_date(task.due_on), "day": format_date(done_on)}
        raise _unproven(text)
    _refuse_other_document(task, done_on, document)
    if document._state.adding or is_entered_after(document, task):  # by the same file, now
        raise _unproven(
            _(
                "Văn bản kết quả được ghi hoặc sửa trên hệ thống sau hạn ngày %(due)s nên chưa chứng tỏ việc xong đúng hạn. Ghi ngày "
                "hoàn thành sau hạn, hoặc đề nghị Văn phòng (việc do Văn phòng chủ trì thì lãnh đạo Sở) ghi kết quả."
            )
            % {"due": format_date(task.due_on)}
        )


def _refuse_other_document(task: AssignedTask, done_on: date, document: LegalDocument | None) -> None:
    """What makes a late result one in time is not against the document of the result, also not by the office: it was
    issued by the day of the result, and not before the work was assigned.
    """
    if document is None:
        return
    if document in (task.source_document, task.extension_document):  # one of the same file has no key yet
        raise _unproven(
            _(
                "Văn bản này giao hoặc gia hạn nhiệm vụ, không phải kết quả của nhiệm vụ. Hãy chọn văn bản kết quả."
            )
        )
    assigned_on = task.source_document.issued_on
    if document.issued_on is not None and assigned_on is not None and document.issued_on < assigned_on:
        raise _unproven(
            _(
                "Văn bản kết quả ban hành ngày %(day)s, trước khi giao nhiệm vụ (%(assigned)s), nên không phải kết quả của nhiệm vụ "
                "này. Hãy chọn văn bản khác."
            )
            % {"day": format_date(document.issued_on), "assigned": format_date(assigned_on)}
        )
    if document.issued_on is not None and document.issued_on <= done_on:
        return
    raise _unproven(
        _(
            "Văn bản kết quả chưa ban hành vào ngày %(day)s. Ghi ngày ban hành của văn bản, hoặc chọn văn bản khác."
        )
        % {"day": format_date(done_on)}
    )


def _unproven(text: str) -> ResultRefused:
    return ResultRefused.about(text, "result_document", code="unproven")


def refuse_future(done_on: date, on: date) -> None:
    if done_on > on:
        text = _("Ngày hoàn thành %(day)s chưa tới. Hãy ghi ngày đã hoàn thành.") % {
            "day": format_date(done_on)
        }
        raise ResultRefused.about(text, "done_on", code="future")


def extend_assignment(
    *,
    task: AssignedTask,
    due_on: date,
    due_precision: str,
    lead_unit: OrgUnit,
    extension_document: LegalDocument,
    reason: str,
    actor: Actor,
    on: date,
) -> AssignedTask:
    """Set another deadline or leading unit for open work, as a document says that was issued by ``on``.

    Raises :class:`ResultRefused`: the actor does not assign work, the work is finished (what was late stays late) or is late
    work of the actor's own division, or the document is none that could change the assignment.
    """
    _check_may_assign(task, actor)
    if why_not := why_not_finished(task, actor=actor, on=on):
        raise ResultRefused(why_not)
    _refuse_own_late(task, actor, on)
    _refuse_extension_by(extension_document, task, on)
    before, after = (task.due_on, task.due_precision), (due_on, due_precision)
    if before != after:
        _refuse_extension_again(task, extension_document)
    with acting(actor, _("Gia hạn, giao lại: %(reason)s") % {"reason": reason.strip()}), transaction.atomic():
        if before != after:
            _add_extension(task, extension_document, after)
        task.due_on, task.due_precision, task.lead_unit = due_on, due_precision, lead_unit
        task.extension_document = extension_document
        task.full_clean()
        task.save()
    return task


def _last_extension(task: AssignedTask) -> AssignedTaskExtension | None:
    return task.extensions.select_related("document").order_by("document__issued_on", "pk").last()


def _refuse_extension_again(task: AssignedTask, document: LegalDocument) -> None:
    """Raise :class:`ResultRefused` for a document that gave the work its deadline before, or was issued before the last that did."""
    last = _last_extension(task)
    if last is None:
        return
    if task.extensions.filter(document=document).exists():
        text = _("Nhiệm vụ đã ghi gia hạn theo văn bản này. Ghi nhầm hạn thì bấm “Đính chính việc giao”.")
        raise ResultRefused.about(text, "extension_document", code="refused")
    issued_on, last_on = document.issued_on, last.document.issued_on
    if issued_on is not None and last_on is not None and issued_on < last_on:
        text = _("Văn bản này ban hành trước văn bản gia hạn lần trước, ngày %(day)s. Hãy xem lại văn bản.")
        raise ResultRefused.about(text % {"day": format_date(last_on)}, "extension_document", code="refused")


def _add_extension(task: AssignedTask, document: LegalDocument, after: tuple[date, str]) -> None:
    """What reports of periods that ended before the document go on to count by."""
    row = AssignedTaskExtension(
        task=task, document=document, old_due_on=task.due_on, old_due_precision=task.due_precision
    )
    row.new_due_on, row.new_due_precision = after
    row.full_clean()
    row.save()


def _correct_extensions(task: AssignedTask) -> None:
    """The extensions of work whose assignment was corrected: none where no document extends it, else the last gave the deadline that
    it has now, by the document that it names now.
    """
    last = _last_extension(task)
    if last is None:
        return
    if task.extension_document is None:
        for row in task.extensions.all():
            row.delete()
        return
    last.document = task.extension_document
    last.new_due_on, last.new_due_precision = task.due_on, task.due_precision
    last.corrected = True
    last.full_clean()
    last.save()


def _refuse_own_late(task: AssignedTask, actor: Actor, on: date) -> None:
    """A division that assigns work does not move the deadline of its own work once it is late, nor hand it to another
    division: what was finished late stays late.
    """
    if not is_late(task, on) or answers_for_days(task, actor):
        return
    text = _(
        "Hạn của nhiệm vụ là ngày %(due)s đã qua và đơn vị của bạn chủ trì. Hãy đề nghị lãnh đạo Sở ghi gia hạn, giao lại "
        "hoặc đính chính."
    ) % {"due": format_date(task.due_on)}
    if task.done_on is None and is_entered_on(on, task, actor):
        text += " " + _("Nếu chính bạn ghi nhầm hôm nay thì trong hôm nay xóa nhiệm vụ rồi ghi lại.")
    raise ResultRefused(text, code="own_late")


def is_late(task: AssignedTask, on: date) -> bool:
    return task.due_on < on if task.done_on is None else _was_late(task)


def _refuse_extension_by(document: LegalDocument, task: AssignedTask, on: date) -> None:
    if why_not := _why_no_extension_by(document, task, on):
        raise ResultRefused.about(why_not, "extension_document", code="refused")


def _why_no_extension_by(document: LegalDocument, task: AssignedTask, on: date) -> str:
    if document.pk == task.source_document_id:
        return _("Đây là văn bản giao. Hãy chọn văn bản cho phép gia hạn hoặc giao lại.")
    if document.issued_on is None or document.issued_on > on:
        return _("Văn bản gia hạn, giao lại phải có ngày ban hành và đã ban hành.")
    assigned_on = task.source_document.issued_on
    if assigned_on is not None and document.issued_on <= assigned_on:
        return _("Văn bản gia hạn, giao lại phải ban hành sau văn bản giao ngày %(day)s.") % {
            "day": format_date(assigned_on)
        }
    return ""


def correct_assignment(  # noqa: PLR0913 -- all that was entered of how the work was assigned
    *,
    task: AssignedTask,
    source_document: LegalDocument,
    ordinal: int,
    content: str,
    year: int,
    due_on: date,
    due_precision: str,
    lead_unit: OrgUnit,
    extension_document: LegalDocument | None,
    reason: str,
    actor: Actor,
    on: date,
) -> AssignedTask:
    """Correct what was entered by a slip of how the work was assigned. The record is marked for ever.

    Raises :class:`ResultRefused` for who does not assign work and for late work of the actor's own division, open or finished,
    and for another document of the extension that could not change the assignment; ``Refused`` when a frozen report depends on the record.
    """
    _check_may_assign(task, actor)
    _refuse_own_late(task, actor, on)
    is_other = extension_document != task.extension_document
    with correcting(actor, reason), refuse_correction_if_relied_on(task):
        task.source_document, task.ordinal, task.content = source_document, ordinal, content
        task.extension_document = extension_document
        task.year, task.lead_unit = year, lead_unit
        task.due_on, task.due_precision, task.corrected = due_on, due_precision, True
        if extension_document is not None and is_other:
            _refuse_extension_by(extension_document, task, on)
        _correct_extensions(task)
        task.full_clean()
        task.save()
    return task


def _check_may_assign(task: AssignedTask, actor: Actor) -> None:
    if not may_act(rules.assigners, register_of(AssignedTask), actor, task):
        raise ResultRefused(
            _("Chỉ Văn phòng và lãnh đạo Sở đổi được hạn và đơn vị chủ trì của nhiệm vụ đã giao.")
        )


def why_no_result(task: AssignedTask, *, actor: Actor, on: date) -> str:
    """Why there is no result to correct; "" when there is one."""
    return _("Nhiệm vụ chưa ghi kết quả.") if task.done_on is None else ""


def why_not_finished(task: AssignedTask, *, actor: Actor, on: date) -> str:
    """Why no result can be recorded any more; "" while the work is open."""
    if task.done_on is None:
        return ""
    return _(
        "Nhiệm vụ đã ghi hoàn thành ngày %(day)s. Muốn đổi, bấm “Đính chính kết quả”; ghi nhầm nhiệm vụ thì bấm “Bỏ kết quả ghi nhầm”."
    ) % {"day": format_date(task.done_on)}


def finished(keys: Collection[int]) -> set[int]:
    """Those of the tasks that have a result on record."""
    return set(AssignedTask.objects.filter(pk__in=keys, done_on__isnull=False).values_list("pk", flat=True))
