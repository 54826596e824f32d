"""Rows of a recognised sheet that are being turned into records, with the problems found in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.kernel.fields.kinds.partial_date import precisions_by_value
from khcn.kernel.fields.workbook_cells import CellProblem, workbook_cell_text
from khcn.kernel.intake.cells.cell_reading import formula_texts, holds_number, read_cell
from khcn.kernel.intake.cells.written_forms import WrittenCell, written_cell
from khcn.kernel.intake.import_plan import ImportProblem, ImportSeverity
from khcn.kernel.intake.layouts.fixed_values import fixable_columns, fixed_value, shown_fixed
from khcn.kernel.intake.masked_cells import is_masked, masked_cell, without_contents
from khcn.kernel.intake.named_places import first_named
from khcn.kernel.intake.rows.english_excel import of_english_excel
from khcn.kernel.intake.rows.rows_left_out import rows_of_records
from khcn.kernel.intake.rows.seen_otherwise import seen_otherwise
from khcn.kernel.intake.rows.values_above import with_values_above
from khcn.kernel.intake.tables.column_units import units_of_columns
from khcn.kernel.text.cell_addresses import column_and_row, column_letters
from khcn.kernel.text.dates import ParsedDate, Precision, last_day_of_parsed
from khcn.kernel.text.text_problem import TextProblem, text_problem_and_advice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from django.db.models import Model

    from khcn.kernel.intake.import_plan import LeftOutRow
    from khcn.kernel.intake.layouts.sheet_layouts import FileReading
    from khcn.kernel.intake.readers.workbook_reading import Sheet
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
    waits: bool = False  # waits for the answer to a question
    skipped: bool = False
    action: str = ""  # create, change, same
    instance: Any = None
    changed: tuple[Any, ...] = ()  # of outcome.Change
    effects: tuple[str, ...] = ()  # what the row would change elsewhere, in words
    facts: tuple[tuple[str, str], ...] = ()  # what is on record of what an action decides about
    cleared: set[str] = field(default_factory=set)  # columns whose stored value the row asks to remove
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
    units: Mapping[str, AmountUnit | AreaUnit] = field(default_factory=dict)  # that the file says, by column

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
        if column is not None and is_masked(column):
            value = masked_cell(value)
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


def draft_sheet_of(table: SheetTable, reading: FileReading) -> DraftSheet:
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
    units, notes = units_of_columns(table.sheet, table.heading_row, table.columns, table.units)
    draft_sheet.units = units
    for note in notes:
        draft_sheet.add_sheet_problem(note.message, note.remedy, code=note.code, severity=note.severity)
    known: dict[str, dict[Any, tuple[Any, WrittenCell | None]]] = {name: {} for name in draft_sheet.columns}
    texts = {name for name, column in draft_sheet.columns.items() if not holds_number(column)}
    reported: list[str] = []
    found = rows_of_records(table, reading)
    draft_sheet.left_out = found.left_out
    rows, remarks = with_values_above(table, found.rows)
    of_cells = (*of_english_excel(table, found.rows), *seen_otherwise(table, rows))
    for each in (*found.remarks, *remarks, *of_cells):
        draft_sheet.add_sheet_problem(each.message, each.remedy, code=each.code, severity=each.severity)
    for number, cells in rows:
        label = workbook_cell_text(cells[label_place]) if label_place < len(cells) else ""
        if label_place in table.columns and is_masked(table.columns[label_place]):
            label = masked_cell(label)
        draft = RowDraft(number, label[:120], {}, key=_text_at(cells, table.key_place))
        for name, place in draft_sheet.places.items():
            raw = cells[place] if place < len(cells) else ""
            if raw == "":
                draft.values[name] = None
                continue
            if name in texts:
                raw = table.sheet.as_text(place, number, raw)
            cache, mark = known[name], (type(raw), raw, getattr(raw, "shown", None))
            if mark not in cache:
                cache[mark] = _outcome(draft_sheet.columns[name], raw, units.get(name))
            _put_cell(draft_sheet, draft, name, raw, *cache[mark], reported)
        draft_sheet.drafts.append(draft)
    _take_sections(draft_sheet, table, found.sections)
    _take_fixed(draft_sheet, table)
    _report_readings(draft_sheet, reported)
    passed_over = {each.row for each in found.left_out}
    _check_formulas(draft_sheet, table, passed_over)
    for name in list(draft_sheet.columns):
        if sibling := draft_sheet.columns[name].kind.sibling:
            _join_precision(draft_sheet, name, sibling)
    return draft_sheet


def _text_at(cells: Sequence[object], place: int | None) -> str:
    return workbook_cell_text(cells[place]) if place is not None and place < len(cells) else ""


def _take_sections(draft_sheet: DraftSheet, table: SheetTable, sections: Mapping[int, str]) -> None:
    """Where a person chose so, the text of the section that a row stands in is the value of a field that its cells do not give."""
    if (column := table.section) is None:
        return
    draft_sheet.columns.setdefault(column.name, column)
    for draft in draft_sheet.drafts:
        if draft.values.get(column.name) is None and (text := sections.get(draft.row, "")):
            value, _written = _outcome(column, text, None)
            if isinstance(value, CellProblem):
                draft_sheet.add_problem(
                    draft, column.name, value.message, value.remedy, value=text[:VALUE_SHOWN], code=value.code
                )
                value = None
            draft.values[column.name] = value


def _take_fixed(draft_sheet: DraftSheet, table: SheetTable) -> None:
    """Give every row the values that a person chose for new ones, and say so in the preview: which rows are records on file is
    not known yet (:func:`~.record_building.build_records`).
    """
    for column, _choices in fixable_columns(table.kind) if table.fixed else ():
        if column.name in table.fixed:
            draft_sheet.columns.setdefault(column.name, column)
            for draft in draft_sheet.drafts:
                draft.values[column.name] = fixed_value(column, table.fixed[column.name], draft.values)
    if table.fixed:
        draft_sheet.add_sheet_problem(
            _("Theo cách đọc đã lưu, dòng mới có: %(values)s; bản ghi đã có giữ giá trị trong sổ.")
            % {"values": shown_fixed(table.kind, table.fixed)},
            _("Nếu tệp này khác, sửa cách đọc của trang tính trước khi ghi."),
            code="fixed_values",
            severity=ImportSeverity.WARNING,
        )


def _outcome(
    column: SheetColumn, raw: object, unit: AmountUnit | AreaUnit | None
) -> tuple[Any, WrittenCell | None]:
    """The value of a cell, or what is wrong with it; and how it was written."""
    try:
        written = written_cell(column, raw, unit)
        return read_cell(column, written.raw, None if written.has_unit else unit), written
    except CellProblem as problem:
        return without_contents(column, problem), None
    except TextProblem as problem:
        message, remedy = text_problem_and_advice(str(problem))
        return without_contents(column, CellProblem(message, remedy, problem.code)), None


def _put_cell(
    draft_sheet: DraftSheet,
    draft: RowDraft,
    name: str,
    raw: object,
    value: Any,
    written: WrittenCell | None,
    reported: list[str],
) -> None:
    """What a cell says goes into the row, or its problem; ``reported`` takes readings that the preview names."""
    if draft_sheet.table is not None:
        value = _problem_of_place(draft_sheet.table.sheet, draft_sheet.cell(draft, name)) or value
    if isinstance(value, CellProblem):
        shown = workbook_cell_text(raw)[:VALUE_SHOWN]
        draft_sheet.add_problem(draft, name, value.message, value.remedy, value=shown, code=value.code)
        value = None
    elif written is not None and written.cleared:
        draft.cleared.add(name)
    elif written is not None and written.reported:
        reported.append(_reading_of(draft_sheet, draft, name, raw, value))
    if written is not None and written.has_unit:
        draft.own_units.add(name)
    draft.values[name] = value


def _problem_of_place(sheet: Sheet, cell: str) -> CellProblem | None:
    """What is wrong with a cell beside its value."""
    if cell in sheet.unseen:
        return CellProblem(
            _("Ô có ký tự điều khiển không nhìn thấy được."),
            _("Xóa nội dung ô rồi gõ lại, không dán."),
            "control_character",
        )
    if cell in sheet.struck_parts:
        return CellProblem(
            _("Một phần nội dung của ô bị gạch ngang, nên chưa rõ nội dung nào còn đúng."),
            _("Xóa hẳn phần bị gạch, hoặc bỏ gạch ngang, rồi tải lên lại."),
            "partly_struck",
        )
    return None


def _reading_of(draft_sheet: DraftSheet, draft: RowDraft, name: str, raw: object, value: Any) -> str:
    """ "K3 “1,2 tỷ” là 1.200.000.000"."""
    column = draft_sheet.columns[name]
    shown = str(value) if isinstance(value, ParsedDate) else column.preview(value)
    return _("%(cell)s “%(written)s” là %(read)s") % {
        "cell": draft_sheet.cell(draft, name),
        "written": workbook_cell_text(raw)[:60],
        "read": shown,
    }


def _report_readings(draft_sheet: DraftSheet, reported: list[str]) -> None:
    if reported:
        draft_sheet.add_sheet_problem(
            _("%(count)d ô được đọc như sau: %(readings)s.")
            % {"count": len(reported), "readings": first_named(reported, ROWS_NAMED, "; ")},
            _("Nếu không đúng, ghi đủ số, đủ bốn chữ số của năm rồi tải lên lại."),
            code="read_as_written",
            severity=ImportSeverity.WARNING,
        )


def _check_formulas(draft_sheet: DraftSheet, table: SheetTable, passed_over: set[int]) -> None:
    """A formula is read as the value that it had when the file was saved, and named; one without a value, and an error
    value, are problems.
    """
    by_row = {draft.row: draft for draft in draft_sheet.drafts}
    cells_of = dict(table.sheet.rows)
    names = {column_letters(place): name for name, place in draft_sheet.places.items()}
    calculated = []
    for cell in sorted(table.sheet.formulas | table.sheet.errors):
        is_error = cell in table.sheet.errors
        if not cell:
            draft_sheet.add_sheet_problem(*formula_texts(is_error=is_error), code="formula")
            continue
        column, number = column_and_row(cell)
        if column not in names or number <= table.heading_row or number in passed_over:
            continue
        name = names[column]
        row_cells, place = cells_of.get(number, []), draft_sheet.places[name]
        if not is_error and place < len(row_cells) and workbook_cell_text(row_cells[place]):
            calculated.append(cell)
            continue
        draft = by_row.get(number)
        if draft is None:
            draft = by_row[number] = RowDraft(number, "", {})
            draft_sheet.drafts.append(draft)
        message, remedy = formula_texts(is_error=is_error)
        draft_sheet.add_problem(draft, name, message, remedy, code="error_value" if is_error else "formula")
    if calculated:
        draft_sheet.add_sheet_problem(
            _("%(count)d ô công thức được đọc theo giá trị Excel đã tính khi lưu tệp: %(cells)s.")
            % {"count": len(calculated), "cells": first_named(calculated, ROWS_NAMED)},
            _("Xem lại các giá trị này trong bản xem trước."),
            code="formulas_read",
            severity=ImportSeverity.WARNING,
        )


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
