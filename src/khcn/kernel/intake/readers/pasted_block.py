"""A block of cells as Excel puts it on the clipboard, as a file that is read like one with separated values.

Excel puts a cell into quotation marks only where it holds a line break or a tab, and doubles the marks inside; a cell that merely
begins with a mark ("Nấm Linh chi" và …) stands as it is, which a reader of such files would take for a quoted one.
"""

from __future__ import annotations

import csv
import io
from typing import Final

NAME: Final = "Dán từ Excel.tsv"
_TAB: Final = "\t"
_MARK: Final = '"'


def file_of_block(text: str) -> bytes:
    """The block as the bytes of a file with tabs, every cell in quotation marks; empty where the block has no cell."""
    rows = cells_of_block(text)
    if not any(cell.strip() for row in rows for cell in row):
        return b""
    width = max(map(len, rows))
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=_TAB, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    # one cell more than the widest row: a block of one column has a separator too
    writer.writerows([*row, *[""] * (max(2, width) - len(row))] for row in rows)
    return stream.getvalue().encode()


def cells_of_block(text: str) -> list[list[str]]:
    """The rows of a block, each with its cells."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
    rows: list[list[str]] = [[]]
    place = 0
    while place <= len(text):
        cell, place = _cell_at(text, place)
        rows[-1].append(cell)
        if text[place : place + 1] == "\n":
            rows.append([])
        place += 1
    return rows


def _cell_at(text: str, place: int) -> tuple[str, int]:
    """The cell that begins here, and where its end is: a tab, a line break or the end of the block."""
    if text.startswith(_MARK, place) and (quoted := _quoted_at(text, place)) is not None:
        return quoted
    ends = [end for each in (_TAB, "\n") if (end := text.find(each, place)) >= 0]
    end = min(ends, default=len(text))
    return text[place:end], end


def _quoted_at(text: str, place: int) -> tuple[str, int] | None:
    """A cell in quotation marks; ``None`` for one that only begins with a mark."""
    at = place + 1
    while (at := text.find(_MARK, at)) >= 0:
        if text.startswith(_MARK * 2, at):
            at += 2
            continue
        cell = text[place + 1 : at]
        is_closed = at + 1 == len(text) or text[at + 1] in {_TAB, "\n"}
        return (cell.replace(_MARK * 2, _MARK), at + 1) if is_closed and {_TAB, "\n"} & set(cell) else None
    return None
