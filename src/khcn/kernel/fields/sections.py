"""Titled groups of fields: of a form, of an action's dialog, of a record's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils.translation import gettext as _

from khcn.kernel.fields.registry import field_kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db import models
    from django.db.models import Field, Model
    from django_stubs_ext import StrOrPromise

    from khcn.kernel.fields.field_kind import FieldKind

Condition = tuple[str, tuple[str | bool, ...]]


@dataclass(frozen=True)
class Section:
    """A titled group of fields.

    With ``when=("kind", ("extend_duration", "extend_submission"))`` the section belongs to the record only while the
    field ``kind`` holds one of these values: a choice, or True or False of a yes/no field. What is typed into a
    section that does not apply is refused, by the form, the API and the import alike.
    """

    title: StrOrPromise
    fields: tuple[str, ...]
    when: Condition | None

    def __init__(self, title: StrOrPromise, *fields: str, when: Condition | None = None) -> None:
        """Take fields as positional arguments, so that a register reads like the paper form."""
        object.__setattr__(self, "title", title)
        object.__setattr__(self, "fields", fields)
        object.__setattr__(self, "when", when)

    def applies_to(self, value: object) -> bool:
        """Does the section apply while its controlling field holds ``value``?"""
        return self.when is None or value in self.when[1]


def field_names_of(sections: Iterable[Section]) -> tuple[str, ...]:
    """The fields of all sections, in their order."""
    return tuple(name for section in sections for name in section.fields)


def section_condition(kinds: Mapping[str, FieldKind], section: Section) -> str:
    """When a section of a form applies, in words; "" for one that always does."""
    if section.when is None:
        return ""
    name, values = section.when
    kind = kinds[name]
    words = "; ".join(dict.fromkeys(kind.word(value) for value in values))
    return _("Chỉ dùng khi “%(field)s” là: %(values)s.") % {"field": kind.label, "values": words}


def _bound_field(name: str, field: Field[Any, Any]) -> Field[Any, Any]:
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
        found[name] = field_kind_of(_bound_field(name, field))
    return found
