"""A change of the budget to a sum many times the one before is asked about with both sums, and recorded with a reason."""

from datetime import date

import pytest

from khcn.kernel.actors import Role
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.science.models import ScienceTask, TaskAmendment
from tests.factories.base import an_actor
from tests.factories.science import AmendmentRequestFactory, ScienceTaskFactory, TaskMilestoneFactory
from tests.science.channels import import_problems, run_action

pytestmark = pytest.mark.django_db
STAFF, HEAD, TODAY = an_actor(Role.OFFICER, "QLKH"), an_actor(Role.HEAD, "QLKH"), date(2026, 1, 5)
TOTAL, STATE, DECIDED = 1_250_000_000, 1_000_000_000, date(2023, 7, 1)
WHY = {"budget_reason": "Mở rộng ra toàn tỉnh theo Quyết định số 12/QĐ-UBND"}


@pytest.fixture
def task():
    made = ScienceTaskFactory(code="NV-1", budget_total=TOTAL, budget_state=STATE)
    return TaskMilestoneFactory(task=made, kind="contract_signed", on=date(2022, 3, 1)).task


def budget(task):
    return ScienceTask.objects.values_list("budget_total", "budget_state").get(pk=task.pk)


def amend(task, total, state=None, **more):
    sums = {"new_budget_total": total, "new_budget_state": state}
    run_action(task, "amend", STAFF, TODAY, kind="change_budget", decided_on=DECIDED, **sums, **more)


@pytest.mark.parametrize(
    ("total", "state", "sums", "column"),
    [
        (100 * TOTAL, STATE, "1.250.000.000 đồng, sau điều chỉnh là 125.000.000.000 đồng", "new_budget_total"),
        (5 * TOTAL, None, "1.250.000.000 đồng, sau điều chỉnh là 6.250.000.000 đồng", "new_budget_total"),
        (TOTAL // 5, TOTAL // 5, "1.250.000.000 đồng, sau điều chỉnh là 250.000.000 đồng", "new_budget_total"),
        (TOTAL, STATE // 10, "1.000.000.000 đồng, sau điều chỉnh là 100.000.000 đồng", "new_budget_state"),
        (5 * TOTAL - 1, None, "", ""),
        (TOTAL // 5 + 1, TOTAL // 5 + 1, "", ""),
    ],
)  # fmt: skip
def test_a_sum_with_digits_too_many_or_too_few_is_recorded_with_a_reason(task, total, state, sums, column):
    if not sums:
        amend(task, total, state)
        assert budget(task) == (total, STATE if state is None else state)
        return
    with pytest.raises(Refused, match=f"Kinh phí trước điều chỉnh là {sums}") as refusal:
        amend(task, total, state, budget_reason=" ")
    assert (list(refusal.value.fields), refusal.value.code) == ([column], "unlikely")
    assert (budget(task), task.amendments.count()) == ((TOTAL, STATE), 0)
    amend(task, total, state, **WHY)
    assert budget(task) == (total, STATE if state is None else state)
    assert task.amendments.get().budget_reason == WHY["budget_reason"]


def test_what_was_empty_is_not_compared():
    made = ScienceTaskFactory(budget_total=None, budget_state=None)
    task = TaskMilestoneFactory(task=made, kind="contract_signed", on=date(2022, 3, 1)).task
    amend(task, 100 * TOTAL)
    assert budget(task) == (100 * TOTAL, None)


def test_it_is_asked_in_sheets_too_and_papers_are_taken_over_as_they_are(task):
    row = {
        "task": "NV-1", "kind": "Điều chỉnh kinh phí", "decided_on": "1/7/2023", "new_budget_total": "125.000.000.000",
    }  # fmt: skip
    (problem,) = import_problems(TaskAmendment, row, STAFF, TODAY)
    assert "sau điều chỉnh là 125.000.000.000 đồng" in problem
    assert import_problems(TaskAmendment, {**row, **WHY}, STAFF, TODAY) == []
    paper = TaskAmendment(
        task=task, kind="change_budget", decided_on=DECIDED, taken_over=True, old_budget_total=TOTAL,
        new_budget_total=100 * TOTAL,
    )  # fmt: skip
    save_row(register_of(TaskAmendment), paper, actor=HEAD, on=TODAY)
    assert task.amendments.get().new_budget_total == 100 * TOTAL


def test_the_decision_on_a_request_asks_as_well(task):
    before = "1.250.000.000 đồng, trong đó ngân sách nhà nước 1.000.000.000 đồng"
    asked = AmendmentRequestFactory(
        task=task, before=before, kind="change_budget", requested_on=date(2023, 6, 1), new_end_on=None, new_budget_total=100 * TOTAL
    )  # fmt: skip
    with pytest.raises(Refused, match=r"sau điều chỉnh là 125\.000\.000\.000 đồng"):
        run_action(asked, "approve", STAFF, TODAY, decided_on=DECIDED)
    run_action(asked, "approve", STAFF, TODAY, decided_on=DECIDED, **WHY)
    assert (budget(task)[0], task.amendments.get().budget_reason) == (100 * TOTAL, WHY["budget_reason"])
