"""Reads one text file with separated values and answers with its cells as JSON, as :mod:`.workbook_reader_process` does for
workbooks. Runs in a process of its own, and imports nothing of Django.

Encodings: what a byte order mark says, else UTF-8, else Windows-1258 or Windows-1252 (what Excel writes on a Vietnamese and on an
English machine). Separators: semicolon, comma, tab or bar, whichever splits most of the first lines into equally many cells.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from typing import TYPE_CHECKING, Any

import orjson

from khcn.kernel.intake.readers.other_workbooks import plain_sheet
from khcn.kernel.intake.readers.workbook_rows import ROWS, TEXT, UnreadableWorkbook, collected_rows
from khcn.kernel.text.legacy_letters import legacy_text
from khcn.kernel.text.normal_forms import normal_form
from khcn.kernel.text.windows_letters import has_lost_letters, impossible_words, text_of_windows

if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMNS = 2_000
_SEPARATORS = ";,\t|"
_LOOKED_AT = 30  # lines
_QUOTED = re.compile(r'="(.*)"', re.DOTALL)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read(content: bytes) -> dict[str, Any]:
    """The rows of the file as one sheet. Raises :class:`UnreadableWorkbook`."""
    if not content:
        raise UnreadableWorkbook("empty")
    text = _text(content)
    csv.field_size_limit(TEXT + 1)
    try:
        rows, unseen = collected_rows(_rows(text, _separator(text)), "CSV", ROWS, 0)
    except csv.Error as problem:
        raise UnreadableWorkbook("csv") from problem
    return {"sheets": [plain_sheet("CSV", rows, unseen, [])], "hidden": [], "partly": ""}


def _text(content: bytes) -> str:
    text = _decoded(content)
    if text is None or "\0" in text:
        raise UnreadableWorkbook("csv_encoding")
    if has_lost_letters(text):
        raise UnreadableWorkbook("csv_lost_letters")
    return normal_form("NFC", text)


def _decoded(content: bytes) -> str | None:
    """The text of the bytes; ``None`` where they are of no encoding that is known."""
    named = next((name for mark, name in _MARKS if content.startswith(mark)), "")
    try:
        return content.decode(named or "utf-8")
    except UnicodeDecodeError:
        if named or _is_of_legacy_font(content):
            return None
    try:
        return text_of_windows(content)
    except UnicodeDecodeError:
        return None


def _is_of_legacy_font(content: bytes) -> bool:
    """Are at least half of the texts of the first lines typed with a font of before Unicode, and do they so hold fewer words that are none
    than Windows-1258 makes of the same bytes?

    The tones of Windows-1258 are letters of these fonts: "thuò", which it wrote for "thụ", is "thuị" in one of them.
    """
    lines = content.decode("latin-1").splitlines()[:_LOOKED_AT]
    texts = [each for line in lines for each in re.split(f"[{_SEPARATORS}]", line) if not each.isascii()]
    found = [(each, legacy_text(each)) for each in texts]
    if sum(1 for _each, legacy in found if legacy is not None) * 2 < len(texts):
        return False
    meant = "\n".join(each if legacy is None else legacy.text for each, legacy in found)
    try:
        of_windows = text_of_windows("\n".join(texts).encode("latin-1"))
    except UnicodeDecodeError:
        return True
    return impossible_words(meant) < impossible_words(of_windows)


def _separator(text: str) -> str:
    """The separator that gives most lines the same number of cells, the widest of these."""
    best, most = "", (0, 0)
    for separator in _SEPARATORS:
        widths = [len(row) for row in _first(text, separator) if len(row) > 1]
        common = max(set(widths), key=lambda width: (widths.count(width), width), default=0)
        score = (widths.count(common), common)
        if score > most:
            best, most = separator, score
    if not best:
        raise UnreadableWorkbook("csv")
    return best


def _first(text: str, separator: str) -> Iterator[list[str]]:
    for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator)):
        if number >= _LOOKED_AT:
            return
        yield row


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
        if len(row) > COLUMNS:
            raise UnreadableWorkbook("csv")
        yield [_as_written(cell) for cell in row]


def _as_written(cell: str) -> str:
    """The text in ="007", by which other programs keep Excel from making a number of it."""
    found = _QUOTED.fullmatch(cell)
    return found[1].replace('""', '"') if found else cell


def answer(content: bytes) -> bytes:
    """The answer for one file; never raises, except for what ends the process."""
    try:
        return orjson.dumps(read(content))
    except UnreadableWorkbook as refusal:
        return orjson.dumps({"refused": refusal.code, "detail": refusal.detail})
    except (Exception, MemoryError):  # noqa: BLE001 -- whatever a broken file makes a parser raise
        return orjson.dumps({"refused": "damaged", "detail": ""})
