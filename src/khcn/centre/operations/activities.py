"""Processes that are completed, contracts that end, visits of models, and work on tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.centre.enums import TaskWorkKind
from khcn.centre.operations.writers import FollowingDayWriter, refuse_unless_between
from khcn.kernel.actors import acting
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from datetime import date

    from khcn.centre.models import ConsultingContract, TechnologyProcess
    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write


def why_process_is_over(process: TechnologyProcess, *, actor: Actor, on: date) -> str:
    """Why nothing more is done with a process; "" while it is tried."""
    if process.completed_on is not None:
        return _("Quy trình đã hoàn thiện ngày %(day)s.") % {"day": format_date(process.completed_on)}
    if process.dropped_on is not None:
        return _("Đã thôi thử nghiệm từ ngày %(day)s.") % {"day": format_date(process.dropped_on)}
    return ""


def complete_process(
    *, process: TechnologyProcess, completed_on: date, actor: Actor, on: date
) -> TechnologyProcess:
    """The process is complete. Raises ``Refused`` where it is over already, and for a day out of order."""
    if why := why_process_is_over(process, actor=actor, on=on):
        raise Refused(why, code="over")
    refuse_unless_between("completed_on", completed_on, process.started_on, on)
    with transaction.atomic(), acting(actor):
        process.completed_on = completed_on
        process.save()
    return process


def drop_process(
    *, process: TechnologyProcess, dropped_on: date, reason: str, actor: Actor, on: date
) -> TechnologyProcess:
    """The process is not tried any more. Raises ``Refused`` where it is over already, and for a day out of order."""
    if why := why_process_is_over(process, actor=actor, on=on):
        raise Refused(why, code="over")
    refuse_unless_between("dropped_on", dropped_on, process.started_on, on)
    with transaction.atomic(), acting(actor, reason):
        process.dropped_on = dropped_on
        process.save()
    return process


def liquidate_contract(
    *, contract: ConsultingContract, ended_on: date, actor: Actor, on: date
) -> ConsultingContract:
    """Both sides have done what was agreed. Raises ``Refused`` for a day out of order."""
    refuse_unless_between("ended_on", ended_on, contract.signed_on, on)
    with transaction.atomic(), acting(actor):
        contract.ended_on = ended_on
        contract.save()
    return contract


def terminate_contract(
    *, contract: ConsultingContract, ended_on: date, reason: str, actor: Actor, on: date
) -> ConsultingContract:
    """The contract ends before its time. Raises ``Refused`` for a day out of order."""
    refuse_unless_between("ended_on", ended_on, contract.signed_on, on)
    with transaction.atomic(), acting(actor, reason):
        contract.ended_on, contract.end_reason = ended_on, reason.strip()
        contract.save()
    return contract


class VisitWriter(FollowingDayWriter):
    """A model is visited while it is followed."""

    def __init__(self) -> None:
        """Not before it began."""
        super().__init__("visited_on", "followed.started_on")

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """Nor after it ended."""
        super().refuse(write, context)
        ended_on = write.record.followed.ended_on
        if ended_on is not None and write.record.visited_on > ended_on:
            text = _("Mô hình kết thúc ngày %(day)s. Hãy xem lại ngày.") % {"day": format_date(ended_on)}
            raise Refused.about(text, "visited_on", code="ended")


class TaskWorkWriter(PastDayWriter):
    """A proposal is about a proposal, the rest about a task."""

    def __init__(self) -> None:
        """It has happened."""
        super().__init__("happened_on")

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """What is about both, about none, or about the wrong one."""
        row = write.record
        if row.kind == TaskWorkKind.PROPOSAL and (row.proposal is None or row.task is not None):
            text = _("Đề xuất nhiệm vụ thì chọn đề xuất và để trống nhiệm vụ.")
            raise Refused.about(text, "proposal", code="about_one")
        if row.kind != TaskWorkKind.PROPOSAL and (row.task is None or row.proposal is not None):
            text = _("Kết quả, thuyết minh thì chọn nhiệm vụ và để trống đề xuất.")
            raise Refused.about(text, "task", code="about_one")
