"""Registers that a member of staff may neither read nor choose from: references to their records show no name.

For accounts from outside the department the name of a linked record is a fact of their own row (docs/adr/0012).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist

from khcn.kernel.actors import acting_actor
from khcn.kernel.fields.paths import fields_along
from khcn.kernel.fields.reference_targets import NO_NAME, has_target, is_nameable, target_of

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


def shown_record_name(record: Model | None, actor: Actor) -> str:
    """What the actor is shown in place of a linked record: what it is called, or the fixed text; "" where none is linked."""
    if record is None:
        return ""
    return str(record) if is_nameable(type(record), actor) else str(NO_NAME)


def name_to_acting(record: Model | None) -> str:
    """The same for the person who is acting: in refusals and other sentences that go to that person alone."""
    return shown_record_name(record, acting_actor())


def text_to_acting(model: type[Model], text: str) -> str:
    """A text of a record of the model, or the fixed text where the person who is acting is shown no names of such records."""
    return text if is_nameable(model, acting_actor()) else str(NO_NAME)


def name_in_closed_register(value: object) -> str:
    """What stands in place of the name of a linked record of a closed register, if one is linked."""
    return "" if value is None else str(NO_NAME)
