"""Money of tasks: what is allocated, advanced and cleared is never above what it is part of; terms, ages, steps back."""

from datetime import date

import pytest

from khcn.finance.models import (
    AdvanceClearance,
    AdvancePayment,
    BudgetAllocation,
    BudgetEstimate,
    ContractInstalment,
    PaymentReduction,
    YearSettlement,
)
from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import SYSTEM, Role
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row, save_row, save_rows
from khcn.reference.operations import enter_shipped_rules
from tests.factories.base import an_actor
from tests.factories.finance import (
    AdvanceClearanceFactory,
    AdvancePaymentFactory,
    AssignedEstimateFactory,
    BudgetAllocationFactory,
    BudgetEstimateFactory,
    ContractInstalmentFactory,
    PaymentRecoveryFactory,
    PaymentReductionFactory,
    YearSettlementFactory,
)
from tests.factories.science import ScienceTaskFactory
from tests.integrity.given import put

pytestmark = pytest.mark.django_db
CLERK, SCIENTIST, TODAY = an_actor(Role.OFFICE, "VP"), an_actor(Role.OFFICER, "QLKH"), date(2023, 9, 14)


@pytest.fixture(autouse=True)
def _rules():
    enter_shipped_rules(actor=SYSTEM)


def take(record, name, actor=CLERK, on=TODAY, **values):
    register = register_of(type(record))
    run(action_to_run(register, name), register, record.pk, values, actor=actor, on=on)
    record.refresh_from_db()
    return record


def enter(factory, actor=CLERK, **values):
    """A row through the register, as a form writes it."""
    made = factory.build(**values)
    save_row(register_of(type(made)), made, actor=actor, on=TODAY)
    return made


def change(record, actor=CLERK, **values):
    for name, value in values.items():
        setattr(record, name, value)
    save_row(register_of(type(record)), record, actor=actor, on=TODAY)


def terms(record):
    rows = Deadline.objects.filter(subject_model=record._meta.label_lower, subject_id=record.pk)
    return {each.kind.partition(".")[2]: (each.due_on, each.met_on) for each in rows}


# ------------------------------------------------------------------------------------------- estimates


def test_an_estimate_is_submitted_assigned_divided_and_taken_back():
    estimate = enter(BudgetEstimateFactory)
    take(estimate, "submit", submitted_on=date(2022, 7, 25))
    with pytest.raises(Refused, match="25/07/2022"):
        take(estimate, "assign", decision_number="1", assigned_on=date(2022, 7, 24), assigned_amount=5)
    estimate.refresh_from_db()
    take(
        estimate, "assign", decision_number=" 9/QĐ-UBND ", assigned_on=date(2022, 12, 10), assigned_amount=500
    )
    assert (estimate.state, estimate.decision_number, estimate.assigned_amount) == (
        "assigned",
        "9/QĐ-UBND",
        500,
    )
    with pytest.raises(Refused, match="Bỏ bước ghi nhầm"):
        change(estimate, purpose="Việc khác")
    estimate.refresh_from_db()
    part = enter(BudgetAllocationFactory, estimate=estimate, task=ScienceTaskFactory(), amount=500)
    with pytest.raises(Refused, match="phân bổ"):
        take(estimate, "take-back-estimate", reason="Nhầm")
    remove_row(register_of(BudgetAllocation), part, actor=CLERK, on=TODAY)
    take(estimate, "take-back-estimate", reason="Nhầm")
    assert (estimate.state, estimate.assigned_on, estimate.assigned_amount) == ("submitted", None, None)
    take(estimate, "take-back-estimate", reason="Nhầm")
    assert (estimate.state, estimate.submitted_on, estimate.corrected) == ("drafted", None, True)
    remove_row(register_of(BudgetEstimate), estimate, actor=CLERK, on=TODAY)


def test_what_was_submitted_is_not_deleted():
    with pytest.raises(Refused, match="không xóa được"):
        remove_row(register_of(BudgetEstimate), AssignedEstimateFactory(), actor=CLERK, on=TODAY)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"task": None}, "Chọn một nhiệm vụ"),
        ({"allocated_on": date(2022, 12, 9)}, "10/12/2022"),
        ({"allocated_on": date(2023, 9, 15)}, "chưa đến"),
        ({"amount": 10_000_000_001}, "số tiền được giao"),
    ],
)
def test_what_an_allocation_is_refused_for(values, words):
    given = {"estimate": AssignedEstimateFactory(), "task": ScienceTaskFactory(), **values}
    with pytest.raises(Refused, match=words):
        enter(BudgetAllocationFactory, **given)


def test_what_is_not_assigned_is_not_allocated():
    with pytest.raises(Refused, match="chưa được giao"):
        enter(BudgetAllocationFactory, estimate=BudgetEstimateFactory(), task=ScienceTaskFactory())


def test_what_was_taken_back_meanwhile_is_not_allocated():
    """The form was opened while the estimate was assigned."""
    estimate = AssignedEstimateFactory()
    opened = BudgetEstimate.objects.get(pk=estimate.pk)
    put(estimate, state="submitted", assigned_on=None, assigned_amount=None)
    with pytest.raises(Refused, match="chưa được giao"):
        enter(BudgetAllocationFactory, estimate=opened, task=ScienceTaskFactory())


def test_parts_of_one_workbook_are_added_up():
    estimate, task = AssignedEstimateFactory(assigned_amount=500), ScienceTaskFactory()
    rows = [
        BudgetAllocationFactory.build(estimate=estimate, task=task, amount=amount) for amount in (300, 201)
    ]
    with pytest.raises(Refused, match="Cộng lại 501"):
        save_rows(register_of(BudgetAllocation), rows, actor=CLERK, on=TODAY)


# ----------------------------------------------------------------------------- instalments and advances


def test_instalments_are_within_the_money_of_the_state_and_follow_the_contract():
    task = ScienceTaskFactory(budget_total=900, budget_state=600)
    first = enter(ContractInstalmentFactory, actor=SCIENTIST, task=task, amount=400)
    with pytest.raises(Refused, match="ngân sách nhà nước"):
        enter(ContractInstalmentFactory, task=task, ordinal=2, amount=201)
    enter(ContractInstalmentFactory, task=task, ordinal=2, amount=200)
    assert terms(first) == {"instalment": (date(2023, 5, 10), None)}
    enter(AdvancePaymentFactory, task=task, instalment=first, amount=150, paid_on=date(2023, 5, 9))
    assert terms(first) == {"instalment": (date(2023, 5, 10), None)}
    enter(AdvancePaymentFactory, task=task, instalment=first, amount=250, paid_on=date(2023, 5, 20))
    assert terms(first) == {"instalment": (date(2023, 5, 10), date(2023, 5, 20))}
    with pytest.raises(Refused, match="Các khoản đã ghi cộng lại 400"):
        change(first, amount=399)


def test_an_instalment_that_is_dropped_waits_for_nothing():
    row = enter(ContractInstalmentFactory, task=ScienceTaskFactory())
    with pytest.raises(Refused, match="lý do đi cùng nhau"):
        change(row, dropped_on=date(2023, 5, 1))
    change(row, dropped_on=date(2023, 5, 1), drop_reason="Dừng thực hiện")
    assert terms(row) == {}
    with pytest.raises(Refused, match="không cấp nữa"):
        enter(AdvancePaymentFactory, task=row.task, instalment=row, paid_on=date(2023, 5, 1))


def test_an_advance_is_of_the_task_of_its_instalment_and_not_above_it():
    row = ContractInstalmentFactory(amount=300)
    with pytest.raises(Refused, match="nhiệm vụ khác"):
        enter(AdvancePaymentFactory, task=ScienceTaskFactory(), instalment=row)
    with pytest.raises(Refused, match="số tiền của đợt cấp"):
        enter(AdvancePaymentFactory, task=row.task, instalment=row, amount=301)
    made = enter(AdvancePaymentFactory, task=row.task, instalment=row, amount=300)
    with pytest.raises(Refused, match="không đổi nhiệm vụ"):
        change(row, task=ScienceTaskFactory())
    row.refresh_from_db()
    other = ContractInstalmentFactory(task=row.task, ordinal=2, amount=200)
    with pytest.raises(Refused, match="số tiền của đợt cấp"):
        change(made, instalment=other)


def test_an_advance_is_cleared_in_parts_by_its_term():
    """180 days from 10/05/2023."""
    advance = enter(AdvancePaymentFactory, task=ScienceTaskFactory(), amount=200)
    assert terms(advance) == {"clearance": (date(2023, 11, 6), None)}
    with pytest.raises(Refused, match="10/05/2023"):
        enter(AdvanceClearanceFactory, advance=advance, cleared_on=date(2023, 5, 9), amount=1)
    enter(AdvanceClearanceFactory, advance=advance, cleared_on=date(2023, 6, 10), amount=120)
    with pytest.raises(Refused, match="số tiền tạm ứng"):
        enter(AdvanceClearanceFactory, advance=advance, amount=81)
    last = enter(
        AdvanceClearanceFactory, advance=advance, kind="returned", cleared_on=date(2023, 7, 10), amount=80
    )
    assert terms(advance) == {"clearance": (date(2023, 11, 6), date(2023, 7, 10))}
    with pytest.raises(Refused, match="Các khoản đã ghi"):
        change(advance, amount=199)
    advance.refresh_from_db()
    with pytest.raises(Refused, match="10/06/2023"):
        change(advance, paid_on=date(2023, 6, 11))
    remove_row(register_of(AdvanceClearance), last, actor=CLERK, on=TODAY)
    assert terms(advance) == {"clearance": (date(2023, 11, 6), None)}


def test_the_contract_may_name_the_day_of_the_clearance():
    advance = enter(AdvancePaymentFactory, task=ScienceTaskFactory(), clear_by=date(2023, 6, 30))
    assert terms(advance) == {"clearance": (date(2023, 6, 30), None)}
    assert AdvancePayment.objects.overdue(on=date(2023, 6, 30)).count() == 0
    assert AdvancePayment.objects.overdue(on=date(2023, 7, 1)).count() == 1


@pytest.mark.parametrize(
    ("paid_on", "standing"),
    [
        (date(2023, 9, 14), "recent"),
        (date(2023, 3, 14), "recent"),
        (date(2023, 3, 13), "half_year"),
        (date(2022, 9, 14), "half_year"),
        (date(2022, 9, 13), "year"),
    ],
)
def test_how_old_an_advance_is(paid_on, standing):
    made = AdvancePaymentFactory(paid_on=paid_on, amount=200)
    AdvanceClearanceFactory(advance=made, cleared_on=TODAY, amount=50)
    row = AdvancePayment.objects.with_standing(on=TODAY).get()
    assert (row.standing, row.cleared, row.outstanding) == (standing, 50, 150)
    AdvanceClearanceFactory(advance=made, cleared_on=TODAY, amount=150)
    assert AdvancePayment.objects.with_standing(on=TODAY).get().standing == "cleared"
    assert ContractInstalment.objects.with_paid(on=TODAY).count() == 0


# ------------------------------------------------------------------------- settlements and reductions


def test_a_year_is_settled_within_its_money_and_taken_back():
    """Thirty working days from 10/05/2023."""
    task = ScienceTaskFactory(budget_state=300)
    settlement = enter(YearSettlementFactory, task=task, reported_amount=250)
    assert terms(settlement) == {"year_settlement": (date(2023, 6, 21), None)}
    for amount, words in ((251, "Số đề nghị"), (250, "Các năm cộng lại 350")):
        YearSettlementFactory(
            task=task, year=2020, state="approved", approved_amount=100
        ) if amount == 250 else None
        with pytest.raises(Refused, match=words):
            take(settlement, "approve", approved_on=date(2023, 6, 1), approved_amount=amount)
        settlement.refresh_from_db()
    take(settlement, "approve", approved_on=date(2023, 6, 1), approved_amount=200, document_number="8/TB")
    assert (settlement.state, settlement.approved_amount) == ("approved", 200)
    assert terms(settlement)["year_settlement"][1] == date(2023, 6, 1)
    with pytest.raises(Refused, match="Bỏ bước ghi nhầm"):
        change(settlement, reported_amount=240)
    settlement.refresh_from_db()
    with pytest.raises(Refused, match="không xóa được"):
        remove_row(register_of(YearSettlement), settlement, actor=CLERK, on=TODAY)
    take(settlement, "take-back-settlement", reason="Nhầm nhiệm vụ")
    assert (settlement.state, settlement.approved_on, settlement.document_number) == ("submitted", None, "")


def test_a_dossier_that_went_back_leaves_the_year_to_another():
    first = enter(YearSettlementFactory, task=ScienceTaskFactory())
    take(first, "return", returned_on=date(2023, 5, 15), reason="Thiếu chứng từ")
    assert (first.state, first.return_reason) == ("returned", "Thiếu chứng từ")
    enter(YearSettlementFactory, task=first.task, submitted_on=date(2023, 6, 1))
    with pytest.raises(Refused, match="hồ sơ quyết toán khác"):
        take(first, "take-back-settlement", reason="Nhầm")


def test_a_year_to_come_is_not_settled():
    with pytest.raises(Refused, match="trước năm quyết toán"):
        enter(YearSettlementFactory, task=ScienceTaskFactory(), year=2024)


def test_what_is_reduced_is_paid_by_its_term():
    """Thirty days from 10/05/2023, unless the document names a day."""
    row = enter(PaymentReductionFactory, task=ScienceTaskFactory(budget_state=2_000_000))
    assert terms(row) == {"recovery": (date(2023, 6, 9), None)}
    change(row, recover_by=date(2023, 5, 31))
    enter(PaymentRecoveryFactory, reduction=row, amount=500_000, recovered_on=date(2023, 5, 20))
    assert terms(row) == {"recovery": (date(2023, 5, 31), None)}
    assert PaymentReduction.objects.unrecovered(on=TODAY).get().missing == 1_000_000
    with pytest.raises(Refused, match=r"Cộng lại 1\.500\.001"):
        enter(PaymentRecoveryFactory, reduction=row, amount=1_000_001)
    with pytest.raises(Refused, match="10/05/2023"):
        enter(PaymentRecoveryFactory, reduction=row, recovered_on=date(2023, 5, 9))
    enter(PaymentRecoveryFactory, reduction=row, amount=1_000_000, recovered_on=date(2023, 6, 1))
    assert terms(row) == {"recovery": (date(2023, 5, 31), date(2023, 6, 1))}
    with pytest.raises(Refused, match="20/05/2023"):
        change(row, decided_on=date(2023, 5, 21))
    row.refresh_from_db()
    with pytest.raises(Refused, match=r"Các khoản đã ghi cộng lại 1\.500\.000"):
        change(row, amount=1_499_999)
    row.refresh_from_db()
    with pytest.raises(Refused, match="ngân sách nhà nước"):
        enter(PaymentReductionFactory, task=row.task, amount=500_001)
    assert PaymentReduction.objects.unrecovered(on=date(2023, 5, 31)).count() == 1
    assert PaymentReduction.objects.unrecovered(on=date(2023, 6, 1)).count() == 0
