"""What people do with records of money and assets, and the rules for their rows."""

from khcn.finance.operations.advances import AdvanceWriter, ClearanceWriter, InstalmentWriter
from khcn.finance.operations.assets import (
    TaskAssetWriter,
    decide,
    hand_over,
    hand_over_by_minutes,
    handled_assets,
    propose,
    withdraw_minutes,
)
from khcn.finance.operations.budgets import (
    AdjustmentWriter,
    AllocationWriter,
    EstimateWriter,
    assign,
    decided_estimates,
    submit,
)
from khcn.finance.operations.procurement import PackageWriter, ProcurementPlanWriter
from khcn.finance.operations.reminders import (
    ReminderWriter,
    record_sent,
    send,
    sent_reminders,
    withdraw_reminder,
)
from khcn.finance.operations.settlements import (
    RecoveryWriter,
    ReductionWriter,
    SettlementWriter,
    approve,
    decided_settlements,
    hand_back,
    number_settlement,
    withdraw_notice,
)
from khcn.finance.operations.steps_back import (
    take_back_asset,
    take_back_estimate,
    take_back_reminder,
    take_back_settlement,
    why_no_step,
)

__all__ = [
    "AdjustmentWriter",
    "AdvanceWriter",
    "AllocationWriter",
    "ClearanceWriter",
    "EstimateWriter",
    "InstalmentWriter",
    "PackageWriter",
    "ProcurementPlanWriter",
    "RecoveryWriter",
    "ReductionWriter",
    "ReminderWriter",
    "SettlementWriter",
    "TaskAssetWriter",
    "approve",
    "assign",
    "decide",
    "decided_estimates",
    "decided_settlements",
    "hand_back",
    "hand_over",
    "hand_over_by_minutes",
    "handled_assets",
    "number_settlement",
    "propose",
    "record_sent",
    "send",
    "sent_reminders",
    "submit",
    "take_back_asset",
    "take_back_estimate",
    "take_back_reminder",
    "take_back_settlement",
    "why_no_step",
    "withdraw_minutes",
    "withdraw_notice",
    "withdraw_reminder",
]
