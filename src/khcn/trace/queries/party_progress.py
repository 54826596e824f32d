"""How far a supported organisation has come in the system itself: taking part, data of a lot, publication.

An area above this one that has products and lots answers; areas beside it, which record the support, ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import date

    from khcn.kernel.actors import Actor

Asked: TypeAlias = "tuple[int, date]"
"""The key of an organisation, and since which day its publications are meant."""


@dataclass(frozen=True, slots=True)
class PartyProgress:
    """What the system holds of an organisation that takes part.

    `elements`: how many of the ten groups of data its lot has, None where it has no lot; `lot`: which one, "" for those who may not read it; `data_on`: when the last entry of that lot came;
    `published_on`: its first publication since the day that was asked for, of a lot that is public still.
    """

    joined_on: date
    elements: int | None = None
    lot: str = ""
    lot_url: str = ""
    data_on: date | None = None
    published_on: date | None = None


ProgressQuery: TypeAlias = "Callable[[Collection[Asked], Actor], Mapping[Asked, PartyProgress]]"

_asked: list[ProgressQuery] = []


def offer_party_progress(query: ProgressQuery) -> None:
    """Ask an area for what its registers hold of organisations."""
    if query not in _asked:
        _asked.append(query)


def party_progress(cases: Collection[Asked], actor: Actor) -> Mapping[Asked, PartyProgress]:
    """What the system holds of each; those that do not take part are left out."""
    found: dict[Asked, PartyProgress] = {}
    for query in _asked:
        found.update(query(cases, actor))
    return found
