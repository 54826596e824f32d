"""The figures of one report, each read from the database once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from khcn.kernel.indicators import Indicator, IndicatorRegistry, Period, registry
from khcn.reports.composing.printed_records import PrintedRecord, printed_record

if TYPE_CHECKING:
    from khcn.reports.composing.sources import Number


@dataclass
class Readings:
    """Values and records by code. Codes in ``with_records`` are read as records at once, the others as a value; those in
    ``as_tables`` are printed as a table.

    Asking for a code twice asks the database once; a value asked after its records is taken from them.
    """

    period: Period
    with_records: frozenset[str] = frozenset()
    as_tables: frozenset[str] = frozenset()
    known: IndicatorRegistry = field(default_factory=lambda: registry)
    _indicators: dict[str, Indicator] = field(
        default_factory=dict
    )  # a part of a figure is made when asked for
    _values: dict[str, Number] = field(default_factory=dict)
    _records: dict[str, list[Any]] = field(default_factory=dict)
    _printed: dict[str, tuple[PrintedRecord, ...]] = field(default_factory=dict)

    def indicator(self, code: str) -> Indicator:
        """The indicator; raises :class:`khcn.kernel.indicators.registry.UnknownIndicatorError`."""
        if code not in self._indicators:
            self._indicators[code] = self.known[code]
        return self._indicators[code]

    def value(self, code: str) -> Number:
        """The figure."""
        if code not in self._values:
            if code in self.with_records or code in self._records:
                self._values[code] = self.indicator(code).measure.over(self.records(code))
            else:
                self._values[code] = self.indicator(code).value(self.period)
        return self._values[code]

    def records(self, code: str) -> list[Any]:
        """The counted records in the order they are printed."""
        if code not in self._records:
            self._records[code] = list(self.indicator(code).rows(self.period))
        return self._records[code]

    def printed(self, code: str) -> tuple[PrintedRecord, ...]:
        """What is printed of each counted record, as of the last day of the period."""
        if code not in self._printed:
            indicator, day = self.indicator(code), self.period.last_day
            self._printed[code] = tuple(
                printed_record(indicator, each, day, as_table=code in self.as_tables)
                for each in self.records(code)
            )
        return self._printed[code]

    def lines(self, code: str) -> tuple[str, ...]:
        """The counted records as names, each on one line."""
        return tuple(each.line for each in self.printed(code))
