"""Where the address of a record leads that another one has taken over: areas that merge records say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from django.db.models import Model


class SurvivorFinder(Protocol):
    """The answer of one area."""

    def __call__(self, model: type[Model], pk: int, /) -> int | None:
        """The key of the record that took over the removed one; None where there is none."""


_finders: list[SurvivorFinder] = []


def register_survivor_finder(find: SurvivorFinder) -> None:
    """Ask ``find`` for every record that is not there. Used once, when the program starts."""
    if find not in _finders:
        _finders.append(find)


def find_survivor(model: type[Model], pk: int) -> int | None:
    """The key of the record that took over a removed one."""
    return next((found for find in _finders if (found := find(model, pk)) is not None), None)
