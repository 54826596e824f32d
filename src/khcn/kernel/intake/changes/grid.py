"""A page of records as a grid of texts: as it was shown, as it was typed, and the rows of it that changed.

A cell is read as a cell of a workbook is. The page carries what it showed, so that of a record that somebody else has changed
meanwhile only the cells that were typed into are written, and its hidden key asks about it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson
from django.conf import settings
from django.utils.translation import gettext as _

from khcn.kernel.fields.workbook_cells import CellProblem
from khcn.kernel.intake.changes.change_workbook import CLEARED, ChangedRow, named_rows
from khcn.kernel.intake.rows.row_reading import read_outcome
from khcn.kernel.registers.list_pages import PAGE_SIZE
from khcn.kernel.text.numbers import short_number
from khcn.kernel.workbooks.export import exported_rows
from khcn.kernel.workbooks.record_keys import read_key_of
from khcn.kernel.workbooks.workbook_sheet import sheet_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet

    from khcn.kernel.fields.field_kind import FieldKind
    from khcn.kernel.registers.spec import Register
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn

ROWS: Final = PAGE_SIZE  # records of one grid
_MOST_NEW: Final = 300  # rows that are added to a grid; more are an import of a block
_OTHER_FIELDS: Final = 20  # of the form beside the cells: its token, its buttons, the number of added rows
# Characters of a workbook's column, and the most letters of a text.
_WIDE, _NARROW = 28, 14
_CODE, _TITLE = 40, 300
_NEW: Final = "new"  # begins the names of the inputs of added rows, as `addRow` of ui/app.js makes them
TOTAL: Final = f"{_NEW}-TOTAL_FORMS"


@dataclass(slots=True)
class GridCell:
    """One input: what the page showed when the grid was opened, what is in it now, and what is wrong with that."""

    name: str
    column: SheetColumn
    shown: str
    text: str
    problem: str = ""

    @property
    def room(self) -> str:
        """How wide its column is: that of a year or date, of a code, of words, or between."""
        width = self.column.kind.sheet_width
        if width <= _NARROW:
            return "is-narrow"
        if (self.column.field.max_length or _TITLE) <= _CODE and width >= _WIDE:
            return "is-code"
        return "is-words" if width >= _WIDE else ""

    @property
    def is_long(self) -> bool:
        """Are two lines of it shown, as of a title?"""
        return self.column.kind.takes_lines or (self.column.field.max_length or 0) >= _TITLE

    @property
    def is_changed(self) -> bool:
        """Was something typed? Blanks around a text are nothing."""
        return self.text.strip() != self.shown.strip()


@dataclass(slots=True)
class GridRow:
    """One record, by its hidden key, or with neither key nor ``pk`` a new one."""

    name: str
    cells: list[GridCell] = field(default_factory=list)
    key: str = ""
    pk: int | None = None

    @property
    def number(self) -> str:
        """Of an added row, counted from one."""
        return self.name.removeprefix(f"{_NEW}-")

    @property
    def shown(self) -> str:
        """What the page showed, as the form sends it back."""
        return orjson.dumps([each.shown for each in self.cells]).decode()


def grid_columns(register: Register, names: Sequence[str]) -> list[SheetColumn]:
    """The columns of the grid, as a workbook of the register has them."""
    return [each for each in sheet_columns(register) if each.name in names]


def stored_rows(register: Register, rows: QuerySet[Any], columns: Sequence[SheetColumn]) -> list[GridRow]:
    """The first records, as they are on file."""
    found = []
    for each in exported_rows(register, rows[:ROWS], columns):
        row = GridRow(f"r{each.pk}", key=each.key, pk=each.pk)
        for column, value in zip(columns, each.values, strict=True):
            text = _text(column.kind, value)
            row.cells.append(GridCell(f"{row.name}-{column.name}", column, text, text))
        found.append(row)
    return found


def new_row(columns: Sequence[SheetColumn], number: str) -> GridRow:
    """An empty row; ``number`` counts the added ones from one."""
    row = GridRow(f"{_NEW}-{number}")
    row.cells = [GridCell(f"{row.name}-{column.name}", column, "", "") for column in columns]
    return row


def is_named(rows: Sequence[GridRow]) -> bool:
    """Do a code and the name of the record come first? They stay in view while the other columns are looked at."""
    return bool(rows) and [each.room for each in rows[0].cells[:2]] == ["is-code", "is-words"]


def most_new(columns: Sequence[SheetColumn]) -> int:
    """How many rows may be added to a grid of these columns, so that its form has no more fields than one may send."""
    of_records = ROWS * (len(columns) + 2)  # the cells, the key, and what the page showed
    left: int = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS - _OTHER_FIELDS - of_records
    return min(_MOST_NEW, left // len(columns))


def typed_rows(
    register: Register, data: Mapping[str, str], columns: Sequence[SheetColumn], *, may_add: bool
) -> list[GridRow]:
    """The rows as the form has sent them. A key that is none of this register leaves its row out."""
    found = []
    for name, text in data.items():
        if not name.startswith("key-"):
            continue
        key = read_key_of(register, text)
        row = GridRow(name.removeprefix("key-"), key=text)
        if key is None or row.name != f"r{key.pk}":
            continue
        row.pk = key.pk
        for column, shown in zip(
            columns, _sent_texts(data.get(f"was-{row.name}", ""), len(columns)), strict=True
        ):
            place = f"{row.name}-{column.name}"
            row.cells.append(GridCell(place, column, shown, _typed(data, place, shown)))
        found.append(row)
    total = min(short_number(data.get(TOTAL, "")) or 1, most_new(columns) + 1) if may_add else 1
    for number in range(1, total):
        row = new_row(columns, str(number))
        for cell in row.cells:
            cell.text = _typed(data, cell.name, "")
        found.append(row)
    return found


def _typed(data: Mapping[str, str], name: str, shown: str) -> str:
    return _with_line_feeds(data.get(name, shown))


def _sent_texts(text: str, count: int) -> list[str]:
    """What the page showed; nothing for a text that no page of ours has sent: then each cell counts as typed."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, list) or len(found) != count:
        return [""] * count
    return [str(each) for each in found]


def find_problems(rows: Sequence[GridRow]) -> int:
    """Read what was typed, and say at each cell what is wrong with it; gives how many cells are."""
    count = 0
    for row in rows:
        for cell in row.cells:
            if cell.is_changed and cell.text.strip():
                value, _written = read_outcome(cell.column, cell.text.strip(), None)
                if isinstance(value, CellProblem):
                    cell.problem = f"{value.message} {value.remedy}".strip()
                    count += 1
    return count


def changed_rows(register: Register, rows: Sequence[GridRow], on_file: QuerySet[Any]) -> list[ChangedRow]:
    """The rows in which something was typed, for a workbook: the cells that changed, and of a record its natural key.

    The natural key is that of the record of now among ``on_file``, which the hidden key of the row leads to: what the page showed may
    be the name of another record by now. Of a record that is gone it is what the page showed.
    """
    changed = [
        (number, row) for number, row in enumerate(rows, 1) if any(each.is_changed for each in row.cells)
    ]
    pks = [row.pk for _number, row in changed if row.pk is not None]
    on_record = {each.pk: each for each in named_rows(register, on_file.filter(pk__in=pks))}
    found = []
    for number, row in changed:
        shown = {
            each.column.name: each.shown for each in row.cells if each.column.name in register.natural_key
        }
        typed = {each.column.name: each.text.strip() or CLEARED for each in row.cells if each.is_changed}
        if row.pk is None:
            name = _("mới %(number)s") % {"number": row.number}
        else:
            name = (
                f"{number} ({stored.name})" if (stored := on_record.get(row.pk)) is not None else str(number)
            )
        named = on_record[row.pk].named if row.pk in on_record else shown
        found.append(ChangedRow(typed, row.pk, row.key, named, name))
    return found


def _text(kind: FieldKind, value: Any) -> str:
    """What a cell shows, which is read again as the same."""
    if value is None or value == "":
        return ""
    return _with_line_feeds(value) if isinstance(value, str) else kind.preview(value)


def _with_line_feeds(text: str) -> str:
    """A browser sends line ends of its own kind, whatever kind the page had."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
