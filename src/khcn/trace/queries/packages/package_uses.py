"""The uses of a package that is used again: who packed it after it had been emptied (docs/adr/0028, Packages that are used again)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Filling(NamedTuple):
    """The report of a party that it packed something into a package, in the order of capture; `until` all of it was out."""

    event: int
    since: int
    until: int
    owner: int


@dataclass(slots=True)
class PackageUse:
    """A use of a package.

    `parties`: who packs it, the one who begins the chain of its holders last; `since`: the time from which on, None: from the beginning;
    `captured`: the record time and row id of the event that began it, None: of the first use.
    """

    parties: list[int]
    since: int | None = None
    captured: tuple[int, int] | None = None
    is_sent: bool = True
    """Whether who began it belongs to the chain of those who used it before, or is the first."""
    fillings: list[Filling] = field(default_factory=list)


def parties_of_uses(uses: Sequence[PackageUse], times: Iterable[int]) -> set[int]:
    """Who used a package at some times."""
    found: set[int] = set()
    for moment in times:
        used = [one for one in uses if one.since is None or one.since <= moment]
        found.update(used[-1].parties)
    return found
