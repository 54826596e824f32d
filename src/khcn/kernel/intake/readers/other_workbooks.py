"""Workbooks of Excel 97 (.xls) and of OpenDocument (.ods). Runs in the process that reads them, and imports nothing of Django.

What these formats say of hidden rows, struck-out text, formulas and the words of number formats is not read: ``partly`` in
the answer says so, and the preview warns.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import python_calamine as calamine

from khcn.kernel.intake.readers.workbook_rows import ROWS, UnreadableWorkbook, rows_of

_MACROS = tuple(name.encode("utf-16-le") for name in ("_VBA_PROJECT", "VBA\0"))
_MERGES = 50_000
_BREAK = re.compile(rb"<text:(?:line-break|tab)(?:\s[^<>]*)?(?:/>|>\s*</text:(?:line-break|tab)>)")
_MIME_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_OPEN_DOCUMENT = b"urn:oasis:names:tc:opendocument:xmlns:office:1.0"


def is_open_document(parts: dict[str, bytes]) -> bool:
    """Is the package a spreadsheet of OpenDocument?"""
    return "xl/workbook.xml" not in parts and _OPEN_DOCUMENT in parts.get("content.xml", b"")[:4000]


def read_old_excel(content: bytes) -> dict[str, Any]:
    """What the visible sheets of an .xls file say. Raises :class:`UnreadableWorkbook`."""
    if any(name in content for name in _MACROS):
        raise UnreadableWorkbook("macro")
    try:
        return _read(content, "xls")
    except calamine.PasswordError as problem:
        raise UnreadableWorkbook("password") from problem
    except calamine.CalamineError as problem:
        raise UnreadableWorkbook("damaged") from problem


def read_open_document(content: bytes, parts: dict[str, bytes]) -> dict[str, Any]:
    """What the visible sheets of an .ods file say; ``parts`` are unpacked and checked. Raises :class:`UnreadableWorkbook`."""
    if b"manifest:encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise UnreadableWorkbook("password")
    if b"<script:event-listener" in parts["content.xml"]:
        raise UnreadableWorkbook("macro")
    return _read(_with_breaks(content, parts), "ods")


def _with_breaks(content: bytes, parts: dict[str, bytes]) -> bytes:
    """The package with a space for each line break and tab within a cell, which would else join the words on both sides."""
    cells, breaks = _BREAK.subn(b" ", parts["content.xml"])
    if not breaks:
        return content
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("mimetype", _MIME_TYPE)
        for name, xml in parts.items():
            package.writestr(name, cells if name == "content.xml" else xml)
    return stream.getvalue()


def _read(content: bytes, kind: str) -> dict[str, Any]:
    sheets, hidden, room = [], [], ROWS
    with calamine.load_workbook(io.BytesIO(content)) as workbook:
        for index, about in enumerate(workbook.sheets_metadata):
            if about.typ == calamine.SheetTypeEnum.MacroSheet:
                raise UnreadableWorkbook("macro")
            if about.visible != calamine.SheetVisibleEnum.Visible:
                hidden.append(about.name)
                continue
            if about.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = workbook.get_sheet_by_index(index)
            rows, unseen = rows_of(sheet, about.name, room)
            room -= len(rows)
            sheets.append(plain_sheet(about.name, rows, unseen, _merged(sheet)))
    return {"sheets": sheets, "hidden": hidden, "partly": kind}


def _merged(sheet: Any) -> list[list[int]]:
    try:
        ranges = sheet.merged_cell_ranges or []
    except calamine.CalamineError:
        return []
    return [[*first, *last] for first, last in ranges][:_MERGES]


def plain_sheet(
    name: str, rows: list[tuple[int, list[Any]]], unseen: list[str], merged: list[list[int]]
) -> dict[str, Any]:
    """A sheet of a format that says no more than its cells."""
    return {
        "name": name,
        "rows": rows,
        "formulas": [],
        "errors": [],
        "merged": merged,
        "hidden_rows": [],
        "hidden_columns": [],
        "struck_rows": [],
        "struck_parts": [],
        "unseen": unseen,
        "formats": [],
        "grouped": [],
    }
