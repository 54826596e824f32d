"""Complaints, denunciations and suggestions: accepted, resolved, forwarded, refused or stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.inspection.models import Petition
from khcn.inspection.workflow import PETITION_FLOW, RECEIVED
from khcn.kernel.past_days import PastDayWriter, refuse_out_of_order, write_step
from khcn.kernel.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from khcn.kernel.actors import Actor

_DAYS: Final = ("received_on", "accepted_on", "ended_on")


class PetitionWriter(PastDayWriter):
    """What was received; once something was done with it, it stays."""

    def __init__(self) -> None:
        """It has come in."""
        super().__init__("received_on")

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Only one with which nothing has been done is deleted."""
        if record.state != RECEIVED:
            state = PETITION_FLOW.by_value[record.state]
            raise Refused(
                _("Đơn ở trạng thái “%(state)s” nên không xóa được.") % {"state": state.label},
                code="decided",
            )


def ended_petitions(keys: Collection[int]) -> set[int]:
    """Those of the petitions with which something has been done."""
    found = Petition.objects.filter(pk__in=list(keys)).exclude(state=RECEIVED)
    return set(found.values_list("pk", flat=True))


def accept(*, petition: Petition, accepted_on: date, actor: Actor, on: date) -> Petition:
    """The department takes it up; the term of its resolution begins. Raises ``Refused`` for a day out of order."""
    refuse_out_of_order(petition, _DAYS, "accepted_on", accepted_on, on)
    write_step(petition, actor=actor, accepted_on=accepted_on)
    return petition


def resolve(*, petition: Petition, ended_on: date, outcome: str, actor: Actor, on: date) -> Petition:
    """What was decided about it. Raises ``Refused`` for a day out of order."""
    refuse_out_of_order(petition, _DAYS, "ended_on", ended_on, on)
    write_step(petition, actor=actor, ended_on=ended_on, outcome=outcome.strip())
    return petition


def forward(*, petition: Petition, ended_on: date, outcome: str, actor: Actor, on: date) -> Petition:
    """Another body decides about it. Raises ``Refused`` for a day out of order."""
    return resolve(petition=petition, ended_on=ended_on, outcome=outcome, actor=actor, on=on)


def refuse(*, petition: Petition, ended_on: date, reason: str, actor: Actor, on: date) -> Petition:
    """It is not taken up, with the reason. Raises ``Refused`` for a day out of order."""
    return resolve(petition=petition, ended_on=ended_on, outcome=reason, actor=actor, on=on)


def stop(*, petition: Petition, ended_on: date, reason: str, actor: Actor, on: date) -> Petition:
    """Its sender takes it back, or it is not pursued, with the reason. Raises ``Refused`` for a day out of order."""
    return resolve(petition=petition, ended_on=ended_on, outcome=reason, actor=actor, on=on)
