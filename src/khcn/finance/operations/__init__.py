"""What people do with records of money and assets, and the rules for their rows."""

from khcn.finance.operations.advances import AdvanceWriter, ClearanceWriter, InstalmentWriter
from khcn.finance.operations.assets import TaskAssetWriter, decide, hand_over, handled_assets, propose
from khcn.finance.operations.budgets import (
    AllocationWriter,
    EstimateWriter,
    assign,
    decided_estimates,
    submit,
)
from khcn.finance.operations.procurement import PackageWriter, ProcurementPlanWriter
from khcn.finance.operations.settlements import (
    ReductionWriter,
    SettlementWriter,
    approve,
    decided_settlements,
    hand_back,
)
from khcn.finance.operations.steps_back import (
    take_back_asset,
    take_back_estimate,
    take_back_settlement,
    why_no_step,
)

__all__ = [
    "AdvanceWriter",
    "AllocationWriter",
    "ClearanceWriter",
    "EstimateWriter",
    "InstalmentWriter",
    "PackageWriter",
    "ProcurementPlanWriter",
    "ReductionWriter",
    "SettlementWriter",
    "TaskAssetWriter",
    "approve",
    "assign",
    "decide",
    "decided_estimates",
    "decided_settlements",
    "hand_back",
    "hand_over",
    "handled_assets",
    "propose",
    "submit",
    "take_back_asset",
    "take_back_estimate",
    "take_back_settlement",
    "why_no_step",
]
