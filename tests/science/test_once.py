"""Milestones that a task has once, at its own level, and under a number that is its own."""

from datetime import date

import pytest

from khcn.kernel.indicators import Period
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row, save_row
from khcn.science.enums import MilestoneKind
from khcn.science.indicators.events import MILESTONES
from khcn.science.models import ScienceTask
from khcn.science.models.proposals import ProposalOutcome
from khcn.science.operations import (
    correct_milestone,
    correct_milestone_papers,
    determine_task_from_proposals,
    record_milestone,
    remove_milestone,
)
from khcn.science.operations.history import TaskHistory
from khcn.science.operations.next_steps import next_steps
from khcn.science.queries import TaskStep
from khcn.science.workflow import ONCE, TASK_FLOW
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory, TaskProposalFactory
from tests.kernel.papers_given import DAY, OFFICER, accepted_task, draft, issue
from tests.science.channels import import_problems

TODAY = date(2023, 12, 1)
WORDS = {"actor": OFFICER, "on": TODAY}


def record(task, kind, day, **given):
    return record_milestone(task=task, kind=MilestoneKind(kind), reached_on=day, **given, **WORDS)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["registered", "recognised", "settled", "conclusions_met"])
def test_a_milestone_that_a_task_has_once_is_not_recorded_again(kind):
    task = accepted_task()
    first = record(task, kind, date(2023, 9, 6))
    with pytest.raises(Refused, match="ngày 06/09/2023; mốc này chỉ ghi một lần"):
        record(task, kind, date(2023, 9, 7))
    with pytest.raises(Refused, match="chỉ ghi một lần"):
        record(task, kind, date(2023, 9, 5))
    row = {"task": task.code, "kind": MilestoneKind(kind).label, "on": "07/09/2023"}
    assert "chỉ ghi một lần" in " ".join(import_problems(type(first), row, OFFICER, TODAY))
    correct_milestone(
        milestone=first, kind=MilestoneKind(kind), reached_on=date(2023, 9, 8), reason="gõ nhầm", **WORDS
    )
    assert task.milestones.filter(kind=kind).count() == 1


@pytest.mark.django_db
def test_what_may_come_again_does():
    assert {"awarded", "handed_over", "assets_handled", "suspended", "resumed"}.isdisjoint(ONCE)
    task = accepted_task()
    record(task, "handed_over", date(2023, 9, 6))
    record(task, "handed_over", date(2023, 9, 7))


A, B, P, C = "awarded", "budget_appraised", "outline_approved", "contract_signed"


@pytest.mark.parametrize(
    ("lived", "wrong"),
    [
        ([(A, 1), (A, 3), (C, 5)], 0),
        ([(A, 1), (B, 2), (P, 3), (A, 4), (B, 5), (P, 6), (C, 7)], 0),
        ([(A, 1), (P, 2), (A, 3), (A, 4), (P, 5)], 0),
        ([(A, 1), (C, 2), (A, 3)], 1),
        ([(P, 1), (A, 2)], 1),
        ([(A, 1), (P, 2), (P, 3)], 2),
        ([(A, 1), (P, 2), (A, 3), (P, 4), (P, 5)], 2),
        ([(A, 1), (A, 2), (B, 3), (B, 4)], 1),
        ([(A, 1), (A, 2), (P, 3), (B, 4)], 1),
        ([(A, 1), (B, 2), (B, 3), (A, 4)], 1),
    ],
)
def test_an_award_comes_again_before_the_contract_and_what_is_approved_for_the_host_after_it(lived, wrong):
    steps = [TaskStep(date(2022, 3, day), kind) for kind, day in lived]
    task = ScienceTask(level="province", start_year=2022)
    assert len(TaskHistory(task, steps).violations()) == wrong
    assert len(TaskHistory(task, steps[::-1]).violations()) == wrong


@pytest.mark.django_db
def test_figures_count_a_task_once_in_a_window_whatever_is_on_record():
    task = accepted_task()
    for day in (6, 7):
        TaskMilestoneFactory(task=task, kind="recognised", on=date(2023, 9, day))
    counted = next(each for each in MILESTONES if each.code == "NT-04")
    assert counted.records(Period(date(2023, 1, 1), date(2024, 1, 1), 2023)).count() == 1
    assert counted.records(Period(date(2023, 9, 7), date(2024, 1, 1), 2023)).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_registration_does_not_take_the_number_of_another_certificate():
    issue(draft(accepted_task()))
    other = accepted_task()
    with pytest.raises(Refused, match="01/GCN-SKHCN trong sổ giấy chứng nhận đã cấp cho"):
        record(other, "registered", DAY, number="01/GCN-SKHCN")
    registered = record(other, "registered", DAY, number="77/GCN-BỘ")
    with pytest.raises(Refused, match="trong sổ giấy chứng nhận"):
        correct_milestone_papers(milestone=registered, number="01/GCN-SKHCN", reason="gõ nhầm", **WORDS)
    unnumbered = record(accepted_task(), "registered", DAY)
    unnumbered.number = "01/GCN-SKHCN"
    with pytest.raises(Refused, match="trong sổ giấy chứng nhận"):
        save_row(register_of(type(unnumbered)), unnumbered, **WORDS)


@pytest.mark.django_db
def test_only_a_national_task_is_accepted_at_national_level():
    for level, offered in (("province", False), ("ministry", False), ("national", True)):
        task = ScienceTaskFactory(level=level)
        TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
        names = [each.name for each in next_steps(task, TASK_FLOW.by_value["running"], on=TODAY)]
        assert ("accepted_national" in names) is offered
        assert names[-1] in {"suspended", "stopped", "terminated"}
        if offered:
            record(task, "accepted_national", date(2023, 6, 1))
        else:
            with pytest.raises(Refused, match="Chỉ nhiệm vụ cấp quốc gia"):
                record(task, "accepted_national", date(2023, 6, 1))


@pytest.mark.django_db
def test_taking_a_determination_back_opens_the_proposals_and_the_task_can_be_deleted():
    proposals = [TaskProposalFactory(), TaskProposalFactory()]
    task = determine_task_from_proposals(
        proposals=proposals, code="NV-XD", title="Nhiệm vụ", task_type="research_topic",
        determined_on=date(2023, 5, 1), **WORDS,
    )  # fmt: skip
    remove_milestone(milestone=task.milestones.get(), reason="nhầm", **WORDS)
    for proposal in proposals:
        proposal.refresh_from_db()
        assert (proposal.task, proposal.outcome) == (None, ProposalOutcome.OPEN)
    remove_row(register_of(type(task)), type(task).objects.get(pk=task.pk), **WORDS)
