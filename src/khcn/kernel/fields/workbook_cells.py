"""Cells of a workbook: what is wrong with one, what a word in one may mean, and writing text as text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol, Self

from django.utils.translation import gettext as _

from khcn.kernel.text.dates import format_date
from khcn.kernel.text.normal_forms import normal_form
from khcn.kernel.text.numbers import format_number, parse_number

EXACT = 10**15  # Excel keeps 15 digits
LONGEST = 32_767  # characters in a cell
_RISKY = tuple("=+-@\t\r\n\0")


def cell_is_required(field: Any) -> bool:
    """Whether the cell of this field must be filled in a row that makes a new record."""
    return not (field.null or field.blank or field.has_default())


class CellProblem(Exception):  # noqa: N818 -- a finding about the cell
    """A cell that cannot be taken."""

    def __init__(self, message: str, remedy: str = "", code: str = "value") -> None:
        super().__init__(message)
        self.message, self.remedy, self.code = message, remedy, code


class ShownNumber(float):
    """A number that its cell shows otherwise than it is held: "24-Q07" of 7. ``shown`` is "" where it is not known what the
    ``number_format`` makes of it; the format is "" for a file whose formats are not read.
    """

    __slots__ = ("number_format", "shown")

    shown: str
    number_format: str

    def __new__(cls, number: float, shown: str, number_format: str) -> Self:
        """The number with its text."""
        made = super().__new__(cls, number)
        made.shown, made.number_format = shown, number_format
        return made


class DayWithoutYear(date):
    """A day of a cell that does not show its year; Excel has put one there that nobody may have typed."""


class FirstOfMonth(date):
    """The first of a month in a file whose formats are not read: what the cell shows may be the month alone."""


@dataclass(frozen=True, slots=True)
class UnlistedValue:
    """A text that is not in the closed list; a person decides. ``candidates`` are stored values with labels."""

    text: str
    key: str  # khcn.kernel.text.fold.name_key
    candidates: tuple[tuple[str, str, float], ...]
    mixed: bool


@dataclass(frozen=True, slots=True)
class NamedRecord:
    """A text that names a record of another register."""

    text: str
    key: str  # khcn.kernel.text.fold.name_key


class CellFormats(Protocol):
    """The looks of a workbook's cells, as far as kinds of fields use them."""

    text: Any
    quoted: Any
    date: Any
    money: Any
    number: Any
    decimal: Any


def _number_text(number: float) -> str:
    return str(int(number)) if number == int(number) else format_number(Decimal(f"{number:.15g}"))


def workbook_cell_text(raw: object) -> str:
    """A workbook's cell as the text a person sees: NFC, trimmed, a whole number without its ".0"."""
    if isinstance(raw, str):
        return normal_form("NFC", raw.replace("\0", "").replace("\r\n", "\n")).strip()
    if isinstance(raw, bool):
        return _("Có") if raw else _("Không")
    if isinstance(raw, float):
        return getattr(raw, "shown", "") or _number_text(raw)
    if isinstance(raw, date):
        return f"{raw.day:02d}/{raw.month:02d}" if isinstance(raw, DayWithoutYear) else format_date(raw)
    return "" if raw is None else str(raw)


def single_spaced(text: str) -> str:
    """Text as far as a trip through a spreadsheet keeps it: single spaces, composed letters."""
    return " ".join(normal_form("NFC", text.replace("\0", "")).split())


def write_text_cell(sheet: Any, row: int, place: int, text: str, formats: CellFormats) -> None:
    """Text as text, whatever it begins with."""
    if len(text) > LONGEST:
        text = text[: LONGEST - 1] + "…"
    sheet.write_string(row, place, text, formats.quoted if text.startswith(_RISKY) else formats.text)


def read_text_cell(raw: object, text: str, most: int | None) -> str:
    """A workbook's cell as text of at most so many characters."""
    if most and len(text) > most:
        raise CellProblem(
            _("Nội dung dài %(length)s ký tự, nhiều hơn mức %(most)s.") % {"length": len(text), "most": most},
            _("Rút gọn nội dung ô này."),
            "too_long",
        )
    return text


def refuse_rounded_cell(raw: object) -> None:
    """For a workbook's cell, raise what the reader of numbers says when Excel has rounded a long number."""
    if isinstance(raw, float) and abs(raw) >= EXACT:
        parse_number(raw)


def is_cut_to_cell(old: str, new: str) -> bool:
    """Is ``new`` what an export made of a text longer than a cell?"""
    return old[: LONGEST - 1] + "…" == new
