"""Numbers that records bear in a column: those that a book gives and those that are typed agree year by year."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from khcn.kernel.numbering.operations import lock_book
from khcn.kernel.numbering.typed_numbers import NumberOnRecord, register_numbers_on_record
from khcn.kernel.papers.models import Paper
from khcn.kernel.papers.typed_number_check import typed_only, why_not_free
from khcn.kernel.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from datetime import date

    from django.db.models import QuerySet

    # Takes records and the column of the day of their number.
    Choice = Callable[[QuerySet[Any], str], QuerySet[Any]]

# Of each book and model that has its numbers: the columns of the number and of its day.
_COLUMNS: Final[dict[tuple[str, Any], tuple[str, str]]] = {}


def _all(rows: QuerySet[Any], day: str) -> QuerySet[Any]:
    """For columns whose numbers are those of one book on every day."""
    return rows


def declare_numbers(columns: Mapping[str, tuple[Any, str, str]], *, only: Choice = _all) -> None:
    """Says of books whose numbers they give, and in which columns the number and its day are on record; where one column has
    numbers of several books, ``only`` finds the records with those of these books by the day.
    """
    for book, (model, number, day) in columns.items():
        _COLUMNS[book, model] = number, day
        register_numbers_on_record(book, partial(_typed, book, model, only))


def _typed(book: str, model: Any, only: Choice, year: int) -> Iterator[NumberOnRecord]:
    """What records of the model hold of a book and year and no paper of this system has borne."""
    number, day = _COLUMNS[book, model]
    rows = only(model.objects.filter(**{f"{day}__year": year}).exclude(**{number: ""}), day)
    rows = rows.order_by(day, "pk")
    return typed_only(
        model, ((each.pk, NumberOnRecord(getattr(each, number), getattr(each, day), each)) for each in rows)
    )


def opened_records(model: Any, keys: Collection[int], *, book: str = "") -> set[int]:
    """Those of the records that the draft of a replacement or withdrawal of their paper in force has opened for changes.

    Of papers numbered from ``book``; "" for all.
    """
    papers = Paper.objects.in_force_for(model).filter(object_id__in=list(keys))
    if book:
        papers = papers.filter(number__book__book=book)
    drafts = Paper.objects.filter(Q(replaces=OuterRef("pk")) | Q(withdraws=OuterRef("pk")), state="draft")
    return set(papers.filter(Exists(drafts)).values_list("object_id", flat=True))


def refuse_taken_number(book: str, record: Any, text: str, day: date) -> None:
    """Raise ``Refused`` where the book or another record has the number in that year."""
    lock_book(book, {day.year})  # nobody takes or types the number meanwhile
    given = _(
        "Số %(number)s trong sổ đã cấp cho “%(holder)s” ngày %(day)s. Hãy xem lại số, hoặc lập văn bản để lấy số mới."
    )
    why = why_not_free(book=book, day=day, text=text, record=record, seen={}, given=given)
    if why:
        raise Refused.about(why, _COLUMNS[book, type(record)][0], code="number_taken")


def is_number_of_paper(record: Any, number: str) -> bool:
    """Is it the number of a paper in force of this system?"""
    papers = Paper.objects.in_force_for(type(record)).filter(object_id=record.pk).select_related("number")
    return any(each.number_text == number for each in papers)


def refuse_number_of_paper(record: Any, number: str) -> None:
    """Raise ``Refused`` for a number that a paper in force of this system has."""
    if is_number_of_paper(record, number):
        text = _(
            "Số và ngày này do văn bản lập trong hệ thống cấp. Mở văn bản, bấm “Thay thế” hoặc “Thu hồi”."
        )
        raise Refused(text, code="of_paper")
