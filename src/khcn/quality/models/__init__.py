"""State checks, guidance, conformity declarations, standards, quality systems, productivity and traceability support."""

from khcn.quality.models.checks import CheckMember, CheckPlan, StateCheck
from khcn.quality.models.conformity import ConformityDeclaration, QualityGuidance
from khcn.quality.models.standards import Standard, StandardRequest
from khcn.quality.models.subjects import CheckedPlace, CheckFinding, CheckHandling, CheckSample
from khcn.quality.models.support import ProductivitySupport, ProductivityTraining, TraceabilitySupport
from khcn.quality.models.systems import InternalAudit, QualitySystem, SystemDocument

__all__ = [
    "CheckFinding",
    "CheckHandling",
    "CheckMember",
    "CheckPlan",
    "CheckSample",
    "CheckedPlace",
    "ConformityDeclaration",
    "InternalAudit",
    "ProductivitySupport",
    "ProductivityTraining",
    "QualityGuidance",
    "QualitySystem",
    "Standard",
    "StandardRequest",
    "StateCheck",
    "SystemDocument",
    "TraceabilitySupport",
]
