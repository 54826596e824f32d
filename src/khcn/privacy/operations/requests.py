"""Requests of persons: what each step keeps, and what may not be changed any more. The steps are those of the workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.deadlines.operations import refuse_moving_passed
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.writing import RowWriter, ValidationContext, Write
from khcn.kernel.text.dates import format_date
from khcn.privacy.enums import RequestKind
from khcn.privacy.models import DataRequest
from khcn.privacy.workflow import RECEIVED
from khcn.reference.queries import end_by_rule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor

ANSWER, PROVIDE, CARRY_OUT, CARRY_OUT_ELSEWHERE = (
    *("privacy.answer", "privacy.provide"),
    *("privacy.carry_out", "privacy.carry_out_elsewhere"),
)
CARRIED_OUT: Final = (PROVIDE, CARRY_OUT, CARRY_OUT_ELSEWHERE)
EXTENSION_RULE: Final = "privacy.extension_days"
_OF_TERMS: Final = frozenset({"kind", "received_on", "third_party"})
_PROVIDED: Final = (RequestKind.ACCESS, RequestKind.CORRECT)


def kind_of_term(request: DataRequest) -> str:
    """Which of the three terms runs until the request is carried out."""
    if request.kind in _PROVIDED:
        return PROVIDE
    return CARRY_OUT_ELSEWHERE if request.third_party else CARRY_OUT


class DataRequestWriter(RowWriter):
    """Terms that have passed are moved by who answers for them; what was answered is not deleted."""

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """What is asked for decides which term runs."""
        for write in writes:
            if write.record.received_on > context.on:
                text = _("Ngày nhận %(day)s chưa tới. Xem lại ngày.") % {
                    "day": format_date(write.record.received_on)
                }
                yield write, Refused.about(text, "received_on", code="future")
            elif not write.is_new and write.changed & _OF_TERMS:
                try:
                    refuse_moving_passed(write.before, (ANSWER, *CARRIED_OUT), context.actor, context.on)
                except Refused as refused:
                    yield write, refused

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Entered again with a later day, an overdue request would look like one in time."""
        if record.state != RECEIVED:
            raise Refused(_("Yêu cầu đã được trả lời nên phải giữ lại."), code="answered")
        refuse_moving_passed(record, (ANSWER, *CARRIED_OUT), actor, on)


def answered_requests(keys: Collection[int]) -> set[int]:
    """Those of the requests with these keys that have been answered, or closed without an answer."""
    found = DataRequest.objects.filter(pk__in=list(keys)).exclude(state=RECEIVED)
    return set(found.values_list("pk", flat=True))


def record_answer(
    *, request: DataRequest, answered_on: date, answer: str, actor: Actor, on: date
) -> DataRequest:
    """What the person was answered: how the request will be dealt with, or what is asked of them."""
    _check_day(request, answered_on, "answered_on", on)
    request.answered_on, request.answer = answered_on, answer
    return _saved(request, actor)


def record_extension(
    *, request: DataRequest, extended_to: date, reason: str, actor: Actor, on: date
) -> DataRequest:
    """The new last day, within what the law allows beyond the present one. The reason has to be given to the person."""
    row = Deadline.objects.filter(
        subject_model=DataRequest._meta.label_lower, subject_id=request.pk, kind=kind_of_term(request)
    ).first()
    due_on = row.due_on if row is not None else None
    if due_on is None or extended_to <= due_on:
        text = _("Ngày gia hạn phải sau hạn hiện nay. Xem lại ngày.")
        raise Refused.about(text, "extended_to")
    latest = end_by_rule(EXTENSION_RULE, start=due_on)
    if extended_to > latest:
        text = _("Chỉ gia hạn được đến %(latest)s (hạn hiện nay là %(due)s).") % {
            "latest": format_date(latest),
            "due": format_date(due_on),
        }
        raise Refused.about(text, "extended_to")
    request.extended_to = extended_to
    return _saved(request, actor, reason)


def record_result(
    *, request: DataRequest, closed_on: date, result: str, actor: Actor, on: date
) -> DataRequest:
    """What was done about the request."""
    _check_day(request, closed_on, "closed_on", on)
    request.closed_on, request.result = closed_on, result
    return _saved(request, actor)


def record_end(*, request: DataRequest, closed_on: date, reason: str, actor: Actor, on: date) -> DataRequest:
    """A request that is refused or taken back, with the reason that the person is given or gave."""
    _check_day(request, closed_on, "closed_on", on)
    request.closed_on, request.result = closed_on, reason
    return _saved(request, actor, reason)


def _check_day(request: DataRequest, day: date, name: str, on: date) -> None:
    first = max(filter(None, (request.received_on, request.answered_on)))
    if day < first:
        text = _("Ngày %(day)s đứng trước ngày %(first)s của bước trước. Xem lại ngày.") % {
            "day": format_date(day),
            "first": format_date(first),
        }
        raise Refused.about(text, name)
    if day > on:
        text = _("Ngày %(day)s chưa tới. Xem lại ngày.") % {"day": format_date(day)}
        raise Refused.about(text, name, code="future")


def _saved(request: DataRequest, actor: Actor, reason: str = "") -> DataRequest:
    with acting(actor, reason):
        request.full_clean()
        request.save()
    return request
