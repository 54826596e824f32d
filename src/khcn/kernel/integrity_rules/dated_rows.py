"""Queries that several areas ask of rows with days of their own."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

_NEVER: Final = Value(date.max)


def linked_out_of_force(rows: QuerySet[Any], link: str) -> QuerySet[Any]:
    """Records that name a row which is not in force on the record's day, as the model says it in ``in_force_on``."""
    day: str = rows.model.in_force_on[link]
    return rows.filter(
        Q(**{f"{day}__lt": F(f"{link}__valid_from")}) | Q(**{f"{day}__gte": F(f"{link}__valid_to")})
    )


def beside_an_earlier_one(
    rows: QuerySet[Any], *same: str, begins: str = "valid_from", ends: str = "valid_to"
) -> QuerySet[Any]:
    """Rows that are in force on a day on which an earlier one of the same ``same`` columns still is."""
    known: dict[str, Any] = {name: OuterRef(name) for name in same}
    earlier = (
        rows.filter(**known)
        .filter(
            Q(**{f"{begins}__lt": OuterRef(begins)}) | Q(**{begins: OuterRef(begins)}, pk__lt=OuterRef("pk"))
        )
        .alias(_end=Coalesce(ends, _NEVER))
        .filter(_end__gt=OuterRef(begins))
    )
    return rows.filter(Exists(earlier.order_by()))
