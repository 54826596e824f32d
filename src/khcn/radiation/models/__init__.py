"""Facilities with what they have, their licences, and what is done for the safety of persons."""

from khcn.radiation.models.activities import (
    EmergencyPlan,
    GuidanceLetter,
    RadiationCheck,
    RadiationTraining,
)
from khcn.radiation.models.facilities import (
    RadiationDevice,
    RadiationFacility,
    RadiationNotification,
    RadioactiveSource,
)
from khcn.radiation.models.licences import (
    RadiationApplicationItem,
    RadiationLicence,
    RadiationLicenceApplication,
    RadiationLicenceItem,
)
from khcn.radiation.models.measurements import DoseRecord, RadiationDeviceVerification, RadiationSurvey
from khcn.radiation.models.workers import RadiationStaffCertificate, RadiationWorker

__all__ = [
    "DoseRecord",
    "EmergencyPlan",
    "GuidanceLetter",
    "RadiationApplicationItem",
    "RadiationCheck",
    "RadiationDevice",
    "RadiationDeviceVerification",
    "RadiationFacility",
    "RadiationLicence",
    "RadiationLicenceApplication",
    "RadiationLicenceItem",
    "RadiationNotification",
    "RadiationStaffCertificate",
    "RadiationSurvey",
    "RadiationTraining",
    "RadiationWorker",
    "RadioactiveSource",
]
