"""From a path such as ``host__name`` to its model fields, and what people call the field it ends in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.text import capfirst

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model


def field_at(model: type[Model], path: str) -> Any:
    """The model field that a path such as ``host__name`` ends in. Raises ``FieldDoesNotExist``."""
    field: Any = None
    for part in path.split("__"):
        field = model._meta.get_field(part)
        model = field.related_model or model
    return field


def verbose_name_at(model: type[Model], path: str) -> str:
    """What officials call a field: its verbose name with a capital."""
    return capfirst(str(field_at(model, path).verbose_name))


def fields_along(model: type[Model], path: str) -> Iterator[Any]:
    """The fields of a path, one after the other. Raises ``FieldDoesNotExist``."""
    for name in path.split("__"):
        field: Any = model._meta.pk if name == "pk" else model._meta.get_field(name)
        yield field
        model = field.related_model or model
