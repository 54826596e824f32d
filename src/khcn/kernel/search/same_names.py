"""Records whose names are one when they are folded: a slip of marks, capitals, dots or spaces, not two records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, Exists, OuterRef, Subquery, Value

from khcn.kernel.search.declarations import declared
from khcn.kernel.search.models import SearchEntry

if TYPE_CHECKING:
    from django.db.models import QuerySet


def named_like_an_earlier_one(rows: QuerySet[Any], *same: str) -> QuerySet[Any]:
    """Rows whose folded name an earlier record has, with the same values in the columns ``same``; by the index of names."""
    searched = declared(rows.model)
    key = OuterRef("pk") + Value(searched.first, output_field=BigIntegerField())
    own = SearchEntry.objects.filter(pk=key)
    earlier = SearchEntry.objects.filter(
        model=searched.number, name=OuterRef("_name"), object_id__lt=OuterRef("pk")
    )
    if same:
        known: dict[str, Any] = {name: OuterRef(OuterRef(name)) for name in same}
        earlier = earlier.filter(Exists(rows.model._base_manager.filter(pk=OuterRef("object_id"), **known)))
    named = rows.alias(_name=Subquery(own.values("name")[:1]))
    found: QuerySet[Any] = named.filter(Exists(earlier), _name__gt="")
    return found
