"""Rows of a workbook with text that is struck out. Runs in the process that reads it, and imports nothing of the program."""

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
