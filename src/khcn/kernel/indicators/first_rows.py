"""Of several rows about the same thing the first, for figures that count the things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q

if TYPE_CHECKING:
    from django.db.models import QuerySet


def first_of_each(rows: QuerySet[Any], whose: str, day: str) -> QuerySet[Any]:
    """Those of the rows before which, by ``day`` and then as entered, there is none of the same ``whose`` in their province.

    Where that is a text, two provinces in one database may have the same.
    """
    same_day = Q(**{day: OuterRef(day)}, pk__lt=OuterRef("pk"))
    earlier = rows.filter(
        Q(**{f"{day}__lt": OuterRef(day)}) | same_day,
        **{whose: OuterRef(whose)},
        province=OuterRef("province"),
    )
    return rows.exclude(Exists(earlier))
