"""The record that a link names already, in a form of somebody who may not choose it: the link stays as it is.

The administrator may take the right to choose records of a register away from a role, or leave a part of them. A form
cannot offer such a record, and must not lose it either: the box shows a fixed text and sends a key that says
"unchanged" and names nothing.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from khcn.kernel.actors import current_act
from khcn.kernel.fields.reference_targets import NO_NAME, is_nameable, record_name, selectable_records

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.db.models import Model


class StoredLink:
    """One link of a stored record, or what the dialog of an action begins with: the key, and how the record is read."""

    def __init__(self, model: type[Model], key: int, read: Callable[[], Model | None]) -> None:
        self.model, self.key, self._read = model, key, read
        self.chosen: Mapping[int, Model] | None = None  # of records read at once, those that may be chosen

    @cached_property
    def is_locked(self) -> bool:
        """Is it a record that the actor may not choose?"""
        if self.chosen is not None:
            return self.key not in self.chosen
        return not selectable_records(self.model).filter(pk=self.key).exists()

    @cached_property
    def record(self) -> Any:
        """The record; None when it is gone."""
        return self._read()

    @property
    def text(self) -> str:
        """What the box shows: the name where pages show it too."""
        is_shown = is_nameable(self.model, current_act().actor) and self.record is not None
        return record_name(self.record) if is_shown else str(NO_NAME)


def stored_link(model: type[Model], value: Any) -> StoredLink | None:
    """The link with this value, a record or its key; None when nothing is linked."""
    if isinstance(value, model):
        return StoredLink(model, value.pk, lambda: value)
    if not isinstance(value, int):
        return None
    return StoredLink(model, value, lambda: model._base_manager.filter(pk=value).first())
