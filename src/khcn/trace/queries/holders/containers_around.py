"""What an object was in when its holder passed something on (docs/adr/0028).

A thing is in one container at a time: who has the object, and packs it elsewhere, has taken it out of where it was, as if he had reported
that as well. So has who had packed a container before, when he packs it elsewhere. Not where the new container is one around the first:
then the thing is in both.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections import defaultdict
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.trace.queries.graph.packings import reached_from
from khcn.trace.queries.holders.course import WHENEVER
from khcn.trace.queries.holders.sent_containers import End, KnownHandOver, SentContainers, Window, first_known
from khcn.trace.queries.packages.ways_of_objects import taken_out_since

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from khcn.trace.queries.graph.packings import Packing
    from khcn.trace.queries.holders.course import Course, KnownAt
    from khcn.trace.queries.holders.doubtful_packings import DoubtfulPackings
    from khcn.trace.queries.packages.package_removals import Removal
    from khcn.trace.queries.packages.ways_of_objects import Moment, Way

_NEVER: Final = 2**63 - 1


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
        self._around: dict[str, set[str]] = {}
        self._has_nested: dict[str, bool] = {}

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


class _Ends:
    """Ends, added with ever earlier times; without those that others make needless."""

    def __init__(self) -> None:
        self.listed: list[End] = []

    def add(self, end: End) -> None:
        while self.listed and self.listed[-1].captured_from >= end.captured_from:
            self.listed.pop()
        self.listed.append(end)


class _Moves:
    """What ends earlier packings of a thing: later ones into other containers, by who had the object, or by the same party."""

    def __init__(self, packings: ObjectsPackings, thing: str) -> None:
        self._is_around = packings.is_around
        self._has_nested = packings.has_nested(thing)
        self._all: list[tuple[_Packed, End | None, End | None]] = []
        self._by_holder = _Ends()
        self._by_owner: dict[int, _Ends] = defaultdict(_Ends)

    def add(self, one: _Packed, by_holder: int | None, by_owner: int | None) -> None:
        """Adds one that is earlier than the others: from which captures on it counts as of who had the object, and of its party."""
        holders, owners = (
            None if captured is None else End(one.event_time, captured) for captured in (by_holder, by_owner)
        )
        if self._has_nested:
            self._all.append((one, holders, owners))
        if holders is not None:
            self._by_holder.add(holders)
        if owners is not None:
            self._by_owner[one.packing.owner].add(owners)

    def ends_of(self, one: _Packed) -> list[End]:
        """What ends an earlier one."""
        owner = one.packing.owner
        if not self._has_nested:
            own = self._by_owner[owner].listed if owner in self._by_owner else ()
            return [*self._by_holder.listed, *own]
        return [
            end
            for later, holders, owners in self._all
            if not self._is_around(later.container, one.container)
            for end in (holders, owners if later.packing.owner == owner else None)
            if end is not None
        ]

    def end_all_from(self) -> int:
        """From which time on all earlier ones have ended, for all hand-overs."""
        latest = self._by_holder.listed[:1]  # that which ends them for most hand-overs
        is_certain = not self._has_nested and latest and latest[0].captured_from == WHENEVER
        return latest[0].event_time if is_certain else _NEVER


class ContainersAround:
    """What an object was in, for hand-overs by its present holder."""

    def __init__(self, packings: ObjectsPackings, course: Course, known: KnownAt, least: int) -> None:
        """Keeps what is asked.

        Args:
            packings: those around the object.
            course: through whose hands it has gone so far.
            known: what counts that was declared wrong, or taken out afterwards.
            least: the hand-overs that are asked about were captured then or later.
        """
        self._packings = packings
        self._course = course
        self._known = known
        self._least = least

    def first_sent(self, sent: SentContainers, since: Moment | None, window: Window) -> KnownHandOver | None:
        """Of some hand-overs the one of which it is known first that the object was in what was passed on."""
        best: KnownHandOver | None = None
        # since when it is known what the object was in, when it came into that, and for which hand-overs that is so
        waiting: list[tuple[int, str, int, Window]] = [(WHENEVER, self._packings.way.thing, WHENEVER, window)]
        seen: set[tuple[str, int, Window]] = set()
        while waiting:
            known, thing, entry, within = heapq.heappop(waiting)
            if best is not None and known > best.known:
                break  # what is captured later takes it from nobody
            if (thing, entry, within) in seen:
                continue
            seen.add((thing, entry, within))
            best = first_known(best, sent.first(thing, known, since, within))
            for one, part in self._packed(thing, entry, within):
                later = max(known, one.recorded_at), one.container, max(entry, one.event_time), part
                heapq.heappush(waiting, later)
        return best

    def _packed(self, thing: str, entry: int, window: Window) -> Iterator[tuple[_Packed, Window]]:
        """By which packings a thing was in a container, the latest first, and for which hand-overs."""
        listed = self._packings.of.get(thing)
        if listed is None:
            return
        before = range(bisect_left(listed, window.stop, key=_time) - 1, -1, -1)
        moves = _Moves(self._packings, thing)
        for moment, some in groupby((listed[place] for place in before), key=_time):
            if moves.end_all_from() <= window.start:
                return
            counting = [one for one in some if self._counts(one, entry)]
            for one in counting:
                within = window._replace(start=max(window.start, moment))
                ends = [*moves.ends_of(one), *self._taken_out(one, window.stop)]
                for part in within.without(ends):
                    yield one, part
            for one in counting:
                by_holder = self._in_time(one, max(moment, entry))
                by_owner = self._in_time(one, moment)
                in_time = [each for each in (by_holder, by_owner) if each is not None]
                moves.add(one, by_holder, min(in_time, default=None))

    def _counts(self, one: _Packed, entry: int) -> bool:
        """Whether it was not declared wrong, and its party had the object then, or when that came into what it had packed before."""
        return self._packings.doubtful.counts(one.packing, self._known) and any(
            self._in_time(one, when) is not None for when in {one.event_time, max(one.event_time, entry)}
        )

    def _in_time(self, one: _Packed, when: int) -> int | None:
        return self._certain(self._course.in_time(one.packing.owner, when, one.recorded_at))

    def _certain(self, captured_from: int | None) -> int | None:
        """`WHENEVER` where it is so for all hand-overs that are asked about."""
        is_certain = captured_from is not None and captured_from <= self._least
        return WHENEVER if is_certain else captured_from

    def _taken_out(self, one: _Packed, stop: int) -> Iterator[End]:
        for removal in taken_out_since(self._packings.way, one.packing, one.container):
            if removal.event_time >= stop:
                return
            captured_from = self._takes_out(removal, one.packing)
            if captured_from is not None:
                yield End(removal.event_time, captured_from)
            if captured_from == WHENEVER:
                return

    def _takes_out(self, removal: Removal, packing: Packing) -> int | None:
        """For which hand-overs a removal counts: of an authority, of who had the object, or of who had packed it, as he could declare that wrong.

        What the latter two report after they have passed it on counts from its capture, and not where it had been received before.
        """
        way = self._packings.way
        if removal.withdrawn is not None and self._known.has(removal.withdrawn):
            return None
        captured = way.captured[removal.event]
        if removal.owner in way.authorities:
            return WHENEVER
        by_holder = self._certain(self._course.in_time(removal.owner, removal.event_time, captured[0]))
        if (
            by_holder != WHENEVER
            and self._packings.doubtful.counts_late(packing, removal, captured)
            and (
                removal.owner == packing.owner
                or self._course.in_time(removal.owner, removal.event_time, WHENEVER) is not None
            )
            and self._known.has(captured)
        ):
            return WHENEVER
        return by_holder


def _time(one: _Packed) -> int:
    return one.event_time
