"""Whether a number that a person types is free: neither a book nor another record has it in that year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from khcn.kernel.numbering.models import IssuedNumber, NumberBook
from khcn.kernel.numbering.typed_numbers import number_key, numbers_on_record
from khcn.kernel.papers.models import IN_FORCE, Paper

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from django.db.models import Model

Owner = tuple[str, object]

_HOLDERS: Final = "papers.number_holders"


@dataclass(frozen=True, slots=True)
class NumberHolder:
    """Who has a number. ``owner`` names the record; of a number that no record has, it is None."""

    text: str
    name: str
    day: date
    owner: Owner | None
    from_book: bool


def lock_book(book: str, years: Collection[int]) -> None:
    """Nobody takes a number of these years until the transaction ends."""
    books = NumberBook.objects.filter(book=book, year__in=years)
    list(books.select_for_update().order_by("pk").values_list("pk", flat=True))


def other_holder(
    *, book: str, day: date, text: str, record: Model, seen: dict[str, Any]
) -> NumberHolder | None:
    """Who else has this number of the book's year. ``seen`` is what the validation of many rows shares."""
    holders = _holders(book, day.year, seen).get(number_key(text), [])
    owner = _owner(record)
    return next((each for each in holders if each.owner != owner), None)


def note_number(*, book: str, day: date, text: str, record: Model, seen: dict[str, Any]) -> None:
    """The rows that follow in the same workbook are compared with this one, too."""
    holders = _holders(book, day.year, seen).setdefault(number_key(text), [])
    holders.append(NumberHolder(text, str(record), day, _owner(record), from_book=False))


def _owner(record: Model) -> Owner:
    return record._meta.label_lower, id(record) if record._state.adding else record.pk


def _holders(book: str, year: int, seen: dict[str, Any]) -> dict[str, list[NumberHolder]]:
    known: dict[tuple[str, int], dict[str, list[NumberHolder]]] = seen.setdefault(_HOLDERS, {})
    if (book, year) not in known:
        found = known[book, year] = {}
        for each in (*_given(book, year), *_typed(book, year)):
            found.setdefault(number_key(each.text), []).append(each)
    return known[book, year]


def _given(book: str, year: int) -> list[NumberHolder]:
    """The numbers of the book: of a paper in force, passed over for a record that has it, or free for nobody."""
    numbers = IssuedNumber.objects.filter(book__book=book, book__year=year).order_by("pk")
    papers = Paper.objects.filter(state__in=IN_FORCE, withdraws__isnull=True, number__in=numbers.values("pk"))
    owners: dict[int | None, Owner] = {
        number: (model, key) for number, model, key in papers.values_list("number", "model", "object_id")
    }
    return [
        NumberHolder(
            each.text,
            each.given_to,
            each.issued_on,
            (each.model, each.object_id) if each.voided_on is not None else owners.get(each.pk),
            from_book=True,
        )
        for each in numbers
    ]


def _typed(book: str, year: int) -> list[NumberHolder]:
    return [
        NumberHolder(each.text, str(each.record), each.day, _owner(each.record), from_book=False)
        for each in numbers_on_record(book, year)
    ]
