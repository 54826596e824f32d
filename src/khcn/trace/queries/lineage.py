"""Where goods come from and where they went: the graph of `Flow` as an answer.

A graph is a set of things and of passages between them, not a tree: of several inputs all are there, and a thing that
is reached in two ways is there once.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from khcn.epcis import QueryError
from khcn.trace.enums import Passage, Side
from khcn.trace.models import Event
from khcn.trace.queries.traversal import (
    DOWNSTREAM,
    KNOT,
    STEP_BACK,
    STEP_FORWARD,
    UPSTREAM,
    Direction,
    Reached,
    places,
    walk,
)
from khcn.trace.store import Viewer, thing_of, visible_events

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

MOST_PLACES: Final = 100_000
"""Places of things in passages that one answer may have; a graph beyond it is refused and not cut off."""

_AT_ONCE: Final = 5_000  # values in one IN (…)


class WholeGraphRefused(Exception):  # noqa: N818 -- an answer, not a fault
    """A party that is no authority asks for more than one step (Circular 02/2024: một bước trước, một bước sau)."""


@dataclass(frozen=True, slots=True)
class TraceThing:
    """A thing of the graph, by its canonical id, and how many passages at least lie between it and the one asked for."""

    id: str
    steps: int


@dataclass(frozen=True, slots=True)
class TraceEvent:
    """The event that tells of a passage; `event_time` in microseconds since 1970-01-01T00:00:00Z."""

    event_time: int
    event_id: str
    row: int = field(compare=False)  # of `Event`; says only in which order events came


@dataclass(frozen=True, slots=True)
class TracePassage:
    """Goods going from each of `sources` to each of `products`; only things of the graph are named.

    Sources are the inputs, contents or the lot, products the outputs, the container or the instances. A transformation
    that several events tell by one transformationID is one passage; while nothing has come out of it yet, it has no
    products.
    """

    events: tuple[TraceEvent, ...]
    kind: Passage
    sources: tuple[str, ...]
    products: tuple[str, ...]
    transformation: str | None = None  # the transformationID


@dataclass(frozen=True, slots=True)
class TraceGraph:
    """Things in the order of steps, then of ids; passages in the order of time. The order of capture changes nothing."""

    thing: str
    things: tuple[TraceThing, ...]
    passages: tuple[TracePassage, ...]


def upstream(thing: str, viewer: Viewer) -> TraceGraph:
    """All that `thing` (an identifier in any spelling) was made from, as far back as events tell.

    Raises:
        WholeGraphRefused: the viewer is no authority.
        QueryError: ``QueryTooLargeException`` beyond `MOST_PLACES`.
    """
    return _whole(thing, viewer, UPSTREAM)


def downstream(thing: str, viewer: Viewer) -> TraceGraph:
    """All that `thing` went into: made from it, holding it, held by it. Raises as `upstream`."""
    return _whole(thing, viewer, DOWNSTREAM)


def step_back(thing: str, viewer: Viewer) -> TraceGraph:
    """What `thing` was made from, holds or belongs to: one passage, told by events that the viewer may see."""
    return _graph(thing_of(thing), STEP_BACK, viewer)


def step_forward(thing: str, viewer: Viewer) -> TraceGraph:
    """What `thing` went into next: one passage, told by events that the viewer may see."""
    return _graph(thing_of(thing), STEP_FORWARD, viewer)


def _whole(thing: str, viewer: Viewer, direction: Direction) -> TraceGraph:
    if not viewer.sees_all:
        raise WholeGraphRefused
    return _graph(thing_of(thing), direction, viewer)


def reach(things: Collection[str], direction: Direction, *, most: int | None = None) -> list[Reached]:
    """The walk from canonical ids, of `most` places (None: `MOST_PLACES`).

    Raises:
        QueryError: ``QueryTooLargeException`` where there are more.
    """
    limit = MOST_PLACES if most is None else most
    found = walk(sorted(things), direction, most=limit + 1)
    if len(found) > limit:
        raise QueryError(
            "QueryTooLargeException",
            "epc",
            f"Chuỗi truy xuất có hơn {limit} mắt xích. Hỏi từng bước (step-back, step-forward).",
            f"the graph has more than {limit} links; ask step by step",
        )
    return found


# ------------------------------------------------------------------------------------------ putting it together

Where = tuple[int, int]  # event and part


@dataclass(slots=True)
class Passing:
    """A passage as it was walked: `reached` are those of its things that the walk came to through it."""

    kind: Passage
    times: dict[int, int]  # event and its time
    owners: set[int]  # the parties that captured the events
    sources: set[str] = field(default_factory=set)
    products: set[str] = field(default_factory=set)
    reached: set[str] = field(default_factory=set)
    transformation: str | None = None

    def join(self, other: Passing) -> None:
        """Take in a passage that tells of the same transformation."""
        self.times.update(other.times)
        self.owners |= other.owners
        self.sources |= other.sources
        self.products |= other.products
        self.reached |= other.reached

    def leads(self) -> Iterator[tuple[set[str], set[str]]]:
        """From which things the walk went to which."""
        yield self.sources, self.products & self.reached
        yield self.products, self.sources & self.reached


def _graph(thing: str, direction: Direction, viewer: Viewer) -> TraceGraph:
    passings = passings_of(reach([thing], direction), direction)
    if not viewer.sees_all:
        passings = _seen(passings, viewer)
    joined = without_knots(passings)
    return TraceGraph(thing, _by_steps(thing, joined), _passages(joined))


def _seen(passings: Mapping[Where, Passing], viewer: Viewer) -> dict[Where, Passing]:
    """The passages told by events that the viewer may see."""
    told = {event: time for passing in passings.values() for event, time in passing.times.items()}
    seen = visible_events(viewer, list(told.items()))
    return {where: passing for where, passing in passings.items() if where[0] in seen}


def passings_of(reached: Iterable[Reached], direction: Direction) -> dict[Where, Passing]:
    """The passages that a walk went through, each with the things of the walk that stand in it.

    The walk says of a thing by which passages it was reached; the things from which a passage may have been entered
    are looked up here among their own rows.
    """
    things = set()
    arrivals: dict[Where, set[str]] = defaultdict(set)
    for each in reached:
        things.add(each.thing)
        if each.event:
            arrivals[each.event, each.part].add(each.thing)
    found: dict[Where, Passing] = {}
    listed = sorted(things)
    for start in range(0, len(listed), _AT_ONCE):
        for place in places(listed[start : start + _AT_ONCE], direction):
            where = place.event, place.part
            if where not in arrivals:
                continue
            if where not in found:
                times = {place.event: place.event_time}
                found[where] = Passing(Passage(place.passage), times, {place.owner}, reached=arrivals[where])
            passing = found[where]
            (passing.products if place.side == Side.PRODUCT else passing.sources).add(place.thing)
    for passing in found.values():
        if direction.upstream:
            passing.sources |= passing.reached
        elif passing.kind is not Passage.CONTAINMENT:
            passing.products |= passing.reached
    return found


def without_knots(passings: dict[Where, Passing]) -> list[Passing]:
    """The passages with those made one that tell of one transformation, and the knots between them left out."""
    found: dict[str | Where, Passing] = {}
    for where, passing in passings.items():
        knot = next((each for each in passing.sources | passing.products if each.startswith(KNOT)), None)
        name: str | Where = where if knot is None else knot
        if knot is not None:
            passing.transformation = knot.removeprefix(KNOT)
            for side in (passing.sources, passing.products, passing.reached):
                side.discard(knot)
        if name in found:
            found[name].join(passing)
        else:
            found[name] = passing
    return list(found.values())


def _passages(passings: Iterable[Passing]) -> tuple[TracePassage, ...]:
    """Passages in the order of time."""
    told = _events({event: time for passing in passings for event, time in passing.times.items()})
    made = [
        TracePassage(
            tuple(sorted((told[event] for event in passing.times), key=_when)),
            passing.kind,
            tuple(sorted(passing.sources)),
            tuple(sorted(passing.products)),
            passing.transformation,
        )
        for passing in passings
    ]
    return tuple(sorted(made, key=lambda passage: (_when(passage.events[0]), passage.kind, passage.sources)))


def _when(event: TraceEvent) -> tuple[int, str]:
    return event.event_time, event.event_id


def _events(times: dict[int, int]) -> dict[int, TraceEvent]:
    """Rows of `Event` by number. The time is given as well, because PostgreSQL keeps them by it."""
    found = {}
    numbers = sorted(times)
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        rows = Event.objects.filter(id__in=some, event_time__in={times[number] for number in some})
        for number, event_id, event_time in rows.values_list("id", "event_id", "event_time"):
            found[number] = TraceEvent(event_time, event_id, number)
    return found


def _by_steps(thing: str, passings: Iterable[Passing]) -> tuple[TraceThing, ...]:
    leads: dict[str, set[str]] = defaultdict(set)
    for passing in passings:
        for near, far in passing.leads():
            for each in near:
                leads[each] |= far
    steps = {thing: 0}
    front = {thing}
    while front:
        distance = steps[next(iter(front))] + 1
        front = {far for near in front for far in leads[near]} - steps.keys()
        steps.update(dict.fromkeys(front, distance))
    return tuple(
        TraceThing(each, count) for each, count in sorted(steps.items(), key=lambda item: (item[1], item[0]))
    )
