"""Checks of table forms: rows and columns that add up, and rules between cells of one form or of two."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

from khcn.kernel.text.numbers import format_number
from khcn.reports.checking.findings import Finding
from khcn.reports.composing.filled_tables import FilledTable
from khcn.reports.composing.lookup import value_in_other_form
from khcn.reports.forms.definition import fill
from khcn.reports.forms.tables import address_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from khcn.reports.composing.filled_tables import FilledCell, FilledRow
    from khcn.reports.composing.resolve import Report
    from khcn.reports.composing.sources import Number
    from khcn.reports.forms.tables import CellRule

_SHOWN_PARTS = 12


class CellInTable(NamedTuple):
    """A cell with its row and the table that it stands in."""

    table: FilledTable
    row: FilledRow
    cell: FilledCell

    @property
    def name(self) -> str:
        """As people find it in the table."""
        row = self.row.row.label if self.row.row else self.row.cells[0].line.text
        column = self.cell.column.title if self.cell.column else ""
        return _("dòng “%(row)s”, cột “%(column)s”") % {"row": row, "column": column}


def _tables(report: Report) -> Iterator[FilledTable]:
    for section in report.sections:
        yield from (each for each in section.blocks if isinstance(each, FilledTable))


def table_sums(report: Report) -> Iterator[Finding]:
    """Rows or columns of a table that do not add up to their total, where the total is counted by itself."""
    for table in _tables(report):
        rows = {row.row.key: row for row in table.rows if row.row}
        for row in table.rows:
            cells = {cell.column.key: cell for cell in row.cells if cell.column}
            for cell in cells.values():
                total = CellInTable(table, row, cell)
                if not cell.code or cell.column is None:
                    continue
                if row.row and row.row.sum:
                    others = [rows[key] for key in row.row.sum]
                    parts = [each for other in others for each in other.cells if each.column == cell.column]
                    yield from _sum_findings(report, total, parts)
                if cell.column.sum:
                    yield from _sum_findings(report, total, [cells[key] for key in cell.column.sum])
                if table.table.records:
                    of_records = [each for other in table.rows if other.row is None for each in other.cells]
                    parts = [each for each in of_records if each.column == cell.column]
                    yield from _sum_findings(report, total, parts)


def _sum_findings(report: Report, total: CellInTable, parts: list[FilledCell]) -> Iterator[Finding]:
    values = [each.value for each in parts]
    if any(each.absent for each in parts) or total.cell.value is None:
        return
    found = sum((each for each in values if each is not None), 0)
    if found == total.cell.value:
        return
    shown = " + ".join(format_number(each or 0) for each in values[:_SHOWN_PARTS])
    addition = f"{shown}{' + …' if len(values) > _SHOWN_PARTS else ''} = {format_number(found)}"
    section = total.cell.line.section
    place = f"{report.place(section)}, {total.name}"
    codes = tuple(each.code for each in parts if each.code)
    yield Finding(
        "table_sum",
        "error",
        place,
        addition,
        place,
        format_number(total.cell.value),
        _("Các phần cộng lại là %(addition)s, ô tổng là %(total)s: %(place)s.")
        % {"addition": addition, "total": format_number(total.cell.value), "place": total.name},
        _("Ghi đủ trường phân loại của bản ghi nêu ở đây, hoặc bỏ số gõ thay."),
        section,
        section,
        tuple(dict.fromkeys((total.cell.code, *codes))),
        _beside_the_parts(report, total.cell.code, codes),
    )


def _beside_the_parts(report: Report, total: str, parts: tuple[str, ...]) -> tuple[str, ...]:
    """Records of the total that no part counts, or several."""
    readings = report.readings
    counted = Counter(record.pk for code in parts for record in readings.records(code))
    return (
        tuple(dict.fromkeys(str(each) for each in readings.records(total) if counted[each.pk] != 1))
        if parts
        else ()
    )


def cell_rules(report: Report) -> Iterator[Finding]:
    """Cells that contradict another cell of the form, or of another form of the same period."""
    for rule in report.source.form.rules:
        left = _here(report, rule.left)
        if left is None or left.cell.value is None:
            continue
        if rule.other_form:
            address = address_of(rule.right)
            right = value_in_other_form(rule.other_form, address, report.source.period) if address else None
            place = _("Biểu %(form)s, ô %(cell)s") % {
                "form": rule.other_form,
                "cell": rule.right.partition(":")[2],
            }
        else:
            other = _here(report, rule.right)
            right = other.cell.value if other else None
            place = f"{report.place(other.cell.line.section)}, {other.name}" if other else ""
        if right is not None and not _holds(rule, left.cell.value, right):
            yield _rule_finding(report, rule, left, place, right)


def _here(report: Report, cell: str) -> CellInTable | None:
    address = address_of(cell)
    for table in _tables(report):
        if address is None or table.table.section != address.section:
            continue
        for row in table.rows:
            if row.row and row.row.key == address.row:
                found = (each for each in row.cells if each.column and each.column.key == address.column)
                return next((CellInTable(table, row, each) for each in found), None)
    return None


def _holds(rule: CellRule, left: Number, right: Number) -> bool:
    return left <= right if rule.relation == "at_most" else left == right


def _rule_finding(report: Report, rule: CellRule, left: CellInTable, place: str, right: Number) -> Finding:
    section, value = left.cell.line.section, left.cell.value
    words = report.source.words
    relation = _("không lớn hơn") if rule.relation == "at_most" else _("bằng")
    return Finding(
        "cell_rule",
        "error",
        f"{report.place(section)}, {left.name}",
        format_number(value or 0),
        place,
        format_number(right),
        _("%(message)s Ở đây %(left)s phải %(relation)s %(right)s.")
        % {
            "message": fill(rule.message, words),
            "left": format_number(value or 0),
            "relation": relation,
            "right": format_number(right),
        },
        fill(rule.remedy, words) or _("Đối chiếu hai ô với sổ, sửa bản ghi hoặc bỏ số gõ thay."),
        section,
        section if not rule.other_form else "",
        (left.cell.code,) if left.cell.code else (),
    )
