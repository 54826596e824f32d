"""Figures of events over the quarters of a year beside those of the year before, for small charts whose bars open the records."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.http import urlencode

from khcn.kernel.indicators import Basis, Measure, Period, PeriodKind
from khcn.kernel.indicators.registry import registry as indicators
from khcn.kernel.registers.registry import registers
from khcn.kernel.text.numbers import format_number, two_digits
from khcn.web.reporting import PeriodChoice, period_name

if TYPE_CHECKING:
    from khcn.kernel.actors import Actor
    from khcn.kernel.indicators import Indicator
    from khcn.kernel.indicators.figures import Number

QUARTERS = range(1, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    """One quarter of one year: ``share`` is of the longest bar of the chart, in hundredths."""

    year: int
    value: str
    share: int
    url: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure's quarters: name, this year's bar, last year's."""

    title: str
    unit: str
    quarters: tuple[tuple[str, Bar, Bar], ...]


def shown_value(value: Number) -> str:
    """A count with two digits ("04"), anything else grouped by thousands."""
    return two_digits(value) if isinstance(value, int) and value >= 0 else format_number(value)


def figure_url(code: str, choice: PeriodChoice) -> str:
    """The page of a figure for a period."""
    return f"{reverse('figure', args=[code])}?{urlencode(choice.parameters())}"


def progress_charts(actor: Actor, choice: PeriodChoice) -> list[Chart]:
    """Those of the registers of which the actor may see all rows: a number counts all."""
    wanted = [
        indicators[code]
        for register in registers()
        if register.charts and register.reach("read", actor) is True
        for code in register.charts
        if isinstance(code, str) and code in indicators
    ]
    if not wanted:
        return []
    windows = {
        year: [PeriodChoice(year, PeriodKind.QUARTER, number, choice.regime) for number in QUARTERS]
        for year in (choice.year, choice.year - 1)
    }
    periods = {year: [each.period() for each in found] for year, found in windows.items()}
    return [_chart(each, choice.year, windows, periods) for each in wanted]


def _chart(
    indicator: Indicator,
    year: int,
    windows: dict[int, list[PeriodChoice]],
    periods: dict[int, list[Period]],
) -> Chart:
    before, now = periods[year - 1], periods[year]
    of_both = _values(indicator, [*before, *now])
    values = {year - 1: of_both[: len(before)], year: of_both[len(before) :]}
    longest = max((value for found in values.values() for value in found), default=0)

    def bar(of: int, at: int) -> Bar:
        value = values[of][at]
        share = round(100 * value / longest) if longest else 0
        return Bar(of, shown_value(value), share, figure_url(indicator.code, windows[of][at]))

    return Chart(
        str(indicator.label),
        str(indicator.unit),
        tuple(
            (period_name(PeriodKind.QUARTER, number), bar(year, number - 1), bar(year - 1, number - 1))
            for number in QUARTERS
        ),
    )


def _values(indicator: Indicator, periods: list[Period]) -> list[Number]:
    """The figure in each of some windows; where events are counted by their day and the windows join, by one query for all."""
    joined = all(one.end == other.start for one, other in pairwise(periods))
    if indicator.basis is Basis.FLOW and indicator.date_path and indicator.measure == Measure() and joined:
        whole = Period(periods[0].start, periods[-1].end, periods[0].year)
        days = list(indicator.records(whole).order_by().values_list(indicator.date_path, flat=True))
        return [sum(day in period for day in days) for period in periods]
    return [indicator.value(period) for period in periods]
