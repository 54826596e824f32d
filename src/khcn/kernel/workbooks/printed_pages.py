"""How the sheet of a register is printed from Excel: lengthwise on A4, with the headings on each page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.text.dates import format_date
from khcn.kernel.text.language import in_vietnamese

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

_LONGEST_HEAD: Final = 255  # with its marks, in units of UTF-16: what Excel takes
# XlsxWriter takes these for a picture also behind the two "&" that are printed as one, and then writes no head.
_PICTURE: Final = re.compile(r"&&(?=G|\[Picture\])")
_ZERO_WIDTH_SPACE: Final = "\u200b"
_A4: Final = 9  # Excel's number of the paper
_MARGIN: Final = 0.4  # inches, to the left and to the right
_PRINTED_WIDTH: Final = 297 / 25.4 - 2 * _MARGIN  # inches
SMALLEST_SCALE: Final = 60
"""In percent; the letters of 11 points are printed with 6.6 points."""

_SCALE_OF_MANY_PAGES: Final = 75
_LAST_ROW: Final = 1_048_575  # of a sheet of Excel, counted from 0


@in_vietnamese
def head_with_day(parts: Iterable[str], day: date) -> str:
    """The head of an exported list: what it lists, and the day of the export."""
    return "; ".join([*parts, _("xuất ngày %(day)s") % {"day": format_date(day)}])


def width_in_inches(characters: float) -> float:
    """How wide Excel draws a column of so many characters of its usual letter, Calibri 11: 7 pixels each, and 5, of 96 to the inch."""
    return (7 * characters + 5) / 96


def _with_marks(head: str) -> str:
    """The head as Excel reads it: to the left, each "&" twice."""
    return "&L" + _PICTURE.sub(f"&&{_ZERO_WIDTH_SPACE}", head.replace("&", "&&"))


def _fitting(head: str) -> str:
    """The head with its marks, as much of it as Excel takes."""
    marked, shown = _with_marks(head), head[:_LONGEST_HEAD]
    while len(marked.encode("utf-16-le")) > 2 * _LONGEST_HEAD:
        shown = shown[:-1]
        marked = _with_marks(f"{shown}…")
    return marked


def set_up_pages(sheet: Any, head: str, widths: Sequence[float], key_columns: int) -> None:
    """All columns on one page where they stay readable, else several pages side by side, each with the columns that name a record.

    Args:
        sheet: of XlsxWriter.
        head: printed at the top of each page, cut where it is too long.
        widths: of the columns that are printed, in characters; the sheet may have more behind them.
        key_columns: so many of the first columns name a record.
    """
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=_MARGIN, right=_MARGIN)
    width = sum(map(width_in_inches, widths))
    if width * SMALLEST_SCALE <= _PRINTED_WIDTH * 100:
        sheet.fit_to_pages(1, 0)
    else:
        sheet.set_print_scale(_SCALE_OF_MANY_PAGES)
        sheet.repeat_columns(0, key_columns - 1)
        sheet.print_across()
    sheet.print_area(0, 0, _LAST_ROW, len(widths) - 1)  # whole columns: rows that are added are printed too
    sheet.repeat_rows(0)
    sheet.set_header(_fitting(head))
    sheet.set_footer("&R&P/&N")
