"""Figures about metrology, quality and standards (part A.III.4 of the periodic report)."""

from khcn.quality.indicators.checks import CHECKS, FINDINGS, HANDLINGS, SAMPLES, SUBJECTS
from khcn.quality.indicators.services import (
    AUDITS,
    DECLARATIONS,
    GUIDANCE,
    PRODUCTIVITY,
    REQUESTS,
    STANDARDS,
    SUPPORTS,
    TRAININGS,
)

__all__ = [
    "AUDITS",
    "CHECKS",
    "DECLARATIONS",
    "FINDINGS",
    "GUIDANCE",
    "HANDLINGS",
    "PRODUCTIVITY",
    "REQUESTS",
    "SAMPLES",
    "STANDARDS",
    "SUBJECTS",
    "SUPPORTS",
    "TRAININGS",
]
