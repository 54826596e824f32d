"""R&D tasks and all that happens around them."""

from khcn.science.models.activities import (
    EvaluationCampaign,
    OperationCertificate,
    PilotModel,
    ProgressCheck,
    TaskWorkshop,
    WorkingSession,
)
from khcn.science.models.calls import ProposalCall, Submission
from khcn.science.models.events import TaskAmendment, TaskMilestone, TaskPartner, TeamMember
from khcn.science.models.proposals import MeetingItem, NominationProvince, ProgrammeNomination, TaskProposal
from khcn.science.models.requests import AmendmentRequest
from khcn.science.models.tasks import ScienceTask

__all__ = [
    "AmendmentRequest",
    "EvaluationCampaign",
    "MeetingItem",
    "NominationProvince",
    "OperationCertificate",
    "PilotModel",
    "ProgrammeNomination",
    "ProgressCheck",
    "ProposalCall",
    "ScienceTask",
    "Submission",
    "TaskAmendment",
    "TaskMilestone",
    "TaskPartner",
    "TaskProposal",
    "TaskWorkshop",
    "TeamMember",
    "WorkingSession",
]
