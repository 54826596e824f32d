"""Figures about R&D tasks (part A.III.2 of the periodic report), grouped by the register they belong to."""

from khcn.science.indicators.activities import (
    CERTIFICATES,
    CHECKS,
    EVALUATIONS,
    PILOT_MODELS,
    SESSIONS,
    WORKSHOPS,
)
from khcn.science.indicators.events import AMENDMENTS, MILESTONES
from khcn.science.indicators.proposals import NOMINATIONS, PROPOSALS
from khcn.science.indicators.tasks import TASKS

__all__ = [
    "AMENDMENTS",
    "CERTIFICATES",
    "CHECKS",
    "EVALUATIONS",
    "MILESTONES",
    "NOMINATIONS",
    "PILOT_MODELS",
    "PROPOSALS",
    "SESSIONS",
    "TASKS",
    "WORKSHOPS",
]
