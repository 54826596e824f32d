"""What is offered next for a task, and what a milestone cannot be recorded without."""

from datetime import date

import pytest

from khcn.kernel.actors import acting
from khcn.science.enums import MilestoneKind
from khcn.science.models import TaskMilestone
from khcn.science.operations import TaskRefused, record_milestone, remove_milestone
from khcn.science.operations.next_steps import next_steps
from khcn.science.queries import replay, steps_of
from tests.factories.reference import GradeFactory
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory
from tests.kernel.papers_given import OFFICER
from tests.science.channels import import_problems

pytestmark = pytest.mark.django_db
TODAY = date(2023, 12, 1)
WORDS = {"actor": OFFICER, "on": TODAY}


def offered(task):
    state, _refused = replay(steps_of(task), on=TODAY)
    return [each.name for each in next_steps(task, state, on=TODAY)]


def record(task, kind, day, **given):
    return record_milestone(task=task, kind=MilestoneKind(kind), reached_on=day, **given, **WORDS)


def test_a_contract_and_an_outline_are_not_recorded_without_what_they_state():
    task = ScienceTaskFactory(host=None, planned_end_on=None, budget_total=None)
    with pytest.raises(TaskRefused, match="còn thiếu tổ chức chủ trì, ngày kết thúc theo hợp đồng"):
        record(task, "contract_signed", date(2022, 3, 1))
    with pytest.raises(TaskRefused, match=r"còn thiếu tổ chức chủ trì, tổng kinh phí \(đồng\)"):
        record(task, "outline_approved", date(2022, 2, 1))
    row = {"task": task.code, "kind": "Ký hợp đồng", "on": "01/03/2022"}
    assert "còn thiếu tổ chức chủ trì" in " ".join(import_problems(TaskMilestone, row, OFFICER, TODAY))
    task.host, task.planned_end_on, task.budget_total = ScienceTaskFactory().host, date(2023, 8, 31), 10**9
    with acting(OFFICER):
        task.save()
    record(task, "outline_approved", date(2022, 2, 1))
    record(task, "contract_signed", date(2022, 3, 1))


def test_the_normal_step_comes_first_and_the_early_end_last():
    task = ScienceTaskFactory()
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
    names = offered(task)
    assert names[:2] == ["dossier_submitted", "accepted_province"]
    assert set(names[2:]) == {"suspended", "stopped", "terminated"}


def test_registration_and_settlement_are_offered_until_they_are_done():
    task = ScienceTaskFactory()
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
    failing = GradeFactory(code="failed", label="Không đạt", fails=True)
    TaskMilestoneFactory(task=task, kind="accepted_province", on=date(2023, 6, 1), grade=failing)
    assert offered(task) == ["dossier_submitted", "accepted_province", "settled", "liquidated"]
    dossier = record(task, "dossier_submitted", date(2023, 8, 1))
    assert offered(task) == ["accepted_province", "suspended", "stopped", "terminated"]
    remove_milestone(milestone=dossier, reason="gõ nhầm", **WORDS)
    record(task, "accepted_province", date(2023, 9, 1), grade=GradeFactory())
    assert offered(task) == ["registered", "settled", "liquidated"]
    record(task, "registered", date(2023, 9, 20), number="77/GCN-BỘ")
    assert offered(task) == ["settled", "liquidated"]
    record(task, "deregistered", date(2023, 10, 20), number="02/TB")
    record(task, "settled", date(2023, 11, 1))
    assert offered(task) == ["registered", "liquidated"]


def test_an_acceptance_at_national_level_is_offered_until_there_is_one_that_holds():
    task = ScienceTaskFactory(level="national")
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
    TaskMilestoneFactory(task=task, kind="accepted_province", on=date(2023, 5, 1))
    assert "accepted_national" in offered(task)
    last = TaskMilestoneFactory(task=task, kind="accepted_national", on=date(2023, 6, 1))
    assert "accepted_national" not in offered(task)
    with acting(OFFICER):
        last.grade = GradeFactory(code="failed", label="Không đạt", fails=True)
        last.save()
    assert "accepted_national" in offered(task)
