"""Contracts that transfer technology: how their registration comes in, and what each step brings about beside the new state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
from khcn.technology.models import TransferContract
from khcn.technology.operations.numbers import CERTIFICATE_BOOK
from khcn.technology.operations.steps import take_back_step
from khcn.technology.workflow import CONTRACT_FLOW, RECEIVED, REGISTERED

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from khcn.kernel.actors import Actor


class ContractWriter(PastDayWriter):
    """A contract was signed and has come in; one about which something was done stays."""

    def __init__(self) -> None:
        """Its days have come."""
        super().__init__("signed_on", "received_on")

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Only one that waits for its certificate is deleted."""
        if record.state != RECEIVED:
            state = CONTRACT_FLOW.by_value[record.state]
            text = _("Hồ sơ ở trạng thái “%(state)s” nên không xóa được.")
            raise Refused(text % {"state": state.label}, code="decided")


def acted_contracts(keys: Collection[int]) -> set[int]:
    """Those of the contracts that were decided."""
    found = TransferContract.objects.filter(pk__in=list(keys)).exclude(state=RECEIVED)
    return set(found.values_list("pk", flat=True))


def decided_contracts(keys: Collection[int]) -> set[int]:
    """Those of them whose certificate is not being replaced, which opens what it prints."""
    return acted_contracts(keys) - opened_records(TransferContract, keys)


def record_registration(
    *, contract: TransferContract, certificate_number: str, registered_on: date, actor: Actor, on: date
) -> TransferContract:
    """A certificate that was signed on paper. Raises ``Refused`` for a taken number and a day out of order."""
    refuse_out_of_order(contract, ("received_on", "registered_on"), "registered_on", registered_on, on)
    refuse_taken_number(CERTIFICATE_BOOK, contract, certificate_number, registered_on)
    write_step(
        contract, actor=actor, certificate_number=certificate_number.strip(), registered_on=registered_on
    )
    return contract


def close_contract(
    *, contract: TransferContract, closed_on: date, reason: str, actor: Actor, on: date
) -> TransferContract:
    """The registration is refused or handed back. Raises ``Refused`` for a day out of order."""
    refuse_out_of_order(contract, ("received_on", "closed_on"), "closed_on", closed_on, on)
    write_step(contract, actor=actor, reason=reason, closed_on=closed_on, ending_reason=reason.strip())
    return contract


def end_contract(
    *, contract: TransferContract, ended_on: date, reason: str, actor: Actor, on: date
) -> TransferContract:
    """The certificate is in force no more. Raises ``Refused`` for a day out of order."""
    refuse_out_of_order(contract, ("received_on", "registered_on", "ended_on"), "ended_on", ended_on, on)
    write_step(contract, actor=actor, reason=reason, ended_on=ended_on, ending_reason=reason.strip())
    return contract


def take_back_registration(
    *, contract: TransferContract, reason: str, actor: Actor, on: date
) -> TransferContract:
    """A certificate that was entered by a slip. Raises ``Refused`` where a paper of this system is the certificate."""
    refuse_number_of_paper(contract, contract.certificate_number)
    take_back_step(contract, actor=actor, reason=reason, certificate_number="", registered_on=None)
    return contract


def take_up_contract(*, contract: TransferContract, reason: str, actor: Actor, on: date) -> TransferContract:
    """A contract that was closed by a slip waits for its certificate again."""
    take_back_step(contract, actor=actor, reason=reason, closed_on=None, ending_reason="")
    return contract


def take_back_end(*, contract: TransferContract, reason: str, actor: Actor, on: date) -> TransferContract:
    """The certificate is in force on."""
    take_back_step(contract, actor=actor, reason=reason, ended_on=None, ending_reason="")
    return contract


def register(
    *, contract: TransferContract, number: str, actor: Actor, on: date, instead_of: str = ""
) -> None:
    """What the issue of the certificate brings about. One that replaces another corrects it: the day of the registration stays.

    Raises ``TransitionRefused`` where something else was decided, and ``Refused`` for a day out of order.
    """
    if instead_of and contract.certificate_number == instead_of:
        write_step(contract, actor=actor, certificate_number=number)
        return
    refuse_out_of_order(contract, ("received_on", "registered_on"), "registered_on", on, on)
    with transaction.atomic():
        fire(CONTRACT_FLOW, contract, "register", actor=actor, on=on)
        write_step(contract, actor=actor, certificate_number=number, registered_on=on)


def withdraw_registration(*, contract: TransferContract, number: str, actor: Actor, on: date) -> None:
    """What the withdrawal of the certificate brings about. Raises ``Refused`` for one that has ended."""
    if contract.certificate_number != number:
        return
    if contract.state != REGISTERED:
        text = _(
            "Giấy chứng nhận đã ghi hết hiệu lực. Lãnh đạo phòng bấm “Bỏ ghi hết hiệu lực” rồi mới thu hồi được."
        )
        raise Refused(text, code="ended")
    note = _("Thu hồi giấy chứng nhận số %(number)s.") % {"number": number}
    with transaction.atomic():
        fire(CONTRACT_FLOW, contract, "withdraw_registration", actor=actor, on=on, note=note)
        write_step(contract, actor=actor, reason=note, certificate_number="", registered_on=None)
