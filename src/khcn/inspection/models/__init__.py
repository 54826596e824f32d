"""Plans, inspections with their teams, subjects and findings; violations; complaints and citizens received; legal work."""

from khcn.inspection.models.inspections import Inspection, InspectionMember, InspectionPlan
from khcn.inspection.models.petitions import CitizenReception, LegalPlan, Petition
from khcn.inspection.models.subjects import FindingExecution, InspectionFinding, InspectionSubject
from khcn.inspection.models.violations import AdministrativeViolation

__all__ = [
    "AdministrativeViolation",
    "CitizenReception",
    "FindingExecution",
    "Inspection",
    "InspectionFinding",
    "InspectionMember",
    "InspectionPlan",
    "InspectionSubject",
    "LegalPlan",
    "Petition",
]
