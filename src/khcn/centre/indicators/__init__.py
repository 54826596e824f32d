"""Figures about what the Centre makes, serves and advises (part A.III.7 of the periodic report)."""

from khcn.centre.indicators.activities import CONTRACTS, MODELS, PROCESSES, TASK_WORK, TRAININGS, VISITS
from khcn.centre.indicators.production import BATCHES, PLANS, SALES, SITES
from khcn.centre.indicators.services import RESULTS

__all__ = [
    "BATCHES",
    "CONTRACTS",
    "MODELS",
    "PLANS",
    "PROCESSES",
    "RESULTS",
    "SALES",
    "SITES",
    "TASK_WORK",
    "TRAININGS",
    "VISITS",
]
