"""The figures of a report as a workbook: one sheet with values, one with the records behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.registers.export import Formats, new_workbook, write_text
from khcn.kernel.text.numbers import format_number
from khcn.reports.models import OverrideAspect
from khcn.reports.tables import figure_rows

if TYPE_CHECKING:
    from khcn.reports.models import ReportInstance
    from khcn.reports.resolve import Report


def figures_workbook(report: ReportInstance, resolved: Report) -> bytes:
    """Values, units, numbers of records and what was typed over, for every bound figure."""
    stream, book = new_workbook()
    formats = Formats(book)
    sheet = book.add_worksheet(_("Số liệu"))
    head = (
        _("Mã"),
        _("Số liệu"),
        _("Tính từ dữ liệu"),
        _("Đơn vị tính"),
        _("Số bản ghi"),
        _("Ghi khác trong báo cáo"),
    )
    for place, (text, width) in enumerate(zip(head, (12, 70, 18, 14, 12, 60), strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, text, formats.heading)
    sheet.freeze_panes(1, 0)
    typed = _typed(resolved)
    rows = {each.code: each for each in figure_rows(resolved)}
    for number, row in enumerate(rows.values(), start=1):
        sheet.write_string(number, 0, row.code, formats.text)
        write_text(sheet, number, 1, row.label, formats)
        sheet.write_number(number, 2, resolved.readings.value(row.code), formats.decimal)
        write_text(sheet, number, 3, row.unit, formats)
        sheet.write_number(number, 4, row.records, formats.number)
        write_text(sheet, number, 5, typed.get(row.code, ""), formats)
    sheet.autofilter(0, 0, max(len(rows), 1), len(head) - 1)
    _records(book, formats, resolved, list(rows))
    book.close()
    return stream.getvalue()


def _typed(resolved: Report) -> dict[str, str]:
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


def _records(book: object, formats: Formats, resolved: Report, codes: list[str]) -> None:
    sheet = book.add_worksheet(_("Bản ghi"))  # type: ignore[attr-defined] -- xlsxwriter ships no types
    for place, (text, width) in enumerate(((_("Mã"), 12), (_("TT"), 6), (_("Bản ghi được đếm"), 110))):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, text, formats.heading)
    sheet.freeze_panes(1, 0)
    row = 0
    for code in codes:
        for number, line in enumerate(resolved.readings.lines(code), start=1):
            row += 1
            sheet.write_string(row, 0, code, formats.text)
            sheet.write_number(row, 1, number, formats.number)
            write_text(sheet, row, 2, line, formats)
    sheet.autofilter(0, 0, max(row, 1), 2)
