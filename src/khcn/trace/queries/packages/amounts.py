"""When all of a lot is out of a container, where events say how much of it they pack and take out."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from khcn.trace.queries.graph.traversal_terms import NOTHING_LEFT

if TYPE_CHECKING:
    from collections.abc import Iterable


class Moved(NamedTuple):
    """That a party packed so much of a lot into a container, or took so much out of it."""

    event_time: int
    owner: int
    quantity: float
    is_out: bool


def all_out_at(packer: int, moved: Iterable[Moved]) -> int | None:
    """When all that was packed since a packing is out; None while something is inside.

    What other parties pack counts where they take out too.

    Args:
        packer: the party of the packing.
        moved: the packing, and what was moved of the lot since, in one unit: removals that count, and packings of all parties.
    """
    listed = sorted(moved)
    parties = {packer, *(one.owner for one in listed if one.is_out)}
    rest = 0.0
    for moment, each in groupby(
        (one for one in listed if one.owner in parties), key=lambda one: one.event_time
    ):
        some = list(each)
        rest += sum(-one.quantity if one.is_out else one.quantity for one in some)
        if rest < NOTHING_LEFT and any(one.is_out for one in some):
            return moment
    return None
