"""Parts and wholes that change together: in one workbook, by two people at once, downwards, and after an end."""

from datetime import date

import pytest

from khcn.finance.integrity.amounts_and_days import (
    advanced_above_budget,
    advanced_above_instalment,
    packages_above_plan,
)
from khcn.finance.integrity.entered_twice import same_package_twice
from khcn.finance.models import (
    AdvanceClearance,
    AdvancePayment,
    BudgetAdjustment,
    BudgetAllocation,
    ContractInstalment,
    ProcurementPlan,
    TenderPackage,
    advances,
)
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.deadlines.past_terms import MissedTerm
from khcn.kernel.indicators import Period, registry
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.import_plan import NotReady
from khcn.kernel.intake.sheet_kinds import sheet_kinds
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import Write, remove_row
from tests.factories.finance import (
    AdvanceClearanceFactory,
    AdvancePaymentFactory,
    AssignedEstimateFactory,
    BudgetAdjustmentFactory,
    BudgetAllocationFactory,
    BudgetEstimateFactory,
    ContractInstalmentFactory,
    ProcurementPlanFactory,
    TenderPackageFactory,
)
from tests.factories.parties import OrganisationFactory
from tests.factories.science import ScienceTaskFactory
from tests.finance.test_money import (
    CLERK,
    TODAY,
    _rules,  # noqa: F401 -- the rules of this area
    change,
    enter,
    take,
)
from tests.integrity.given import put
from tests.kernel.intake_sample import sheets

pytestmark = pytest.mark.django_db


def imported(**rows):
    """Rows of registers of this area, in one workbook."""
    kinds = {kind.key: kind for kind in sheet_kinds()}
    book = {}
    for name, found in rows.items():
        kind = kinds[f"finance.{name}"]
        headings = {column.name: column.heading for column in kind.columns()}
        names = list(found[0])
        book[kind.sheet_name] = [
            [headings[each] for each in names],
            *([row[each] for each in names] for row in found),
        ]
    batch = intake.upload(content=sheets(book), name="tep.xlsx", actor=CLERK, on=TODAY)
    intake.confirm_import(batch=batch, actor=CLERK, on=TODAY)
    return batch


def clearance(advance, amount, code="TT-1"):
    return {
        "code": code, "advance": advance.code, "kind": "Thanh toán tạm ứng", "cleared_on": "10/06/2023", "amount": amount,
    }  # fmt: skip


def advanced(advance, amount):
    return {"code": advance.code, "amount": amount}


def on_record():
    return (
        list(AdvancePayment.objects.order_by("pk").values_list("amount", flat=True)),
        list(AdvanceClearance.objects.order_by("pk").values_list("amount", flat=True)),
    )


@pytest.fixture
def advance():
    return AdvancePaymentFactory(amount=200)


def test_a_workbook_that_lowers_a_whole_below_its_new_part_is_refused(advance):
    with pytest.raises(NotReady):
        imported(advancepayment=[advanced(advance, 100)], advanceclearance=[clearance(advance, 150)])
    assert on_record() == ([200], [])


def test_a_workbook_may_raise_a_whole_along_with_its_parts(advance):
    batch = imported(advancepayment=[advanced(advance, 300)], advanceclearance=[clearance(advance, 250)])
    assert on_record() == ([300], [250])
    intake.undo_import(batch=batch, actor=CLERK, on=TODAY)
    assert on_record() == ([200], [])


def test_a_workbook_may_lower_a_whole_along_with_its_parts(advance):
    part = AdvanceClearanceFactory(advance=advance, amount=150)
    imported(
        advancepayment=[advanced(advance, 100)], advanceclearance=[clearance(advance, 90, code=part.code)]
    )
    assert on_record() == ([100], [90])


def test_sums_are_asked_once_more_of_what_was_written(advance):
    """What no rule could see before: both are written between the checks and the end."""
    part = AdvanceClearanceFactory.build(advance=advance, amount=201)
    with (
        pytest.raises(Refused, match="Cộng lại 201") as refused,
        register_of(AdvanceClearance).writer.judging_outcome([Write(part)]),
        acting(SYSTEM),
    ):
        part.save()
    assert refused.value.record is part
    whole = Write(advance, AdvancePayment.objects.get(), frozenset({"amount"}))
    with (
        pytest.raises(Refused, match="Cộng lại 201"),
        register_of(AdvancePayment).writer.judging_outcome([whole]),
    ):
        put(advance, amount=199)


def test_what_is_cleared_is_compared_with_the_advance_as_it_is_by_then(advance):
    opened = AdvancePayment.objects.get()
    change(advance, amount=100)
    with pytest.raises(Refused, match="Cộng lại 150"):
        enter(AdvanceClearanceFactory, advance=opened, amount=150)
    assert on_record() == ([100], [])


def test_an_instalment_that_was_dropped_meanwhile_is_not_paid():
    row = ContractInstalmentFactory(amount=300)
    opened = ContractInstalment.objects.get()
    put(row, dropped_on=date(2023, 5, 1), drop_reason="Dừng thực hiện")
    with pytest.raises(Refused, match="không cấp nữa"):
        enter(AdvancePaymentFactory, task=row.task, instalment=opened, amount=1)


# ------------------------------------------------------------------------ what ended leaves its money


def test_a_cancelled_package_leaves_its_money_to_the_next():
    plan = ProcurementPlanFactory(total_amount=1_100)
    given = {"plan": plan, "name": "Mua xe ô tô", "estimated_amount": 1_050, "contractor": None}
    first = enter(TenderPackageFactory, **given)
    with pytest.raises(Refused, match=r"Cộng lại 2\.100"):
        enter(TenderPackageFactory, **given)
    change(first, cancelled_on=date(2023, 5, 10))
    second = enter(TenderPackageFactory, **given)
    assert list(packages_above_plan(TODAY)) == list(same_package_twice(TODAY)) == []
    with pytest.raises(Refused, match=r"Cộng lại 2\.100"):
        change(first, cancelled_on=None)
    first.refresh_from_db()
    change(plan, total_amount=1_060)
    with pytest.raises(Refused, match=r"Các khoản đã ghi cộng lại 1\.050"):
        change(plan, total_amount=1_049)
    put(first, cancelled_on=None)
    assert list(packages_above_plan(TODAY)) == [ProcurementPlan.objects.get()]
    assert list(same_package_twice(TODAY)) == [second]


def test_of_a_dropped_instalment_what_was_paid_counts():
    task = ScienceTaskFactory(budget_state=500)
    enter(ContractInstalmentFactory, task=task, amount=200)
    second = enter(ContractInstalmentFactory, task=task, ordinal=2, amount=300)
    enter(AdvancePaymentFactory, task=task, instalment=second, amount=100, paid_on=date(2023, 4, 20))
    change(second, dropped_on=date(2023, 5, 1), drop_reason="Chưa đạt tiến độ")
    with pytest.raises(Refused, match="Cộng lại 501"):
        enter(ContractInstalmentFactory, task=task, ordinal=2, amount=201)
    enter(ContractInstalmentFactory, task=task, ordinal=2, amount=200)
    with pytest.raises(Refused, match="Cộng lại 700"):
        change(second, ordinal=3, dropped_on=None, drop_reason="")


# ------------------------------------------------------------------------------- corrections downwards


def test_a_correction_downwards_is_let_through():
    task = ScienceTaskFactory(budget_state=500)
    enter(AdvancePaymentFactory, task=task, amount=250)
    second = enter(AdvancePaymentFactory, task=task, amount=200)
    put(task, budget_state=300)
    change(second, amount=100)
    with pytest.raises(Refused, match="Cộng lại 351"):
        change(second, amount=101)
    second.refresh_from_db()
    assert second.amount == 100


def test_a_whole_is_corrected_upwards_though_its_parts_are_still_above(advance):
    AdvanceClearanceFactory(advance=advance, amount=250)
    change(advance, amount=240)
    with pytest.raises(Refused, match="Các khoản đã ghi cộng lại 250"):
        change(advance, amount=239)


# --------------------------------------------------------------------------------------------- awards


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"award_amount": 400, "cancelled_on": date(2023, 5, 9)}, "hủy từ ngày 09/05/2023"),
        ({"award_amount": None}, "giá trúng thầu"),
    ],
)
def test_what_an_award_is_refused_for(values, words):
    given = {"plan": ProcurementPlanFactory(), "contractor": OrganisationFactory(), **values}
    with pytest.raises(Refused, match=words):
        enter(TenderPackageFactory, awarded_on=date(2023, 5, 10), **given)


def test_an_award_that_was_cancelled_afterwards_stays():
    made = enter(
        TenderPackageFactory, plan=ProcurementPlanFactory(), contractor=OrganisationFactory(), award_amount=400,
        awarded_on=date(2023, 5, 10), cancelled_on=date(2023, 5, 10),
    )  # fmt: skip
    assert TenderPackage.objects.get() == made


# --------------------------------------------------------------------------------- money that came back


def test_what_was_paid_back_is_advanced_again():
    task = ScienceTaskFactory(budget_state=500)
    instalment = enter(ContractInstalmentFactory, task=task, amount=500)
    first = enter(
        AdvancePaymentFactory, task=task, instalment=instalment, amount=500, paid_on=date(2023, 1, 10)
    )
    spent = enter(AdvanceClearanceFactory, advance=first, amount=300, cleared_on=date(2023, 5, 31))
    with pytest.raises(Refused, match="Cộng lại 600"):
        enter(AdvancePaymentFactory, task=task, instalment=instalment, amount=100)
    back = enter(
        AdvanceClearanceFactory, advance=first, kind="returned", amount=100, cleared_on=date(2023, 6, 30)
    )
    with pytest.raises(Refused, match="Cộng lại 501"):
        enter(AdvancePaymentFactory, task=task, instalment=instalment, amount=101, paid_on=date(2023, 8, 1))
    enter(AdvancePaymentFactory, task=task, instalment=instalment, amount=100, paid_on=date(2023, 8, 1))
    assert list(advanced_above_budget(TODAY)) == list(advanced_above_instalment(TODAY)) == []
    for change_of in ({"amount": 99}, {"kind": "spent"}):
        with pytest.raises(Refused, match="Cộng lại"):
            change(back, **change_of)
        back.refresh_from_db()
    with pytest.raises(Refused, match="Cộng lại 600"):
        remove_row(register_of(AdvanceClearance), back, actor=CLERK, on=TODAY)
    remove_row(register_of(AdvanceClearance), spent, actor=CLERK, on=TODAY)
    put(back, kind="spent")
    assert list(advanced_above_instalment(TODAY)) == [instalment]
    assert len(advanced_above_budget(TODAY)) == 2


def test_an_instalment_is_not_dropped_before_what_was_paid_of_it():
    row = enter(ContractInstalmentFactory, task=ScienceTaskFactory(), amount=300)
    enter(AdvancePaymentFactory, task=row.task, instalment=row, amount=100, paid_on=date(2023, 6, 1))
    for day in (date(2023, 5, 1), date(2023, 6, 1)):
        with pytest.raises(Refused, match="01/06/2023"):
            change(row, dropped_on=day, drop_reason="Dừng thực hiện")
        row.refresh_from_db()
    change(row, dropped_on=date(2023, 6, 2), drop_reason="Dừng thực hiện")


# ---------------------------------------------------------------------------------- estimates that change


def test_a_cut_counts_from_its_day_and_not_below_what_is_allocated():
    estimate = AssignedEstimateFactory(assigned_amount=13_000)
    given = {"estimate": estimate, "task": ScienceTaskFactory()}
    part = enter(BudgetAllocationFactory, **given, amount=11_700)
    with pytest.raises(Refused, match=r"Đã phân bổ 11\.700"):
        enter(BudgetAdjustmentFactory, estimate=estimate, amount=11_699)
    cut = enter(BudgetAdjustmentFactory, estimate=estimate, amount=11_700)
    figure = registry["KHTC-01"]
    begin = date(2022, 12, 15)
    assert figure.value(Period(begin, date(2023, 7, 1), 2023)) == 13_000
    assert figure.value(Period(begin, date(2023, 9, 15), 2023)) == 11_700
    with pytest.raises(Refused, match=r"Cộng lại 11\.701"):
        enter(BudgetAllocationFactory, **given, amount=1)
    more = enter(BudgetAdjustmentFactory, estimate=estimate, amount=12_000, adjusted_on=date(2023, 9, 1))
    enter(BudgetAllocationFactory, **given, amount=300)
    with pytest.raises(Refused, match=r"Đã phân bổ 12\.000"):
        remove_row(register_of(BudgetAdjustment), more, actor=CLERK, on=TODAY)
    with pytest.raises(Refused, match=r"Đã phân bổ 12\.000"):
        change(more, adjusted_on=date(2023, 8, 19))
    more.refresh_from_db()
    remove_row(register_of(BudgetAllocation), part, actor=CLERK, on=TODAY)
    remove_row(register_of(BudgetAdjustment), cut, actor=CLERK, on=TODAY)


@pytest.mark.parametrize(
    ("estimate", "day", "words"),
    [
        (BudgetEstimateFactory, date(2023, 8, 20), "chưa được giao"),
        (AssignedEstimateFactory, date(2022, 12, 10), "10/12/2022"),
        (AssignedEstimateFactory, date(2023, 9, 15), "chưa đến"),
    ],
)
def test_what_an_adjustment_is_refused_for(estimate, day, words):
    with pytest.raises(Refused, match=words):
        enter(BudgetAdjustmentFactory, estimate=estimate(), adjusted_on=day)


def test_an_assignment_is_not_taken_back_below_its_adjustment():
    estimate = AssignedEstimateFactory()
    enter(BudgetAdjustmentFactory, estimate=estimate)
    with pytest.raises(Refused, match="điều chỉnh"):
        take(estimate, "take-back-estimate", reason="Nhầm")


# --------------------------------------------------------------------------- what a figure has to look at


def test_terms_are_asked_only_of_what_is_open(monkeypatch):
    """Of a hundred advances ninety-nine are cleared, of as many instalments all but one are paid."""
    asked = []

    class Spy(MissedTerm):
        def __init__(self, kind, among, on, **more):
            asked.append(among)
            super().__init__(kind, among, on, **more)

    monkeypatch.setattr(advances, "MissedTerm", Spy)
    task = ScienceTaskFactory(budget_state=10**12)
    for ordinal in range(1, 101):
        row = ContractInstalmentFactory(task=task, ordinal=ordinal, amount=1)
        paid = AdvancePaymentFactory(
            task=task, instalment=row if ordinal > 1 else None, amount=1, paid_on=row.due_on
        )
        if ordinal > 1:
            AdvanceClearanceFactory(advance=paid, amount=1)
    AdvancePayment.objects.overdue(on=TODAY)
    ContractInstalment.objects.unpaid(on=TODAY)
    assert [each.count() for each in asked] == [1, 1]
