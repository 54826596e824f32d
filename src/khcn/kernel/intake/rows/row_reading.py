"""The cells of a recognised sheet, read row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.kernel.fields.kinds.partial_date import precisions_by_value
from khcn.kernel.fields.workbook_cells import CellProblem, workbook_cell_text
from khcn.kernel.intake.cells.cell_reading import formula_texts, read_cell, read_literal_cell
from khcn.kernel.intake.cells.written_forms import WrittenCell, written_cell
from khcn.kernel.intake.import_plan import ImportSeverity
from khcn.kernel.intake.layouts.fixed_values import fixable_columns, fixed_value, shown_fixed
from khcn.kernel.intake.masked_cells import is_masked, masked_cell, without_contents
from khcn.kernel.intake.named_places import first_named
from khcn.kernel.intake.rows.drafts import ROWS_NAMED, VALUE_SHOWN, DraftSheet, RowDraft
from khcn.kernel.intake.rows.english_excel import of_english_excel
from khcn.kernel.intake.rows.rows_left_out import rows_of_records
from khcn.kernel.intake.rows.seen_otherwise import seen_otherwise
from khcn.kernel.intake.rows.values_above import with_values_above
from khcn.kernel.intake.tables.column_units import units_of_columns
from khcn.kernel.text.cell_addresses import column_and_row, column_letters
from khcn.kernel.text.dates import ParsedDate, Precision, last_day_of_parsed
from khcn.kernel.text.text_problem import TextProblem, text_problem_and_advice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from khcn.kernel.intake.layouts.sheet_layouts import FileReading
    from khcn.kernel.intake.readers.workbook_reading import Sheet
    from khcn.kernel.intake.tables.area_units import AreaUnit
    from khcn.kernel.intake.tables.heading_units import AmountUnit
    from khcn.kernel.intake.tables.headings import SheetTable
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn


def draft_sheet_of(table: SheetTable, reading: FileReading) -> DraftSheet:
    """Read every cell of a table; equal cells of a column are read once."""
    register = table.kind.register
    draft_sheet = DraftSheet(
        kind=table.kind,
        sheet=table.sheet.name,
        columns={column.name: column for column in table.columns.values()},
        places={column.name: place for place, column in table.columns.items()},
        table=table,
        is_typed=reading.is_typed,
    )
    key_columns = [name for name in (register.lookup, *register.natural_key) if name in draft_sheet.places]
    label_place = draft_sheet.places[key_columns[0]] if key_columns else min(table.columns, default=0)
    units, notes = units_of_columns(table.sheet, table.heading_row, table.columns, table.units)
    draft_sheet.units = units
    for note in notes:
        draft_sheet.add_sheet_problem(note.message, note.remedy, code=note.code, severity=note.severity)
    known: dict[str, dict[Any, tuple[Any, WrittenCell | None]]] = {name: {} for name in draft_sheet.columns}
    texts = {name for name, column in draft_sheet.columns.items() if not column.kind.takes_number}
    reported: list[str] = []
    found = rows_of_records(table, reading)
    draft_sheet.left_out = found.left_out
    rows, remarks = with_values_above(table, found.rows, reading.literal)
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
                is_literal = name in reading.literal
                cache[mark] = read_outcome(
                    draft_sheet.columns[name], raw, units.get(name), is_literal=is_literal
                )
            _put_cell(draft_sheet, draft, name, raw, *cache[mark], reported)
        draft_sheet.drafts.append(draft)
    _take_sections(draft_sheet, table, found.sections)
    _take_fixed(draft_sheet, table)
    _take_typed(draft_sheet, reading.of_new_rows(table.sheet.name))
    _report_corrected(draft_sheet, table.sheet)
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
            value, _written = read_outcome(column, text, None)
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
                draft.values[column.name] = fixed_value(
                    column, table.fixed[column.name], draft.values, table.title_year
                )
                draft.derived.add(column.name)
    if table.fixed:
        draft_sheet.add_sheet_problem(
            _("Theo cách đọc đã lưu, dòng mới có: %(values)s; bản ghi đã có giữ giá trị trong sổ.")
            % {"values": shown_fixed(table.kind, table.fixed, table.title_year)},
            _("Nếu tệp này khác, sửa cách đọc của trang tính trước khi ghi."),
            code="fixed_values",
            severity=ImportSeverity.WARNING,
        )


def _take_typed(draft_sheet: DraftSheet, typed: Mapping[str, str]) -> None:
    """What somebody wrote in the preview for a field without a column, for the new rows of this file."""
    columns = {column.name: column for column in draft_sheet.kind.columns()}
    for name, text in typed.items():
        column = columns.get(name)
        if column is None or name in draft_sheet.places:
            continue
        value, _written = read_outcome(column, text, None)
        if isinstance(value, CellProblem):
            message = f"“{column.heading}”: {value.message}"
            draft_sheet.add_sheet_problem(message, value.remedy, code=value.code or "typed")
            continue
        draft_sheet.columns.setdefault(name, column)
        for draft in draft_sheet.drafts:
            if draft.values.get(name) is None:
                draft.values[name] = value
                draft.derived.add(name)
        draft_sheet.add_sheet_problem(
            _("Dòng mới của tệp này có: %(heading)s: %(value)s, ghi trong bản xem trước.")
            % {"heading": column.heading, "value": text},
            _("Bản ghi đã có giữ giá trị trong sổ."),
            code="typed",
            severity=ImportSeverity.WARNING,
        )


def _report_corrected(draft_sheet: DraftSheet, sheet: Sheet) -> None:
    if sheet.corrected:
        cells = [
            _("%(cell)s, tệp ghi “%(written)s”") % {"cell": cell, "written": text}
            for cell, text in sheet.corrected.items()
        ]
        draft_sheet.add_sheet_problem(
            _("%(count)d ô đã sửa trong bản xem trước: %(cells)s.")
            % {"count": len(cells), "cells": first_named(cells, ROWS_NAMED, "; ")},
            _("Tệp đã tải lên giữ nguyên."),
            code="corrected_here",
            severity=ImportSeverity.WARNING,
        )


def read_outcome(
    column: SheetColumn, raw: object, unit: AmountUnit | AreaUnit | None, *, is_literal: bool = False
) -> tuple[Any, WrittenCell | None]:
    """The value of a cell, or what is wrong with it; and how it was written. A literal one has no signs, as "(xóa)" is one."""
    try:
        if is_literal:
            return read_literal_cell(column, raw), None
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
        _take_end(draft_sheet, draft, name, written, reported)
    if written is not None and written.has_unit:
        draft.own_units.add(name)
    draft.values[name] = value


def _take_end(
    draft_sheet: DraftSheet, draft: RowDraft, name: str, written: WrittenCell, reported: list[str]
) -> None:
    """ "2024-2026" in the column of the first year gives new rows the end as well, where the table has no column for it."""
    end = getattr(draft_sheet.columns[name].field, "until", "")
    if written.until is None or end in draft_sheet.places:
        return
    column = next(each for each in draft_sheet.kind.columns() if each.name == end)
    draft_sheet.columns.setdefault(end, column)
    draft.values[end] = written.until.year if column.kind.is_year else written.until
    draft.derived.add(end)
    reported[-1] = _("%(reading)s, “%(heading)s” của dòng mới là %(read)s") % {
        "reading": reported[-1],
        "heading": column.heading,
        "read": column.preview(draft.values[end]),
    }


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
