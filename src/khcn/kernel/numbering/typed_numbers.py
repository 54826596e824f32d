"""Numbers of a book that records hold without the book having given them: typed from papers of the time before it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from khcn.kernel.numbering.models import IssuedNumber
from khcn.kernel.text.codes import plain_code
from khcn.kernel.text.fold import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from khcn.kernel.numbering.models import NumberBook

_NOISE: Final = re.compile(r"^.*\bsố\b\s*:?|\W*\bngày\b.*$")


@dataclass(frozen=True, slots=True)
class NumberOnRecord:
    """A number that a record holds, and the day that the record gives for it."""

    text: str
    day: date
    record: Any  # of a register


_finders: dict[str, list[Callable[[int], Iterable[NumberOnRecord]]]] = {}


def register_numbers_on_record(book: str, find: Callable[[int], Iterable[NumberOnRecord]]) -> None:
    """``find`` gives, for a calendar year, the numbers of this book that were typed. Registers of several areas may have
    numbers of one book. Used when the program starts.
    """
    _finders.setdefault(book, []).append(find)


def number_key(text: str, *, book: str = "", year: int = 0) -> str:
    """The same for all ways to write one number: "01/GCN-SKHCN", "1 / gcn skhcn.", "Số 01/GCN–SKHCN ngày 28/11/2026".

    Only letters without their marks and digits count; full-width ones are those that they look like. A number without more
    is one of the ``book``, and the ``year`` of the book adds nothing: "01" and "01/2026/GCN-SKHCN".
    """
    first, *rest = fold(_NOISE.sub("", plain_code(text))).split() or [""]
    key = first.lstrip("0")
    for word in (each for each in rest if each != str(year)):
        key += f"/{word}" if key[-1:].isdigit() and word[0].isdigit() else word
    return key + number_key(book) if key.isdigit() else key


def typed_number(book: str, year: int, text: str) -> NumberOnRecord | None:
    """The record that holds this number of the book's year, if one does."""
    key = number_key(text, book=book, year=year)
    found = numbers_on_record(book, year)
    return next((each for each in found if number_key(each.text, book=book, year=year) == key), None)


def typed_numbers(book: NumberBook) -> list[NumberOnRecord]:
    """What records hold of this book and year and was not given by it."""
    given = IssuedNumber.objects.filter(book=book, voided_on=None).values_list("text", flat=True)
    known = {number_key(each, book=book.book, year=book.year) for each in given}
    found = [
        each
        for each in numbers_on_record(book.book, book.year)
        if number_key(each.text, book=book.book, year=book.year) not in known
    ]
    return sorted(found, key=lambda each: (each.day, each.text))


def numbers_on_record(book: str, year: int) -> Iterable[NumberOnRecord]:
    """What records hold of this book and year, whether the book has a line for it or not."""
    return (number for find in _finders.get(book, ()) for number in find(year))
