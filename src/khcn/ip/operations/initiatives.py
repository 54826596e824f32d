"""Initiatives: how they come in, who made them, and what each step brings about beside the new state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from khcn.ip.models import Initiative, InitiativeAuthor, InitiativeRound
from khcn.ip.operations.parents import parent_keys, parents
from khcn.ip.workflow import (
    ACCEPTED,
    INITIATIVE_FLOW,
    PROPOSED,
    RECEIVED,
    RECOGNISED,
    UNDECIDED,
    WHOLE,
    share_text,
)
from khcn.kernel.actors import acting
from khcn.kernel.audit.row_locks import lock_rows
from khcn.kernel.papers.models import Paper
from khcn.kernel.past_days import PastDayWriter, refuse_to_come
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.writing import RowWriter
from khcn.kernel.text.dates import format_date
from khcn.kernel.workflow.engine import fire
from khcn.kernel.workflow.models import WorkflowStep

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write

_SHARES: Final = "ip.shares"  # what rows of one workbook say, besides what is on record


def decided_initiatives(keys: Collection[int]) -> set[int]:
    """Those of the initiatives that are decided."""
    found = Initiative.objects.filter(pk__in=list(keys)).exclude(state__in=UNDECIDED)
    return set(found.values_list("pk", flat=True))


def _closed() -> QuerySet[Initiative]:
    """Initiatives that are decided, but for those whose decision is being replaced: the draft prints what is corrected."""
    opened = Paper.objects.filter(
        model=InitiativeRound._meta.label_lower,
        object_id=OuterRef("round"),
        number__text=OuterRef("decision_number"),
        replacements__state="draft",
    )
    return Initiative.objects.exclude(state__in=UNDECIDED).filter(~Exists(opened))


def closed_initiatives(keys: Collection[int]) -> set[int]:
    """Those of the initiatives that are decided, and whose decision is not being replaced."""
    return set(_closed().filter(pk__in=list(keys)).values_list("pk", flat=True))


def considered_initiatives(keys: Collection[int]) -> set[int]:
    """Those that the council has considered, or about which something was decided."""
    found = Initiative.objects.filter(pk__in=list(keys)).exclude(state__in=(RECEIVED, ACCEPTED))
    return set(found.values_list("pk", flat=True))


def rounds_with_recognised(keys: Collection[int]) -> set[int]:
    """Those of the rounds of which an initiative is recognised."""
    found = Initiative.objects.filter(round__in=list(keys), state=RECOGNISED)
    return set(found.values_list("round", flat=True))


def recognised_rounds(keys: Collection[int]) -> set[int]:
    """Those of the rounds of which an initiative is recognised, by a decision that is not being replaced."""
    found = _closed().filter(round__in=list(keys), state=RECOGNISED)
    return set(found.values_list("round", flat=True))


def decision_numbers(round_key: int) -> set[str]:
    """The numbers of the decisions of this system about a round."""
    papers = Paper.objects.filter(
        model=InitiativeRound._meta.label_lower, object_id=round_key, number__isnull=False
    )
    return {each.number_text for each in papers}


class InitiativeWriter(PastDayWriter):
    """An initiative has come in, and one with which something was done stays."""

    def __init__(self) -> None:
        """Its days have come."""
        super().__init__("received_on", "first_applied_on")

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Only one that waits for its first step is deleted."""
        if record.state != RECEIVED:
            state = INITIATIVE_FLOW.by_value[record.state]
            raise Refused(
                _("Sáng kiến đang ở trạng thái “%(state)s” nên không xóa được.") % {"state": state.label},
                code="decided",
            )


def _refuse_decided(initiative: Initiative) -> None:
    """Raise ``Refused`` for the authors of an initiative that the council has considered."""
    if initiative.state in UNDECIDED and initiative.state != PROPOSED:
        return
    state = INITIATIVE_FLOW.by_value[initiative.state]
    text = _("Sáng kiến đang ở trạng thái “%(state)s” nên danh sách tác giả không sửa được nữa.")
    raise Refused(text % {"state": state.label}, code="decided")


class AuthorWriter(RowWriter):
    """The shares of one initiative make a hundred at most, and stay as the council considered them."""

    def lock(self, writes: Sequence[Write]) -> None:
        """Of two authors entered at the same moment the second sees the first."""
        lock_rows(Initiative.objects.filter(pk__in=parent_keys(writes, "initiative")))

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Also against rows of the same workbook, which take the place of what is on record."""
        written = {each.record.pk for each in writes if each.record.pk is not None}
        totals: dict[Any, Any] = context.seen.setdefault(_SHARES, {})
        keys = {each.record.initiative_id for each in writes if each.record.initiative_id is not None}
        stored = InitiativeAuthor.objects.filter(initiative__in=keys).exclude(pk__in=written)
        for key, share in stored.values_list("initiative", "share"):
            totals[key] = totals.get(key, 0) + share
        for write in writes:
            author = write.record
            key = author.initiative_id if author.initiative_id is not None else author.initiative.code
            totals[key] = totals.get(key, 0) + author.share
            try:
                if write.is_new or write.changed & {"initiative", "person", "share", "ordinal"}:
                    for initiative in parents(write, "initiative"):
                        _refuse_decided(initiative)
                    if totals[key] > WHOLE:
                        text = _(
                            "Tỷ lệ đóng góp của các tác giả cộng lại là %(total)s %%, quá 100 %%. Hãy xem lại."
                        )
                        raise Refused.about(text % {"total": share_text(totals[key])}, "share")
            except Refused as refused:
                yield write, refused

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Who made what the council has considered stays."""
        _refuse_decided(record.initiative)


def _check_day(initiative: Initiative, day: date, name: str, on: date, *others: date | None) -> None:
    """The day of a step has come and does not stand before those before it."""
    refuse_to_come(day, name, on)
    last = max(filter(None, (initiative.received_on, initiative.accepted_on, *others)))
    if day < last:
        text = _("Ngày này đứng trước bước trước đó của sáng kiến, ngày %(day)s. Hãy xem lại ngày.")
        raise Refused.about(text % {"day": format_date(last)}, name, code="order")


def accept(*, initiative: Initiative, accepted_on: date, actor: Actor, on: date) -> Initiative:
    """The request is complete, and goes to the council. Raises ``Refused`` for a day out of order."""
    _check_day(initiative, accepted_on, "accepted_on", on)
    with transaction.atomic(), acting(actor):
        initiative.accepted_on = accepted_on
        initiative.save()
    return initiative


def propose(
    *, initiative: Initiative, proposed_on: date, actor: Actor, on: date, conclusion: str = ""
) -> Initiative:
    """The council proposes to recognise the initiative. Raises ``Refused`` for a day out of order."""
    _check_day(initiative, proposed_on, "proposed_on", on, initiative.round.considered_on)
    with transaction.atomic(), acting(actor):
        initiative.conclusion = conclusion.strip()
        initiative.save()
    return initiative


def record_recognition(
    *, initiative: Initiative, decision_number: str, decided_on: date, actor: Actor, on: date
) -> Initiative:
    """A decision that was signed elsewhere: that of the People's Committee. Raises ``Refused`` for a day out of order."""
    concluded = WorkflowStep.objects.filter(
        workflow=INITIATIVE_FLOW.name, object_id=initiative.pk, name="propose"
    )
    concluded_on = concluded.order_by("-pk").values_list("effective_on", flat=True).first()
    _check_day(initiative, decided_on, "decided_on", on, initiative.round.considered_on, concluded_on)
    with transaction.atomic(), acting(actor):
        initiative.decision_number, initiative.decided_on = decision_number.strip(), decided_on
        initiative.save()
    return initiative


def refuse(*, initiative: Initiative, decided_on: date, reason: str, actor: Actor, on: date) -> Initiative:
    """The initiative is not recognised, with the reason. Raises ``Refused`` for a day out of order."""
    _check_day(initiative, decided_on, "decided_on", on)
    with transaction.atomic(), acting(actor, reason):
        initiative.decided_on, initiative.refusal_reason = decided_on, reason.strip()
        initiative.save()
    return initiative


def recognise_round(
    *, review_round: InitiativeRound, number: str, actor: Actor, on: date, instead_of: str = ""
) -> None:
    """What the issue of a decision brings about: the initiatives that the council proposed are recognised. A decision that replaces
    another one is about the same initiatives again.
    """
    with transaction.atomic(), acting(actor):
        if instead_of:
            _reopen(review_round, instead_of, number, actor=actor, on=on)
        for initiative in review_round.initiatives.filter(state=PROPOSED).order_by("pk"):
            fire(INITIATIVE_FLOW, initiative, "recognise", actor=actor, on=on)
            initiative.decision_number, initiative.decided_on = number, on
            initiative.save()


def reopen_round(*, review_round: InitiativeRound, number: str, notice: str, actor: Actor, on: date) -> None:
    """What the withdrawal of a decision brings about: its initiatives wait for another one.

    Raises ``Refused`` while a certificate says that one of them is recognised by this decision.
    """
    decided = review_round.initiatives.filter(decision_number=number)
    with transaction.atomic():
        lock_rows(decided)  # nobody issues a certificate in between
        certificates = Paper.objects.in_force_for(Initiative).filter(object_id__in=decided.values("pk"))
        if numbers := list(certificates.order_by("pk").values_list("number__text", flat=True)):
            text = _(
                "Sáng kiến theo quyết định này đang có giấy chứng nhận: %(numbers)s. Thu hồi các giấy đó trước, ở trang của từng giấy."
            )
            raise Refused(text % {"numbers": ", ".join(numbers)}, code="certified")
        _reopen(review_round, number, notice, actor=actor, on=on)


def _reopen(review_round: InitiativeRound, number: str, notice: str, *, actor: Actor, on: date) -> None:
    note = _("Quyết định %(number)s bị thu hồi hoặc thay bằng văn bản số %(notice)s.") % {
        "number": number,
        "notice": notice,
    }
    with transaction.atomic(), acting(actor, note):
        for initiative in review_round.initiatives.filter(decision_number=number).order_by("pk"):
            fire(INITIATIVE_FLOW, initiative, "reopen", actor=actor, on=on, note=note)
            initiative.decision_number, initiative.decided_on = "", None
            initiative.save()
