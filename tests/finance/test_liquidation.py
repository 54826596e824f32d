"""Why is this contract not liquidated? What is not done of the task, of its money and its assets."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.refusals import Refused
from khcn.science.enums import MilestoneKind
from khcn.science.models import TaskMilestone
from khcn.science.operations.liquidation import obstacles, waits_for_liquidation
from khcn.science.operations.milestones import correct_milestone, record_milestone
from khcn.science.queries import replay, steps_of
from tests.factories import finance
from tests.factories.base import an_actor
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory

pytestmark = pytest.mark.django_db
SCIENTIST, TODAY = an_actor(Role.OFFICER, "QLKH"), date(2023, 9, 14)
ACCEPTED = (
    ("contract_signed", date(2022, 3, 1)),
    ("accepted_province", date(2023, 5, 1)),
)
DONE = (
    *ACCEPTED,
    ("registered", date(2023, 5, 20)),
    ("settled", date(2023, 6, 1)),
)


def task_with(*milestones):
    task = ScienceTaskFactory()
    for kind, on in milestones:
        TaskMilestoneFactory(task=task, kind=kind, on=on)
    return task


def why(task, on=TODAY):
    return [each.text for each in obstacles(task, steps_of(task), actor=SCIENTIST, on=on)]


def waits(task, on=TODAY):
    steps = [each for each in steps_of(task) if each.on <= on]
    state, _refused = replay(steps)
    return waits_for_liquidation(state, steps)


def test_what_a_task_itself_lacks():
    assert why(task_with(ACCEPTED[0]))[:2] == ["Chưa nghiệm thu.", "Chưa quyết toán kinh phí."]
    found = why(task_with(*ACCEPTED))
    assert found[:2] == ["Chưa đăng ký kết quả thực hiện nhiệm vụ.", "Chưa quyết toán kinh phí."]
    assert why(task_with(*DONE), on=date(2023, 5, 31))[0] == "Chưa quyết toán kinh phí."


def test_what_its_money_and_assets_lack():
    task = task_with(*DONE)
    assert ["Chưa ghi tài sản" in each for each in why(task)] == [True]
    advance = finance.AdvancePaymentFactory(task=task, amount=200_000_000)
    finance.AdvanceClearanceFactory(advance=advance, amount=50_000_000)
    reduction = finance.PaymentReductionFactory(task=task)
    finance.PaymentRecoveryFactory(reduction=reduction, amount=1_000_000)
    finance.YearSettlementFactory(task=task)
    finance.TaskAssetFactory(task=task, name="Máy sấy")
    finance.TaskAssetFactory(task=task, name="Kho lạnh", decided_on=TODAY, handed_over_on=TODAY)
    finance.AdvancePaymentFactory()  # of another task
    assert why(task) == [
        "Tạm ứng chưa thanh toán hết: 150.000.000 đồng.",
        "Giảm trừ, thu hồi chưa nộp: 500.000 đồng.",
        "Hồ sơ quyết toán chưa phê duyệt: năm 2022.",
        "Tài sản chưa xử lý xong: Máy sấy.",
    ]


def test_a_contract_that_ended_early_is_asked_about_its_money_and_assets():
    task = task_with(ACCEPTED[0], ("stopped", date(2023, 5, 25)))
    finance.AdvancePaymentFactory(task=task, amount=300_000_000)
    finance.TaskAssetFactory(task=task, name="Máy sấy")
    assert waits(task)
    assert why(task) == [
        "Chưa quyết toán kinh phí.",
        "Tạm ứng chưa thanh toán hết: 300.000.000 đồng.",
        "Tài sản chưa xử lý xong: Máy sấy.",
    ]
    assert not waits(task_with(("stopped", date(2023, 5, 25))))  # no contract was signed
    assert not waits(task_with(*DONE, ("liquidated", date(2023, 8, 1))))


def test_nothing_hinders():
    task = task_with(*DONE, ("assets_handled", date(2023, 6, 5)))
    assert why(task) == []
    assert waits(task)


def test_when_a_contract_waits_for_its_liquidation():
    assert not waits(ScienceTaskFactory())
    assert waits(task_with(ACCEPTED[0]))
    assert not waits(task_with(*DONE, ("liquidated", date(2023, 7, 1))))


def test_a_contract_is_not_liquidated_while_money_is_outside():
    task = task_with(*DONE)
    advance = finance.AdvancePaymentFactory(task=task, amount=200_000_000)
    asset = finance.TaskAssetFactory(task=task)
    recorded = {"task": task, "kind": MilestoneKind.LIQUIDATED, "reached_on": TODAY}
    with pytest.raises(Refused, match="tạm ứng chưa thanh toán hết, tài sản chưa xử lý xong"):
        record_milestone(**recorded, actor=SCIENTIST, on=TODAY)
    finance.AdvanceClearanceFactory(advance=advance, amount=200_000_000)
    asset.handed_over_on = asset.decided_on = TODAY
    with acting(SYSTEM):
        asset.save()
    assert record_milestone(**recorded, actor=SCIENTIST, on=TODAY).kind == "liquidated"


def test_a_liquidation_is_not_corrected_to_a_day_on_which_money_was_outside():
    task = task_with(*DONE, ("liquidated", date(2023, 9, 1)))
    advance = finance.AdvancePaymentFactory(task=task, amount=200_000_000)
    finance.AdvanceClearanceFactory(advance=advance, amount=200_000_000, cleared_on=date(2023, 8, 15))
    milestone = TaskMilestone.objects.get(kind=MilestoneKind.LIQUIDATED)
    given = {"milestone": milestone, "kind": MilestoneKind.LIQUIDATED, "reason": "Nhầm ngày"}
    with pytest.raises(Refused, match="tạm ứng chưa thanh toán hết"):
        correct_milestone(**given, reached_on=date(2023, 8, 14), actor=SCIENTIST, on=TODAY)
    milestone.refresh_from_db()
    assert milestone.on == date(2023, 9, 1)
    correct_milestone(**given, reached_on=date(2023, 8, 15), actor=SCIENTIST, on=TODAY)
    milestone.refresh_from_db()
    assert milestone.on == date(2023, 8, 15)


def test_a_public_asset_is_not_done_before_it_is_decided():
    made = finance.PublicAssetFactory.build(completed_on=TODAY, proceeds=1)
    with pytest.raises(ValidationError, match="cần có ngày quyết định"):
        made.full_clean()
    made.decided_on = TODAY
    made.full_clean()
