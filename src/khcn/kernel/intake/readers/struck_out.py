"""Rows of a workbook with text that is struck out, and cells of which a part is. Runs in the process that reads it, and imports nothing of the program but what reads files as it does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from khcn.kernel.intake.readers.number_formats import tags_of_cell_styles
from khcn.kernel.intake.readers.xml_elements import elements

if TYPE_CHECKING:
    from collections.abc import Iterator

_FONTS = re.compile(rb"<(?:\w+:)?fonts\b[^<>]*>")
_FONTS_END = re.compile(rb"</(?:\w+:)?fonts>")
_FONT = re.compile(rb"<(?:\w+:)?font(?:\s*/)?>")
_FONT_END = re.compile(rb"</(?:\w+:)?font>")
_STRIKE = re.compile(rb"""<(?:\w+:)?strike\s*(?:val=["'](?:1|true)["']\s*)?/>""")
_WRITTEN_CELL = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^<>]*?\bs=["'](\d{1,6})["'])(?=[^<>]*?\br=["'][A-Z]{1,3}(\d{1,7})["'])[^<>]*[^<>/]>"""
)  # an empty cell ends in "/>"
_FONT_OF_STYLE = re.compile(rb"""\bfontId=["'](\d{1,6})["']""")

_SHARED = re.compile(rb"<(?:\w+:)?si(?:\s[^<>]*)?/?>")
_SHARED_END = re.compile(rb"</(?:\w+:)?si>")
_RUN = re.compile(rb"<(?:\w+:)?r(?:\s[^<>]*)?>")
_RUN_END = re.compile(rb"</(?:\w+:)?r>")
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^<>]*)?>\s*[^<\s]")
OF_SHARED = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^<>]*?\bt=["']s["'])(?=[^<>]*?\br=["']([A-Z]{1,3})(\d{1,7})["'])[^<>]*[^<>/]>"""
    rb"""\s*<(?:\w+:)?v>\s*(\d{1,9})\s*<"""
)
_INLINE = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^<>]*?\br=["']([A-Z]{1,3})(\d{1,7})["'])[^<>]*[^<>/]>\s*<(?:\w+:)?is>"""
)
_INLINE_END = re.compile(rb"</(?:\w+:)?is>")
PART, WHOLE = "part", "whole"
StruckCell = tuple[str, int, str]  # letters of the column, row, part or whole


def shared_strings(shared: bytes) -> Iterator[bytes]:
    """What each shared string of the workbook is made of, in their order."""
    return (inside for _tag, inside in elements(shared, _SHARED, _SHARED_END))


def runs_of(string: bytes) -> list[bytes]:
    """The runs of a text, each with a look of its own."""
    return [inside for _tag, inside in elements(string, _RUN, _RUN_END)]


def inline_strings(xml: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """The cells of a sheet that hold a text of their own: letters of the column, row, what the text is made of."""
    for tag, inside in elements(xml, _INLINE, _INLINE_END):
        yield tag[1], tag[2], inside


def _struck(runs: bytes) -> str:
    """Whether a part of a text is struck out, the whole of it, or nothing; by the runs that it is made of."""
    written = [run for run in runs_of(runs) if _TEXT.search(run)]
    struck = [run for run in written if _STRIKE.search(run)]
    return "" if not struck else WHOLE if len(struck) == len(written) else PART


def strings_struck_out(shared: bytes) -> dict[bytes, str]:
    """By its number each shared string of the workbook of which a part, or the whole, is struck out."""
    if b"strike" not in shared:
        return {}
    found = {}
    for number, string in enumerate(shared_strings(shared)):
        if kind := _struck(string):
            found[str(number).encode()] = kind
    return found


def cells_struck_out(xml: bytes, strings: dict[bytes, str]) -> list[StruckCell]:
    """The cells of a sheet with such a text."""
    found = []
    if strings:
        found = [
            (letters.decode(), int(row), strings[number])
            for letters, row, number in OF_SHARED.findall(xml)
            if number in strings
        ]
    if b"strike" in xml:
        inline = ((letters, row, _struck(runs)) for letters, row, runs in inline_strings(xml))
        found += [(letters.decode(), int(row), kind) for letters, row, kind in inline if kind]
    return found


def styles_struck_out(styles: bytes) -> frozenset[bytes]:
    """Numbers of the cell styles whose text is struck out."""
    _tag, fonts = next(elements(styles, _FONTS, _FONTS_END), (None, b""))
    struck = {
        str(place).encode()
        for place, (_font, inside) in enumerate(elements(fonts, _FONT, _FONT_END))
        if _STRIKE.search(inside)
    }
    return frozenset(
        str(place).encode()
        for place, style in enumerate(tags_of_cell_styles(styles))
        if struck and (named := _FONT_OF_STYLE.search(style)) and named.group(1) in struck
    )


def rows_struck_out(xml: bytes, styles: frozenset[bytes]) -> list[int]:
    """Rows in which a cell that holds something has such a style."""
    if not styles:
        return []
    return sorted({int(row) for style, row in _WRITTEN_CELL.findall(xml) if style in styles})
