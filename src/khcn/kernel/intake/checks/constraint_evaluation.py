"""Database constraints judged in Python, so that ten thousand rows need no ten thousand queries.

Django's own ``CheckConstraint.validate`` asks the database once for each record. Here a condition is evaluated on the
instance with the three-valued logic of SQL: ``None`` is "unknown", and unknown does not violate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, F, Q

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model

_LOOKUPS: dict[str, Callable[[Any, Any], bool]] = {
    "exact": lambda left, right: bool(left == right),
    "gt": lambda left, right: bool(left > right),
    "gte": lambda left, right: bool(left >= right),
    "lt": lambda left, right: bool(left < right),
    "lte": lambda left, right: bool(left <= right),
    "in": lambda left, right: left in right,
    "startswith": lambda left, right: str(left).startswith(right),
}


class NotJudgedError(Exception):
    """A condition that only the database understands."""


class _Unsaved:
    """Stands for the key of a record that has none yet: not null, and equal to nothing but itself."""

    def __init__(self, record: Model) -> None:
        self.record = record

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Unsaved) and other.record is self.record

    def __hash__(self) -> int:
        return id(self.record)


def value_of(instance: Model, name: str) -> Any:
    """The stored value of a field; of a foreign key to an unsaved record a stand-in that is not null."""
    field = instance._meta.get_field(name)
    value = getattr(instance, getattr(field, "attname", name))
    if value is None and field.is_relation and field.is_cached(instance):  # type: ignore[union-attr]
        related = field.get_cached_value(instance)  # type: ignore[union-attr]
        return None if related is None else _Unsaved(related)
    return value


def _operand(instance: Model, value: Any) -> Any:
    if isinstance(value, F):
        return value_of(instance, str(value.name))  # type: ignore[attr-defined]
    if hasattr(value, "resolve_expression"):
        raise NotJudgedError
    return value


def _compare(instance: Model, path: str, expected: Any) -> bool | None:
    name, _separator, lookup = path.partition("__")
    lookup = lookup or "exact"
    actual = value_of(instance, name)
    if lookup == "isnull":
        return bool((actual is None) == expected)
    if lookup not in _LOOKUPS:
        raise NotJudgedError
    right = _operand(instance, expected)
    if lookup == "exact" and expected is None:
        return actual is None
    if actual is None or right is None:
        return None
    return _LOOKUPS[lookup](actual, right)


def holds(condition: Q, instance: Model) -> bool | None:
    """Is the condition true of the instance? ``None`` when SQL would say "unknown".

    Raises :class:`NotJudgedError` for lookups and expressions that are not plain comparisons.
    """
    if condition.connector == Q.XOR:
        raise NotJudgedError
    results = [
        holds(child, instance) if isinstance(child, Q) else _child(instance, child)
        for child in condition.children
    ]
    decisive = condition.connector == Q.OR  # any true decides an OR, any false decides an AND
    if decisive in results:
        found: bool | None = decisive
    elif None in results:
        found = None
    else:
        found = not decisive
    return (None if found is None else not found) if condition.negated else found


def _child(instance: Model, child: Any) -> bool | None:
    if not isinstance(child, tuple):
        raise NotJudgedError
    path, expected = child
    found: bool | None = _compare(instance, path, expected)
    return found


def violated(instance: Model) -> list[CheckConstraint]:
    """The check constraints that the instance breaks."""
    found = []
    for constraint in instance._meta.constraints:
        if not isinstance(constraint, CheckConstraint):
            continue
        try:
            is_broken = isinstance(constraint.condition, Q) and holds(constraint.condition, instance) is False
        except NotJudgedError:
            try:
                constraint.validate(type(instance), instance)
            except ValidationError:
                is_broken = True
            else:
                is_broken = False
        if is_broken:
            found.append(constraint)
    return found
