"""The rows of a sheet of any kind of workbook, within limits. Runs in the process that reads it."""

from __future__ import annotations

import re
from typing import Any

from khcn.kernel.text.cell_addresses import column_letters

ROWS = 100_000
TEXT = 32_767  # the most Excel lets into a cell
_UNSEEN_LISTED = 200
UNSPOKEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


class UnreadableWorkbook(Exception):  # noqa: N818 -- what is wrong with the file, no fault of ours
    """The file is not read; ``code`` says why, ``detail`` names the place."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


def collected_rows(
    rows: Any, name: str, room: int, left: int
) -> tuple[list[tuple[int, list[Any]]], list[str]]:
    """Rows that hold something, with their numbers from 1, cells after the last written one cut off; and the cells that
    hold characters which nobody can see or type: Excel keeps them as "_x0000_", PostgreSQL and Word take none, so they
    become spaces. ``left``: columns before the first of these. Raises :class:`UnreadableWorkbook`.
    """
    found: list[tuple[int, list[Any]]] = []
    unseen: list[str] = []
    for number, cells in enumerate(rows, start=1):
        width = len(cells)
        while width and cells[width - 1] == "":
            width -= 1
        if not width:
            continue
        if len(found) >= room:
            raise UnreadableWorkbook("too_many_rows", name)
        collected = list(cells[:width])
        for place, cell in enumerate(collected):
            if not isinstance(cell, str):
                continue
            if len(cell) > TEXT:
                raise UnreadableWorkbook("long_text", f"{name}!{number}")
            if not cell.isprintable() and UNSPOKEN.search(cell):
                collected[place] = UNSPOKEN.sub(" ", cell)
                if len(unseen) < _UNSEEN_LISTED:
                    unseen.append(f"{column_letters(left + place)}{number}")
        found.append((number, [""] * left + collected))
    return found, unseen


def rows_of(sheet: Any, name: str, room: int) -> tuple[list[tuple[int, list[Any]]], list[str]]:
    """The rows of a sheet as calamine has it; see :func:`collected_rows`."""
    start = sheet.start
    if start is None:
        return [], []
    # the rows above the first written one are given, the columns before it are not
    return collected_rows(sheet.iter_rows(), name, room, start[1])
