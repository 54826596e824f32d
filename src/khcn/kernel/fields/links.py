"""Foreign keys of the whole program that lead to a model, and the records that some other record names by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from khcn.kernel.query_chunks import chunks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from django.db.models import ForeignKey, Model

_KEYS_AT_ONCE: Final = 400


def links_to(model: type[Model]) -> Iterator[ForeignKey[Any, Any]]:
    """Foreign keys that lead to the model, those without a way back included."""
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and (relation.one_to_many or relation.one_to_one):
            yield cast("ForeignKey[Any, Any]", relation.field)  # type: ignore[union-attr]


def named_keys(model: type[Model], keys: Collection[int]) -> set[int]:
    """Those of the records with these keys that some other record names."""
    found: set[int] = set()
    wanted = sorted(keys)
    for part in chunks(wanted):
        for field in links_to(model):
            rows = field.model._base_manager.filter(**{f"{field.name}__in": part})
            found.update(rows.values_list(field.name, flat=True).order_by().distinct())
    return found
