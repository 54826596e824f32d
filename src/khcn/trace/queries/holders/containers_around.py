"""What an object was in when its holder passed something on (docs/adr/0028).

A thing is in one container at a time: who has the object, and packs it elsewhere, has taken it out of where it was, as if he had reported
that as well. So has who had packed a container before, when he packs it elsewhere. Not where the new container is one around the first:
then the thing is in both.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections import defaultdict
from functools import cached_property
from itertools import chain, groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.trace.queries.packages.ways_of_objects import taken_out_since
from khcn.trace.queries.packings import reached_from

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from khcn.trace.queries.holders.course import Course, KnownAt
    from khcn.trace.queries.holders.doubtful_packings import DoubtfulPackings
    from khcn.trace.queries.packages.package_removals import Removal
    from khcn.trace.queries.packages.ways_of_objects import ObjectHandOver, Way, WayEvent
    from khcn.trace.queries.packings import Packing

_WHENEVER: Final = -1  # reported before everything


class _Packed(NamedTuple):
    event_time: int
    recorded_at: int
    container: str
    packing: Packing


class ObjectsPackings:
    """The packings around one object, in the order of time."""

    def __init__(self, way: Way, doubtful: DoubtfulPackings) -> None:
        self.way = way
        self.doubtful = doubtful
        self.of: dict[str, list[_Packed]] = {}
        """By what was packed, of those of which it is known when they were captured."""
        for thing, some in way.packings.items():
            self.of[thing] = sorted(
                _Packed(packing.event_time, way.captured[packing.event][0], container, packing)
                for container, packing in some
                if packing.event in way.captured
            )
        packed = [one for some in self.of.values() for one in some]
        removals = [one for some in way.removals.values() for one in some]
        self._times = sorted({*(one.event_time for one in packed), *(one.event_time for one in removals)})
        captured = (way.captured[one.event][0] for one in removals)
        self._captured = sorted({*captured, *(one.recorded_at for one in packed)})
        self._around: dict[str, set[str]] = {}
        self._has_nested: dict[str, bool] = {}

    def place(self, event: WayEvent) -> tuple[int, int]:
        """How many times of packings and removals are not after an event, and how many captures: all that is asked about it."""
        return bisect_right(self._times, event.event_time), bisect_right(self._captured, event.recorded_at)

    def is_around(self, outer: str, inner: str) -> bool:
        """Whether a container was, at any time, one around another."""
        if inner not in self._around:
            self._around[inner] = reached_from({inner}, self._containers) - {inner}
        return outer in self._around[inner]

    def has_nested(self, thing: str) -> bool:
        """Whether a thing was packed into a container, and into one around that."""
        if thing not in self._has_nested:
            into = self._containers[thing]
            self._has_nested[thing] = any(
                self.is_around(outer, inner) for inner in into if inner in self.of for outer in into
            )
        return self._has_nested[thing]

    @cached_property
    def _containers(self) -> Mapping[str, set[str]]:
        return {thing: {one.container for one in some} for thing, some in self.of.items()}


class _Moves:
    """Packings of a thing, by who had the object and by others, that ended earlier ones."""

    def __init__(self, packings: ObjectsPackings) -> None:
        self._packings = packings
        self.by_holder: list[_Packed] = []
        self.by_owner: dict[int, list[_Packed]] = defaultdict(list)

    def add(self, one: _Packed, *, is_holders: bool) -> None:
        self.by_owner[one.packing.owner].append(one)
        if is_holders:
            self.by_holder.append(one)

    def end(self, one: _Packed) -> bool:
        """Whether an earlier packing has ended."""
        later = chain(self.by_holder, self.by_owner.get(one.packing.owner, ()))
        return any(not self._packings.is_around(each.container, one.container) for each in later)


class ContainersAround:
    """What an object was in, for the hand-overs by its present holder; what was found for one counts for all of which the same is asked."""

    def __init__(self, packings: ObjectsPackings, course: Course, known: KnownAt) -> None:
        self._packings = packings
        self._course = course
        self._known = known
        self._found: dict[tuple[int, int], Mapping[str, int]] = {}

    def known_since(self, hand_over: ObjectHandOver) -> int | None:
        """The record time since which it is known that the object was in what was passed on, or in what is in that; None: it was not."""
        place = self._packings.place(hand_over.report)
        if place not in self._found:
            self._found[place] = self._containers(hand_over.report)
        found = self._found[place]
        first = min((found[one] for one in hand_over.packed_in or () if one in found), default=None)
        return None if first is None else max(first, hand_over.report.recorded_at)

    def _containers(self, passed_on: WayEvent) -> Mapping[str, int]:
        """What it was in then, each with the latest capture of the packings by which that is known first."""
        found: dict[str, int] = {}
        # what is in a container, since when it is known, and when the object came into it
        waiting: list[tuple[int, str, int]] = [(_WHENEVER, self._packings.way.thing, _WHENEVER)]
        seen: set[tuple[str, int]] = set()
        while waiting:
            known, thing, entry = heapq.heappop(waiting)
            if (thing, entry) in seen:
                continue
            seen.add((thing, entry))
            found.setdefault(thing, known)
            for one in self._packed(thing, entry, passed_on):
                later = max(known, one.recorded_at), one.container, max(entry, one.event_time)
                heapq.heappush(waiting, later)
        return found

    def _packed(self, thing: str, entry: int, passed_on: WayEvent) -> Iterator[_Packed]:
        """By which packings a thing was in a container, the latest first."""
        listed: Sequence[_Packed] = self._packings.of.get(thing, ())
        before = range(bisect_right(listed, passed_on.event_time, key=_time) - 1, -1, -1)
        moves = _Moves(self._packings)
        for moment, some in groupby((listed[place] for place in before), key=_time):
            if moves.by_holder and not self._packings.has_nested(thing):
                return
            counting = [one for one in some if self._counts(one, entry)]
            yield from (
                one for one in counting if not moves.end(one) and not self._was_taken_out(one, passed_on)
            )
            for one in counting:
                is_holders = self._had(one, max(moment, entry), passed_on)
                if is_holders or self._had(one, moment, passed_on):
                    moves.add(one, is_holders=is_holders)

    def _counts(self, one: _Packed, entry: int) -> bool:
        """Whether it was not declared wrong, and its party had the object then, or when that came into what it had packed before."""
        return self._packings.doubtful.counts(one.packing, self._known) and any(
            self._had(one, when, None) for when in {one.event_time, max(one.event_time, entry)}
        )

    def _had(self, one: _Packed, when: int, passed_on: WayEvent | None) -> bool:
        return self._course.had(one.packing.owner, when, one.recorded_at, passed_on)

    def _was_taken_out(self, one: _Packed, passed_on: WayEvent) -> bool:
        removals = taken_out_since(self._packings.way, one.packing, one.container, passed_on.event_time)
        return any(self._takes_out(removal, one.packing, passed_on) for removal in removals)

    def _takes_out(self, removal: Removal, packing: Packing, passed_on: WayEvent) -> bool:
        """Whether a removal counts: of an authority, of who had the object, or of who had packed it, as he could declare that wrong.

        What the latter two report after they have passed it on counts from its capture, and not where it had been received before.
        """
        way = self._packings.way
        if removal.withdrawn is not None and self._known.has(removal.withdrawn):
            return False
        captured = way.captured[removal.event]
        if removal.owner in way.authorities or self._had_it(removal, captured[0], passed_on):
            return True
        return (
            self._packings.doubtful.counts_late(packing, removal, captured)
            and (removal.owner == packing.owner or self._had_it(removal, _WHENEVER, passed_on))
            and self._known.has(captured)
        )

    def _had_it(self, removal: Removal, recorded_at: int, passed_on: WayEvent) -> bool:
        return self._course.had(removal.owner, removal.event_time, recorded_at, passed_on)


def _time(one: _Packed) -> int:
    return one.event_time
