"""The fields that sections name, each with its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps

from khcn.kernel.fields.registry import field_kind_of
from khcn.kernel.fields.sections import field_names_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db import models
    from django.db.models import Field, Model

    from khcn.kernel.fields.base import FieldKind
    from khcn.kernel.fields.sections import Section


def bound_field(name: str, field: Field[Any, Any]) -> Field[Any, Any]:
    """A model field that belongs to no model, made ready to describe an input of this name."""
    if getattr(field, "name", None) is None:
        field.set_attributes_from_name(name)
    remote: Any = field.remote_field
    if remote is not None and isinstance(remote.model, str):
        remote.model = apps.get_model(remote.model)
    return field


def kinds_of_sections(
    sections: Iterable[Section],
    *,
    model: type[Model] | None = None,
    inputs: Mapping[str, models.Field[Any, Any]] | None = None,
) -> dict[str, FieldKind]:
    """The kinds of all fields that the sections name: those of ``inputs``, else of ``model``, by name."""
    found = {}
    for name in field_names_of(sections):
        field: Any = (inputs or {}).get(name)
        if field is None:
            if model is None:
                message = f"{name} is neither an input nor, without a model, a field"
                raise LookupError(message)
            field = model._meta.get_field(name)
        found[name] = field_kind_of(bound_field(name, field))
    return found
