"""Rows of a recognised sheet that are being turned into records, with the problems found in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.kernel.fields.workbook_cells import workbook_cell_text
from khcn.kernel.intake.import_plan import ImportProblem, ImportSeverity
from khcn.kernel.intake.masked_cells import is_masked, masked_cell
from khcn.kernel.text.cell_addresses import column_letters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.db.models import Model

    from khcn.kernel.intake.import_plan import LeftOutRow
    from khcn.kernel.intake.sheet_kinds import SheetKind
    from khcn.kernel.intake.tables.area_units import AreaUnit
    from khcn.kernel.intake.tables.heading_units import AmountUnit
    from khcn.kernel.intake.tables.headings import SheetTable
    from khcn.kernel.registers.spec import Register
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn

VALUE_SHOWN = 200  # characters of a cell in the list of problems
ROWS_NAMED = 20


@dataclass(slots=True, eq=False)
class RowDraft:
    """One row. ``values`` holds what each present column says, ``None`` for an empty cell."""

    row: int
    label: str
    values: dict[str, Any]
    problems: list[ImportProblem] = field(default_factory=list)
    refusals: int = 0  # of the problems, those that a rule of the register has found
    waits: bool = False  # waits for the answer to a question
    skipped: bool = False
    action: str = ""  # create, change, same
    instance: Any = None
    changed: tuple[Any, ...] = ()  # of outcome.Change
    effects: tuple[str, ...] = ()  # what the row would change elsewhere, in words
    facts: tuple[tuple[str, str], ...] = ()  # what is on record of what an action decides about
    cleared: set[str] = field(default_factory=set)  # columns whose stored value the row asks to remove
    derived: set[str] = field(
        default_factory=set
    )  # columns that say something of new rows and empty values only
    own_units: set[str] = field(default_factory=set)  # columns in which the cell names the unit of its amount
    key: str = ""  # of the hidden column of our exports
    confirmed: tuple[str, ...] = ()  # why unlikely values are right, as somebody said
    corrects: str = ""  # the record on file whose code or date the row changes, in words
    lacks_columns: bool = False  # a new record, in a sheet without a column that it needs

    @property
    def is_whole(self) -> bool:
        """Everything the row has to say is there and was understood: its record can be judged."""
        return not (self.problems or self.waits or self.skipped or self.lacks_columns)


@dataclass(slots=True, eq=False)
class DraftSheet:
    """The rows of one sheet, or records to be made from names alone (``table`` is ``None``)."""

    kind: SheetKind
    sheet: str
    columns: dict[str, SheetColumn]
    places: dict[str, int]
    table: SheetTable | None = None
    drafts: list[RowDraft] = field(default_factory=list)
    problems: list[ImportProblem] = field(default_factory=list)
    left_out: list[LeftOutRow] = field(default_factory=list)
    _cells_of: dict[int, list[Any]] | None = None  # of the sheet, by row
    lacking: list[str] = field(default_factory=list)  # required fields of new rows without a column
    units: Mapping[str, AmountUnit | AreaUnit] = field(default_factory=dict)  # that the file says, by column
    lacks_codes: bool = False  # the register has no titles either: a row is known by what it says
    is_typed: bool = False  # on a page; there is no file to speak of
    written_beside: tuple[str, ...] = ()  # headings of columns that are only shown, and say something else

    @property
    def register(self) -> Register:
        """The register that the rows are records of, or whose records they do something with."""
        return self.kind.register

    @property
    def model(self) -> type[Model]:
        """The register's model."""
        return self.register.model

    def remaining(self) -> Iterator[RowDraft]:
        """Rows that are not skipped."""
        return (draft for draft in self.drafts if not draft.skipped)

    def cell(self, draft: RowDraft, name: str) -> str:
        """ "C12" of a row's column; "" when the column is not in the file."""
        place = self.places.get(name)
        return "" if place is None else f"{column_letters(place)}{draft.row}"

    def text(self, draft: RowDraft, name: str) -> str:
        """What a row's column says, as the preview shows it; a record by its name."""
        value = draft.values.get(name)
        column = self.columns.get(name)
        if column is None or value is None:
            return ""
        return str(value.name) if column.target is not None else column.preview(value)

    def _written(self, draft: RowDraft, name: str) -> str | None:
        """What stands in the cell of a row's column; ``None`` where the file has no such cell."""
        if self.table is None or name not in self.places:
            return None
        if self._cells_of is None:
            self._cells_of = dict(self.table.sheet.rows)
        cells, place = self._cells_of.get(draft.row, []), self.places[name]
        return workbook_cell_text(cells[place]) if place < len(cells) else ""

    def add_problem(
        self,
        draft: RowDraft,
        name: str,
        message: str,
        remedy: str = "",
        *,
        value: str = "",
        code: str = "",
        severity: ImportSeverity = ImportSeverity.ERROR,
    ) -> None:
        """Add a problem of one cell, or of the whole row when ``name`` is empty."""
        column = self.columns.get(name)
        masked = column is not None and is_masked(column)
        otherwise = (
            _("Sửa ở trang đang sửa rồi xem trước lại.")
            if self.is_typed
            else _("Sửa trong tệp rồi tải lên lại.")
        )
        if masked:
            value = masked_cell(value)
        problem = ImportProblem(
            sheet=self.sheet,
            row=draft.row,
            column=column.heading if column else "",
            cell=self.cell(draft, name),
            value=value or self.text(draft, name)[:VALUE_SHOWN],
            message=message,
            remedy=remedy or otherwise,
            severity=severity,
            code=code,
            written=None if masked else self._written(draft, name),
        )
        (draft.problems if severity is ImportSeverity.ERROR else self.problems).append(problem)

    def add_sheet_problem(
        self, message: str, remedy: str, *, code: str, severity: ImportSeverity = ImportSeverity.ERROR
    ) -> None:
        """Add a problem of the whole sheet."""
        self.problems.append(
            ImportProblem(sheet=self.sheet, message=message, remedy=remedy, code=code, severity=severity)
        )
