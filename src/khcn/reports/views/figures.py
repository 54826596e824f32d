"""The figures of a report as a workbook: one sheet with values, one with the records behind them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.kernel.fields.workbook_cells import write_text_cell
from khcn.kernel.text.numbers import format_number
from khcn.kernel.workbooks.workbook_sheet import SheetFormats, new_workbook, write_plain_headings
from khcn.reports.models import OverrideAspect
from khcn.reports.views.table_sheets import write_table_sheets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from khcn.kernel.documents.model import OfficialDocument
    from khcn.reports.composing.resolve import Report
    from khcn.reports.models import FrozenReport


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One figure with the records it counts."""

    code: str
    label: str
    value: int | Decimal
    unit: str
    lines: tuple[str, ...]


def present_figures(resolved: Report) -> Iterator[FigureLine]:
    """Every bound figure as the data have it now."""
    for code in resolved.codes:
        indicator, readings = resolved.readings.indicator(code), resolved.readings
        yield FigureLine(
            code, str(indicator.label), readings.value(code), str(indicator.unit), readings.lines(code)
        )


def signed_figures(frozen: FrozenReport) -> Iterator[FigureLine]:
    """Every bound figure as it was signed."""
    for each in frozen.figures.all():
        yield FigureLine(each.code, each.label, Decimal(each.value), each.unit, tuple(each.lines))


def typed_values(resolved: Report) -> dict[str, str]:
    """What was typed over a figure, and why, by code."""
    found: dict[str, list[str]] = {}
    for each in resolved.occurrences:
        if each.typed is None:
            continue
        value = format_number(each.typed.value) if each.kind is OverrideAspect.VALUE else each.kind.label
        words = _("%(place)s: %(value)s (%(reason)s)") % {
            "place": resolved.place(each.section, each.note),
            "value": value,
            "reason": each.typed.reason,
        }
        found.setdefault(each.code, []).append(words)
    return {code: "; ".join(words) for code, words in found.items()}


def figures_workbook(
    figures: Iterable[FigureLine], typed: dict[str, str], tables: OfficialDocument | None = None
) -> bytes:
    """The tables of a table form, where ``tables`` has any; values, units, numbers of records and what was typed over; then the
    records by name.
    """
    figures = tuple(figures)
    stream, book = new_workbook()
    formats = SheetFormats(book)
    if tables is not None:
        write_table_sheets(book, formats, tables)
    sheet = book.add_worksheet(_("Số liệu"))
    _head(
        sheet,
        formats,
        (_("Mã"), 12),
        (_("Số liệu"), 70),
        (_("Tính từ dữ liệu"), 18),
        (_("Đơn vị tính"), 14),
        (_("Số bản ghi"), 12),
        (_("Ghi khác trong báo cáo"), 60),
    )
    for number, each in enumerate(figures, start=1):
        sheet.write_string(number, 0, each.code, formats.text)
        write_text_cell(sheet, number, 1, each.label, formats)
        sheet.write_number(number, 2, each.value, formats.decimal)
        write_text_cell(sheet, number, 3, each.unit, formats)
        sheet.write_number(number, 4, len(each.lines), formats.number)
        write_text_cell(sheet, number, 5, typed.get(each.code, ""), formats)
    sheet.autofilter(0, 0, max(len(figures), 1), 5)
    _records(book.add_worksheet(_("Bản ghi")), formats, figures)
    book.close()
    return stream.getvalue()


def _head(sheet: Any, formats: SheetFormats, *columns: tuple[str, int]) -> None:
    write_plain_headings(sheet, columns, formats)
    sheet.freeze_panes(1, 0)


def _records(sheet: Any, formats: SheetFormats, figures: Iterable[FigureLine]) -> None:
    _head(sheet, formats, (_("Mã"), 12), (_("TT"), 6), (_("Bản ghi được đếm"), 110))
    row = 0
    for each in figures:
        for number, line in enumerate(each.lines, start=1):
            row += 1
            sheet.write_string(row, 0, each.code, formats.text)
            sheet.write_number(row, 1, number, formats.number)
            write_text_cell(sheet, row, 2, line, formats)
    sheet.autofilter(0, 0, max(row, 1), 2)
