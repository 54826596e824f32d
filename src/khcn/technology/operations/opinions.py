"""Opinions on technology: how requests come in, and what each step brings about beside the new state."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.papers.numbers_of_records import (
    opened_records,
    refuse_number_of_paper,
    refuse_taken_number,
)
from khcn.kernel.past_days import PastDayWriter, refuse_out_of_order, write_step
from khcn.kernel.refusals import Refused
from khcn.kernel.workflow.engine import fire
from khcn.technology.models import TechnologyOpinion
from khcn.technology.operations.numbers import LETTER_BOOK
from khcn.technology.operations.steps import take_back_step
from khcn.technology.workflow import ANSWERED, OPINION_FLOW, RECEIVED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write

_REQUEST: Final = {"project", "asked_by", "request_number", "requested_on"}


class OpinionWriter(PastDayWriter):
    """A request has come in; one about which something was done stays."""

    def __init__(self) -> None:
        """Its days have come."""
        super().__init__("requested_on", "received_on")

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Beside the days: one letter about one project is one request, which figures count once."""
        yield from super().validate(writes, context)
        asked = [each for each in writes if each.record.request_number and _asks(each)]
        requests = _requests_on_record([each.record for each in asked])
        for write in asked:
            same = requests[_letter(write.record)]
            twin = next((each for each in same if _is_same_request(each, write.record)), None)
            same.append(write.record)
            if twin is not None:
                text = _(
                    "Văn bản này về dự án đã ghi ở ý kiến %(code)s. Hãy mở ý kiến đó, hoặc xem lại số, ngày văn bản."
                )
                yield (
                    write,
                    Refused.about(text % {"code": twin.code}, "request_number", code="same_request"),
                )

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Only one that waits for its answer is deleted."""
        if record.state != RECEIVED:
            state = OPINION_FLOW.by_value[record.state]
            text = _("Ý kiến ở trạng thái “%(state)s” nên không xóa được.")
            raise Refused(text % {"state": state.label}, code="decided")


def _asks(write: Write) -> bool:
    """Does the write say which letter it is, or about what?"""
    return write.is_new or bool(write.changed & _REQUEST)


def _letter(opinion: TechnologyOpinion) -> tuple[object, ...]:
    """Who asks with which letter about which project; what the same file brings has no key of the database yet."""
    project, asked_by = opinion.project, opinion.asked_by
    return (project.pk or id(project), asked_by.pk or id(asked_by), opinion.request_number)


def _requests_on_record(
    opinions: Sequence[TechnologyOpinion],
) -> defaultdict[tuple[object, ...], list[TechnologyOpinion]]:
    """Other opinions that bear the numbers of these letters."""
    numbers, keys = {each.request_number for each in opinions}, [each.pk for each in opinions if each.pk]
    stored = TechnologyOpinion.objects.filter(request_number__in=numbers).exclude(pk__in=keys)
    found: defaultdict[tuple[object, ...], list[TechnologyOpinion]] = defaultdict(list)
    for each in stored.select_related("project", "asked_by"):
        found[_letter(each)].append(each)
    return found


def _is_same_request(one: TechnologyOpinion, other: TechnologyOpinion) -> bool:
    """Two letters of one number are the same on one day, and where one of them has no day."""
    return len({one.requested_on, other.requested_on} - {None}) <= 1


def acted_opinions(keys: Collection[int]) -> set[int]:
    """Those of the opinions that were answered or closed."""
    found = TechnologyOpinion.objects.filter(pk__in=list(keys)).exclude(state=RECEIVED)
    return set(found.values_list("pk", flat=True))


def decided_opinions(keys: Collection[int]) -> set[int]:
    """Those of them whose answer is not being replaced, which opens what it prints."""
    return acted_opinions(keys) - opened_records(TechnologyOpinion, keys)


def why_without_conclusion(opinion: TechnologyOpinion) -> str:
    """Why there is nothing to answer yet; "" once the conclusion is on record."""
    if opinion.conclusion:
        return ""
    return _("Chưa ghi kết luận về công nghệ. Sửa ý kiến, chọn kết luận rồi mới trả lời.")


def _refuse_answer(opinion: TechnologyOpinion, day: date, on: date) -> None:
    """Raise ``Refused`` without a conclusion, and for a day out of order: typed or by paper, it is asked."""
    if why := why_without_conclusion(opinion):
        raise Refused(why, code="no_conclusion")
    refuse_out_of_order(opinion, ("received_on", "answered_on"), "answered_on", day, on)


def record_answer(
    *, opinion: TechnologyOpinion, answer_number: str, answered_on: date, actor: Actor, on: date
) -> TechnologyOpinion:
    """An answer that was signed on paper. Raises ``Refused`` without a conclusion, for a taken number and a day out of order."""
    _refuse_answer(opinion, answered_on, on)
    refuse_taken_number(LETTER_BOOK, opinion, answer_number, answered_on)
    write_step(opinion, actor=actor, answer_number=answer_number.strip(), answered_on=answered_on)
    return opinion


def close_opinion(
    *, opinion: TechnologyOpinion, closed_on: date, reason: str, actor: Actor, on: date
) -> TechnologyOpinion:
    """No opinion is given: the request was taken back or is no matter of the department. Raises ``Refused`` for a day out of order."""
    refuse_out_of_order(opinion, ("received_on", "closed_on"), "closed_on", closed_on, on)
    write_step(opinion, actor=actor, reason=reason, closed_on=closed_on, closing_reason=reason.strip())
    return opinion


def take_back_answer(*, opinion: TechnologyOpinion, reason: str, actor: Actor, on: date) -> TechnologyOpinion:
    """An answer that was entered by a slip. Raises ``Refused`` where a paper of this system is the answer."""
    refuse_number_of_paper(opinion, opinion.answer_number)
    take_back_step(opinion, actor=actor, reason=reason, answer_number="", answered_on=None)
    return opinion


def take_up_opinion(*, opinion: TechnologyOpinion, reason: str, actor: Actor, on: date) -> TechnologyOpinion:
    """A request that was closed by a slip waits for its answer again."""
    take_back_step(opinion, actor=actor, reason=reason, closed_on=None, closing_reason="")
    return opinion


def answer(*, opinion: TechnologyOpinion, number: str, actor: Actor, on: date, instead_of: str = "") -> None:
    """What the issue of the letter brings about. One that replaces another corrects it: the day of the answer stays.

    Raises ``TransitionRefused`` where something else was decided, and ``Refused`` as `record_answer` does.
    """
    if instead_of and opinion.answer_number == instead_of:
        write_step(opinion, actor=actor, answer_number=number)
        return
    _refuse_answer(opinion, on, on)
    with transaction.atomic():
        fire(OPINION_FLOW, opinion, "answer", actor=actor, on=on)
        write_step(opinion, actor=actor, answer_number=number, answered_on=on)


def withdraw_answer(*, opinion: TechnologyOpinion, number: str, actor: Actor, on: date) -> None:
    """What the withdrawal of the letter brings about: the request waits for another one."""
    if opinion.answer_number != number or opinion.state != ANSWERED:
        return
    note = _("Thu hồi văn bản số %(number)s.") % {"number": number}
    with transaction.atomic():
        fire(OPINION_FLOW, opinion, "withdraw_answer", actor=actor, on=on, note=note)
        write_step(opinion, actor=actor, reason=note, answer_number="", answered_on=None)
