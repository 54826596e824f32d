"""What a traversal of the lineage graph is asked for, and what it answers: for one statement and for steps over several stores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.trace.models import TraceParty
from khcn.trace.stored_codes import EdgeKind

if TYPE_CHECKING:
    from collections.abc import Iterable

MIN_TIME: Final = -4_000_000_000_000_000_000
MAX_TIME: Final = 4_000_000_000_000_000_000

NOTHING_LEFT: Final = 1e-6
"""Less of a lot than this is nothing, in whatever unit: sums of decimal fractions are not exact."""

GOODS_EDGES: Final = (EdgeKind.TRANSFORMATION, EdgeKind.CONTAINMENT, EdgeKind.MEMBERSHIP)
TRANSFORMATION_NODE: Final = "transformation "
"""Prefix in the name of the node of a transformationID of a party (`LineageEdgeEnd`)."""


def is_node(thing: str) -> bool:
    """Whether a thing of the graph is no goods, but the node of a transformationID."""
    return thing.startswith(TRANSFORMATION_NODE)


@dataclass(frozen=True, slots=True)
class ReachedThing:
    """A thing that the traversal reached, the period for which it counts, and the edge to it (0, 0: the start)."""

    thing: str
    since: int
    until: int
    event: int
    part: int


@dataclass(frozen=True, slots=True)
class Direction:
    """How to traverse: upstream or downstream, over which kinds of edges, one step or to the end.

    `whole`: whether the contents of the things asked for are affected too (downstream only).
    """

    upstream: bool
    one_step: bool = False
    kinds: tuple[EdgeKind, ...] = GOODS_EDGES
    whole: bool = True


class HoldersRemoval(NamedTuple):
    """A removal by a party that had the container from the party that packed, and until when that had packed."""

    event: int
    packer: int
    packed_until: int


def is_counted(removals: Iterable[HoldersRemoval], removal: str, packing: str) -> str:
    """The condition that some removals have a row, an alias, among them that counts for a packing, an alias too.

    Each list is looked up by value. Only of whom and until when something was packed is looked through, so that the thousandth removal from
    a container costs as much as the first one.
    """
    latest: dict[tuple[int, int], int] = {}
    for event, packer, until in removals:
        latest[event, packer] = max(until, latest.get((event, packer), MIN_TIME))
    packed = {
        pair: place for place, pair in enumerate(sorted({(key[1], until) for key, until in latest.items()}))
    }
    rows = ", ".join(f"({place}, {packer}, {until})" for (packer, until), place in packed.items())
    listed = sorted((event, packed[packer, until]) for (event, packer), until in latest.items())
    events = ", ".join(str(event) for event in sorted({event for event, _place in listed}))
    pairs = ", ".join(f"'{event} {place}'" for event, place in listed)
    return (
        f"({removal}.event IN ({events}) AND EXISTS (SELECT 1 FROM (VALUES {rows}) AS packed WHERE packed.column2 = {packing}.owner "  # noqa: S608 -- numbers
        f"AND {packing}.event_time <= packed.column3 AND {removal}.event || ' ' || packed.column1 IN ({pairs})))"
    )


@dataclass(frozen=True, slots=True)
class Trusted:
    """Whose removals end a containment that another party reported, and which edges are not followed."""

    removals: frozenset[HoldersRemoval] = frozenset()
    left_out: frozenset[int] = frozenset()  # events whose edges are not followed
    owners: frozenset[int] | None = None  # whose edges alone are followed; None: those of everybody

    def condition(self, removal: str) -> str:
        """The condition that a removal, an alias of a row, ends the containment `edge`."""
        authorities = f"(SELECT a.id FROM {TraceParty._meta.db_table} a WHERE a.is_authority)"  # noqa: S608 -- constants
        either = [f"{removal}.owner = edge.owner", f"{removal}.owner IN {authorities}"]
        if self.removals:
            either.append(is_counted(self.removals, removal, "edge"))
        return f"({' OR '.join(either)})"

    def followed(self) -> str:
        """The conditions on the row `edge` that it is followed, each begun by `AND`; empty when all edges are."""
        conditions = []
        if self.left_out:
            conditions.append(
                f" AND edge.event NOT IN ({', '.join(str(int(one)) for one in sorted(self.left_out))})"
            )
        if self.owners is not None:
            owners = ", ".join(str(int(one)) for one in sorted(self.owners)) or "NULL"
            conditions.append(f" AND edge.owner IN ({owners})")
        return "".join(conditions)


UPSTREAM: Final = Direction(upstream=True)
DOWNSTREAM: Final = Direction(upstream=False)
STEP_BACK: Final = Direction(upstream=True, one_step=True)
STEP_FORWARD: Final = Direction(upstream=False, one_step=True)
CONTENTS: Final = Direction(upstream=True, kinds=(EdgeKind.CONTAINMENT,))
CONTAINERS: Final = Direction(upstream=False, kinds=(EdgeKind.CONTAINMENT,), whole=False)
