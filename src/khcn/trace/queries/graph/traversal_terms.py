"""What a traversal of the lineage graph is asked for, and what it answers: for one statement and for steps over several stores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from khcn.trace.stored_codes import EdgeKind

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


@dataclass(frozen=True, slots=True)
class Trusted:
    """Whose removals end a containment that another party reported, and which edges are not followed."""

    removals: frozenset[HoldersRemoval] = frozenset()
    left_out: frozenset[int] = frozenset()  # events whose edges are not followed
    owners: frozenset[int] | None = None  # whose edges alone are followed; None: those of everybody


UPSTREAM: Final = Direction(upstream=True)
DOWNSTREAM: Final = Direction(upstream=False)
STEP_BACK: Final = Direction(upstream=True, one_step=True)
STEP_FORWARD: Final = Direction(upstream=False, one_step=True)
CONTENTS: Final = Direction(upstream=True, kinds=(EdgeKind.CONTAINMENT,))
CONTAINERS: Final = Direction(upstream=False, kinds=(EdgeKind.CONTAINMENT,), whole=False)
