"""Flow rows by hand, and the walk over them as slow and plain Python: what `khcn.trace.queries` must agree with."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import connection

from khcn.trace.models import Event, LineageEdgeEnd
from khcn.trace.stored_codes import EdgeKind, EdgeSide

TRANSFORMATION, CONTAINMENT, REMOVAL, MEMBERSHIP, EMPTYING, _ = EdgeKind
FOREVER = float("inf")
MANY = 1000  # events
BODY = (  # who may see an event is read in it
    '{"type": "ObjectEvent", "eventTime": "2026-10-01T06:30:00Z", "eventTimeZoneOffset": "+07:00", "action": "OBSERVE"}'
)


@dataclass(frozen=True)
class Reported:
    """One event: goods from sources to products."""

    kind: EdgeKind
    time: int
    sources: tuple = ()
    products: tuple = ()
    part: int = 0
    voided: bool = False
    name: str = field(default="", compare=False)


def made(time, sources, products, **more):
    return Reported(TRANSFORMATION, time, tuple(sources), tuple(products), **more)


def packed(time, children, parent, **more):
    return Reported(CONTAINMENT, time, tuple(children), (parent,), **more)


def unpacked(time, children, parent, **more):
    """With no children: all come out."""
    return Reported(REMOVAL if children else EMPTYING, time, tuple(children), (parent,), **more)


def belongs(time, lot, instances, **more):
    return Reported(MEMBERSHIP, time, (lot,), tuple(instances), **more)


def store(reported, *, first=1):
    """Keep the events in this order of capture; their ids follow from what they tell, not from the order."""
    events, flows = [], []
    for number, each in enumerate(reported, start=first):
        name = each.name or f"{each.kind.name} {each.time} {each.sources} {each.products} {each.part}"
        events.append(
            Event(
                id=number,
                job=1,
                owner=1,
                event_id=name,
                declared=False,
                event_time=each.time,
                record_time=number,
                event_type="ObjectEvent",
                body=BODY,
            )
        )
        for side, things in ((EdgeSide.SOURCE, each.sources), (EdgeSide.PRODUCT, each.products)):
            flows += [
                LineageEdgeEnd(
                    event=number,
                    part=each.part,
                    thing=thing,
                    side=side,
                    kind=each.kind,
                    event_time=each.time,
                    owner=1,
                    voided=each.voided,
                )
                for thing in dict.fromkeys(things)
            ]
    Event.objects.bulk_create(events)
    LineageEdgeEnd.objects.bulk_create(flows)
    if len(events) > MANY and connection.vendor == "postgresql":
        # a vacuum that found the table empty leaves statistics with which the walk is planned for one row: minutes
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {Event._meta.db_table}, {LineageEdgeEnd._meta.db_table}")


def clear():
    Event.objects.all().delete()
    LineageEdgeEnd.objects.all().delete()


# ---------------------------------------------------------------------------------------------- the slow walk


def _end(reported, child, packing):
    """When the stay of a child that begins with a packing is over."""
    (parent,) = packing.products
    ends = [
        each.time
        for each in reported
        if not each.voided
        and each.products == (parent,)
        and (
            (each.kind is REMOVAL and child in each.sources and each.time >= packing.time)
            or (each.kind is EMPTYING and each.time > packing.time)
        )
    ]
    return max(min(ends, default=FOREVER), packing.time + 1)


def _back(reported, thing, since, until):
    """One step against the flow: pairs of passage and state."""
    for each in reported:
        if each.voided or thing not in each.products:
            continue
        if each.kind is MEMBERSHIP or (each.kind is TRANSFORMATION and each.time <= until):
            for source in each.sources:
                yield each, (source, -FOREVER, FOREVER, True)
        elif each.kind is CONTAINMENT:
            for child in each.sources:
                begin, end = max(since, each.time), min(until, _end(reported, child, each))
                if begin < end:
                    yield each, (child, begin, end, True)


def _out_of(reported, each, thing, since, until):
    """From a source: what one passage makes of it."""
    if each.kind is MEMBERSHIP:
        return [(product, since, FOREVER, True) for product in each.products]
    if each.kind is TRANSFORMATION and since <= each.time <= until:
        return [(product, -FOREVER, FOREVER, True) for product in each.products]
    if each.kind is CONTAINMENT:
        begin, end = max(since, each.time), min(until, _end(reported, thing, each))
        if begin < end:
            return [(each.products[0], begin, end, False)]
    return []


def _forth(reported, thing, since, until, whole):
    """One step with the flow: pairs of passage and state."""
    for each in reported:
        if each.voided:
            continue
        if thing in each.sources:
            for state in _out_of(reported, each, thing, since, until):
                yield each, state
        if thing in each.products and each.kind is CONTAINMENT and whole and each.time < until:
            for child in each.sources:
                if _end(reported, child, each) > since:
                    yield each, (child, max(since, each.time), FOREVER, True)


def slow(reported, thing, *, upstream, one_step=False):
    """Things with their steps, and passages with the things of the walk on both sides."""
    begin = (thing, -FOREVER, FOREVER, True)
    seen, waiting = {begin}, [begin]
    reached = {}
    while waiting:
        state = waiting.pop()
        if one_step and state is not begin:
            continue
        steps = _back(reported, *state[:3]) if upstream else _forth(reported, *state)
        for each, found in steps:
            reached.setdefault(reported.index(each), set()).add(found[0])
            if found not in seen:
                seen.add(found)
                waiting.append(found)
    things = {state[0] for state in seen}
    edges = set()
    leads = {}
    for number, arrived in reached.items():
        each = reported[number]
        sources = {one for one in each.sources if one in things}
        products = {one for one in each.products if one in things}
        if upstream:
            sources &= arrived
        elif each.kind is not CONTAINMENT:
            products &= arrived
        edges.add((each.kind, each.time, tuple(sorted(sources)), tuple(sorted(products))))
        for near, far in ((sources, products & arrived), (products, sources & arrived)):
            for one in near:
                leads.setdefault(one, set()).update(far)
    distances, front, step = {thing: 0}, {thing}, 0
    while front:
        step += 1
        front = {far for near in front for far in leads.get(near, ())} - distances.keys()
        distances.update(dict.fromkeys(front, step))
    return distances, edges


def plain(graph):
    """A `TraceGraph` in the form of `slow`."""
    return (
        {thing.id: thing.steps for thing in graph.things},
        {(each.kind, each.events[0].event_time, each.sources, each.products) for each in graph.edges},
    )
