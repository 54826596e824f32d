"""Reads one workbook and answers with its cells as JSON. Runs in a process of its own (`khcn.kernel.bounded_process`).

It imports nothing of the program but what reads files as it does, and nothing of Django, and starts in a tenth of a second.

Answer: ``{"refused": code, "detail": text}`` or ``{"sheets": [...], "hidden": [names]}``; a sheet is ``name``,
``rows`` (pairs of row number and cells, blank rows left out), ``formulas`` and ``errors`` (cell references),
``merged`` (row, column, last row, last column, all from 0), ``hidden_rows``, ``struck_rows``, ``struck_parts`` (cells), ``unseen`` (cells with
control characters), ``hidden_columns`` (from 0) and ``formats`` (of numbers that are shown with words or
divided by thousands: the words, how many times divided, whether both are sure, column from 0, first and last row). Dates are ``{"d": iso}``; with
``"p"`` where a part of the day is not shown, and numbers that are shown otherwise than they are ``{"n": number, "s": text,
"f": format}``, except for ``grouped`` (:mod:`.shown_values`).
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

import orjson
import python_calamine as calamine

from khcn.kernel.intake.readers.number_formats import (
    attribute_of,
    column_number,
    format_codes_of_styles,
    runs_of_styles,
    styles_with_words,
)
from khcn.kernel.intake.readers.other_workbooks import is_open_document, read_old_excel, read_open_document
from khcn.kernel.intake.readers.shown_values import put_shown
from khcn.kernel.intake.readers.small_digits import put_small_digits, strings_with_small_digits
from khcn.kernel.intake.readers.struck_out import (
    PART,
    cells_struck_out,
    rows_struck_out,
    strings_struck_out,
    styles_struck_out,
)
from khcn.kernel.intake.readers.workbook_rows import ROWS, UnreadableWorkbook, rows_of

ENTRIES = 2_000
UNPACKED = 100 * 2**20
RATIO = 200  # an honest sheet of repeated rows packs about 1 : 30
RATIO_FROM = 4 * 2**20  # small parts may be packed as tightly as they like
COLUMNS = 2_000
BOX = 4_000_000  # cells between the first and the last written one
LISTED = 20_000  # references of formula cells and error cells
MERGES = 50_000  # merged cells of one sheet

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
ERROR = re.compile(rb"""\st=["']e["']""")
_CELL = re.compile(rb"""<(?:\w+:)?c(?:(?=\s[^<>]*?\br=["']([A-Z]{1,3}\d{1,7})["'])|(?=[\s>]))""")
_WRITTEN = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^<>]*?\br=["']([A-Z]{1,3})(\d{1,7})["'])[^<>]*>(?<!/>)\s*<(?:\w+:)?(?:v|is)\b"""
)
_ROW = re.compile(rb"<(?:\w+:)?row\s[^<>]*>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\s[^<>]*>")
_HIDDEN = re.compile(rb"""\shidden=["'](?:1|true)["']""")
_ROWS_BEGIN = b"sheetData"  # columns are described before
_SHEET_TAG = re.compile(rb"<(?:\w+:)?sheet\s[^<>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^<>]*>")


# ------------------------------------------------------------------------------------------- the package


def _check_beginning(content: bytes) -> None:
    """Tell apart what is not a zip archive at all."""
    if not content:
        raise UnreadableWorkbook("empty")
    if content.startswith(_OLE):
        raise UnreadableWorkbook("password")
    if not content.startswith(b"PK"):
        raise UnreadableWorkbook("not_excel")


def _unpack(content: bytes) -> dict[str, bytes]:
    """The XML parts by name, after every part has been really unpacked within the limits."""
    parts: dict[str, bytes] = {}
    total = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        _check_entries(entries)
        for entry in entries:
            keep = entry.filename.endswith((".xml", ".rels"))
            collected, size = [], 0
            with archive.open(entry) as stream:
                while chunk := stream.read(1 << 20):
                    size += len(chunk)
                    total += len(chunk)
                    if total > UNPACKED or (size > RATIO_FROM and size > RATIO * max(entry.compress_size, 1)):
                        raise UnreadableWorkbook("bomb")
                    if keep:
                        collected.append(chunk)
            if keep:
                parts[entry.filename] = b"".join(collected)
    return parts


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    """What the archive's own list of contents says, before anything is unpacked."""
    names = {entry.filename for entry in entries}
    if len(entries) > ENTRIES or sum(entry.file_size for entry in entries) > UNPACKED:
        raise UnreadableWorkbook("bomb")
    if len(names) != len(entries):
        raise UnreadableWorkbook("damaged")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise UnreadableWorkbook("password")
    lowered = {name.lower() for name in names}
    if any(name.endswith(("vbaproject.bin", "xlm.bin")) or "/macrosheets/" in name for name in lowered):
        raise UnreadableWorkbook("macro")
    if any(name.startswith("xl/externallinks/") for name in lowered):
        raise UnreadableWorkbook("external_link")
    if any(name.startswith(("basic/", "scripts/")) for name in lowered if "content.xml" in lowered):
        raise UnreadableWorkbook("macro")
    if not lowered & {"xl/workbook.xml", "content.xml"}:
        raise UnreadableWorkbook("not_excel")


def _check_parts(parts: dict[str, bytes]) -> None:
    """What no spreadsheet program writes and only an attack needs: document types, foreign encodings."""
    for name, xml in parts.items():
        head = xml[:2000]
        if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
            raise UnreadableWorkbook("damaged", name)
        if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b'encoding="UTF-16' in head:
            raise UnreadableWorkbook("damaged", name)
    if b"macroEnabled" in parts.get("[Content_Types].xml", b""):
        raise UnreadableWorkbook("macro")


# ------------------------------------------------------------------------------------------- one sheet


def sheet_parts(parts: dict[str, bytes]) -> list[bytes]:
    """The XML of each sheet, in the order of the workbook; an empty one where the package does not say which."""
    targets = {
        attribute_of(tag, b"Id"): attribute_of(tag, b"Target")
        for tag in _RELATION.findall(parts.get("xl/_rels/workbook.xml.rels", b""))
    }
    found = []
    for tag in _SHEET_TAG.findall(parts.get("xl/workbook.xml", b"")):
        identifier = re.search(rb""":id=["']([^"']*)["']""", tag)
        target = targets.get(identifier.group(1).decode("utf-8", "replace") if identifier else "", "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        found.append(parts.get(path, b""))
    return found


def cells_of(xml: bytes, marks: re.Pattern[bytes]) -> list[str]:
    """References of the cells that hold a mark; "" where the cell does not say its own."""
    found: list[str] = []
    cells = _CELL.finditer(xml)
    cell, following = None, next(cells, None)
    for mark in islice(marks.finditer(xml), LISTED):
        while following is not None and following.start() <= mark.end():
            cell, following = following, next(cells, None)
        found.append((cell.group(1) or b"").decode() if cell is not None else "")
    return found


def hidden_rows_of(xml: bytes) -> list[int]:
    """Numbers of the rows that Excel does not show, because they were hidden or a filter leaves them out."""
    numbers = (attribute_of(tag, b"r") for tag in _ROW.findall(xml) if _HIDDEN.search(tag))
    return [int(number) for number in numbers if re.fullmatch("[0-9]{1,7}", number)]


def hidden_columns_of(xml: bytes) -> list[int]:
    """Places of the columns that Excel does not show."""
    found: set[int] = set()
    columns = _COLUMN.findall(xml, 0, max(xml.find(_ROWS_BEGIN), 0))
    for tag in filter(_HIDDEN.search, columns):
        first, last = attribute_of(tag, b"min"), attribute_of(tag, b"max")
        if re.fullmatch("[0-9]{1,5}", first) and re.fullmatch("[0-9]{1,5}", last):
            found.update(range(max(int(first), 1) - 1, min(int(last), COLUMNS)))
    return sorted(found)


def check_extent(name: str, xml: bytes) -> None:
    """Refuse a sheet whose written cells lie so far apart that reading it would fill the memory."""
    first, last, width, farthest = 0, 0, 0, b""
    for cell in _WRITTEN.finditer(xml):
        row, column = int(cell.group(2)), column_number(cell.group(1))
        first = first or row
        if column > width or row > last:
            farthest = cell.group(1) + cell.group(2)
        last, width = max(last, row), max(width, column)
    if width > COLUMNS or (last - first + 1) * width > BOX:
        raise UnreadableWorkbook("far_cell", f"{name}!{farthest.decode()}")


def _plain(value: Any) -> Any:
    """A cell value that JSON does not know."""
    if isinstance(value, datetime):
        return {"d": value.date().isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, time | timedelta):
        return str(value)
    raise TypeError(type(value).__name__)


def read(content: bytes) -> dict[str, Any]:
    """Everything a visible sheet says. Raises :class:`UnreadableWorkbook`."""
    if content.startswith(_OLE) and _ENCRYPTED not in content:
        return read_old_excel(content)
    _check_beginning(content)
    parts = _unpack(content)
    _check_parts(parts)
    if is_open_document(parts):
        return read_open_document(content, parts)
    sheets, hidden, room = [], [], ROWS
    with calamine.load_workbook(io.BytesIO(content)) as workbook:
        xmls = sheet_parts(parts)
        codes = format_codes_of_styles(parts.get("xl/styles.xml", b""))
        styles = styles_with_words(codes)
        struck = styles_struck_out(parts.get("xl/styles.xml", b""))
        strings = strings_struck_out(parts.get("xl/sharedStrings.xml", b""))
        small = strings_with_small_digits(parts.get("xl/sharedStrings.xml", b""))
        del parts
        for index, about in enumerate(workbook.sheets_metadata):
            if about.visible != calamine.SheetVisibleEnum.Visible:
                hidden.append(about.name)
                continue
            if about.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            xml = xmls[index] if index < len(xmls) else b""
            check_extent(about.name, xml)
            formulas, errors = cells_of(xml, FORMULA), cells_of(xml, ERROR)
            hidden_rows, formats = hidden_rows_of(xml), runs_of_styles(xml, styles)
            hidden_columns = hidden_columns_of(xml)
            struck_rows, cells_struck = rows_struck_out(xml, struck), cells_struck_out(xml, strings)
            xmls[index : index + 1] = [b""]
            sheet = workbook.get_sheet_by_index(index)
            rows, unseen = rows_of(sheet, about.name, room)
            grouped = put_shown(rows, xml, codes)
            put_small_digits(rows, xml, small)
            del xml
            room -= len(rows)
            merged = [[*first, *last] for first, last in sheet.merged_cell_ranges or []][:MERGES]
            sheets.append(
                {
                    "name": about.name,
                    "rows": rows,
                    "formulas": formulas,
                    "errors": errors,
                    "merged": merged,
                    "hidden_rows": hidden_rows,
                    "hidden_columns": hidden_columns,
                    "struck_rows": sorted({*struck_rows, *(row for _column, row, _kind in cells_struck)}),
                    "struck_parts": [f"{column}{row}" for column, row, kind in cells_struck if kind == PART],
                    "unseen": unseen,
                    "formats": formats,
                    "grouped": grouped,
                }
            )
    return {"sheets": sheets, "hidden": hidden}


def answer(content: bytes) -> bytes:
    """The answer for one file; never raises, except for what ends the process."""
    try:
        return orjson.dumps(read(content), default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME)
    except UnreadableWorkbook as refusal:
        return orjson.dumps({"refused": refusal.code, "detail": refusal.detail})
    except (Exception, MemoryError):  # noqa: BLE001 -- whatever a broken file makes a parser raise
        return orjson.dumps({"refused": "damaged", "detail": ""})
