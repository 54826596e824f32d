"""What a report prints about one record: for composing it, for freezing it, and for comparing the data with it later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from khcn.reports.texts import markup
from khcn.reports.texts.markup import Aspect

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from khcn.kernel.indicators import Indicator
    from khcn.reports.composing.sources import Number
    from khcn.reports.texts.markup import Block


def plain_number(value: Number) -> str:
    """ "1152", "2.5": for programs, not for people."""
    return str(int(value)) if value == int(value) else format(value, "f")


@dataclass(frozen=True, slots=True)
class PrintedRecord:
    """The name of the record in a list, what of it is added up, and its row where the report prints the records as a table."""

    line: str
    amount: str | None
    cells: tuple[str, ...]


def printed_record(indicator: Indicator, record: Any, day: date, *, as_table: bool) -> PrintedRecord:
    """All that a report says of the record under this figure, as of a day; in the active language."""
    column = indicator.measure.column
    return PrintedRecord(
        " ".join(indicator.line(record).split()),
        plain_number(getattr(record, column) or 0) if column else None,
        tuple(each.text(record, day) for each in indicator.columns) if as_table else (),
    )


def headings(indicator: Indicator) -> list[str]:
    """Of the columns of the table, in the active language."""
    return [str(each.heading) for each in indicator.columns]


def codes_of_tables(sections: Iterable[Iterable[Block]]) -> frozenset[str]:
    """The figures whose records these sections print as a table."""
    return frozenset(
        code for blocks in sections for code, aspect in markup.codes_in(blocks) if aspect is Aspect.TABLE
    )
