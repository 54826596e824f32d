"""The table by which records become what the national portal is sent: dated versions, in ``goods/data/national_portal.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from khcn.kernel.shipped_data import shipped_data

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date


@dataclass(frozen=True, slots=True)
class MappedField:
    """One field of the portal: of which of the ten elements (0: of none), its name there, and where its value comes from."""

    element: int
    name: str
    source: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class PortalMapping:
    """One version of the table."""

    valid_from: date
    illustrative: bool
    kinds: Mapping[str, str]
    fields: Sequence[MappedField]
    tasks: Mapping[str, str]
    """The portal's words for kinds of entries of a diary."""


@cache
def all_mappings() -> tuple[PortalMapping, ...]:
    """All versions, the latest first."""
    versions = (
        _version(each)
        for _app, content in shipped_data("national_portal.toml")
        for each in content["version"]
    )
    return tuple(sorted(versions, key=lambda each: each.valid_from, reverse=True))


def mapping_on(day: date) -> PortalMapping | None:
    """The version of a day; None before the first."""
    return next((each for each in all_mappings() if each.valid_from <= day), None)


def _version(row: Mapping[str, Any]) -> PortalMapping:
    return PortalMapping(
        valid_from=row["valid_from"],
        illustrative=row["illustrative"],
        kinds=row["kinds"],
        fields=tuple(MappedField(**each) for each in row["field"]),
        tasks={kind: each["name"] for each in row["task"] for kind in each["entries"]},
    )
