"""Registers that a member of staff may neither read nor choose from: what of them a column, field or filter leads to.

What stands in place of the names of their records is in :mod:`khcn.kernel.access.shown_names`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist

from khcn.kernel.fields.paths import fields_along
from khcn.kernel.fields.reference_targets import has_target, is_nameable, target_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import Model

    from khcn.kernel.actors import Actor


def closed_models(register: Any, actor: Actor) -> frozenset[type[Model]]:
    """The models that a register's columns, fields, filters, searches and order lead to, and of whose records the actor
    may be shown nothing.
    """
    columns = (getattr(each, "path", each) for each in register.columns)
    fields = (*register.form_fields(), *(register.outcome.fields if register.outcome else ()))
    order = (path.lstrip("-") for path in register.order)
    paths = (*columns, *fields, *register.filters, *register.search, *order)
    return frozenset(each for each in _models_on(register.model, paths) if not is_nameable(each, actor))


def is_open_path(model: type[Model], path: str, verb: str, actor: Actor) -> bool:
    """May the actor do this to some record of every register that the path leads through?"""
    passed = [field.related_model for field in fields_along(model, path) if field.related_model]
    return all(has_target(each) and target_of(each).may(verb, actor) for each in passed)


@lru_cache(maxsize=256)
def _models_on(model: type[Model], paths: tuple[str, ...]) -> frozenset[type[Model]]:
    """The models of registers that the paths lead to or through; what is worked out for a list has no path."""
    found: set[type[Model]] = set()
    for path in paths:
        try:
            found.update(each.related_model for each in fields_along(model, path) if each.related_model)
        except FieldDoesNotExist:
            continue
    return frozenset(each for each in found if has_target(each))


def closed_link(model: type[Model], path: str, closed: Collection[type[Model]]) -> str:
    """The part of a path that ends at the first closed register; "" where it passes none."""
    if not closed:
        return ""
    passed: list[str] = []
    try:
        for field in fields_along(model, path):
            passed.append(field.name)
            if field.related_model in closed:
                return "__".join(passed)
    except FieldDoesNotExist:
        return ""
    return ""
