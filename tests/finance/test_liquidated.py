"""What the liquidation of a contract rested on is not undone step by step afterwards."""

from datetime import date

import pytest

from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row
from khcn.science.models import TaskMilestone
from tests.factories import finance
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory
from tests.finance.test_money import (
    CLERK,
    TODAY,
    _rules,  # noqa: F401 -- the rules of this area
    change,
    enter,
    take,
)
from tests.integrity.given import put

pytestmark = pytest.mark.django_db
BEFORE, LIQUIDATED = date(2023, 8, 1), date(2023, 9, 1)


class Done:
    """A liquidated contract: its advance is cleared, its asset handed over, its year settled."""

    def __init__(self):
        self.task = ScienceTaskFactory()
        TaskMilestoneFactory(task=self.task, kind="liquidated", on=LIQUIDATED)
        self.advance = finance.AdvancePaymentFactory(task=self.task, amount=200, paid_on=date(2023, 6, 1))
        self.clearance = finance.AdvanceClearanceFactory(advance=self.advance, amount=200, cleared_on=BEFORE)
        self.other = finance.AdvancePaymentFactory(amount=200, paid_on=date(2023, 6, 1))
        self.asset = finance.TaskAssetFactory(task=self.task)
        put(self.asset, state="handed_over", decided_on=BEFORE, handed_over_on=BEFORE)
        self.settlement = finance.YearSettlementFactory(task=self.task)
        put(self.settlement, state="approved", approved_on=BEFORE, approved_amount=1)


WRITES = {
    "a clearance is deleted": lambda done: remove_row(
        register_of(type(done.clearance)), done.clearance, actor=CLERK, on=TODAY
    ),
    "a clearance is of another advance": lambda done: change(done.clearance, advance=done.other),
    "less is cleared": lambda done: change(done.clearance, amount=199),
    "it is cleared later": lambda done: change(done.clearance, cleared_on=date(2023, 9, 2)),
    "more is advanced": lambda done: change(done.advance, amount=201),
    "the advance is of another task": lambda done: change(done.advance, task=done.other.task),
    "an advance is added": lambda done: enter(
        finance.AdvancePaymentFactory, task=done.task, amount=1, paid_on=BEFORE
    ),
    "an advance is paid afterwards": lambda done: enter(
        finance.AdvancePaymentFactory, task=done.task, amount=1, paid_on=TODAY
    ),
    "a reduction is added": lambda done: enter(finance.PaymentReductionFactory, task=done.task),
    "an asset is added": lambda done: enter(finance.TaskAssetFactory, task=done.task),
    "a settlement is added": lambda done: enter(finance.YearSettlementFactory, task=done.task, year=2021),
    "the asset is not handed over": lambda done: take(done.asset, "take-back-asset", reason="Nhầm"),
    "the settlement is not approved": lambda done: take(
        done.settlement, "take-back-settlement", reason="Nhầm"
    ),
}


@pytest.mark.parametrize("name", WRITES)
def test_nothing_is_open_again_until_the_liquidation_is_taken_back(name):
    done = Done()
    with pytest.raises(Refused, match="đã thanh lý ngày 01/09/2023"):
        WRITES[name](done)
    for each in (done.clearance, done.advance, done.asset, done.settlement):
        each.refresh_from_db()
    put(TaskMilestone.objects.get(task=done.task), kind="settled")
    WRITES[name](done)


def test_what_was_open_is_worked_off_and_what_is_found_later_is_entered():
    done = Done()
    put(done.clearance, amount=150)
    enter(finance.AdvanceClearanceFactory, advance=done.advance, amount=50, cleared_on=BEFORE)
    enter(finance.PaymentReductionFactory, task=done.task, reason="inspection", decided_on=date(2023, 9, 10))
    change(done.advance, note="Đối chiếu ngày 10/9")
    done.advance.refresh_from_db()
    assert done.advance.note == "Đối chiếu ngày 10/9"


def test_history_from_paper_may_come_after_its_liquidation():
    task = ScienceTaskFactory()
    TaskMilestoneFactory(task=task, kind="liquidated", on=LIQUIDATED, taken_over=True)
    made = enter(finance.AdvancePaymentFactory, task=task, amount=1, paid_on=BEFORE)
    assert made.pk is not None
