"""What the Centre verifies for customers, makes and sells, advises on and takes part in."""

from khcn.centre.models.activities import (
    CentreTaskWork,
    CentreTraining,
    ConsultingContract,
    FollowedModel,
    ModelVisit,
    TechnologyProcess,
)
from khcn.centre.models.production import (
    Product,
    ProductionBatch,
    ProductionPlan,
    ProductionSite,
    ProductSale,
)
from khcn.centre.models.services import (
    InstrumentVerification,
    MeasuringInstrument,
    ServiceOrder,
    ServiceOrderItem,
    ServiceResult,
)
from khcn.centre.models.standards import ReferenceStandard, StandardCalibration

__all__ = [
    "CentreTaskWork",
    "CentreTraining",
    "ConsultingContract",
    "FollowedModel",
    "InstrumentVerification",
    "MeasuringInstrument",
    "ModelVisit",
    "Product",
    "ProductSale",
    "ProductionBatch",
    "ProductionPlan",
    "ProductionSite",
    "ReferenceStandard",
    "ServiceOrder",
    "ServiceOrderItem",
    "ServiceResult",
    "StandardCalibration",
    "TechnologyProcess",
]
