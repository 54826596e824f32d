"""Words in brackets behind a heading: "Tổng kinh phí (triệu đồng)" names a unit, "Tổng kinh phí (đã giải ngân)" is another amount."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from khcn.kernel.intake.tables.area_units import BRACKETS, area_unit_of, is_area
from khcn.kernel.intake.tables.heading_units import unit_in, unit_of_piece
from khcn.kernel.text.fold import fold

if TYPE_CHECKING:
    from khcn.kernel.workbooks.workbook_sheet import SheetColumn

_PIECES: Final = re.compile(r"[,;\n]|\s[-–—]\s")
# "(3)", "(3 = 4 + 5)", "(a)": the number of a column
_COLUMN_MARK: Final = re.compile(r"\d{0,3}(?:\s*=[\s\d+\-*/x:.]*)?|[a-e]")
# Folded words that say how a cell is filled in, not what it is.
_HOW_TO_FILL_IN: Final = frozenset(
    {
        "neu co", "neu biet", "bat buoc", "khong bat buoc", "ghi ro", "ghi day du", "ghi du", "viet day du", "day du",
        "chu in hoa", "viet in hoa", "viet chu in hoa", "in hoa", "ngay thang nam", "thang nam", "dd mm yyyy", "dd mm yy",
        "mm yyyy", "yyyy", "ngay", "thang", "nam", "theo mau", "chon trong danh sach", "chon tu danh sach",
    }
)  # fmt: skip


def is_explained_otherwise(column: SheetColumn, text: str) -> bool:
    """Has the heading words in brackets that are no unit, no note on filling in and not those of our own heading?

    Such words may make it the heading of another column: "Tên nhiệm vụ (tên cũ)".
    """
    is_money = column.kind.sheet_unit == "đồng"
    if is_money and (unit := unit_in(text, own=column.heading)) is not None and not unit.factor:
        return False  # a unit that is not understood is a problem of its own
    areas = is_area(column)
    own = {fold(piece) for piece in BRACKETS.findall(column.heading)} | {""}
    for words in BRACKETS.findall(text):
        if not all(
            fold(piece) in own
            or fold(piece) in _HOW_TO_FILL_IN
            or _COLUMN_MARK.fullmatch(piece.strip().lower())
            or (is_money and unit_of_piece(piece))
            or (areas and area_unit_of(piece))
            for piece in ([words] if fold(words) in _HOW_TO_FILL_IN else _PIECES.split(words))
        ):
            return True
    return False
