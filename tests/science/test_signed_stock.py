"""What a signed report counted of a task does not change by a correction of one of its milestones or amendments."""

from datetime import date

import pytest

from khcn.kernel.actors import Role
from khcn.kernel.indicators import registry
from khcn.kernel.refusals import Refused
from khcn.science.operations import amend_task
from tests.factories.base import an_actor
from tests.factories.reference import LegalDocumentFactory
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory
from tests.reports.signed_given import a_signed_report
from tests.science.channels import run_action

pytestmark = pytest.mark.django_db(transaction=True)
HEAD, TODAY = an_actor(Role.HEAD, "QLKH"), date(2026, 1, 5)


@pytest.fixture
def running():
    """A task that ends in the rest of the year after the signed report, and was extended to that day."""
    task = ScienceTaskFactory(
        start_year=2022, planned_start_on=date(2022, 3, 1), planned_end_on=date(2023, 8, 31)
    )
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
    return task


def extended(task, decided_on, new_end_on):
    return amend_task(
        task=task, kind="extend_duration", decided_on=decided_on, new_end_on=new_end_on,
        decision=LegalDocumentFactory(issued_on=decided_on), actor=HEAD, on=decided_on,
    )  # fmt: skip


def counted(code, report):
    return [each.pk for each in registry[code].rows(report.period())]


def test_what_moves_a_signed_stock_of_tasks_is_not_corrected(running):
    extension = extended(running, date(2023, 5, 4), date(2023, 11, 30))
    later = extended(running, date(2023, 10, 2), date(2023, 12, 30))
    accepted = TaskMilestoneFactory(task=running, kind="accepted_province", on=date(2023, 10, 20))
    report = a_signed_report("DC-09", running, also=[("NT-06", type(running), [running])])
    assert [counted(code, report) for code in ("DC-09", "NT-06")] == [[running.pk]] * 2
    run_action(later, "remove", HEAD, TODAY, reason="gõ nhầm")
    with pytest.raises(Refused, match=f"{report} đã dùng bản ghi này"):
        run_action(extension, "remove", HEAD, TODAY, reason="gõ nhầm")
    moved = {"kind": "accepted_province", "reason": "gõ nhầm"}
    run_action(accepted, "correct", HEAD, TODAY, reached_on=date(2023, 10, 23), **moved)
    with pytest.raises(Refused, match=f"{report} đã dùng bản ghi này"):
        run_action(accepted, "correct", HEAD, TODAY, reached_on=date(2023, 9, 1), **moved)
    assert [counted(code, report) for code in ("DC-09", "NT-06")] == [[running.pk]] * 2


def test_a_withdrawal_does_not_move_under_a_signed_registration(running):
    for kind, day in (("accepted_province", date(2023, 6, 1)), ("registered", date(2023, 7, 3))):
        made = TaskMilestoneFactory(task=running, kind=kind, on=day, number="7/GCN-KHAC")
    withdrawal = TaskMilestoneFactory(task=running, kind="deregistered", on=date(2023, 10, 2), number="2/TB")
    report = a_signed_report("NT-05", made)
    assert counted("NT-05", report) == [made.pk]
    moved = {"kind": "deregistered", "reason": "gõ nhầm"}
    run_action(withdrawal, "correct", HEAD, TODAY, reached_on=date(2023, 10, 3), **moved)
    with pytest.raises(Refused, match=f"{report} đã dùng bản ghi này"):
        run_action(withdrawal, "correct", HEAD, TODAY, reached_on=date(2023, 8, 2), **moved)
    assert counted("NT-05", report) == [made.pk]
