"""A table of any size read once by a rule, in batches by the key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from khcn.epcis.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from django.db.models import Model, QuerySet

_BATCH: Final = 500
UNREADABLE: Final = (DocumentError, ValueError, TypeError, LookupError, AttributeError)
"""What a stored text may raise that somebody has put in the place of one that the program wrote."""


def rows_named_twice(model: type[Model], check: Callable[[Sequence[Any]], Iterable[int]]) -> Iterator[Any]:
    """The rows that a check names twice: what is written while it reads is whole the second time."""
    rows: QuerySet[Any] = model._base_manager.order_by("pk")
    after: int | None = None
    while batch := list((rows if after is None else rows.filter(pk__gt=after))[:_BATCH]):
        after = batch[-1].pk
        if suspected := set(check(batch)):
            again = list(rows.filter(pk__in=suspected))
            wrong = set(check(again))
            yield from (each for each in again if each.pk in wrong)
