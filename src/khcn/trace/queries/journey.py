"""The journey of goods as the public may see it: the one place that decides which events are shown, and what of them.

Shown are the events by which goods came to be and to where they are: those of the upstream graph, those of the goods
asked for, and those of the containers round them while they were in. Of each: the step, the time, the place, who told
of it, and of the goods their name and lot. Never shown: quantities, business transactions, sources and destinations,
fields of one's own, sensor readings, ids of events, ids of containers, serial numbers other than the one asked for.

Goods came to be by the word of who made them (`claims`). Of a lot, which may be spread over many buyers, only its
maker's events are shown, and of raw materials also those of the maker who used them: a buyer's trade is nobody else's
business. One single object has one path, so all events on it are shown. Authorities may tell of everything. Events that
were declared wrong are left out.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.epcis import QueryError
from khcn.trace.enums import GOODS_TOUCHES, Passage, Touch
from khcn.trace.models import Event, Link
from khcn.trace.queries.lineage import Passing, Where, passings_of, reach, without_knots
from khcn.trace.queries.makers import claims_of, declared_wrong, event_rows, first_to_claim, trusted
from khcn.trace.queries.traversal import CONTAINERS, UPSTREAM
from khcn.trace.store.encoding.lots import class_of, is_lot

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

MOST_EVENTS: Final = 5000
"""Events that are looked at for one page; of more the latest are passed over."""

MOST_PLACES: Final = 5000
"""Places of things in passages that a page may tell of; everybody can ask for one, so it must not cost much."""

MOST_CONTAINERS: Final = 500
_AT_ONCE: Final = 1000
_INPUTS: Final = frozenset({Touch.INPUT, Touch.INPUT_QUANTITY})


class Seen(NamedTuple):
    """That an event touches a thing: a row of `Link`."""

    thing: str
    touch: int
    event: int
    event_time: int
    owner: int


@dataclass(frozen=True, slots=True)
class PublicEvent:
    """An event of the journey. `goods` are the things of the journey that it touches, made of `made_of`."""

    event: int
    event_time: int
    event_time_rest: str
    event_id: str
    event_type: str
    action: str
    biz_step: str
    disposition: str
    place: str
    owner: int
    goods: tuple[str, ...]
    made_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Journey:
    """Events in the order of time.

    `makers`: of each thing of the journey the party whose word counts first; `made`: the events that brought the thing
    asked for, or its lot, into being, with their times; `lots`: the lots that the thing asked for, a single object,
    belongs to; `is_whole`: whether what it was made of is told as well.
    """

    thing: str
    events: tuple[PublicEvent, ...] = ()
    makers: Mapping[str, int] = field(default_factory=dict)
    made: Mapping[int, int] = field(default_factory=dict)
    lots: tuple[str, ...] = ()
    is_whole: bool = True


def is_kind(thing: str) -> bool:
    """Whether a thing is a class of goods (a GTIN alone), of which no history can be told."""
    return class_of(thing) == thing


def journey(thing: str, *, authorities: Collection[int]) -> Journey:
    """The public journey of a lot or a single object, by its canonical id.

    Args:
        thing: what is asked for.
        authorities: the parties that may tell of everything.
    """
    passings, is_whole = _upstream(thing)
    told = {each for passing in passings.values() for each in passing.sources | passing.products}
    claims = claims_of({thing, *told}, authorities)
    makers = first_to_claim(claims)
    believed = trusted(passings, makers, authorities)
    path, things = _reachable(thing, without_knots(believed))
    doubted = {event for event, _part in passings} - {event for event, _part in believed}
    speakers = _speakers(things, path, makers, authorities)
    seen = _on_goods(thing, things, path, speakers) + _on_containers(thing, things, path, speakers)
    shown = [each for each in seen if each.event not in doubted]
    memberships = (one for one in path if one.kind is Passage.MEMBERSHIP and thing in one.products)
    lots = {lot for passing in memberships for lot in passing.sources}
    made: dict[int, int] = {}
    for passing in path:
        if passing.products & {thing, *lots}:
            made |= passing.times
    for claim in claims:
        if claim.thing in {thing, *lots} and claim.owner in {makers[claim.thing], *authorities}:
            made[claim.event] = claim.event_time
    events = _events(shown, path, things, authorities)
    begun = [each for each in events if _begins(each, thing)]
    if begun:
        makers.setdefault(thing, min(begun, key=lambda each: each.event).owner)
    made |= {each.event: each.event_time for each in begun if each.owner == makers[thing]}
    return Journey(thing, events, makers, made, tuple(sorted(lots)), is_whole)


def _begins(event: PublicEvent, thing: str) -> bool:
    """Whether an event gave a thing its number."""
    return event.event_type == "ObjectEvent" and event.action == "ADD" and thing in event.goods


# ------------------------------------------------------------------------------------------- whose word counts


def _upstream(thing: str) -> tuple[dict[Where, Passing], bool]:
    """The passages upstream, and whether these are all: none where they are too many to be told on a page."""
    try:
        return passings_of(reach([thing], UPSTREAM, most=MOST_PLACES), UPSTREAM), True
    except QueryError:
        return {}, False


def _reachable(thing: str, passings: list[Passing]) -> tuple[list[Passing], set[str]]:
    """The passages that still lead to the thing, and the things on them."""
    by_product: dict[str, list[Passing]] = defaultdict(list)
    for passing in passings:
        for product in passing.products:
            by_product[product].append(passing)
    things, path = {thing}, []
    waiting = [thing]
    used: set[int] = set()
    while waiting:
        for passing in by_product[waiting.pop()]:
            if id(passing) not in used:
                used.add(id(passing))
                path.append(passing)
                waiting += passing.sources - things
                things |= passing.sources
    return path, things


def _speakers(
    things: Iterable[str], path: Iterable[Passing], makers: Mapping[str, int], authorities: Collection[int]
) -> dict[str, set[int]]:
    """Of each thing the parties whose events about it are shown: its maker, and who used it on this path."""
    found = {
        thing: {makers[thing]} | set(authorities) if thing in makers else set(authorities) for thing in things
    }
    for passing in path:
        for thing in passing.sources:
            found[thing] |= passing.owners
    return found


# ------------------------------------------------------------------------------------------- which events


def _links(things: Iterable[str]) -> list[Seen]:
    """How events touch things, the earliest first."""
    listed = sorted(things)
    found: list[Seen] = []
    for start in range(0, len(listed), _AT_ONCE):
        rows = Link.objects.filter(thing__in=listed[start : start + _AT_ONCE], touch__in=GOODS_TOUCHES)
        ordered = rows.order_by("event_time", "event").values_list(*Seen._fields)
        found += [Seen(*row) for row in ordered[:MOST_EVENTS]]
    return found


def _used_at(path: Iterable[Passing]) -> dict[str, int]:
    """When things were used up by what is on the path."""
    found: dict[str, int] = {}
    for passing in path:
        if passing.kind is Passage.TRANSFORMATION:
            latest = max(passing.times.values())
            for thing in passing.sources:
                found[thing] = max(found.get(thing, latest), latest)
    return found


def _on_goods(
    asked: str, things: Iterable[str], path: Collection[Passing], speakers: Mapping[str, set[int]]
) -> list[Seen]:
    """Events on the goods themselves, until they were used up; what else was made of a raw material is another story."""
    path_events = {event for passing in path for event in passing.times}
    used_at = _used_at(path)
    found = []
    for each in _links(thing for thing in things if not is_kind(thing)):
        if each.event in path_events:
            found.append(each)
        elif is_lot(each.thing):
            if each.owner in speakers[each.thing] and each.touch not in _INPUTS:
                found.append(each)
        elif each.thing == asked or each.touch not in _INPUTS:
            found.append(each)
    return [
        each
        for each in found
        if each.thing == asked or each.event_time <= used_at.get(each.thing, each.event_time)
    ]


def _on_containers(
    asked: str, things: Collection[str], path: Collection[Passing], speakers: Mapping[str, set[int]]
) -> list[Seen]:
    """Events on containers while the goods were in: of the goods asked for, and of what they were made of.

    Containers of a lot, and of raw materials, hold much else, so of them only what the makers told is shown.
    """
    found = []
    last = max(_used_at(path).values(), default=None)
    everybody = None if not is_lot(asked) else speakers[asked]
    makers = set().union(*(speakers[thing] for thing in things))
    raw = [thing for thing in things if thing != asked and not is_kind(thing)]
    for starts, owners, latest in (([asked], everybody, None), (raw, makers, last)):
        spans = _containers(starts) if starts else {}
        for each in _links(spans):
            is_in = any(since <= each.event_time <= until for since, until in spans[each.thing])
            is_told = owners is None or each.owner in owners
            if is_in and is_told and (latest is None or each.event_time <= latest):
                found.append(each)
    return found


def _containers(things: Collection[str]) -> dict[str, list[tuple[int, int]]]:
    """The containers of things, and when; the first `MOST_CONTAINERS`."""
    try:
        reached = reach(things, CONTAINERS, most=MOST_PLACES)
    except QueryError:
        return {}
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for each in sorted(reached, key=lambda one: (one.since, one.thing)):
        if each.event and (each.thing in found or len(found) < MOST_CONTAINERS):
            found[each.thing].append((each.since, each.until))
    return found


# ------------------------------------------------------------------------------------------- what of them


def _events(
    seen: Iterable[Seen], path: Iterable[Passing], things: Collection[str], authorities: Collection[int]
) -> tuple[PublicEvent, ...]:
    """The events by their rows, without those that were declared wrong, in the order of time."""
    goods: dict[int, set[str]] = defaultdict(set)
    times: dict[int, int] = {}
    for each in seen:
        times[each.event] = each.event_time
        goods[each.event] |= {each.thing} & set(things)
    made_of: dict[int, set[str]] = defaultdict(set)
    for passing in path:
        if passing.kind is Passage.TRANSFORMATION:
            for event in passing.times:
                made_of[event] |= passing.sources
    numbers = sorted(times, key=lambda number: (times[number], number))[:MOST_EVENTS]
    rows = event_rows({number: times[number] for number in numbers})
    found = [_public(row, goods[row.id], made_of[row.id]) for row in rows]
    wrong = declared_wrong(rows, authorities)
    kept = (each for each in found if each.event not in wrong)
    return tuple(sorted(kept, key=lambda each: (each.event_time, each.event_time_rest, each.event_id)))


def _public(row: Event, goods: set[str], made_of: set[str]) -> PublicEvent:
    return PublicEvent(
        event=row.id,
        event_time=row.event_time,
        event_time_rest=row.event_time_rest,
        event_id=row.event_id,
        event_type=row.event_type,
        action=row.action,
        biz_step=row.biz_step,
        disposition=row.disposition,
        place=row.read_point or row.biz_location,
        owner=row.owner,
        goods=tuple(sorted(goods - made_of or goods)),
        made_of=tuple(sorted(made_of)),
    )
