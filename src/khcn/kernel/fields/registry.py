"""From a model field to its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist

from khcn.kernel.fields import kinds  # noqa: F401 -- importing the package makes all kinds known
from khcn.kernel.fields.field_kind import FieldKind, field_kind_of
from khcn.kernel.fields.paths import field_at

if TYPE_CHECKING:
    from django.db.models import Model

__all__ = ["FieldKind", "field_kind_of", "kind_at"]


def kind_at(model: type[Model], path: str) -> FieldKind | None:
    """The kind of the field at a path such as ``host__name``; None for an annotation."""
    try:
        field: Any = field_at(model, path)
    except FieldDoesNotExist:
        return None
    return field_kind_of(field)
