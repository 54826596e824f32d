"""Violations of the rules about money and assets."""

from datetime import date

from khcn.finance.workflow import ASSET_FLOW, ESTIMATE_FLOW, SETTLEMENT_FLOW
from tests.factories.finance import (
    AdvanceClearanceFactory,
    AdvancePaymentFactory,
    AdvanceReminderFactory,
    AssignedEstimateFactory,
    BudgetAdjustmentFactory,
    BudgetAllocationFactory,
    BudgetEstimateFactory,
    ContractInstalmentFactory,
    PaymentRecoveryFactory,
    PaymentReductionFactory,
    ProcurementPlanFactory,
    PublicAssetFactory,
    TaskAssetFactory,
    TenderPackageFactory,
    YearSettlementFactory,
)
from tests.factories.parties import OrgUnitFactory
from tests.integrity.given import breaks, put, step

ASSIGNED = {"decision_number": "1/QĐ", "assigned_on": date(2022, 12, 10), "assigned_amount": 500_000_000}
APPROVED = {"approved_on": date(2023, 5, 20), "approved_amount": 1}
DECIDED = {"decision_number": "2/QĐ", "decided_on": date(2023, 5, 20), "handling_form": "to_host"}


def estimate(state="assigned", **values):
    """An estimate that came to a state by its step."""
    made = BudgetEstimateFactory()
    step(ESTIMATE_FLOW, made, "drafted", state)
    return put(made, state=state, **values)


def settlement(state, **values):
    """A settlement that came to a state by its step."""
    made = YearSettlementFactory()
    step(SETTLEMENT_FLOW, made, "submitted", state)
    return put(made, state=state, **values)


def asset(state="decided", **values):
    """An asset that came to a state by its steps."""
    made = TaskAssetFactory()
    step(ASSET_FLOW, made, "in_use", "decided")
    if state == "handed_over":
        step(ASSET_FLOW, made, "decided", state)
    return put(made, state=state, **values)


@breaks("finance.estimate_beside_steps")
def _():
    return AssignedEstimateFactory()


@breaks("finance.settlement_beside_steps")
def _():
    return put(YearSettlementFactory(), state="approved", **APPROVED)


@breaks("finance.reminder_beside_steps")
def _():
    return put(AdvanceReminderFactory(), state="sent", document_number="5", sent_on=date(2023, 5, 20))


@breaks("finance.asset_beside_steps")
def _():
    return put(TaskAssetFactory(), state="decided", **DECIDED)


@breaks("finance.assignment_of_estimate")
def _():
    return estimate(**{**ASSIGNED, "assigned_amount": None})


@breaks("finance.assignment_of_estimate")
def _():
    return put(BudgetEstimateFactory(), assigned_on=date(2022, 12, 10))


@breaks("finance.adjusted_before_assigned")
def _():
    return BudgetAdjustmentFactory(estimate=estimate(**ASSIGNED), adjusted_on=date(2022, 12, 9))


@breaks("finance.allocated_above_assigned")
def _():
    """What was assigned is enough, what is left of it is not."""
    allocation = BudgetAllocationFactory(estimate=estimate(**ASSIGNED), amount=300)
    BudgetAdjustmentFactory(estimate=allocation.estimate, amount=299)
    return allocation.estimate


@breaks("finance.allocated_above_assigned")
def _():
    found = estimate(**ASSIGNED)
    BudgetAllocationFactory(estimate=found)
    BudgetAllocationFactory(estimate=found)
    return found


@breaks("finance.allocated_before_assigned")
def _():
    return BudgetAllocationFactory(estimate=estimate(**ASSIGNED), allocated_on=date(2022, 12, 9))


@breaks("finance.allocated_to_one")
def _():
    return BudgetAllocationFactory(estimate=estimate(**ASSIGNED), task=None)


@breaks("finance.allocated_to_one")
def _():
    return BudgetAllocationFactory(estimate=estimate(**ASSIGNED), unit=OrgUnitFactory())


@breaks("finance.package_completed_and_cancelled")
def _():
    day = date(2023, 4, 12)
    return TenderPackageFactory(awarded_on=day, completed_on=day, cancelled_on=day)


@breaks("finance.advanced_above_instalment")
def _():
    found = ContractInstalmentFactory(amount=300_000_000)
    for voucher in ("UNC-1", "UNC-2"):
        AdvancePaymentFactory(task=found.task, instalment=found, voucher_number=voucher)
    return found


@breaks("finance.advance_of_other_task")
def _():
    return AdvancePaymentFactory(instalment=ContractInstalmentFactory())


@breaks("finance.cleared_above_advance")
def _():
    found = AdvancePaymentFactory(amount=90_000_000)
    for day in (10, 11):
        AdvanceClearanceFactory(advance=found, cleared_on=date(2023, 6, day))
    return found


@breaks("finance.cleared_before_advance")
def _():
    return AdvanceClearanceFactory(cleared_on=date(2023, 5, 9))


@breaks("finance.advanced_above_budget")
def _():
    return AdvancePaymentFactory(task__budget_total=150_000_000)


@breaks("finance.same_advance_twice")
def _():
    first = AdvancePaymentFactory(voucher_number="UNC-1")
    AdvancePaymentFactory(task=first.task, voucher_number="UNC-2")
    return AdvancePaymentFactory(task=first.task, voucher_number="UNC-1")


@breaks("finance.recovered_above_reduction")
def _():
    found = PaymentReductionFactory(amount=900_000)
    PaymentRecoveryFactory(reduction=found)
    PaymentRecoveryFactory(reduction=found)
    return found


@breaks("finance.recovered_before_reduction")
def _():
    return PaymentRecoveryFactory(recovered_on=date(2023, 5, 9))


@breaks("finance.same_estimate_twice")
def _():
    same = {**ASSIGNED, "chapter": "417", "purpose": "Thực hiện nhiệm vụ KH&CN"}
    estimate(**same)
    BudgetEstimateFactory(chapter="417", purpose="Thực hiện nhiệm vụ KH&CN")
    estimate(**{**same, "decision_number": "9/QĐ"})
    return estimate(**same)


@breaks("finance.same_clearance_twice")
def _():
    first = AdvanceClearanceFactory(document_number="BK-1")
    AdvanceClearanceFactory(advance=first.advance, document_number="BK-2")
    return AdvanceClearanceFactory(advance=first.advance, document_number="BK-1")


@breaks("finance.same_reduction_twice")
def _():
    first = PaymentReductionFactory(document_number="5/TB")
    PaymentReductionFactory(task=first.task, document_number="6/TB")
    return PaymentReductionFactory(task=first.task, document_number="5/TB")


@breaks("finance.same_plan_twice")
def _():
    first = ProcurementPlanFactory()
    ProcurementPlanFactory(title=first.title, decided_on=date(2023, 4, 11))
    return ProcurementPlanFactory(title=first.title)


@breaks("finance.same_public_asset_twice")
def _():
    first = PublicAssetFactory(dossier_sent_on=date(2023, 5, 10))
    PublicAssetFactory(name=first.name)
    return PublicAssetFactory(name=first.name, dossier_sent_on=date(2023, 5, 10))


@breaks("finance.same_package_twice")
def _():
    first = TenderPackageFactory()
    TenderPackageFactory(name=first.name)
    return TenderPackageFactory(plan=first.plan, name=first.name)


@breaks("finance.decision_of_settlement")
def _():
    return settlement("approved")


@breaks("finance.decision_of_settlement")
def _():
    return settlement("returned")


@breaks("finance.decision_of_settlement")
def _():
    return put(YearSettlementFactory(), **APPROVED)


@breaks("finance.settlement_of_year_to_come")
def _():
    return YearSettlementFactory(year=2024)


@breaks("finance.packages_above_plan")
def _():
    found = ProcurementPlanFactory(total_amount=900_000_000)
    for _turn in range(2):
        TenderPackageFactory(plan=found)
    return found


@breaks("finance.package_before_plan")
def _():
    return TenderPackageFactory(awarded_on=date(2023, 4, 9))


@breaks("finance.package_before_plan")
def _():
    return TenderPackageFactory(awarded_on=date(2023, 4, 12), contractor=None)


@breaks("finance.handling_of_asset")
def _():
    return asset(**{**DECIDED, "handling_form": ""})


@breaks("finance.handling_of_asset")
def _():
    return asset("handed_over", **DECIDED)


@breaks("finance.handling_of_asset")
def _():
    return put(TaskAssetFactory(), decided_on=date(2023, 5, 20))
