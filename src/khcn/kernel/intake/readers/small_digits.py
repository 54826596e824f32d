"""Digits that a cell shows small and raised, or lowered: the mark of a footnote, the power of "m²". Runs in the process that reads
the workbook, and imports nothing of Django.

Excel holds them as plain digits with a look of their own, so that 850 with the footnote 1 would be 8501. They are put into the
text as Unicode has them, "850¹": what reads numbers refuses it, and a text holds what the cell shows.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from khcn.kernel.intake.readers.number_formats import column_number
from khcn.kernel.intake.readers.struck_out import OF_SHARED, inline_strings, runs_of, shared_strings
from khcn.kernel.intake.readers.workbook_rows import UNSPOKEN
from khcn.kernel.intake.readers.xml_elements import elements

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LOOK = re.compile(rb"""<(?:\w+:)?vertAlign\s+val=["'](superscript|subscript)["']\s*/>""")
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^<>]*)?>")
_TEXT_END = re.compile(rb"</(?:\w+:)?t>")
_SMALL = {
    b"superscript": str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"),
    b"subscript": str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"),
}
_DIGIT = re.compile("[⁰¹²³⁴-⁹₀-₉]")


def _text_of(runs: bytes) -> str:
    """The text that the runs make; "" where none of its digits is small."""
    found = []
    for run in runs_of(runs):
        parts = (inside.decode("utf-8", "replace") for _tag, inside in elements(run, _TEXT, _TEXT_END))
        text = "".join(map(html.unescape, parts))
        look = _LOOK.search(run)
        found.append(text.translate(_SMALL[look.group(1)]) if look else text)
    whole = UNSPOKEN.sub(" ", "".join(found))
    return whole if _DIGIT.search(whole) else ""


def strings_with_small_digits(shared: bytes) -> dict[bytes, str]:
    """By its number each shared string of the workbook that has such digits."""
    if b"vertAlign" not in shared:
        return {}
    texts = ((number, _text_of(string)) for number, string in enumerate(shared_strings(shared)))
    return {str(number).encode(): text for number, text in texts if text}


def put_small_digits(rows: Sequence[tuple[int, list[Any]]], xml: bytes, strings: dict[bytes, str]) -> None:
    """Give the cells of a sheet that hold such a text the text as it is shown."""
    by_number = dict(rows)
    for letters, row, text in _cells(xml, strings):
        place = column_number(letters) - 1
        cells = by_number.get(int(row), [])
        if place < len(cells) and isinstance(cells[place], str):
            cells[place] = text


def _cells(xml: bytes, strings: dict[bytes, str]) -> Iterator[tuple[bytes, bytes, str]]:
    if strings:
        for letters, row, number in OF_SHARED.findall(xml):
            if number in strings:
                yield letters, row, strings[number]
    if b"vertAlign" in xml:
        for letters, row, runs in inline_strings(xml):
            if text := _text_of(runs):
                yield letters, row, text
