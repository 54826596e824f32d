"""Which things may be, or have been, in packages of which a recall was reported; `recalled_packages` says whether that counts."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from khcn.kernel.query_chunks import chunks
from khcn.trace.queries.graph.packings import MOST_LEVELS
from khcn.trace.store.database.stores import several_stores
from khcn.trace.store.encoding.classes_and_lots import is_lot, wider_names
from khcn.trace.store.statements.packed_in import containers_of
from khcn.trace.store.statements.recall_statements import (
    lots_of_recalls,
    things_in_recalled_containers,
    things_of_recalls,
)

if TYPE_CHECKING:
    from collections.abc import Collection

_BATCH_SIZE: Final = 500
_MOST_CONTAINERS: Final = 5000  # around 500 things; where there are more, all of these are looked at


def things_in_recalled_packages(things: Collection[str], owners: Collection[int] | None = None) -> set[str]:
    """The things of some that may be, or have been, in a package of which some parties (None: any party) reported a recall."""
    if several_stores() is not None:
        return _by_levels(things, owners)
    found, is_whole = things_in_recalled_containers(things, owners, most=_MOST_CONTAINERS)
    return found if is_whole else set(things)


def _by_levels(things: Collection[str], owners: Collection[int] | None) -> set[str]:
    """The same over several stores: the way from one packing to the next leads through them, so level by level."""
    found: set[str] = set()
    for part in chunks(sorted(things), _BATCH_SIZE):
        around = _containers_around(part)
        if around is None:
            found.update(part)
        else:
            found.update(*(around[container] for container in _recalled(around, owners)))
    return found


def _containers_around(things: Collection[str]) -> dict[str, set[str]] | None:
    """What some things were packed in, and what that was packed in, with the things in each; None where it is too much."""
    found: dict[str, set[str]] = {}
    inside = {one: {one} for one in things}
    for _level in range(MOST_LEVELS):
        outer: dict[str, set[str]] = defaultdict(set)
        for part in chunks(sorted(inside), _BATCH_SIZE):
            pairs = containers_of(part, None, most=_MOST_CONTAINERS + 1)
            if len(pairs) > _MOST_CONTAINERS:
                return None
            for thing, container in pairs:
                outer[container] |= inside[thing]
        inside = {one: some for one, some in outer.items() if not some <= found.get(one, set())}
        for container, some in inside.items():
            found[container] = found.get(container, set()) | some
        if len(found) > _MOST_CONTAINERS:
            return None
        if not inside:
            return found
    return None


def _recalled(containers: Collection[str], owners: Collection[int] | None) -> set[str]:
    """Those of some containers of which a recall was reported, or of their lot, class or product."""
    names = {one: {one, *wider_names(one)} for one in containers}
    reported = things_of_recalls(set().union(*names.values()), owners) if names else set()
    of_lots = lots_of_recalls({one for one in containers if not is_lot(one)}, owners)
    by_lot = {one.thing for one in of_lots}
    return {one for one in containers if one in by_lot or not reported.isdisjoint(names[one])}
