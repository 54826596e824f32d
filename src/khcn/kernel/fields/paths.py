"""From a path such as ``host__name`` to the model field it ends in, and what people call that field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.text import capfirst

if TYPE_CHECKING:
    from django.db.models import Model


def labelled(model: type[Model], path: str) -> Any:
    """The model field that a path such as ``host__name`` ends in. Raises ``FieldDoesNotExist``."""
    field: Any = None
    for part in path.split("__"):
        field = model._meta.get_field(part)
        model = field.related_model or model
    return field


def heading_of(model: type[Model], path: str) -> str:
    """What officials call a field: its verbose name with a capital."""
    return capfirst(str(labelled(model, path).verbose_name))
