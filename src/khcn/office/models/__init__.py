"""Staff, emulation, administrative reform, and counts of correspondence."""

from khcn.office.models.emulation import EmulationNomination, EmulationRound
from khcn.office.models.personnel import PersonnelEvent, PostQuota, TrainingAssignment
from khcn.office.models.reform import (
    CorrespondenceCount,
    IndexRanking,
    IsoReview,
    ParPlan,
    ParPlanTask,
)

__all__ = [
    "CorrespondenceCount",
    "EmulationNomination",
    "EmulationRound",
    "IndexRanking",
    "IsoReview",
    "ParPlan",
    "ParPlanTask",
    "PersonnelEvent",
    "PostQuota",
    "TrainingAssignment",
]
