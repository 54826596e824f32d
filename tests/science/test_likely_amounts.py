"""The amount of a contract or a settlement above what was approved is asked about, and recorded with a reason."""

from datetime import date

import pytest

from khcn.kernel.actors import Role
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.science.models import TaskMilestone
from tests.factories.base import an_actor
from tests.factories.science import ScienceTaskFactory, TaskAmendmentFactory, TaskMilestoneFactory
from tests.science.channels import api_refusal, import_problems, run_action

pytestmark = pytest.mark.django_db
STAFF, HEAD, TODAY = an_actor(Role.OFFICER, "QLKH"), an_actor(Role.HEAD, "QLKH"), date(2026, 1, 5)
BUDGET, SIGNED, ACCEPTED, SETTLED = 1_250_000_000, date(2022, 3, 1), date(2023, 6, 1), date(2023, 7, 1)
ABOVE_BUDGET = "lớn hơn tổng kinh phí của nhiệm vụ là 1.250.000.000 đồng"
ABOVE_CONTRACT = "lớn hơn số tiền hợp đồng là 1.000.000.000 đồng"
WHY = {"amount_reason": "Tổ chức chủ trì bổ sung vốn đối ứng theo biên bản ngày 20/6/2023"}


@pytest.fixture
def task():
    return ScienceTaskFactory(code="NV-1", budget_total=BUDGET)


@pytest.fixture
def accepted(task):
    TaskMilestoneFactory(task=task, kind="contract_signed", on=SIGNED, amount=1_000_000_000)
    return TaskMilestoneFactory(task=task, kind="accepted_province", on=ACCEPTED).task


def record(task, kind, on, amount, **more):
    run_action(task, "record-milestone", STAFF, TODAY, kind=kind, reached_on=on, amount=amount, **more)
    return task.milestones.get(kind=kind)


def test_a_contract_above_the_budget_is_recorded_with_a_reason(task):
    with pytest.raises(Refused, match=ABOVE_BUDGET) as refusal:
        record(task, "contract_signed", SIGNED, 10 * BUDGET)
    assert (list(refusal.value.fields), refusal.value.code) == (["amount"], "unlikely")
    made = record(task, "contract_signed", SIGNED, BUDGET + 1, **WHY)
    assert (made.amount, made.amount_reason) == (BUDGET + 1, WHY["amount_reason"])


@pytest.mark.parametrize(
    ("amount", "words"), [(BUDGET + 1, ABOVE_BUDGET), (BUDGET, ABOVE_CONTRACT), (10**9, "")]
)
def test_a_settlement_is_compared_with_budget_and_contract(accepted, amount, words):
    if words:
        with pytest.raises(Refused, match=words):
            record(accepted, "settled", SETTLED, amount)
        assert record(accepted, "settled", SETTLED, amount, **WHY).amount == amount
    else:
        assert record(accepted, "settled", SETTLED, amount).amount_reason == ""


def test_a_contract_of_before_the_budget_was_raised_says_nothing_of_the_settlement(accepted):
    TaskAmendmentFactory(
        task=accepted, kind="change_budget", decided_on=date(2023, 5, 1), old_end_on=None, new_end_on=None,
        old_budget_total=10**9, new_budget_total=BUDGET,
    )  # fmt: skip
    assert record(accepted, "settled", SETTLED, BUDGET).amount == BUDGET


def test_it_is_asked_in_sheets_interface_and_corrections_alike(accepted):
    row = {"task": "NV-1", "kind": "Quyết toán kinh phí", "on": "1/7/2023", "amount": "1.250.000.001"}
    assert ABOVE_BUDGET in " ".join(import_problems(TaskMilestone, row, STAFF, TODAY))
    assert import_problems(TaskMilestone, {**row, **WHY}, STAFF, TODAY) == []
    made = record(accepted, "settled", SETTLED, None)
    assert ABOVE_BUDGET in api_refusal(made, STAFF, TODAY, amount=BUDGET + 1)  # what was empty is filled in
    made.refresh_from_db()
    assert api_refusal(made, STAFF, TODAY, amount=10**9) == ""
    slip = {"document": None, "number": "", "amount": BUDGET + 1, "reason": "gõ nhầm"}
    with pytest.raises(Refused, match=ABOVE_BUDGET):
        run_action(made, "correct-papers", STAFF, TODAY, **slip)
    run_action(made, "correct-papers", STAFF, TODAY, **slip, **WHY)
    made.refresh_from_db()
    assert (made.amount, made.amount_reason) == (BUDGET + 1, WHY["amount_reason"])


def test_papers_are_taken_over_as_they_are(accepted):
    paper = TaskMilestone(task=accepted, kind="settled", on=SETTLED, amount=10 * BUDGET, taken_over=True)
    save_row(register_of(TaskMilestone), paper, actor=HEAD, on=TODAY)
    assert accepted.milestones.get(kind="settled").amount == 10 * BUDGET
