"""Reads one workbook and answers with its cells as JSON. Runs in a process of its own (`khcn.kernel.bounded_process`).

It imports nothing of the program but what reads files as it does, and nothing of Django, and starts in a tenth of a second.

Answer: ``{"refused": code, "detail": text}`` or ``{"sheets": [...], "hidden": [names]}``; a sheet is ``name``,
``rows`` (pairs of row number and cells, blank rows left out), ``formulas`` and ``errors`` (cell references),
``merged`` (row, column, last row, last column, all from 0), ``hidden_rows``, ``struck_rows``, ``unseen`` (cells with
control characters) and ``formats`` (of numbers that are shown with words or
divided by thousands: the words, how many times divided, whether both are sure, column from 0, first and last row). Dates are ``{"d": iso}``.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson
import python_calamine as calamine

from khcn.kernel.intake.other_workbooks import is_open_document, read_old_excel, read_open_document
from khcn.kernel.intake.struck_out import rows_struck_out, styles_struck_out
from khcn.kernel.intake.workbook_rows import ROWS, UnreadableWorkbook, rows_of

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
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_ERROR = re.compile(rb"""\st=["']e["']""")
_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]{1,3}\d{1,7})["']""")
_WRITTEN = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["'][^>/]*>\s*<(?:\w+:)?(?:v|is)\b""")
_HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\s(?:[^>]*\s)?hidden=["'](?:1|true)["'][^>]*>""")
_SHEET_TAG = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_NUMBER_FORMAT = re.compile(rb"""<(?:\w+:)?numFmt\s(?:[^>"']|"[^"]*"|'[^']*')*>""")  # a format may hold ">"
_CELL_STYLES = re.compile(rb"<(?:\w+:)?cellXfs\b[^>]*>(.*?)</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE = re.compile(rb"<(?:\w+:)?xf\s[^>]*>")
_TEXT_CELL = re.compile(rb"""\bt=["'](?!n["'])""")
OWN_FORMATS = 164  # those with smaller numbers are Excel's, and look as the machine's language has it
_FORMAT_PART = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|(?P<padding>_.)|\*(?P<fill>.)|\[\$(?P<currency>[^\]\-]*)[^\]]*\]|(?P<end>;)'
    r"|(?P<bare>General|\[[^\]]*\]|E[+-]|.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"\[[<>=].*\]")
_SHOWN_BARE = re.compile(r"(?!General|E[+-])[^\[\]0#?.,%/@:\s()+\-*\\_'\"].*", re.IGNORECASE | re.DOTALL)
_NUMBER_SIGNS = frozenset({"#", "?", "@", "General", "general", "GENERAL"})
_DATE_SIGN = re.compile(r"[ymdhs]|\[[hms]+\]", re.IGNORECASE)
_SEPARATORS = frozenset({".", ",", " ", "\u00a0"})
_BOTH = 2
_ADDED_DIGIT = re.compile(r"(?<![^\W\d_])[0-9]")  # ".000", not the 2 of "m2"
_NO_WORDS = " \u00a0()+-\u2013*"  # signs of a sum and of its being below zero, and what fills the cell
_DIVIDED = re.compile(r"[0#?](,+)(?![0#?])")


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


def _attribute(tag: bytes, name: bytes) -> str:
    found = re.search(rb"\b" + name + rb"""=(["'])(.*?)\1""", tag, re.DOTALL)
    return found.group(2).decode("utf-8", "replace") if found else ""


def _sheet_parts(parts: dict[str, bytes]) -> list[bytes]:
    """The XML of each sheet, in the order of the workbook; an empty one where the package does not say which."""
    targets = {
        _attribute(tag, b"Id"): _attribute(tag, b"Target")
        for tag in _RELATION.findall(parts.get("xl/_rels/workbook.xml.rels", b""))
    }
    found = []
    for tag in _SHEET_TAG.findall(parts.get("xl/workbook.xml", b"")):
        identifier = re.search(rb"""\w+:id=["']([^"']*)["']""", tag)
        target = targets.get(identifier.group(1).decode("utf-8", "replace") if identifier else "", "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        found.append(parts.get(path, b""))
    return found


def _column_number(letters: bytes) -> int:
    """ "A" is 1, "AA" is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _cells_of(xml: bytes, marks: re.Pattern[bytes]) -> list[str]:
    """References of the cells that hold a mark; "" where the cell does not say its own."""
    found = []
    for mark in marks.finditer(xml):
        start = max(xml.rfind(b"<c ", 0, mark.end()), xml.rfind(b":c ", 0, mark.end()) - 40)
        cells = list(_CELL.finditer(xml, max(start, 0), min(len(xml), mark.end() + 60)))
        before = [cell for cell in cells if cell.start() <= mark.end()]
        found.append(before[-1].group(1).decode() if before else "")
        if len(found) >= LISTED:
            break
    return found


def _hidden_rows_of(xml: bytes) -> list[int]:
    """Numbers of the rows that Excel does not show, because they were hidden or a filter leaves them out."""
    numbers = (_attribute(tag, b"r") for tag in _HIDDEN_ROW.findall(xml))
    return [int(number) for number in numbers if re.fullmatch("[0-9]{1,7}", number)]


def _sections_of_format(code: str) -> list[list[tuple[str, str]]]:
    """The sections of a number format: pairs of what Excel shows as it stands and what it reads as a sign of the format."""
    sections: list[list[tuple[str, str]]] = [[]]
    for found in _FORMAT_PART.finditer(code):
        if found["end"]:
            sections.append([])
        elif not found["padding"]:
            shown = (found[name] for name in ("quoted", "escaped", "currency", "fill"))
            sections[-1].append((next((each for each in shown if each), ""), found["bare"] or ""))
    return sections


def _words_of_section(section: list[tuple[str, str]]) -> tuple[str, int, bool]:
    """Of one section the words it shows beside a number, how many times it divides by a thousand, and whether what it
    shows is the number itself: not where it hides the number, shows words in its place, or adds digits to it.
    """
    is_number = any(sign in _NUMBER_SIGNS for _shown, sign in section)
    if any(_DATE_SIGN.fullmatch(sign) for _shown, sign in section) and not is_number:
        return "", 0, True
    words = [shown or (sign if _SHOWN_BARE.fullmatch(sign) else "") for shown, sign in section]
    signs = "".join(
        "\0" if word else sign[:1] or " " for word, (_shown, sign) in zip(words, section, strict=True)
    )
    for place, word in enumerate(
        words
    ):  # "#.##0" with the point in quotes: digits of the number on both sides
        beside = signs[max(place - 1, 0) : place + 2 : 2]
        if word in _SEPARATORS and len(beside) == _BOTH and set(beside) <= set("0#?") and "." not in signs:
            words[place] = ""
    text = " ".join("".join(word or " " for word in words).split()).strip(_NO_WORDS)
    divided = _DIVIDED.search(signs)
    is_whole = (is_number or "0" in signs) and not _ADDED_DIGIT.search(text)
    return text, len(divided.group(1) if divided else ""), is_whole


def _words_of_format(code: str) -> tuple[str, int, bool]:
    """The words that a number format shows beside a number that is not negative, by how many thousands it divides what it
    shows, and whether both are sure. The words of one that is not are the format itself.
    """
    if not code.strip():
        return "", 0, True
    sections = _sections_of_format(code)
    if any(_CONDITION.fullmatch(sign) for section in sections for _shown, sign in section):
        of_numbers = [each for each in sections if all(sign != "@" for _shown, sign in each)]
        alone = len(of_numbers) == 1  # what the other numbers look like is not said
    else:
        of_numbers, alone = sections[:1], False
    read = {_words_of_section(each) for each in of_numbers}
    words, thousands, is_sure = read.pop() if len(read) == 1 else ("", 0, False)
    return (words, thousands, True) if is_sure and not alone else (code, 0, False)


def _styles_with_words(styles: bytes) -> dict[int, tuple[str, int, bool]]:
    """Numbers of the cell styles whose numbers are shown with words, or divided."""
    formats = {}
    for tag in _NUMBER_FORMAT.findall(styles):
        number = _attribute(tag, b"numFmtId")
        if number.isdigit() and int(number) >= OWN_FORMATS:
            formats[number] = _words_of_format(html.unescape(_attribute(tag, b"formatCode")))
    listed = _CELL_STYLES.search(styles)
    used = [_attribute(tag, b"numFmtId") for tag in _STYLE.findall(listed.group(1) if listed else b"")]
    plain = ("", 0, True)
    return {
        place: formats[number] for place, number in enumerate(used) if formats.get(number, plain) != plain
    }


def _formats_of(xml: bytes, styles: dict[int, tuple[str, int, bool]]) -> list[list[Any]]:
    """Runs of cells below each other that such a style shows."""
    if not styles:
        return []
    numbers = b"|".join(str(number).encode() for number in styles)
    cells = re.compile(
        rb"""<(?:\w+:)?c\s(?=[^>]*?\bs=["'](""" + numbers + rb""")["'])"""
        rb"""(?=[^>]*?\br=["']([A-Z]{1,3})(\d{1,7})["'])([^>]*[^>/])>"""  # an empty cell ends in "/>"
    )
    found: list[list[Any]] = []
    last: dict[bytes, list[Any]] = {}
    for cell in cells.finditer(xml):
        style, letters, number, attributes = cell.groups()
        if _TEXT_CELL.search(attributes):
            continue
        row, run, shown = int(number), last.get(letters), styles[int(style)]
        if run is not None and run[-1] == row - 1 and tuple(run[:3]) == shown:
            run[-1] = row
        else:
            last[letters] = [*shown, _column_number(letters) - 1, row, row]
            found.append(last[letters])
    return found


def _check_extent(name: str, xml: bytes) -> None:
    """Refuse a sheet whose written cells lie so far apart that reading it would fill the memory."""
    first, last, width, farthest = 0, 0, 0, b""
    for cell in _WRITTEN.finditer(xml):
        row, column = int(cell.group(2)), _column_number(cell.group(1))
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
        xmls = _sheet_parts(parts)
        styles = _styles_with_words(parts.get("xl/styles.xml", b""))
        struck = styles_struck_out(parts.get("xl/styles.xml", b""))
        del parts
        for index, about in enumerate(workbook.sheets_metadata):
            if about.visible != calamine.SheetVisibleEnum.Visible:
                hidden.append(about.name)
                continue
            if about.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            xml = xmls[index] if index < len(xmls) else b""
            _check_extent(about.name, xml)
            formulas, errors = _cells_of(xml, _FORMULA), _cells_of(xml, _ERROR)
            hidden_rows, formats = _hidden_rows_of(xml), _formats_of(xml, styles)
            struck_rows = rows_struck_out(xml, struck)
            xmls[index : index + 1] = [b""]
            del xml
            sheet = workbook.get_sheet_by_index(index)
            rows, unseen = rows_of(sheet, about.name, room)
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
                    "struck_rows": struck_rows,
                    "unseen": unseen,
                    "formats": formats,
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
