"""The inventory of personal data: it says of each field what it is for, on what ground, who sees it and how long it is stored.

Each app has the rows of its own fields in ``data/personal_data.toml``; those that fields of several apps share are in the file of this one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps

from khcn.kernel.shipped_data import shipped_data

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db import models

FILE: Final = "personal_data.toml"
KINDS: Final = ("basic", "sensitive")


@dataclass(frozen=True, slots=True)
class InventoryRow:
    """One row: fields that are treated alike. ``fields`` are "parties.Person.phone"."""

    code: str
    title: str
    kind: str
    fields: tuple[str, ...]
    purpose: str
    ground: str
    seen_by: str
    stored: str
    rule: str = ""
    find: str = ""

    @property
    def is_sensitive(self) -> bool:
        """Sensitive in the words of the law."""
        return self.kind == "sensitive"


def _named(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(
        f"{model.strip()}.{name}"
        for model, _colon, names in (line.partition(":") for line in lines)
        for name in names.split()
    )


@cache
def inventory() -> tuple[InventoryRow, ...]:
    """Every row about personal data, with the fields that the apps add to it.

    Raises:
        LookupError: a file adds fields to a row that no file has.
    """
    rows: list[dict[str, Any]] = []
    added: dict[str, list[str]] = {}
    for _app, content in shipped_data(FILE):
        rows += content.get("data", ())
        for more in content.get("also", ()):
            added.setdefault(more["code"], []).extend(more["fields"])
    found = tuple(
        InventoryRow(**{**row, "fields": _named([*row.get("fields", ()), *added.pop(row["code"], ())])})
        for row in rows
    )
    if added:
        raise LookupError(f"{FILE}: no row {', '.join(sorted(added))}")
    return found


def without_personal_data() -> tuple[str, ...]:
    """Fields of which the files say that they hold nothing about a person."""
    return tuple(
        name
        for _app, content in shipped_data(FILE)
        for row in content.get("none", ())
        for name in _named(row["fields"])
    )


def field_of(name: str) -> models.Field[Any, Any]:
    """The field behind "parties.Person.phone". Raises ``LookupError`` or ``FieldDoesNotExist`` for one that is not there."""
    model, _dot, field = name.rpartition(".")
    found: models.Field[Any, Any] = apps.get_model(model)._meta.get_field(field)
    return found
