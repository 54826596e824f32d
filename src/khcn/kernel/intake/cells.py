"""One cell to one value of a model field, or a sentence saying why not. The kinds of fields do the reading."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from khcn.kernel.fields.cells import CellProblem, split_advice, text_of
from khcn.kernel.text.dates import ParsedDate, Precision
from khcn.kernel.text.problems import TextProblem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.kernel.registers.sheet import SheetColumn


def read_cell(column: SheetColumn, raw: object) -> Any:
    """The value for the column's field; ``None`` for an empty cell.

    Gives :class:`~khcn.kernel.fields.cells.Named` for a reference and ``Unlisted`` for a word outside a closed list,
    which others settle, and a :class:`~khcn.kernel.text.dates.ParsedDate` where the field has a precision beside it.
    Raises :class:`~khcn.kernel.fields.cells.CellProblem`.
    """
    text = text_of(raw)
    if not text:
        return None
    try:
        value = column.kind.read_cell(raw, text)
        if column.kind.sheet_validated:
            column.field.run_validators(value)
    except TextProblem as problem:
        message, remedy = split_advice(str(problem))
        raise CellProblem(message, remedy, problem.code) from problem
    except ValidationError as problem:
        raise CellProblem(" ".join(problem.messages), _("Xem lại nội dung đã gõ."), "validator") from problem
    return value


def show(column: SheetColumn, value: Any) -> str:
    """A stored value as the preview shows it."""
    return "" if value is None or value == "" else column.kind.preview(value)


def last_day(parsed: ParsedDate, precision: Precision) -> date:
    """The last day of the month, quarter or year that a day lies in."""
    day = parsed.last
    if precision is Precision.DAY:
        return day
    if precision is Precision.YEAR:
        return date(day.year, 12, 31)
    month = day.month if precision is Precision.MONTH else (day.month + 2) // 3 * 3
    first_of_next = date(day.year + month // 12, month % 12 + 1, 1)
    return first_of_next - timedelta(days=1)


def precisions(values: Sequence[str]) -> dict[str, Precision]:
    """Stored values of a precision field to what they mean."""
    return {value: Precision(value) for value in values if value in Precision.values}
