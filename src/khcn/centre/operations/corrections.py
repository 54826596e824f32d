"""Slips in the days that steps and actions of the Centre wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.centre.operations.writers import refuse_unless_between
from khcn.kernel.actions.corrections import correcting
from khcn.kernel.actions.dependents import refuse_correction_if_relied_on
from khcn.kernel.refusals import Refused

if TYPE_CHECKING:
    from datetime import date

    from khcn.centre.models import ConsultingContract, ReferenceStandard, ServiceOrder, TechnologyProcess
    from khcn.kernel.actors import Actor


def _store(record: Any, actor: Actor, reason: str, **values: date | str | None) -> None:
    """Write the columns under the reason; the record is marked for ever."""
    with correcting(actor, reason), refuse_correction_if_relied_on(record):
        for name, value in values.items():
            setattr(record, name, value)
        record.corrected = True
        record.full_clean()
        record.save()


def why_process_is_tried(process: TechnologyProcess, *, actor: Actor, on: date) -> str:
    """Why a process has no end to correct; "" where it has."""
    if process.completed_on is None and process.dropped_on is None:
        return _("Quy trình đang thử nghiệm, chưa có kết thúc để đính chính.")
    return ""


def correct_process_end(
    *,
    process: TechnologyProcess,
    reason: str,
    actor: Actor,
    on: date,
    completed_on: date | None = None,
    dropped_on: date | None = None,
) -> TechnologyProcess:
    """Correct how and when a process ended; with neither day it is tried on. Raises ``Refused`` for both, and for a day out of order."""
    if why := why_process_is_tried(process, actor=actor, on=on):
        raise Refused(why, code="going_on")
    if completed_on is not None and dropped_on is not None:
        text = _("Quy trình chỉ kết thúc một lần: ghi ngày hoàn thiện hoặc ngày thôi thử nghiệm.")
        raise Refused.about(text, "dropped_on", code="both")
    for name, day in (("completed_on", completed_on), ("dropped_on", dropped_on)):
        if day is not None:
            refuse_unless_between(name, day, process.started_on, on)
    _store(process, actor, reason, completed_on=completed_on, dropped_on=dropped_on)
    return process


def why_standard_is_in_use(standard: ReferenceStandard, *, actor: Actor, on: date) -> str:
    """Why a standard has no withdrawal to correct; "" where it has."""
    return _("Chuẩn đang dùng, chưa ghi thôi dùng.") if standard.withdrawn_on is None else ""


def correct_withdrawal(
    *,
    standard: ReferenceStandard,
    reason: str,
    actor: Actor,
    on: date,
    withdrawn_on: date | None = None,
) -> ReferenceStandard:
    """Correct since when a standard is out of use; without a day it is used on. Raises ``Refused`` for a day before its last use."""
    if why := why_standard_is_in_use(standard, actor=actor, on=on):
        raise Refused(why, code="in_use")
    if withdrawn_on is not None:
        last = standard.uses.order_by("-done_on").first()
        first = max(standard.since_on, last.done_on) if last is not None else standard.since_on
        refuse_unless_between("withdrawn_on", withdrawn_on, first, on)
    _store(standard, actor, reason, withdrawn_on=withdrawn_on)
    return standard


def take_back_return(*, order: ServiceOrder, reason: str, actor: Actor, on: date) -> ServiceOrder:
    """The customer has not got it back, or on another day."""
    _store(order, actor, reason, returned_on=None)
    return order


def take_back_finish(*, order: ServiceOrder, reason: str, actor: Actor, on: date) -> ServiceOrder:
    """It was not done, or on another day: until it is finished again its lines and results may be corrected."""
    _store(order, actor, reason, finished_on=None)
    return order


def take_up_again(*, order: ServiceOrder, reason: str, actor: Actor, on: date) -> ServiceOrder:
    """The order was cancelled by a slip."""
    _store(order, actor, reason)
    return order


def take_back_end(*, contract: ConsultingContract, reason: str, actor: Actor, on: date) -> ConsultingContract:
    """The contract goes on, or ended on another day or in another way. Raises ``Refused`` when a frozen report depends on it."""
    _store(contract, actor, reason, ended_on=None, end_reason="")
    return contract
