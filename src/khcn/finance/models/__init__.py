"""What the department has on record about money and assets: its own, and those of R&D tasks."""

from khcn.finance.models.advances import AdvanceClearance, AdvancePayment, ContractInstalment
from khcn.finance.models.assets import PublicAsset, TaskAsset
from khcn.finance.models.budgets import BudgetAdjustment, BudgetAllocation, BudgetEstimate
from khcn.finance.models.procurement import PriceAppraisal, ProcurementPlan, TenderPackage
from khcn.finance.models.reminders import AdvanceReminder
from khcn.finance.models.settlements import PaymentRecovery, PaymentReduction, YearSettlement

__all__ = [
    "AdvanceClearance",
    "AdvancePayment",
    "AdvanceReminder",
    "BudgetAdjustment",
    "BudgetAllocation",
    "BudgetEstimate",
    "ContractInstalment",
    "PaymentRecovery",
    "PaymentReduction",
    "PriceAppraisal",
    "ProcurementPlan",
    "PublicAsset",
    "TaskAsset",
    "TenderPackage",
    "YearSettlement",
]
