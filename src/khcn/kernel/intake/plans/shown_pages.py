"""Which rows of each sheet a page of the preview shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from khcn.kernel.intake.import_plan import ROWS_SHOWN
from khcn.kernel.text.numbers import short_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from khcn.kernel.intake.import_plan import RowPlan


@dataclass(frozen=True, slots=True)
class RowsPage:
    """Some rows of a sheet. Pages and rows are counted from 1."""

    rows: Sequence[RowPlan]
    number: int
    last: int
    first_row: int
    last_row: int


@dataclass(frozen=True, slots=True)
class ShownPages:
    """The page that was asked for of one sheet; of all others the first."""

    sheet: int
    page: int

    @classmethod
    def asked(cls, query: Mapping[str, str]) -> ShownPages:
        """Of an address like ``?sheet=2&page=3``; what is no number asks for nothing."""
        return cls(short_number(query.get("sheet", "")) or 0, short_number(query.get("page", "")) or 1)

    def of(self, place: int, rows: Sequence[RowPlan]) -> RowsPage:
        """The rows of the sheet at this place of the plan; a page past the end is the last one."""
        last = max(1, -(-len(rows) // ROWS_SHOWN))
        number = min(max(1, self.page if place == self.sheet else 1), last)
        first = (number - 1) * ROWS_SHOWN
        shown = rows[first : first + ROWS_SHOWN]
        return RowsPage(shown, number, last, first + 1, first + len(shown))
