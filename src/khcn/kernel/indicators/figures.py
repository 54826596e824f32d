"""What a figure is: the records behind it, their measure, and the line that prints one of them."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Model, Q, QuerySet, Sum, Window

from khcn.kernel.indicators.period import Period
from khcn.kernel.prepared_query import PreparedQuerySets

if TYPE_CHECKING:
    from collections.abc import Callable

    from django_stubs_ext import StrOrPromise

Number = int | Decimal


class Basis(enum.Enum):
    """How a figure behaves over time."""

    FLOW = "flow"  # events in the window: adjacent windows add up
    TOUCHED = (
        "touched"  # distinct things with an event in the window: adjacent windows unite, but do not add up
    )
    STOCK = "stock"  # the state on the last day, or a cohort of the reporting year


@dataclass(frozen=True, slots=True)
class Measure:
    """Count of the records, or the sum of one of their columns (or annotations)."""

    column: str = ""

    def of(self, records: QuerySet[Any]) -> Number:
        """The value over ``records``, by one query; an empty sum is 0."""
        if not self.column:
            return records.count()
        total: Number | None = records.aggregate(total=Sum(self.column))["total"]
        return 0 if total is None else total

    def over(self, rows: list[Any]) -> Number:
        """The same over records already read."""
        if not self.column:
            return len(rows)
        return sum((getattr(row, self.column) or 0 for row in rows), 0)


@dataclass(frozen=True, slots=True)
class Share(Measure):
    """How many of the records in a hundred have ``column`` true: the records are the denominator, so list and number say the same.

    0 where there are no records: nothing was due, and the sentence around the figure says so.
    """

    def of(self, records: QuerySet[Any]) -> Number:
        """The value over ``records``, by one query; a percentage with two decimals."""
        found = records.aggregate(total=Count("pk"), true=Count("pk", filter=Q(**{self.column: True})))
        return _percentage(found["true"], found["total"])

    def over(self, rows: list[Any]) -> Number:
        """The same over records already read."""
        return _percentage(sum(bool(getattr(row, self.column)) for row in rows), len(rows))


def _percentage(part: int, whole: int) -> Decimal:
    return (Decimal(100 * part) / whole).quantize(Decimal("0.01"), ROUND_HALF_UP) if whole else Decimal(0)


COUNT = Measure()
_SOME_PERIOD = Period(date(2000, 1, 1), date(2001, 1, 1), 2000)


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of the table that prints the counted records: its heading, width, and text as of a day."""

    heading: StrOrPromise
    width_mm: int
    text: Callable[[Any, date], str]


@dataclass(frozen=True)
class Indicator:
    """One figure. Number, list of names and drill-down page all come from ``records``, so they cannot disagree.

    ``figure_ids`` are the numbers of the statements in the inventory of the 2023 report that this figure makes.
    ``records`` makes its query set from the period alone, without reading the database or the clock: its SQL is prepared once.
    ``definition`` says in Vietnamese what is counted and what is not; it is printed in the dictionary.
    ``line`` prints one record in a list of names, ``table`` the same records as a table.
    ``must_say`` gives words that whatever is printed about a record has to contain ("" where there are none).
    ``untrue_words`` are such as no report may say of the division's work while the figure is not 0.
    ``also_called``: what reports call the counted things where they do not say the label: "nhiệm vụ mới".
    ``terms`` are kinds of deadline whose passing is counted: the list of the records shows the last day of the first that each has.
    ``date_path`` is the path of the business date of a counted record; "" where a cohort has none of its own.
    """

    code: str
    label: StrOrPromise
    records: Callable[[Period], QuerySet[Any]]
    unit: StrOrPromise
    definition: StrOrPromise = ""
    basis: Basis = Basis.FLOW
    measure: Measure = COUNT
    line: Callable[[Any], str] = str
    figure_ids: tuple[str, ...] = ()
    owner: str = ""
    table: tuple[TableColumn, ...] = ()
    must_say: Callable[[Any, date], str] | None = None
    untrue_words: tuple[str, ...] = ()
    also_called: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    date_path: str = ""

    @property
    def columns(self) -> tuple[TableColumn, ...]:
        """Those of the table that prints the counted records; where none is declared it has their lines."""
        return self.table or (TableColumn(self.label, 165, lambda record, day: self.line(record)),)

    def value(self, period: Period) -> Number:
        """The figure for a period, by one query."""
        if self.measure == COUNT:
            return self._prepared.count(period)
        return self.measure.of(self._prepared.rows(period))

    def rows(self, period: Period, most: int | None = None) -> QuerySet[Any]:
        """The counted records in the order they are printed: as entered, unless the indicator says otherwise. With ``most`` so
        many of them, of which no query set can ask for others.
        """
        return self._printed.rows((period, most))

    def number_and_first(self, period: Period, most: int) -> tuple[Number, list[Any]]:
        """The figure, and as many of its records in the order they are printed: by one query where it is their number, so that
        what makes them hard to find is done once.
        """
        if self.measure != COUNT or self.records(period).query.distinct:
            return self.value(period), list(self.rows(period, most))
        rows = list(self._first.rows((period, most)))
        return (rows[0].number_of_all if rows else 0), rows

    def counted(self, period: Period) -> CountedFigure:
        """Value, identities and printed lines from one reading of the records."""
        rows = list(self.rows(period))
        lines = tuple(self.line(row) for row in rows)
        return CountedFigure(self.measure.over(rows), tuple(row.pk for row in rows), lines)

    @cached_property
    def _prepared(self) -> PreparedQuerySets[Period, QuerySet[Any]]:
        return PreparedQuerySets(self.records)

    @cached_property
    def _printed(self) -> PreparedQuerySets[tuple[Period, int | None], QuerySet[Any]]:
        return PreparedQuerySets(lambda key: self._in_order(key[0])[: key[1]])

    @cached_property
    def _first(self) -> PreparedQuerySets[tuple[Period, int], QuerySet[Any]]:
        number = Window(Count("pk"))
        return PreparedQuerySets(lambda key: self._in_order(key[0]).annotate(number_of_all=number)[: key[1]])

    def _in_order(self, period: Period) -> QuerySet[Any]:
        records = self.records(period)
        return records if records.ordered else records.order_by("pk")

    @cached_property
    def model(self) -> type[Model]:
        """The model of the counted records, found without asking the database."""
        return self.records(_SOME_PERIOD).model


@dataclass(frozen=True, slots=True)
class CountedFigure:
    """A figure as it was counted: what a frozen report keeps."""

    value: Number
    ids: tuple[int, ...]
    lines: tuple[str, ...]
