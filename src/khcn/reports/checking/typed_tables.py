"""Tables that were typed into a section: the row of totals against the sum of the other rows."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.text.normal_forms import normal_form
from khcn.kernel.text.numbers import format_number
from khcn.reports.checking.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from khcn.reports.checking.printed import PrintedLine, PrintedReport, PrintedTable

_NUMBER = re.compile(r"-?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?")
# "Tổng cộng toàn tỉnh", "Cộng:", but not "Tổng công ty", "Cộng đồng", "Công tơ"
_TOTAL = re.compile(
    r"(?:tổng (?:số|cộng)\b|(?:tổng|cộng)(?=\s*(?:$|[^\w\s]|\d))|(?:tổng|cộng) (?:toàn|cả|chung|các|chi|thu)\b)",
    re.IGNORECASE,
)
_OF_ROW_ABOVE = re.compile(r"[-–+*]|trong đó", re.IGNORECASE)
_NO_SUM = re.compile(
    r"%|tỷ lệ|tỉ lệ|bình quân|đơn giá|\b(?:stt|tt)\b|số thứ tự|so sánh|so với|tăng.{0,3}giảm|tốc độ|hệ số|chỉ số|xếp hạng"
    r"|thứ hạng|\(lần\)|^\s*năm\s*$",
    re.IGNORECASE,
)
_OF_YEARS = re.compile(
    r"\bnăm\b(?!\s*\d{4})", re.IGNORECASE
)  # with its accents: "Nam" (men) and "Nấm" are no "năm"
_YEAR = re.compile(
    r"\s*(?:19|20)\d{2}\s*"
)  # "Năm sinh", "Năm cấp"; of "Năm 2024" the cells are numbers to add
_GROUP = re.compile(r"(?:[IVX]{1,5}|[A-ZĐ])\.?")
_LEAST: Final = 2  # rows that are added


def typed_tables(report: PrintedReport) -> Iterator[Finding]:
    """Totals that are not the sum of their column. A table with several rows of totals is one of groups, and left out."""
    for table in report.tables:
        totals = [row for row in table.rows if _is_total(row)]
        parts = [row for row in table.rows if not _is_total(row) and not _is_of_row_above(row)]
        if len(totals) != 1 or len(parts) < _LEAST:
            continue
        for column, total in enumerate(totals[0]):
            if finding := _difference(table, column, total, parts):
                yield finding


def blank_rows(report: PrintedReport) -> Iterator[Finding]:
    """A row with nothing but its running number: a blank of the form, and where it is the only one an empty annex."""
    for table in report.tables:
        for number, row in enumerate(table.rows, 1):
            first, *others = (each.text.strip(" .…-–") for each in row)
            if any(others) or not (first == "" or first.isdigit()) or not others:
                continue
            yield Finding(
                "blank_row",
                "error",
                row[0].place,
                _("hàng %(number)d") % {"number": number},
                row[0].place,
                " | ".join(each.text.strip() for each in table.head),
                _("Hàng %(number)d của bảng để trống.") % {"number": number},
                _("Ghi đủ hàng này, hoặc xóa hàng; bảng không có nội dung thì xóa bảng và lời dẫn đến bảng."),
                row[0].section,
                row[0].section,
            )


def _label(row: Sequence[PrintedLine]) -> str:
    """The first words of a row, behind its number."""
    return next((each.text.strip() for each in row if re.search(r"[^\W\d_]{2}", each.text)), "")


def _is_total(row: Sequence[PrintedLine]) -> bool:
    return bool(_TOTAL.match(normal_form("NFC", _label(row))))


def _is_of_row_above(row: Sequence[PrintedLine]) -> bool:
    return bool(_OF_ROW_ABOVE.match(_label(row)) or _OF_ROW_ABOVE.match(row[0].text.strip()))


def _difference(
    table: PrintedTable, column: int, total: PrintedLine, parts: Sequence[Sequence[PrintedLine]]
) -> Finding | None:
    heading = table.head[column].text if column < len(table.head) else ""
    stated = _value(total.text)
    cells = [row[column] for row in parts if column < len(row)]
    if stated is None or _NO_SUM.search(normal_form("NFC", heading)) or "%" in heading + total.text:
        return None
    if all(_YEAR.fullmatch(each.text) for each in cells if each.text.strip()) and _OF_YEARS.search(
        normal_form("NFC", heading)
    ):
        return None
    values = [_value(each.text) if each.text.strip(" -–") else Decimal(0) for each in cells]
    numbers = [each for each in values if each is not None]
    if len(numbers) < max(len(cells), _LEAST) or not any(
        "typed" in each.kinds(0, len(each.text)) for each in (*cells, total)
    ):
        return None
    groups = [
        value for value, row in zip(numbers, parts, strict=True) if _GROUP.fullmatch(row[0].text.strip())
    ]
    if stated in {sum(numbers), sum(groups) if groups else stated + 1}:
        return None
    added = format_number(sum(numbers, Decimal(0)))
    return Finding(
        "typed_sum",
        "error",
        total.place,
        added,
        total.place,
        total.text.strip(),
        _("Bảng gõ tay: cột “%(heading)s” cộng các hàng được %(sum)s, hàng tổng ghi “%(total)s”.")
        % {"heading": heading.strip() or column + 1, "sum": added, "total": total.text.strip()},
        _("Đối chiếu với hồ sơ rồi sửa số sai."),
        total.section,
        total.section,
    )


def _value(text: str) -> Decimal | None:
    """A number as Vietnamese write it, alone in its cell."""
    found = _NUMBER.fullmatch(text.strip())
    return Decimal(found[0].replace(".", "").replace(",", ".")) if found else None
