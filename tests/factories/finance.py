from datetime import date

import factory

from khcn.finance import models
from tests.factories.base import RecordFactory
from tests.factories.parties import OrganisationFactory
from tests.factories.science import ScienceTaskFactory


class BudgetEstimateFactory(RecordFactory):
    class Meta:
        model = models.BudgetEstimate

    code = factory.Sequence(lambda n: f"DT{n}")
    year = 2023
    source = "science"
    chapter = factory.Sequence(lambda n: f"{417 + n % 3}")
    item = "100-101"
    purpose = factory.Sequence(lambda n: f"Thực hiện nhiệm vụ KH&CN {n}")
    proposed_amount = 12_000_000_000


class AssignedEstimateFactory(BudgetEstimateFactory):
    class Meta:
        model = models.BudgetEstimate

    state = "assigned"
    decision_number = "2100/QĐ-UBND"
    assigned_on = date(2022, 12, 10)
    assigned_amount = 10_000_000_000


class BudgetAdjustmentFactory(RecordFactory):
    class Meta:
        model = models.BudgetAdjustment

    code = factory.Sequence(lambda n: f"DC{n}")
    estimate = factory.SubFactory(AssignedEstimateFactory)
    adjusted_on = date(2023, 8, 20)
    amount = 9_000_000_000


class BudgetAllocationFactory(RecordFactory):
    class Meta:
        model = models.BudgetAllocation

    code = factory.Sequence(lambda n: f"PB{n}")
    estimate = factory.SubFactory(AssignedEstimateFactory)
    task = factory.SubFactory(ScienceTaskFactory)
    amount = 300_000_000
    allocated_on = date(2023, 1, 10)


class ContractInstalmentFactory(RecordFactory):
    class Meta:
        model = models.ContractInstalment

    code = factory.Sequence(lambda n: f"DC{n}")
    task = factory.SubFactory(ScienceTaskFactory)
    ordinal = 1
    amount = 300_000_000
    due_on = date(2023, 5, 10)


class AdvancePaymentFactory(RecordFactory):
    class Meta:
        model = models.AdvancePayment

    code = factory.Sequence(lambda n: f"TU{n}")
    task = factory.SubFactory(ScienceTaskFactory)
    paid_on = date(2023, 5, 10)
    amount = 200_000_000


class AdvanceClearanceFactory(RecordFactory):
    class Meta:
        model = models.AdvanceClearance

    code = factory.Sequence(lambda n: f"TT{n}")
    advance = factory.SubFactory(AdvancePaymentFactory)
    kind = "spent"
    cleared_on = date(2023, 6, 10)
    amount = 50_000_000


class AdvanceReminderFactory(RecordFactory):
    class Meta:
        model = models.AdvanceReminder

    code = factory.Sequence(lambda n: f"DD{n}")
    host = factory.SubFactory(OrganisationFactory)


class YearSettlementFactory(RecordFactory):
    class Meta:
        model = models.YearSettlement

    code = factory.Sequence(lambda n: f"QT{n}")
    task = factory.SubFactory(ScienceTaskFactory)
    year = 2022
    submitted_on = date(2023, 5, 10)
    reported_amount = 200_000_000


class PaymentReductionFactory(RecordFactory):
    class Meta:
        model = models.PaymentReduction

    code = factory.Sequence(lambda n: f"GT{n}")
    task = factory.SubFactory(ScienceTaskFactory)
    reason = "settlement"
    decided_on = date(2023, 5, 10)
    amount = 1_500_000


class PaymentRecoveryFactory(RecordFactory):
    class Meta:
        model = models.PaymentRecovery

    code = factory.Sequence(lambda n: f"GTN{n}")
    reduction = factory.SubFactory(PaymentReductionFactory)
    recovered_on = date(2023, 6, 1)
    amount = 500_000


class PriceAppraisalFactory(RecordFactory):
    class Meta:
        model = models.PriceAppraisal

    code = factory.Sequence(lambda n: f"TDG{n}")
    task = factory.SubFactory(ScienceTaskFactory)
    subject = "Vật tư, phân bón, cây giống"
    appraised_on = date(2023, 5, 10)


class ProcurementPlanFactory(RecordFactory):
    class Meta:
        model = models.ProcurementPlan

    code = factory.Sequence(lambda n: f"KH{n}")
    title = factory.Sequence(lambda n: f"Mua sắm thiết bị {n}")
    decided_on = date(2023, 4, 10)
    total_amount = 2_000_000_000


class TenderPackageFactory(RecordFactory):
    class Meta:
        model = models.TenderPackage

    code = factory.Sequence(lambda n: f"GOI{n}")
    plan = factory.SubFactory(ProcurementPlanFactory)
    name = factory.Sequence(lambda n: f"Gói thầu số {n}")
    kind = "other"
    quantity = 1
    method = "quotation"
    estimated_amount = 500_000_000
    contractor = factory.SubFactory(OrganisationFactory)


class TaskAssetFactory(RecordFactory):
    class Meta:
        model = models.TaskAsset

    code = factory.Sequence(lambda n: f"TS{n}")
    task = factory.SubFactory(ScienceTaskFactory)
    name = factory.Sequence(lambda n: f"Máy sấy nông sản {n}")
    group = "equipped_whole"
    original_cost = 85_000_000
    recorded_on = factory.Sequence(lambda n: date(2022, 6, 10 + n % 3))


class PublicAssetFactory(RecordFactory):
    class Meta:
        model = models.PublicAsset

    code = factory.Sequence(lambda n: f"TSC{n}")
    name = factory.Sequence(lambda n: f"Nhà kho {n}")
    form = "sale"
