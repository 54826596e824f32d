"""Which fields the action in progress says that it writes.

The fields that another action owns, or that a paper in force has printed, stay as they are while an action is carried
out that does not name them (docs/adr/0020).
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from khcn.kernel.actions import ANY_FIELD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model

    from khcn.kernel.actions import Action


_declared: ContextVar[frozenset[str] | None] = ContextVar("khcn_declared_writes", default=None)


def written_columns(action: Action, model: type[Model]) -> frozenset[str]:
    """What the action says that it writes, each as "science.TaskMilestone.on"."""
    return frozenset(
        name if "." in name or name == ANY_FIELD else f"{model._meta.label}.{name}" for name in action.writes
    )


@contextmanager
def carrying_out(action: Action, model: type[Model]) -> Iterator[None]:
    """What is written inside is written by this action on records of ``model``."""
    token = _declared.set(written_columns(action, model))
    try:
        yield
    finally:
        _declared.reset(token)


def undeclared(model: type[Model], names: frozenset[str]) -> frozenset[str]:
    """Those of the fields that the action in progress does not say it writes; none where no action is in progress."""
    declared = _declared.get()
    if declared is None or ANY_FIELD in declared:
        return frozenset()
    return frozenset(name for name in names if f"{model._meta.label}.{name}" not in declared)
