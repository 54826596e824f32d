"""The inventory of personal data: one file says of each field what it is for, on what ground, who sees it and how long it is stored."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db import models

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


@cache
def _read() -> dict[str, Any]:
    text = resources.files("khcn.privacy").joinpath("data", "inventory.toml").read_text("utf-8")
    return tomllib.loads(text)


def _named(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(
        f"{model.strip()}.{name}"
        for model, _colon, names in (line.partition(":") for line in lines)
        for name in names.split()
    )


@cache
def inventory() -> tuple[InventoryRow, ...]:
    """Every row about personal data."""
    return tuple(InventoryRow(**{**row, "fields": _named(row["fields"])}) for row in _read()["data"])


def field_of(name: str) -> models.Field[Any, Any]:
    """The field behind "parties.Person.phone". Raises ``LookupError`` or ``FieldDoesNotExist`` for one that is not there."""
    model, _dot, field = name.rpartition(".")
    found: models.Field[Any, Any] = apps.get_model(model)._meta.get_field(field)
    return found
