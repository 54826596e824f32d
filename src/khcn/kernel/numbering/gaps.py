"""What must not be: a number below the last one that is not in the book, or one above it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Count, Max, Min, Q

from khcn.kernel.audit.findings import FindingKind, LogFinding
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.numbering.models import NumberBook
from khcn.kernel.numbering.operations import BadPatternError, render_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import QuerySet

_NAMED: Final = 20


def counted_with_gaps(books: QuerySet[NumberBook]) -> QuerySet[NumberBook]:
    """Books with what their lines add up to: how many, the first, the last, and how many are void."""
    return books.annotate(
        lines=Count("numbers"),
        lowest=Min("numbers__number"),
        highest=Max("numbers__number"),
        voids=Count("numbers", filter=Q(numbers__voided_on__isnull=False)),
    )


def missing_numbers(book: NumberBook) -> list[int]:
    """Numbers from 1 to the last one given that are not in the book, and numbers beyond it that are."""
    there: Iterable[int] = book.numbers.values_list("number", flat=True)
    return sorted(set(there) ^ set(range(1, book.last + 1)))


def check_books() -> Iterator[LogFinding]:
    """Books that do not agree with their lines; part of verifying the log, which answers for the lines themselves."""
    for key in list(NumberBook.objects.order_by("pk").values_list("pk", flat=True)):
        if not _differences(NumberBook.objects.get(pk=key)):
            continue
        with transaction.atomic():
            book = locked(NumberBook, key)  # a number may have been taken between the readings
            wrong = _differences(book)
        if wrong:
            yield LogFinding(FindingKind.NUMBER_CHANGED, f"{book} (#{book.pk}): {', '.join(wrong[:_NAMED])}")


def _differences(book: NumberBook) -> list[str]:
    """Numbers that are missing or beyond the last one, and columns that do not follow from the last line."""
    wrong = [str(number) for number in missing_numbers(book)]
    line = book.numbers.order_by("-number").first()
    if line is None:
        return wrong
    if line.number != book.last:
        wrong.append("last")
    if book.last_issued_on is not None and book.last_issued_on != line.issued_on:
        wrong.append("last_issued_on")
    if book.pattern and line.text != _rendered(book, line.number):
        wrong.append("pattern")
    return wrong


def _rendered(book: NumberBook, number: int) -> str:
    try:
        return render_number(book.pattern, number=number, unit_code=book.unit_code, year=book.year)
    except BadPatternError:
        return ""
