"""The way of an object as it was captured, where events on it were dated ahead of their capture (docs/adr/0028).

A clock that is ahead would put a shipment after what its receiver reports with the right time. So such events are also read as if they
had happened when they were captured: those of one document in their order, in the microseconds after it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from khcn.trace.queries.graph.packings import Packing
    from khcn.trace.queries.packages.package_removals import Removal
    from khcn.trace.queries.packages.ways_of_objects import Way


class TimesAtCapture:
    """The times of the events of a way; those that were dated ahead come at their capture."""

    def __init__(self, way: Way) -> None:
        self._way = way
        times: dict[int, set[int]] = defaultdict(set)
        for event_time, recorded_at in self._listed():
            if event_time > recorded_at:
                times[recorded_at].add(event_time)
        self._ahead: Mapping[int, Mapping[int, int]] = {
            recorded_at: {one: recorded_at + place for place, one in enumerate(sorted(some))}
            for recorded_at, some in times.items()
        }

    @property
    def are_other_times(self) -> bool:
        """Whether something was dated ahead."""
        return bool(self._ahead)

    def of(self, event_time: int, recorded_at: int) -> int:
        """When an event counts as having happened."""
        if event_time <= recorded_at:
            return event_time
        of_document = self._ahead.get(recorded_at, {})
        # of one document it is after those that it says are earlier
        earlier = sum(one < event_time for one in of_document)
        return of_document.get(event_time, recorded_at + earlier)

    def way(self) -> Way:
        """The way with these times."""
        way = self._way
        hand_overs = [
            one._replace(
                report=one.report._replace(event_time=self.of(one.report.event_time, one.report.recorded_at))
            )
            for one in way.hand_overs
        ]
        packings = {
            thing: [
                (container, packing._replace(event_time=self._of_event(packing)))
                for container, packing in some
            ]
            for thing, some in way.packings.items()
        }
        removals = {
            key: sorted(
                (one._replace(event_time=self._of_event(one)) for one in some), key=lambda one: one.event_time
            )
            for key, some in way.removals.items()
        }
        return replace(way, hand_overs=hand_overs, packings=packings, removals=removals)

    def _of_event(self, report: Packing | Removal) -> int:
        captured = self._way.captured.get(report.event)
        return report.event_time if captured is None else self.of(report.event_time, captured[0])

    def _listed(self) -> Iterator[tuple[int, int]]:
        """The event and record times of what was reported."""
        way = self._way
        for one in way.hand_overs:
            yield one.report.event_time, one.report.recorded_at
        packings = (packing for some in way.packings.values() for _container, packing in some)
        removals = (removal for some in way.removals.values() for removal in some)
        yield from self._times_of(packings)
        yield from self._times_of(removals)

    def _times_of(self, reports: Iterable[Packing | Removal]) -> Iterator[tuple[int, int]]:
        for one in reports:
            if one.event in self._way.captured:
                yield one.event_time, self._way.captured[one.event][0]
