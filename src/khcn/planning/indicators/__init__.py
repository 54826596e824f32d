"""Figures of planned work, strengths and shortcomings (parts B and C of the periodic report)."""

from khcn.planning.indicators.assessments import ASSESSMENTS
from khcn.planning.indicators.plans import PLANNED_WORK

__all__ = ["ASSESSMENTS", "PLANNED_WORK"]
