"""Requests for amendments: what they keep, and what follows from a decision. Their steps are those of the workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.actions.corrections import correcting
from khcn.kernel.actors import acting
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.deadlines.operations import refuse_moving_passed
from khcn.kernel.registers.writing import RowWriter, ValidationContext, Write
from khcn.kernel.text.dates import format_date
from khcn.kernel.workflow import FINAL
from khcn.science.enums import AmendmentKind
from khcn.science.models import AmendmentRequest, TaskAmendment
from khcn.science.models.amended import AMENDED, value_in_words
from khcn.science.operations.amendments import amend_task
from khcn.science.operations.history import history_of
from khcn.science.operations.task_access import TaskRefused, check_may_write, lock_tasks
from khcn.science.operations.writers import histories_of
from khcn.science.workflow import AMENDMENT_REQUEST_FLOW, REQUEST_TERM

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.reference.models import LegalDocument
    from khcn.science.operations.history import TaskHistory


_NAMED_IN_WORDS = (AmendmentKind.CHANGE_HOST, AmendmentKind.CHANGE_PARTNER)


def before_in_words(history: TaskHistory, kind: AmendmentKind) -> str:
    """What the task has now of what a request of this kind would change."""
    values = [history.before(kind, each) for each in AMENDED.get(kind, ())]
    if kind is AmendmentKind.CHANGE_BUDGET and values[-1] is not None:
        total, state = map(value_in_words, values)
        return _("%(total)s, trong đó ngân sách nhà nước %(state)s") % {"total": total or "–", "state": state}
    return value_in_words(values[0]) if values else ""


class RequestWriter(RowWriter):
    """A request keeps what the task had when it came in; a decided one is not deleted, an overdue one by the head only.

    What a host hands in on line has the day on which it comes, and asks for what the rules allow on that day.
    """

    rank = 3  # after the amendments of the same workbook

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, TaskRefused]]:
        """Nothing is against a request that came as a letter; each takes down what was before."""
        histories = histories_of(writes, context)
        for write in writes:
            request = write.record
            history = histories.of(request.task)
            if write.is_new:
                request.before = before_in_words(history, AmendmentKind(request.kind))[:300]
                request.from_host = context.actor.is_outside
            if context.actor.is_outside:
                try:
                    _refuse_of_host(request, history, context.on, is_new=write.is_new)
                except TaskRefused as refused:
                    yield write, refused

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """What was decided stays; entered again with a later day, an overdue request would look like one in time."""
        if why := why_not_pending(record, actor=actor, on=on):
            raise TaskRefused(why, code="decided")
        refuse_moving_passed(record, (REQUEST_TERM,), actor, on)


def _refuse_of_host(request: AmendmentRequest, history: TaskHistory, on: date, *, is_new: bool) -> None:
    """Raise :class:`TaskRefused` for another day than the one on which it comes, and for what could not be decided on that day."""
    if is_new and request.requested_on != on:
        text = _("Đề nghị gửi qua mạng ghi ngày gửi, là %(day)s.") % {"day": format_date(on)}
        raise TaskRefused.about(text, "requested_on")
    if not request.reason.strip():
        raise TaskRefused.about(_("Hãy ghi lý do đề nghị."), "reason")
    kind = AmendmentKind(request.kind)
    asked = asked_amendment(request, decided_on=on)
    if kind in _NAMED_IN_WORDS and asked.new_organisation is None:
        # An account outside finds no other organisation in the list; the division chooses it when it decides.
        if not request.new_text.strip():
            text = _("Hãy ghi tên, địa chỉ tổ chức đề nghị ở ô “Nội dung đề nghị”.")
            raise TaskRefused.about(text, "new_text")
        asked.kind = AmendmentKind.AMEND_OUTLINE
    history.refuse_amendment(asked)


def asked_amendment(request: AmendmentRequest, *, decided_on: date) -> TaskAmendment:
    """What is asked for, as the amendment that it would be; not stored."""
    return TaskAmendment(
        task=request.task,
        kind=request.kind,
        decided_on=decided_on,
        new_end_on=request.new_end_on,
        new_person=request.new_person,
        old_organisation=request.old_organisation,
        new_organisation=request.new_organisation,
        new_budget_total=request.new_budget_total,
        new_budget_state=request.new_budget_state,
        budget_reason=request.reason,
        new_text=request.new_text,
        reason=request.reason,
    )


def correct_request_day(
    *, request: AmendmentRequest, requested_on: date, reason: str, actor: Actor, on: date
) -> AmendmentRequest:
    """Correct the day on which a pending request came in, from which its term counts. The record is marked for ever.

    Raises :class:`TaskRefused` for a decided request and a day to come, and ``Refused`` when the term has passed and the
    actor does not answer for it.
    """
    check_may_write(actor, request.task)
    if requested_on > on:
        text = _("Ngày đề nghị %(day)s chưa tới. Hãy xem lại ngày.") % {"day": format_date(requested_on)}
        raise TaskRefused.about(text, "requested_on", code="future")
    with correcting(actor, reason):
        lock_tasks([request.task_id])
        stored: AmendmentRequest = locked(AmendmentRequest, request.pk)
        if why := why_not_pending(stored, actor=actor, on=on):
            raise TaskRefused(why, code="decided")
        stored.requested_on, stored.corrected = requested_on, True
        stored.full_clean()
        stored.save()
    return stored


def decided_requests(keys: Collection[int]) -> set[int]:
    """Those of the requests with these keys that are not pending any more."""
    pending = AMENDMENT_REQUEST_FLOW.initial.value
    found = AmendmentRequest.objects.filter(pk__in=list(keys)).exclude(state=pending)
    return set(found.values_list("pk", flat=True))


def why_not_pending(request: AmendmentRequest, *, actor: Actor, on: date) -> str:
    """Why nothing can be decided about a request any more; "" while it is pending."""
    state = AMENDMENT_REQUEST_FLOW.by_value[request.state]
    if state.category not in FINAL:
        return ""
    return _("Đề nghị đã được giải quyết: %(state)s.") % {"state": state.label}


def stale_notice(request: AmendmentRequest, *, actor: Actor, on: date) -> str:
    """What has changed on the task since the request came in; "" when nothing has."""
    return stale_words(request, history_of(request.task))


def stale_words(request: AmendmentRequest, history: TaskHistory) -> str:
    """The same for a caller that has read the histories of many tasks at once."""
    now = before_in_words(history, AmendmentKind(request.kind))
    if now[:300] == request.before:
        return ""
    return _("Khi đề nghị, trên hồ sơ là “%(before)s”; nay là “%(now)s”.") % {
        "before": request.before or "–",
        "now": now or "–",
    }


def amend_as_requested(
    *,
    request: AmendmentRequest,
    decided_on: date,
    actor: Actor,
    on: date,
    decision: LegalDocument | None = None,
    effective_on: date | None = None,
    budget_reason: str = "",
    still_meant: bool = False,
) -> TaskAmendment:
    """What the approval of a request brings about: the amendment, in force from its day of effect.

    Raises :class:`TaskRefused` when the rules are against the amendment, or when the request is stale and nobody has
    said that it is still meant.
    """
    if decided_on < request.requested_on:
        text = _("Ngày quyết định đứng trước ngày đề nghị %(day)s. Hãy xem lại ngày.") % {
            "day": format_date(request.requested_on)
        }
        raise TaskRefused.about(text, "decided_on")
    with transaction.atomic(), acting(actor):
        lock_tasks([request.task_id])
        if (notice := stale_notice(request, actor=actor, on=on)) and not still_meant:
            text = _("%(notice)s Đánh dấu ô này nếu vẫn quyết định theo đề nghị.") % {"notice": notice}
            raise TaskRefused.about(text, "still_meant", code="stale_request")
        request.amendment = amend_task(
            task=request.task,
            kind=AmendmentKind(request.kind),
            decided_on=decided_on,
            decision=decision,
            effective_on=effective_on,
            new_end_on=request.new_end_on,
            new_person=request.new_person,
            old_organisation=request.old_organisation,
            new_organisation=request.new_organisation,
            new_budget_total=request.new_budget_total,
            new_budget_state=request.new_budget_state,
            budget_reason=budget_reason,
            new_text=request.new_text,
            reason=request.reason,
            actor=actor,
            on=on,
        )
        request.save()
    return request.amendment
