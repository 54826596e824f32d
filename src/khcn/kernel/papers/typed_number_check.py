"""Whether a number that a person types is free: neither a book nor another record has it in that year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.utils.translation import gettext as _

from khcn.kernel.access.shown_names import name_to_acting, text_to_acting
from khcn.kernel.numbering.models import IssuedNumber
from khcn.kernel.numbering.typed_numbers import number_key, numbers_on_record
from khcn.kernel.papers.models import IN_FORCE, Paper
from khcn.kernel.text.codes import strange_sign
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from django.db.models import Model
    from django_stubs_ext import StrOrPromise

    from khcn.kernel.numbering.typed_numbers import NumberOnRecord

Owner = tuple[str, object]

_HOLDERS: Final = "papers.number_holders"


@dataclass(frozen=True, slots=True)
class NumberHolder:
    """Who has a number. ``owner`` names the record; of a number that no record has, it is None. ``by_hand``: it was taken
    for a document that is made elsewhere, which one record may be about.
    """

    text: str
    name: str
    day: date
    owner: Owner | None
    from_book: bool
    by_hand: bool = False


def _other_holder(
    *, book: str, day: date, text: str, record: Model, seen: dict[str, Any]
) -> NumberHolder | None:
    """Who else has this number of the book's year. ``seen`` is what the validation of many rows shares. A number taken by
    hand bears the day on which it was taken.
    """
    holders = _holders(book, day.year, seen).get(number_key(text, book=book, year=day.year), [])
    owner = _owner(record)
    return next(
        (each for each in holders if each.owner != owner and not (each.by_hand and each.day == day)), None
    )


def why_not_free(
    *, book: str, day: date, text: str, record: Model, seen: dict[str, Any], given: StrOrPromise
) -> str:
    """Why the record may not bear this number: something else has it, by the book (``given`` says so, with what helps) or
    typed. A free one is noted for the rows that follow.
    """
    if why := why_typed_number_not_readable(text):
        return why
    other = _other_holder(book=book, day=day, text=text, record=record, seen=seen)
    if other is None:
        _note(book=book, day=day, text=text, record=record, seen=seen)
        return ""
    named = {"number": other.text, "holder": other.name, "day": format_date(other.day)}
    if other.by_hand:
        words = _(
            "Số %(number)s lấy từ sổ ngày %(day)s cho “%(holder)s”, văn bản mang số đó ghi ngày %(day)s. Hãy xem lại số và ngày."
        )
        return words % named
    typed = _(
        "Số %(number)s đã ghi ở “%(holder)s” ngày %(day)s. Mỗi số cấp một lần trong năm; hãy xem lại số."
    )
    return str(given if other.from_book else typed) % named


def why_typed_number_not_readable(text: str) -> str:
    """Why nobody could tell this typed number from another one: a letter of it only looks like a Latin one."""
    if not (sign := strange_sign(text)):
        return ""
    return _("Số “%(number)s” có ký tự “%(sign)s” không phải chữ cái La-tinh hay chữ số. Hãy gõ lại số.") % {
        "number": text,
        "sign": sign,
    }


def typed_only(
    model: type[Model], found: Iterable[tuple[object, NumberOnRecord]]
) -> Iterator[NumberOnRecord]:
    """Those of the numbers, each with the key of its record of ``model``, that no paper for that record has borne."""
    papers = Paper.objects.filter(model=model._meta.label_lower, number__isnull=False)
    borne = set(papers.values_list("object_id", "number__text"))
    return (number for key, number in found if (key, number.text) not in borne)


def _note(*, book: str, day: date, text: str, record: Model, seen: dict[str, Any]) -> None:
    """The rows that follow in the same workbook are compared with this one, too."""
    holders = _holders(book, day.year, seen).setdefault(number_key(text, book=book, year=day.year), [])
    holders.append(NumberHolder(text, name_to_acting(record), day, _owner(record), from_book=False))


def _owner(record: Model) -> Owner:
    return record._meta.label_lower, id(record) if record._state.adding else record.pk


def _holders(book: str, year: int, seen: dict[str, Any]) -> dict[str, list[NumberHolder]]:
    known: dict[tuple[str, int], dict[str, list[NumberHolder]]] = seen.setdefault(_HOLDERS, {})
    if (book, year) not in known:
        found = known[book, year] = {}
        for each in (*_given(book, year), *_typed(book, year)):
            found.setdefault(number_key(each.text, book=book, year=year), []).append(each)
    return known[book, year]


def _given(book: str, year: int) -> list[NumberHolder]:
    """The numbers of the book: of a paper in force, passed over for a record that has it, taken by hand, or free for nobody."""
    numbers = (
        IssuedNumber.objects.filter(book__book=book, book__year=year).select_related("paper").order_by("pk")
    )
    papers = Paper.objects.filter(state__in=IN_FORCE, withdraws__isnull=True, number__in=numbers.values("pk"))
    owners: dict[int | None, Owner] = {
        number: (model, key) for number, model, key in papers.values_list("number", "model", "object_id")
    }
    return [
        NumberHolder(
            each.text,
            _shown(each),
            each.issued_on,
            (each.model, each.object_id) if each.voided_on is not None else owners.get(each.pk),
            from_book=True,
            by_hand=not each.model and each.voided_on is None,
        )
        for each in numbers
    ]


def _shown(number: IssuedNumber) -> str:
    """For whom a number was given; of a record of a register that the person who is acting may not read, as its book shows it."""
    paper = getattr(number, "paper", None)
    model = paper.model if paper is not None else number.model
    return text_to_acting(apps.get_model(model), number.given_to) if model else number.given_to


def _typed(book: str, year: int) -> list[NumberHolder]:
    return [
        NumberHolder(each.text, name_to_acting(each.record), each.day, _owner(each.record), from_book=False)
        for each in numbers_on_record(book, year)
    ]
