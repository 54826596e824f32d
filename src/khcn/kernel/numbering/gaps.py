"""What must not be: a number below the last one that is not in the book, or one above it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Max, Min, Q

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from khcn.kernel.numbering.models import NumberBook


def counted(books: QuerySet[NumberBook]) -> QuerySet[NumberBook]:
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
