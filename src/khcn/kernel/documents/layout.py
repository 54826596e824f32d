"""Measures of the page, shared by the Word and the PDF renderer, and widths of text in Times.

Decree 30/2020/NĐ-CP, Phụ lục I: A4; margins top and bottom 20–25, left 30–35, right 15–20 mm; text 13–14 pt, first line
1 or 1.27 cm, paragraphs at least 6 pt apart, lines 1.0–1.5. The letterhead takes the smaller of the sizes allowed, so that
the name of a department and the name of the State fit side by side within the margins.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from khcn.kernel.documents.model import A5, Paragraph, Table
from khcn.kernel.documents.printed_text import MOTTO, printable
from khcn.kernel.text.normal_forms import normal_form

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from khcn.kernel.documents.model import Annex, Block, DocumentColumn, OfficialDocument, Runs

FONT: Final = "Times New Roman"

PAGE_MM: Final = (210.0, 297.0)
TOP_MM: Final = 20.0
BOTTOM_MM: Final = 20.0
LEFT_MM: Final = 30.0
RIGHT_MM: Final = 20.0
PAGE_NUMBER_MM: Final = 10.0
TEXT_MM: Final = PAGE_MM[0] - LEFT_MM - RIGHT_MM
LANDSCAPE_TEXT_MM: Final = PAGE_MM[1] - LEFT_MM - RIGHT_MM
FIRST_LINE_MM: Final = 12.7
INDENT_MM: Final = 12.7
LETTERHEAD_MM: Final = (66.0, 94.0)
FOOT_MM: Final = (75.0, 85.0)

TEXT_PT: Final = 14.0
BODY_NAME_PT: Final = 12.0
MOTTO_PT: Final = 13.0
NUMBER_PT: Final = 13.0
LETTER_SUBJECT_PT: Final = 12.0
PAGE_NUMBER_PT: Final = 13.0
RECIPIENTS_HEAD_PT: Final = 12.0
RECIPIENTS_PT: Final = 11.0
TABLE_PT: Final = 12.0
NOTE_PT: Final = 10.0
PAGE_FOOT_PT: Final = 8.0
PARAGRAPH_GAP_PT: Final = 6.0
LINE_HEIGHT: Final = 1.1  # of the single line of Times, which is 1.15 em
SIGNATURE_PT: Final = 80.0  # room for the signature and the seal
CELL_PADDING_MM: Final = 1.9


@dataclass(frozen=True, slots=True)
class PaperMeasures:
    """What of a page goes with its paper: height and margins in millimetres, letters and distances in points."""

    height_mm: float
    top_mm: float
    bottom_mm: float
    left_mm: float
    right_mm: float
    letterhead_mm: tuple[float, float]
    foot_mm: tuple[float, float]
    text_pt: float
    table_pt: float
    paragraph_gap_pt: float
    line_height: float  # as `LINE_HEIGHT`
    front_gap_pt: float  # above the title, below it, and above the text
    cell_gap_pt: float
    signature_pt: float

    @property
    def text_mm(self) -> float:
        """Width of the text."""
        return PAGE_MM[0] - self.left_mm - self.right_mm


_ON_A4: Final = PaperMeasures(
    *(PAGE_MM[1], TOP_MM, BOTTOM_MM, LEFT_MM, RIGHT_MM, LETTERHEAD_MM, FOOT_MM),
    *(TEXT_PT, TABLE_PT, PARAGRAPH_GAP_PT, LINE_HEIGHT, 14.0, 3.0, SIGNATURE_PT),
)
# Receipts and slips fill one page of A5 on its side, which is as wide as A4. Decree 30/2020 sets the measures of A4 only.
_ON_A5: Final = PaperMeasures(
    height_mm=148.0,
    top_mm=8.0,
    bottom_mm=8.0,
    left_mm=20.0,
    right_mm=15.0,
    letterhead_mm=(86.0, 89.0),
    foot_mm=(85.0, 90.0),
    text_pt=11.0,
    table_pt=10.5,
    paragraph_gap_pt=2.0,
    line_height=1.0,
    front_gap_pt=6.0,
    cell_gap_pt=1.5,
    signature_pt=40.0,
)

MM_PER_PT: Final = 25.4 / 72
_SHARE_BELOW_NAME: Final = 0.42  # one third to one half of the line above
_SHARE_BELOW_SUBJECT: Final = 0.35
_MEAN_ADVANCE: Final = 0.46  # of Vietnamese running text in Times, in em; on the wide side
_HALF_PAGE_MM: Final = 120.0

# Advance widths of Times in 1/1000 em. Tone and vowel marks do not change them, horns do little; italics are no wider.
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 -,.()/&:;'\"#$*_@<>+\\"
_REGULAR, _BOLD = (
    dict(zip(_LETTERS, widths, strict=True))
    for widths in (
        [722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889, 722, 722, 556, 722, 667, 556, 611, 722, 722, 944,
         722, 722, 611, 444, 500, 444, 500, 444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500, 500, 500, 333, 389, 278,
         500, 500, 722, 500, 500, 444, *[500] * 10, 250, 333, 250, 250, 333, 333, 278, 778, 278, 278, 180, 408, 500, 500, 500,
         500, 921, 564, 564, 564, 278],
        [722, 667, 722, 722, 667, 611, 778, 778, 389, 500, 778, 667, 944, 722, 778, 611, 778, 722, 556, 667, 722, 722, 1000,
         722, 722, 667, 500, 556, 444, 556, 444, 333, 500, 556, 278, 333, 556, 278, 833, 556, 500, 556, 556, 444, 389, 333,
         556, 500, 722, 500, 500, 444, *[500] * 10, 250, 333, 250, 250, 333, 333, 278, 833, 333, 333, 278, 555, 500, 500, 500,
         500, 930, 570, 570, 570, 278],
    )
)  # fmt: skip
_OTHER: Final = 1000  # no letter is wider

# What a line never breaks in: up to a space that is not a hard one, or after a hyphen between a sign and a letter.
_UNIT = re.compile(r"(?:(?!(?<=\w)-(?=[^\W\d_]))[\S\u00a0\u2007\u202f])+-?")
BREAK: Final = "\u200b"  # zero-width space: a line may break here


def _units(letter: str, *, bold: bool) -> int:
    widths = _BOLD if bold else _REGULAR
    decomposed = normal_form("NFD", letter).replace("Đ", "D").replace("đ", "d")
    return sum(widths.get(part, _OTHER) for part in decomposed if not unicodedata.combining(part))


def bold_width_mm(text: str, size_pt: float) -> float:
    """Width of one line of bold Times, within a few percent."""
    return sum(_units(letter, bold=True) for letter in printable(text)) / 1000 * size_pt * MM_PER_PT


def with_breaks(texts: Sequence[tuple[str, bool]], size_pt: float, room_mm: float) -> tuple[str, ...]:
    """Texts of runs that follow each other, with `BREAK` after every letter of the words that are wider than a line.

    Typst breaks no word by itself: what does not fit would run out of its cell, and at last out of the page.

    Args:
        texts: each run's printable text, and whether it is bold.
        size_pt: size of the letters.
        room_mm: width of the line.
    """
    room = room_mm / MM_PER_PT / size_pt * 1000
    whole = "".join(text for text, _ in texts)
    breaks: set[int] = set()
    weights: list[bool] = []
    for unit in _UNIT.finditer(whole):
        if len(unit[0]) * _OTHER <= room:
            continue
        weights = weights or [bold for text, bold in texts for _ in text]
        if sum(_units(whole[place], bold=weights[place]) for place in range(*unit.span())) > room:
            breaks.update(place for place in range(unit.start(), unit.end() - 1) if _may_part(whole, place))
    if not breaks:
        return tuple(text for text, _ in texts)
    places = itertools.count()
    return tuple(
        "".join(letter + BREAK if next(places) in breaks else letter for letter in text) for text, _ in texts
    )


def _may_part(text: str, place: int) -> bool:
    """Whether the letters at `place` and after it are two for the reader, not a letter and its mark."""
    after = text[place + 1]
    return not unicodedata.category(after).startswith("M") and "\u200d" not in (text[place], after)


def measures_of(paper: str) -> PaperMeasures:
    """The measures of a page of this paper."""
    return _ON_A5 if paper == A5 else _ON_A4


def line_below_name_mm(document: OfficialDocument) -> float:
    """Line under the issuing body: one third to one half as long as the (last) line above it."""
    room_mm = measures_of(document.paper).letterhead_mm[0]
    return _share_of_text_mm(document.issuing_body, BODY_NAME_PT, room_mm, _SHARE_BELOW_NAME)


def line_below_motto_mm() -> float:
    """Length of the line drawn under the motto “Độc lập - Tự do - Hạnh phúc”: as long as the motto."""
    return min(bold_width_mm(MOTTO, MOTTO_PT), LETTERHEAD_MM[1])


def line_below_subject_mm(document: OfficialDocument) -> float:
    """Length of the line drawn under the subject: about a third of its longest line."""
    measures = measures_of(document.paper)
    return _share_of_text_mm(document.subject, measures.text_pt, measures.text_mm, _SHARE_BELOW_SUBJECT)


def _share_of_text_mm(text: str, size_pt: float, room_mm: float, share: float) -> float:
    lines = printable(text).split("\n")
    return share * min(max(bold_width_mm(line, size_pt) for line in lines), room_mm)


def stays_with_next(block: Block, following: Block | None) -> bool:
    """Whether a paragraph is printed on the page on which what hangs on it begins: "+" points below another, what a colon opens."""
    if not isinstance(block, Paragraph) or following is None:
        return False
    hangs = isinstance(following, Paragraph) and following.bullet == "+" and block.bullet != "+"
    text = "".join(run.text for run in block.runs).rstrip()
    opens = isinstance(following, Table) or (isinstance(following, Paragraph) and bool(following.bullet))
    return hangs or (text.endswith(":") and opens)


def column_widths_mm(columns: Iterable[DocumentColumn], room_mm: float) -> tuple[float, ...]:
    """The wished widths, narrowed in proportion where they are wider than the text together."""
    widths = [column.width_mm for column in columns]
    shrink = min(1.0, room_mm / sum(widths))
    return tuple(round(width * shrink, 3) for width in widths)


def inner_mm(width_mm: float) -> float:
    """Room for text in a column; less than nothing where it is narrower than its padding."""
    return width_mm - 2 * CELL_PADDING_MM


def rows_that_may_split(table: Table, room_mm: float) -> tuple[bool, ...]:
    """For each row, whether it must be allowed to break across pages because it may fill more than half of one.

    Rows are otherwise kept whole; a row kept whole that is taller than the page would lose text.
    """
    widths = column_widths_mm(table.columns, room_mm)
    return tuple(
        any(_height_mm(cell, width) > _HALF_PAGE_MM for cell, width in zip(row, widths, strict=True))
        for row in table.rows
    )


def _height_mm(runs: Runs, width_mm: float) -> float:
    letter = _MEAN_ADVANCE * TABLE_PT * MM_PER_PT
    room = max(inner_mm(width_mm), letter)
    lines = sum(1 + int(len(line) * letter / room) for line in "".join(run.text for run in runs).split("\n"))
    return lines * TABLE_PT * 1.2 * MM_PER_PT


def room_mm(annex: Annex | None) -> float:
    """Width of the text of an annex, which may be in landscape format, or of the main part (None)."""
    return LANDSCAPE_TEXT_MM if annex is not None and annex.landscape else TEXT_MM
