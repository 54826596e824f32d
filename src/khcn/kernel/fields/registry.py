"""From a model field to its kind."""

from __future__ import annotations

from typing import Any

from khcn.kernel.fields import kinds  # noqa: F401 -- importing the package makes all kinds known
from khcn.kernel.fields.base import FieldKind, by_claim, by_column


def kind_of(field: Any) -> FieldKind:
    """The kind of a model field."""
    for kind in by_claim:
        if kind.claims(field):
            return kind(field)
    return plain_kind_of(field)


def plain_kind_of(field: Any) -> FieldKind:
    """The kind by the field's class alone: what a choice is stored as."""
    for cls in type(field).__mro__:
        if cls in by_column:
            return by_column[cls](field)
    return FieldKind(field)
