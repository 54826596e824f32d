"""Rows of a workbook with text that is struck out, and cells of which a part is. Runs in the process that reads it, and imports nothing of the program."""

from __future__ import annotations

import re

_FONTS = re.compile(rb"<(?:\w+:)?fonts\b[^>]*>(.*?)</(?:\w+:)?fonts>", re.DOTALL)
_FONT = re.compile(rb"<(?:\w+:)?font\s*/>|<(?:\w+:)?font>(.*?)</(?:\w+:)?font>", re.DOTALL)
_STRIKE = re.compile(rb"""<(?:\w+:)?strike\s*(?:val=["'](?:1|true)["']\s*)?/>""")
_CELL_STYLES = re.compile(rb"<(?:\w+:)?cellXfs\b[^>]*>(.*?)</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE = re.compile(rb"<(?:\w+:)?xf\s[^>]*>")
_WRITTEN_CELL = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^>]*?\bs=["'](\d{1,6})["'])(?=[^>]*?\br=["'][A-Z]{1,3}(\d{1,7})["'])[^>]*[^>/]>"""
)  # an empty cell ends in "/>"
_FONT_OF_STYLE = re.compile(rb"""\bfontId=["'](\d{1,6})["']""")

SHARED = re.compile(rb"<(?:\w+:)?si(?:\s[^>]*)?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
RUN = re.compile(rb"<(?:\w+:)?r(?:\s[^>]*)?>(.*?)</(?:\w+:)?r>", re.DOTALL)
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>\s*[^<\s]")
OF_SHARED = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^>]*?\bt=["']s["'])(?=[^>]*?\br=["']([A-Z]{1,3})(\d{1,7})["'])[^>]*[^>/]>"""
    rb"""\s*<(?:\w+:)?v>\s*(\d{1,9})\s*<"""
)
INLINE = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^>]*?\br=["']([A-Z]{1,3})(\d{1,7})["'])[^>]*[^>/]>\s*<(?:\w+:)?is>(.*?)</(?:\w+:)?is>""",
    re.DOTALL,
)
PART, WHOLE = "part", "whole"
StruckCell = tuple[str, int, str]  # letters of the column, row, part or whole


def _struck(runs: bytes) -> str:
    """Whether a part of a text is struck out, the whole of it, or nothing; by the runs that it is made of."""
    written = [run for run in RUN.findall(runs) if _TEXT.search(run)]
    struck = [run for run in written if _STRIKE.search(run)]
    return "" if not struck else WHOLE if len(struck) == len(written) else PART


def strings_struck_out(shared: bytes) -> dict[bytes, str]:
    """By its number each shared string of the workbook of which a part, or the whole, is struck out."""
    if b"strike" not in shared:
        return {}
    found = {}
    for number, string in enumerate(SHARED.finditer(shared)):
        if kind := _struck(string.group(1) or b""):
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
        inline = ((letters, row, _struck(runs)) for letters, row, runs in INLINE.findall(xml))
        found += [(letters.decode(), int(row), kind) for letters, row, kind in inline if kind]
    return found


def styles_struck_out(styles: bytes) -> frozenset[bytes]:
    """Numbers of the cell styles whose text is struck out."""
    fonts = _FONTS.search(styles)
    listed = _CELL_STYLES.search(styles)
    if fonts is None or listed is None:
        return frozenset()
    struck = {
        str(place).encode()
        for place, font in enumerate(_FONT.finditer(fonts.group(1)))
        if font.group(1) and _STRIKE.search(font.group(1))
    }
    return frozenset(
        str(place).encode()
        for place, style in enumerate(_STYLE.findall(listed.group(1)))
        if struck and (named := _FONT_OF_STYLE.search(style)) and named.group(1) in struck
    )


def rows_struck_out(xml: bytes, styles: frozenset[bytes]) -> list[int]:
    """Rows in which a cell that holds something has such a style."""
    if not styles:
        return []
    return sorted({int(row) for style, row in _WRITTEN_CELL.findall(xml) if style in styles})
