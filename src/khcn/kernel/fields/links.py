"""Foreign keys of the whole program that lead to a model, what narrows them, and the records that some other record names by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist

from khcn.kernel.query_chunks import chunks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from django.db.models import ForeignKey, Model


def links_to(model: type[Model]) -> Iterator[ForeignKey[Any, Any]]:
    """Foreign keys that lead to the model, those without a way back included."""
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and (relation.one_to_many or relation.one_to_one):
            yield cast("ForeignKey[Any, Any]", relation.field)  # type: ignore[union-attr]


def keys_with_links(model: type[Model], keys: Collection[int]) -> set[int]:
    """Those of the records with these keys to which some other record links by a foreign key."""
    found: set[int] = set()
    wanted = sorted(keys)
    for part in chunks(wanted):
        for field in links_to(model):
            rows = field.model._base_manager.filter(**{f"{field.name}__in": part})
            found.update(rows.values_list(field.name, flat=True).order_by().distinct())
    return found


def limit_of_link(link: str, model: type[Model]) -> Any:
    """What narrows the records of ``model`` that the foreign key of this name takes; None where it takes all of them.

    Raises ``LookupError`` for a name that is no such foreign key.
    """
    label, _dot, name = link.rpartition(".")
    try:
        field: Any = apps.get_model(label)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist) as error:
        raise LookupError(link) from error
    if field.related_model is not model or not field.many_to_one:
        raise LookupError(link)
    return field.get_limit_choices_to() or None
