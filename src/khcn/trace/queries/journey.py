"""The public journey of goods: the one module that decides which events the public sees, and which parts of them.

Shown are the events by which the goods were made and moved to where they are: events of the upstream graph, events
about the goods asked for, and events about their containers while the goods were inside. Of each event: the step, the
time, the place, the reporting party, and name and lot of the goods. Never shown: quantities, business transactions,
sources and destinations, extension fields, sensor readings, ids of events, ids of containers, and serial numbers other
than the one asked for.

The report of the maker decides how goods were made (`makers_and_trust`). A lot may be spread over many buyers, so only events of
its maker are shown, and for raw materials also those of the maker who used them: the trade of a buyer is confidential.
A single object has one path, so all events on it are shown; those of packages only for goods whose packing, or use, a party of the
chain of the package reports (`confirmed_packings`). Events of authorities are always shown. Events that were
declared wrong are left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from khcn.epcis import QueryError
from khcn.kernel.query_chunks import chunks
from khcn.trace.models import EventObject
from khcn.trace.queries.graph.lineage_edges import Edge, edges_of, merged_edges, path_to, untrusted_products
from khcn.trace.queries.graph.traversal_terms import CONTAINERS, UPSTREAM, is_node
from khcn.trace.queries.journey_terms import (
    Journey,
    ObjectInEvent,
    PublicEvent,
    lots_in,
    public_event,
    used_at,
)
from khcn.trace.queries.makers.error_declarations import declared_wrong, events_without_declarations
from khcn.trace.queries.makers.makers_and_trust import all_creations_of, former_makers, trusted_edges
from khcn.trace.queries.packages.confirmed_packings import (
    ConfirmedStays,
    Stay,
    confirmed_uses,
    makers_and_packers,
    users_of,
    without_unconfirmed_packings,
)
from khcn.trace.queries.packages.ways_of_objects import parties_on_way
from khcn.trace.queries.walks.package_users import uses_of_containers
from khcn.trace.queries.walks.traversal import GraphTooLarge, reached_things
from khcn.trace.queries.walks.trusted_contents import trusted_upstream_with_contents
from khcn.trace.queries.walks.trusted_upstream import InputPage, TrustedUpstream
from khcn.trace.store.code_owners import CodeOwners
from khcn.trace.store.confirmations import Standing
from khcn.trace.store.database.stores import values_everywhere
from khcn.trace.store.encoding.classes_and_lots import is_lot, is_product_class
from khcn.trace.stored_codes import GOODS_ROLES, EdgeKind, EventRole

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from khcn.trace.queries.graph.traversal_terms import ReachedThing

MAX_EVENTS: Final = 5000
"""Maximum number of events read for one page; those that trusted parties did not report, and were captured last, are left out."""

MAX_EDGE_ENDS: Final = 1000
"""Maximum number of edge ends for one page; the page is public, so it must be cheap."""

SHOWN_INPUTS: Final = 100
"""So many inputs of one event, and so many events by which one thing was made, are on one page."""

MAX_CONTAINERS: Final = 500
_BATCH_SIZE: Final = 1000
_INPUTS: Final = frozenset({EventRole.INPUT, EventRole.INPUT_QUANTITY})
_OUTPUTS: Final = frozenset({EventRole.OUTPUT, EventRole.OUTPUT_QUANTITY})
_MOVING_ROLES: Final = tuple(role for role in GOODS_ROLES if role not in _INPUTS | _OUTPUTS)


def journey(thing: str, *, authorities: Collection[int], page: int = 1) -> Journey:
    """The public journey of a lot or a single object, by its canonical id.

    Args:
        thing: what is asked for.
        authorities: the parties that are trusted in everything.
        page: which inputs are shown, where there are more than `SHOWN_INPUTS`.
    """
    origin = _upstream(thing, authorities, page)
    edges = origin.edges
    named = {each for edge in edges.values() for each in edge.sources | edge.products}
    reports = all_creations_of({one for one in {thing, *named} if not is_node(one)}, authorities)
    creations = reports.valid
    owners = CodeOwners()
    makers, packers = makers_and_packers(creations, edges.values(), [thing], authorities, owners)
    trusted = trusted_edges(edges, makers, authorities)
    uses = uses_of_containers(trusted.values(), authorities)
    trusted = without_unconfirmed_packings([thing], trusted, makers, authorities, uses, packers)
    path, things = path_to(thing, merged_edges(trusted))
    left_out = origin.left_out + sum(edge.left_out for edge in path)
    trusted_parties = _trusted_parties(things, path, makers, authorities)
    first = set(owners.of(thing)).union(*trusted_parties.values(), *(edge.owners for edge in path))
    roles = _MOVING_ROLES if left_out else GOODS_ROLES
    reader = _Reader(first, owners)
    objects, public = _objects(reader, thing, things, path, trusted_parties, roles, makers, authorities)
    if reader.is_cut and not is_lot(thing):
        # so many reports of strangers displace none of those who may hold it
        first |= parties_on_way(thing, first)
        reader = _Reader(first, owners)
        objects, public = _objects(reader, thing, things, path, trusted_parties, roles, makers, authorities)
    untrusted = untrusted_products(edges, trusted)
    shown = [each for each in objects if each.thing not in untrusted.get(each.event, ())]
    lots_of = lots_in(path)
    lots = lots_of.get(thing, set())
    made = {each: at for edge in path if edge.products & {thing, *lots} for each, at in edge.times.items()}
    made |= {
        one.event: one.event_time
        for one in creations
        if one.thing in {thing, *lots}
        and not one.of_part
        and one.owner in {makers.get(one.thing), *authorities}
    }
    events = _events(shown, path, things, authorities, first, public)
    lacks_steps = reader.lacks_steps or len({each.event for each in shown}) > MAX_EVENTS
    formerly = former_makers(reports)
    former = tuple(one for each in (thing, *sorted(lots)) for one in formerly.get(each, ()))
    goods = Journey(
        thing, events, makers, made, tuple(sorted(lots)), origin.is_whole, left_out, origin.has_next, former
    )
    is_package = any(one.kind is EdgeKind.CONTAINMENT and thing in one.products for one in path)
    return replace(
        goods,
        lacks_steps=lacks_steps,
        is_package=is_package,
        lots_of=lots_of,
        elsewhere=frozenset(origin.elsewhere),
        knows_elsewhere=origin.knows_elsewhere,
    )


# ------------------------------------------------------------------------------------------- trusted reports


def _upstream(thing: str, authorities: Collection[int], page: int) -> TrustedUpstream:
    """The edges upstream; where there are too many for a page, a part of those of trusted parties."""
    try:
        edges = edges_of(reached_things([thing], UPSTREAM, most=MAX_EDGE_ENDS), UPSTREAM)
    except QueryError:
        edges = None
    if edges is not None and _are_few(edges.values()):
        return TrustedUpstream(edges)
    shown = InputPage(page, SHOWN_INPUTS)
    return trusted_upstream_with_contents(thing, authorities, most=MAX_EDGE_ENDS, page=shown)


def _are_few(edges: Collection[Edge]) -> bool:
    """Whether all inputs, and all events by which each thing was made, have place on one page."""
    made = Counter(product for edge in edges for product in edge.products)
    return max(made.values(), default=0) <= SHOWN_INPUTS and all(
        len(edge.sources) <= SHOWN_INPUTS for edge in edges
    )


def _trusted_parties(
    things: Iterable[str], path: Iterable[Edge], makers: Mapping[str, int], authorities: Collection[int]
) -> dict[str, set[int]]:
    """For each thing the parties whose events about it are shown: its maker, and users of it on this path."""
    found = {
        thing: {makers[thing]} | set(authorities) if thing in makers else set(authorities) for thing in things
    }
    for edge in path:
        for thing in edge.sources:
            found[thing] |= edge.owners
    return found


# ------------------------------------------------------------------------------------------- which events


@dataclass(slots=True)
class _Reader:
    """Reads what was reported by the parties `first`, and apart from them what was reported by others.

    `is_cut`: whether others reported so much that a part was left out; `lacks_steps`: whether the page may lack something for it,
    or because the parties `first` alone reported so much.
    """

    first: Collection[int]
    code_owners: CodeOwners
    is_cut: bool = False
    lacks_steps: bool = False

    def links(self, things: Iterable[str], roles: Collection[EventRole] = GOODS_ROLES) -> list[ObjectInEvent]:
        """The events that name things: each are limited by themselves, by the order of capture, which nobody can date back.

        Of a lot only those of the parties `first` are read.
        """
        listed = sorted(things)
        found: list[ObjectInEvent] = []
        by_first = Q(owner__in=self.first)
        of_objects = [thing for thing in listed if not is_lot(thing)]
        for condition, some, is_first in ((by_first, listed, True), (~by_first, of_objects, False)):
            for part in chunks(some, _BATCH_SIZE):
                rows = EventObject.objects.filter(condition, thing__in=part, role__in=roles)
                listed_rows = values_everywhere(
                    rows.order_by("event"), *ObjectInEvent._fields, first=MAX_EVENTS + 1
                )
                objects = [ObjectInEvent(*row) for row in listed_rows]
                self.is_cut |= not is_first and len(objects) > MAX_EVENTS
                self.lacks_steps |= len(objects) > MAX_EVENTS
                found += sorted(objects, key=lambda one: one.event)[:MAX_EVENTS]
        return found

    def containers(self, things: Collection[str], *, of_others: bool) -> dict[str, list[Stay]]:
        """The containers of things, with periods: `MAX_CONTAINERS`, those in which the parties `first` packed them before others.

        `of_others`: whether steps of the containers of others may be shown too.
        """
        found: dict[str, list[Stay]] = defaultdict(list)
        reached, is_whole = _reached_containers(things, None)
        if not is_whole:
            self.is_cut = True
            by_first, is_first_whole = _reached_containers(things, frozenset(self.first))
            self.lacks_steps |= of_others or not is_first_whole
            _add_spans(found, by_first)
        _add_spans(found, reached)
        return found


def _reached_containers(
    things: Collection[str], owners: frozenset[int] | None
) -> tuple[list[ReachedThing], bool]:
    """What things were packed in, by some parties, and whether all of it has place on a page; of what is too much, a part by some parties,
    and of all parties nothing.
    """
    try:
        reached = reached_things(things, CONTAINERS, most=MAX_EDGE_ENDS, owners=owners)
    except GraphTooLarge as too_large:
        return ([] if owners is None else too_large.reached), False
    return reached, len({one.thing for one in reached if one.event}) <= MAX_CONTAINERS


def _add_spans(found: dict[str, list[Stay]], reached: Collection[ReachedThing]) -> None:
    for each in sorted(reached, key=lambda one: (one.since, one.thing)):
        if each.event and (each.thing in found or len(found) < MAX_CONTAINERS):
            found[each.thing].append(Stay(each.since, each.until, each.event))


def _objects(
    reader: _Reader,
    asked: str,
    things: Collection[str],
    path: Collection[Edge],
    trusted_parties: Mapping[str, set[int]],
    roles: Collection[EventRole],
    makers: Mapping[str, int],
    authorities: Collection[int],
) -> tuple[list[ObjectInEvent], set[int]]:
    """What the events of the journey name, the goods and what they were packed in; and the events that the public sees."""
    goods = _on_goods(reader, asked, things, path, trusted_parties, roles, authorities)
    reporters = {each.owner for each in goods if each.thing == asked}
    containers, public = _on_containers(
        reader, asked, things, path, trusted_parties, reporters, makers.get(asked), authorities
    )
    return goods + containers, {each.event for each in goods} | public


def _on_goods(
    reader: _Reader,
    asked: str,
    things: Iterable[str],
    path: Collection[Edge],
    trusted_parties: Mapping[str, set[int]],
    roles: Collection[EventRole],
    authorities: Collection[int],
) -> list[ObjectInEvent]:
    """Events about the goods themselves, until they were used up; other uses of a raw material are left out.

    Of a single object or package that something was made of, those of its maker and its users, and what the chain of a user sees.
    """
    path_events = {event for edge in path for event in edge.times}
    until = used_at(path)
    found = [] if roles is GOODS_ROLES else _on_path(path)
    of_others: list[ObjectInEvent] = []
    for each in reader.links((thing for thing in things if not is_product_class(thing)), roles):
        if each.event in path_events:
            found.append(each)
        elif each.role in _OUTPUTS and each.owner not in trusted_parties[each.thing]:
            continue
        elif is_lot(each.thing):
            if each.owner in trusted_parties[each.thing] and each.role not in _INPUTS:
                found.append(each)
        elif each.thing == asked:
            found.append(each)
        elif each.role not in _INPUTS:
            (found if each.owner in trusted_parties[each.thing] else of_others).append(each)
    found += confirmed_uses(of_others, users_of(path), authorities)
    return [
        each
        for each in found
        if each.thing == asked or each.event_time <= until.get(each.thing, each.event_time)
    ]


def _on_path(path: Iterable[Edge]) -> list[ObjectInEvent]:
    """What the events of the path name; where they are too many, those of other pages are not read."""
    return [
        ObjectInEvent(thing, EventRole.OUTPUT, event, moment, min(edge.owners))
        for edge in path
        for event, moment in edge.times.items()
        for thing in (edge.products | edge.sources)
    ]


def _on_containers(
    reader: _Reader,
    asked: str,
    things: Collection[str],
    path: Collection[Edge],
    trusted_parties: Mapping[str, set[int]],
    reporters: Collection[int],
    maker: int | None,
    authorities: Collection[int],
) -> tuple[list[ObjectInEvent], set[int]]:
    """Events about containers while the goods were inside: the goods asked for, and their raw materials.

    Containers of a lot or of raw materials hold other goods too, so of them only the events of the makers are read.
    The public sees those of who packed, what the chain of the container shows to a party of it that packed, and for a single
    object what `reporters` of it report that belong to its own chain.
    """
    found: list[ObjectInEvent] = []
    public: set[int] = set()
    last = max(used_at(path).values(), default=None)
    container_owners = None if not is_lot(asked) else trusted_parties[asked]
    makers = set().union(*(trusted_parties[thing] for thing in things))
    raw = [thing for thing in things if thing != asked and not is_product_class(thing)]
    for starts, owners, latest in (([asked], container_owners, None), (raw, makers, last)):
        spans = reader.containers(starts, of_others=owners is None) if starts else {}
        links = [
            each
            for each in reader.links(spans)
            if (owners is None or each.owner in owners) and (latest is None or each.event_time <= latest)
        ]
        if not links:
            continue
        own = (
            []
            if maker is None or owners is not None
            else [Standing(one, asked) for one in {maker, *reporters}]
        )
        stays = ConfirmedStays(starts, spans, links, authorities, own, reader.code_owners)
        inside = [each for each in links if stays.is_during(each)]
        found += inside
        public |= {
            each.event
            for each in inside
            if stays.lends(each) or stays.is_of_own_chain(maker, each.owner, asked)
        }
    return found, public


# ------------------------------------------------------------------------------------------- which parts of them


def _events(
    objects: Iterable[ObjectInEvent],
    path: Iterable[Edge],
    things: Collection[str],
    authorities: Collection[int],
    first: Collection[int],
    public: Collection[int],
) -> tuple[PublicEvent, ...]:
    """The events, without those that were declared wrong, in the order of time; those of the parties `first` before all others."""
    goods: dict[int, set[str]] = defaultdict(set)
    used: dict[int, set[str]] = defaultdict(set)
    times: dict[int, int] = {}
    by_others: set[int] = set()
    for each in objects:
        if each.owner not in first:
            by_others.add(each.event)
        times[each.event] = each.event_time
        goods[each.event] |= {each.thing} & set(things)
        if each.role in _INPUTS:
            used[each.event] |= {each.thing} & set(things)
    made_of: dict[int, set[str]] = defaultdict(set)
    for edge in path:
        if edge.kind is EdgeKind.TRANSFORMATION:
            for event in edge.times:
                made_of[event] |= edge.sources
    numbers = sorted(times, key=lambda number: (number in by_others, number))[:MAX_EVENTS]
    rows = events_without_declarations({number: times[number] for number in numbers})
    found = [
        replace(public_event(row, goods[row.id], made_of[row.id], used[row.id]), is_shown=row.id in public)
        for row in rows
    ]
    wrong = declared_wrong(rows, authorities)
    valid = (each for each in found if each.event not in wrong)
    return tuple(sorted(valid, key=lambda each: (each.event_time, each.event_time_rest, each.event_id)))
