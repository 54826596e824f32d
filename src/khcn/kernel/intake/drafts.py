"""Rows of a recognised sheet that are being turned into records, with the problems found in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.kernel.fields.kinds.partial_date import precisions_by_value
from khcn.kernel.fields.workbook_cells import CellProblem, column_letters, workbook_cell_text
from khcn.kernel.intake.cell_reading import read_cell
from khcn.kernel.intake.column_units import units_of_columns
from khcn.kernel.intake.import_plan import ImportProblem, ImportSeverity
from khcn.kernel.intake.rows_left_out import rows_of_records
from khcn.kernel.text.dates import ParsedDate, Precision, last_day_of_parsed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model

    from khcn.kernel.intake.heading_units import AmountUnit
    from khcn.kernel.intake.headings import SheetTable
    from khcn.kernel.intake.sheet_kinds import SheetKind
    from khcn.kernel.registers.spec import Register
    from khcn.kernel.registers.workbook_sheet import SheetColumn

VALUE_SHOWN = 200  # characters of a cell in the list of problems
ROWS_NAMED = 20


@dataclass(slots=True, eq=False)
class RowDraft:
    """One row. ``values`` holds what each present column says, ``None`` for an empty cell."""

    row: int
    label: str
    values: dict[str, Any]
    problems: list[ImportProblem] = field(default_factory=list)
    waits: bool = False  # waits for the answer to a question
    skipped: bool = False
    action: str = ""  # create, change, same
    instance: Any = None
    changed: tuple[Any, ...] = ()  # of outcome.Change
    effects: tuple[str, ...] = ()  # what the row would change elsewhere, in words
    facts: tuple[tuple[str, str], ...] = ()  # what is on record of what an action decides about

    @property
    def is_whole(self) -> bool:
        """Everything the row says was understood."""
        return not (self.problems or self.waits or self.skipped)


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
        problem = ImportProblem(
            sheet=self.sheet,
            row=draft.row,
            column=column.heading if column else "",
            cell=self.cell(draft, name),
            value=value or self.text(draft, name)[:VALUE_SHOWN],
            message=message,
            remedy=remedy or _("Sửa trong tệp rồi tải lên lại."),
            severity=severity,
            code=code,
        )
        (draft.problems if severity is ImportSeverity.ERROR else self.problems).append(problem)

    def add_sheet_problem(
        self, message: str, remedy: str, *, code: str, severity: ImportSeverity = ImportSeverity.ERROR
    ) -> None:
        """Add a problem of the whole sheet."""
        self.problems.append(
            ImportProblem(sheet=self.sheet, message=message, remedy=remedy, code=code, severity=severity)
        )


def draft_sheet_of(table: SheetTable) -> DraftSheet:
    """Read every cell of a table; equal cells of a column are read once."""
    register = table.kind.register
    draft_sheet = DraftSheet(
        kind=table.kind,
        sheet=table.sheet.name,
        columns={column.name: column for column in table.columns.values()},
        places={column.name: place for place, column in table.columns.items()},
        table=table,
    )
    key_columns = [name for name in (register.lookup, *register.natural_key) if name in draft_sheet.places]
    label_place = draft_sheet.places[key_columns[0]] if key_columns else min(table.columns, default=0)
    units, notes = units_of_columns(table.sheet, table.heading_row, table.columns)
    for note in notes:
        draft_sheet.add_sheet_problem(note.message, note.remedy, code=note.code, severity=note.severity)
    known: dict[str, dict[Any, Any]] = {name: {} for name in draft_sheet.columns}
    rows, left_out = rows_of_records(table)
    for each in left_out:
        draft_sheet.add_sheet_problem(each.message, each.remedy, code=each.code, severity=ImportSeverity.NOTE)
    for number, cells in rows:
        label = workbook_cell_text(cells[label_place]) if label_place < len(cells) else ""
        draft = RowDraft(number, label[:120], {})
        for name, place in draft_sheet.places.items():
            raw = cells[place] if place < len(cells) else ""
            if raw == "":
                draft.values[name] = None
                continue
            cache, mark = known[name], (type(raw), raw)
            if mark not in cache:
                cache[mark] = _outcome(draft_sheet.columns[name], raw, units.get(name))
            value = cache[mark]
            if isinstance(value, CellProblem):
                draft_sheet.add_problem(
                    draft,
                    name,
                    value.message,
                    value.remedy,
                    value=workbook_cell_text(raw)[:VALUE_SHOWN],
                    code=value.code,
                )
                value = None
            draft.values[name] = value
        draft_sheet.drafts.append(draft)
    passed_over = {number for number, _cells in table.body()} - {number for number, _cells in rows}
    _refuse_formulas(draft_sheet, table, passed_over)
    _warn_of_hidden_rows(draft_sheet, table)
    for name in list(draft_sheet.columns):
        if sibling := draft_sheet.columns[name].kind.sibling:
            _join_precision(draft_sheet, name, sibling)
    return draft_sheet


def _outcome(column: SheetColumn, raw: object, unit: AmountUnit | None) -> Any:
    try:
        return read_cell(column, raw, unit)
    except CellProblem as problem:
        return problem


def _warn_of_hidden_rows(draft_sheet: DraftSheet, table: SheetTable) -> None:
    """A person who looks at the file in Excel does not see these rows, and may not mean them."""
    hidden = [str(draft.row) for draft in draft_sheet.drafts if draft.row in table.sheet.hidden_rows]
    if not hidden:
        return
    more = ", …" if len(hidden) > ROWS_NAMED else ""
    draft_sheet.add_sheet_problem(
        _("%(count)d dòng đang ẩn trong tệp cũng được đọc: dòng %(rows)s.")
        % {"count": len(hidden), "rows": ", ".join(hidden[:ROWS_NAMED]) + more},
        _("Nếu không muốn nhập các dòng này, xóa hẳn khỏi tệp rồi tải lên lại."),
        code="hidden_rows",
        severity=ImportSeverity.WARNING,
    )


def _refuse_formulas(draft_sheet: DraftSheet, table: SheetTable, passed_over: set[int]) -> None:
    """A formula shows its value when the file was saved, which may be out of date; an error value shows nothing."""
    by_row = {draft.row: draft for draft in draft_sheet.drafts}
    names = {column_letters(place): name for name, place in draft_sheet.places.items()}
    for cells, code in (
        (table.sheet.formulas, "formula"),
        (table.sheet.errors - table.sheet.formulas, "error_value"),
    ):
        if code == "formula":
            message = _("Ô chứa công thức, không phải giá trị.")
        else:
            message = _("Ô chứa giá trị lỗi của Excel (như #N/A, #REF!).")
        remedy = _(
            "Chép (Copy) vùng số liệu, dán đặc biệt (Paste Special) dạng giá trị (Values), rồi tải lên lại."
        )
        for cell in sorted(cells):
            column, row = cell.rstrip("0123456789"), cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
            if not cell:
                draft_sheet.add_sheet_problem(message, remedy, code=code)
            elif column in names and int(row) > table.heading_row and int(row) not in passed_over:
                draft = by_row.get(int(row))
                if draft is None:
                    draft = by_row[int(row)] = RowDraft(int(row), "", {})
                    draft_sheet.drafts.append(draft)
                draft_sheet.add_problem(draft, names[column], message, remedy, code=code)


def _join_precision(draft_sheet: DraftSheet, name: str, sibling: str) -> None:
    """Turn a date known to the month or quarter into the last day of it, and fill the field that says so."""
    column, beside = draft_sheet.columns[name], draft_sheet.columns.get(sibling)
    field_ = column.field.model._meta.get_field(sibling)
    meanings = precisions_by_value([value for value, _label in field_.flatchoices])
    stored = {meaning: value for value, meaning in meanings.items()}
    for draft in draft_sheet.drafts:
        parsed = draft.values.get(name)
        if not isinstance(parsed, ParsedDate):
            continue
        given = draft.values.get(sibling) if beside else None
        wanted = meanings.get(given, parsed.precision) if isinstance(given, str) else parsed.precision
        if parsed.precision is not Precision.DAY and wanted is not parsed.precision:
            draft_sheet.add_problem(
                draft,
                sibling,
                _("Ngày ghi theo %(written)s nhưng cột này ghi theo %(said)s.")
                % {"written": Precision(parsed.precision).label, "said": Precision(wanted).label},
                _("Sửa cho hai cột khớp nhau, hoặc để trống cột này."),
                code="precision",
            )
        elif wanted not in stored:
            draft_sheet.add_problem(
                draft,
                name,
                _("Cột “%(heading)s” không nhận ngày ghi theo %(written)s.")
                % {"heading": column.heading, "written": Precision(wanted).label},
                _("Ghi ngày cụ thể hơn."),
                code="precision",
            )
        else:
            draft.values[name] = last_day_of_parsed(parsed, wanted)
            draft.values[sibling] = stored[wanted]
