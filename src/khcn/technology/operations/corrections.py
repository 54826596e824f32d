"""Slips in the days from which terms are counted, found after the answer: no paper prints them, so none has to be replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.past_days import refuse_out_of_order
from khcn.kernel.steps_back import refuse_unless_may, write_correction
from khcn.technology.rules import technology_staff
from khcn.technology.workflow import RECEIVED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.technology.models import TechnologyOpinion, TransferContract

# In order; a record has the days of one of the sequences.
_OPINION_DAYS: Final = (("requested_on", "received_on", "answered_on"), ("received_on", "closed_on"))
_CONTRACT_DAYS: Final = (
    ("signed_on", "received_on", "registered_on", "ended_on"),
    ("received_on", "closed_on"),
)


def why_still_open(record: Any, *, actor: Actor, on: date) -> str:
    """Why there is nothing to correct: before a step was taken, the form changes everything."""
    return _("Hồ sơ chưa được xử lý: sửa ở biểu mẫu.") if record.state == RECEIVED else ""


def _write(record: Any, days: Sequence[Sequence[str]], *, reason: str, actor: Actor, on: date) -> None:
    refuse_unless_may(technology_staff, record, actor)
    for sequence in days:
        for name in sequence:
            if (day := getattr(record, name)) is not None:
                refuse_out_of_order(record, sequence, name, day, on)
    write_correction(record, {}, reason=reason, actor=actor, on=on)


def correct_opinion(
    *,
    opinion: TechnologyOpinion,
    received_on: date,
    answer_by: date | None,
    reason: str,
    actor: Actor,
    on: date,
) -> TechnologyOpinion:
    """Correct the days from which the term is counted; the record is marked for ever.

    Raises ``Refused`` for days out of order, and when a frozen report would count it otherwise.
    """
    opinion.received_on, opinion.answer_by = received_on, answer_by
    _write(opinion, _OPINION_DAYS, reason=reason, actor=actor, on=on)
    return opinion


def correct_contract(
    *, contract: TransferContract, received_on: date, reason: str, actor: Actor, on: date
) -> TransferContract:
    """Correct the day from which the term is counted; the record is marked for ever. Raises as `correct_opinion`."""
    contract.received_on = received_on
    _write(contract, _CONTRACT_DAYS, reason=reason, actor=actor, on=on)
    return contract
