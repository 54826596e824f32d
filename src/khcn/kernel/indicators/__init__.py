"""Figures as objects: a stable code, the records that are counted, and how they are measured. No clock in here."""

from khcn.kernel.indicators.figures import Basis, CountedFigure, Indicator, Measure, Share, TableColumn
from khcn.kernel.indicators.period import Period, PeriodKind
from khcn.kernel.indicators.registry import IndicatorRegistry, registry

__all__ = [
    "Basis",
    "CountedFigure",
    "Indicator",
    "IndicatorRegistry",
    "Measure",
    "Period",
    "PeriodKind",
    "Share",
    "TableColumn",
    "registry",
]
