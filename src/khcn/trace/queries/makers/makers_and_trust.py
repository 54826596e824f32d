"""Who made a thing, and which reports about it are trusted.

Anybody with a key may capture an event about any thing. The maker of a thing is the first party that reports it as
created, in the order of capture (docs/adr/0010), of those for which the department has confirmed the code of the product
where there are such (docs/adr/0028); authorities are trusted in everything. Who reports a thing as created that another party has
reported as created before is not its maker. Who corrects his own report, or withdraws it and reports it again, keeps his place in
that order, unless an authority declared it wrong. Who commissions an object as part of a lot reports the lot too. Who made a lot
and names an object with it reports the object too, and who made an object and names a lot with it the lot (`named_with_lots`): who
reports it as created only afterwards takes it out of no lot.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import EventObject, LineageEdgeEnd
from khcn.trace.queries.graph.traversal_terms import is_node
from khcn.trace.store.code_owners import CodeOwners
from khcn.trace.store.database.stores import values_everywhere
from khcn.trace.store.encoding.classes_and_lots import is_lot, is_product_class
from khcn.trace.store.statements.declarations import (
    events_without_effect,
    reported_events,
    voided_elsewhere,
    withdrawn_by_their_parties,
)
from khcn.trace.store.statements.first_reports import NamedWithLot, first_commissions, named_with_lots
from khcn.trace.stored_codes import EdgeKind, EdgeSide, EventRole

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from django.db.models import QuerySet

    from khcn.trace.queries.graph.lineage_edges import Edge, EdgeKey

_BATCH_SIZE: Final = 1000
_MOST_OF_ONE: Final = 100  # of one party about one thing
_COLUMNS: Final = ("event", "thing", "owner", "event_time")


class Creation(NamedTuple):
    """The report of a party, in an event, that it made a thing; `of_part`: that it made an object of the lot, or named the thing with
    its lot, or its object, that it made.

    `place`: its place in the order of capture, which is that of the first such report of the party that no authority declared
    wrong: who corrects his report keeps his place.
    """

    event: int
    thing: str
    owner: int
    event_time: int
    of_part: bool = False
    place: int = 0


class WithdrawnCreation(NamedTuple):
    """A report that its party declared wrong, and when, by record time and row id of the declaration."""

    creation: Creation
    withdrawn: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Creations:
    """The reports that things were created, in the order of capture, and those that their parties declared wrong since."""

    valid: list[Creation]
    withdrawn: list[WithdrawnCreation]


def creations_of(things: Collection[str], authorities: Collection[int]) -> list[Creation]:
    """The reports that things were created, in the order of capture; without events that were declared wrong.

    Where the department has confirmed whose the code of a product is, only their reports and those of the authorities.
    """
    return all_creations_of(things, authorities).valid


def all_creations_of(things: Collection[str], authorities: Collection[int]) -> Creations:
    """The reports that things were created, as `creations_of`, and those that were declared wrong."""
    owners = CodeOwners()
    found, void = _reported_creations(things, authorities, owners)
    # of what is somebody's, the reports of others count for nothing
    named = named_with_lots({one for one in things if not owners.of(one)})
    if named:
        ends = {end for one in named for end in (one.lot, one.thing)} - set(things)
        more, more_void = _reported_creations(ends, authorities, owners)
        made = _with_places(found | more, void | more_void).valid
        found |= _created_by_name(named, made, owners)
        void |= {one.event for one in named if one.voided}
        void |= voided_elsewhere({one.event: one.event_time for one in named})
    asked = set(things)
    return _with_places({one for one in found if one.thing in asked}, void)


def _created_by_name(
    named: Iterable[NamedWithLot], made: Sequence[Creation], owners: CodeOwners
) -> set[Creation]:
    """The reports that things were created by who named them with a lot, or an object, that he had made; since he reported both."""
    makers = first_makers(made, owners)
    since: dict[str, Creation] = {}
    for one in made:
        if makers.get(one.thing) == one.owner:
            since.setdefault(one.thing, one)
    return {
        Creation(one.event, other, one.owner, one.event_time, of_part=True)
        if one.event > since[known].place
        else since[known]._replace(thing=other, of_part=True, place=0)
        for one in named
        for known, other in ((one.lot, one.thing), (one.thing, one.lot))
        if makers.get(known) == one.owner and (one.event > since[known].place or not one.voided)
    }


def _reported_creations(
    things: Collection[str], authorities: Collection[int], owners: CodeOwners
) -> tuple[set[Creation], set[int]]:
    """The reports that things were created, and which of their events were declared wrong, or are declarations."""
    by_owners: dict[frozenset[int], list[str]] = defaultdict(list)
    for thing in sorted(things):
        by_owners[frozenset(owners.of(thing))].append(thing)
    parts = ((allowed, part) for allowed, some in by_owners.items() for part in chunks(some, _BATCH_SIZE))
    found: set[Creation] = set()
    void: set[int] = set()
    for allowed, some in parts:
        trusted = {*allowed, *authorities} if allowed else None
        reported = Q() if trusted is None else Q(owner__in=trusted)
        flows = LineageEdgeEnd.objects.filter(reported, side=EdgeSide.PRODUCT, kind=EdgeKind.TRANSFORMATION)
        made = _ends_of(flows, some)
        if not allowed:
            # of a lot whose code is somebody's, all objects and reports are of those parties
            parts_of_lots = LineageEdgeEnd.objects.filter(
                side=EdgeSide.SOURCE, kind=EdgeKind.MEMBERSHIP, part__gt=0
            )
            of_lots = _ends_of(parts_of_lots, [thing for thing in some if is_lot(thing)])
            made |= {creation._replace(of_part=True): voided for creation, voided in of_lots.items()}
        links = EventObject.objects.filter(reported, role=EventRole.CREATED_LOT)
        objects = [thing for thing in some if not is_lot(thing) and not is_product_class(thing)]
        creations = {Creation(*row) for row in _first_of_parties(links, some, ["thing", "owner"], _COLUMNS)}
        creations |= {Creation(*row) for row in first_commissions(objects, trusted, _MOST_OF_ONE)}
        void |= events_without_effect(
            {creation.event: creation.event_time for creation in creations}, authorities
        )
        void |= {creation.event for creation, voided in made.items() if voided}
        void |= voided_elsewhere({creation.event: creation.event_time for creation in made})
        found |= creations | made.keys()
    return found, void


def _ends_of(ends: QuerySet[Any], things: Sequence[str]) -> dict[Creation, bool]:
    """The first ends of edges about things of each party, and whether they were declared wrong; these apart from the others."""
    rows = _first_of_parties(ends, things, ["thing", "owner", "voided"], (*_COLUMNS, "voided"))
    return {Creation(*values): bool(voided) for *values, voided in rows}


def _first_of_parties(
    reports: QuerySet[Any], things: Sequence[str], each: Sequence[str], columns: Sequence[str]
) -> list[tuple[Any, ...]]:
    """The first ones of each party about each thing in the order of capture: whatever number of reports a party has sent, they
    displace nobody else's.
    """
    place = Window(RowNumber(), partition_by=[F(name) for name in each], order_by=[F("event").asc()])
    first = reports.filter(thing__in=things).annotate(place=place).filter(place__lte=_MOST_OF_ONE)
    return values_everywhere(first, *columns)


def _with_places(reports: Collection[Creation], void: Collection[int]) -> Creations:
    """The reports with their places; `void`: the events that were declared wrong, or are declarations."""
    times = {one.event: one.event_time for one in reports if one.event in void}
    captured = withdrawn_by_their_parties(reported_events(times)) if times else {}
    first: dict[tuple[str, int], int] = {}
    for one in reports:
        if one.event not in void or one.event in captured:
            key = one.thing, one.owner
            first[key] = min(first.get(key, one.event), one.event)
    placed = sorted(
        (
            one._replace(place=first[one.thing, one.owner])
            for one in reports
            if (one.thing, one.owner) in first
        ),
        key=lambda one: (one.place, one),
    )
    return Creations(
        [one for one in placed if one.event not in void],
        [WithdrawnCreation(one, captured[one.event]) for one in placed if one.event in captured],
    )


def first_makers(creations: Iterable[Creation], owners: CodeOwners | None = None) -> dict[str, int]:
    """For each thing the party that first reported it as made; `creations` are in the order of their places.

    Where the department has confirmed whose the code of the product is, nobody else made it.
    """
    found: dict[str, int] = {}
    owners = owners or CodeOwners()
    for creation in creations:
        allowed = owners.of(creation.thing)
        if not allowed or creation.owner in allowed:
            found.setdefault(creation.thing, creation.owner)
    return found


class FormerMaker(NamedTuple):
    """The maker of a thing until his report was declared wrong by himself, by record time and row id of the declaration.

    Of a package also who used it until another packed it anew, by record time and row id of that packing (`has_used`); `since`: the time at
    which he packed it himself after it had been emptied.
    """

    party: int
    until: tuple[int, int]
    event_time: int
    since: int | None = None
    has_used: bool = False


def former_makers(creations: Creations) -> dict[str, list[FormerMaker]]:
    """Who was the maker of each thing before he declared his report wrong, in the order of their places."""
    makers = first_makers(creations.valid)
    present = {one.thing: one.place for one in creations.valid if makers.get(one.thing) == one.owner}
    found: dict[str, list[FormerMaker]] = defaultdict(list)
    for one, withdrawn in creations.withdrawn:
        if one.thing not in present or one.place <= present[one.thing]:
            found[one.thing].append(FormerMaker(one.owner, withdrawn, one.event_time))
    return found


class LotDeciders:
    """Whose reports decide whether an object belongs to a lot.

    The authorities' and those of whose the code is. Where the department has confirmed nobody, those of the maker of both: the maker
    of a lot adds no object to it that another party made, and the maker of an object does not add it to the lot of another.
    """

    def __init__(self, makers: Mapping[str, int], authorities: Collection[int]) -> None:
        self._makers = makers
        self._authorities = frozenset(authorities)
        self._owners = CodeOwners()

    def deciding(self, lot: str, thing: str) -> frozenset[int]:
        """The parties that decide whether an object belongs to a lot."""
        known = {self._makers[one] for one in (lot, thing) if one in self._makers}
        return self._authorities.union(self._owners.of(lot), known if len(known) == 1 else ())


def trusted_edges(
    edges: Mapping[EdgeKey, Edge], makers: Mapping[str, int], authorities: Collection[int]
) -> dict[EdgeKey, Edge]:
    """The edges reported by the makers of their products, each with those of its products alone whose makers reported it.

    A transformationID is a name in the events of one party, which that party has not made: it leads on to what the party reports
    under it only from a product that the party made.
    """
    lots = LotDeciders(makers, authorities)
    found: dict[EdgeKey, Edge] = {}
    nodes: set[str] = set()  # each is of one party
    for where, edge in edges.items():
        if edge.kind is EdgeKind.CONTAINMENT or not edge.owners.isdisjoint(authorities):
            trusted = set(edge.products)
        elif edge.kind is EdgeKind.MEMBERSHIP:
            trusted = {
                one
                for one in edge.products
                if any(edge.owners & lots.deciding(lot, one) for lot in edge.sources)
            }
        else:
            trusted = {one for one in edge.products if not is_node(one) and makers.get(one) in edge.owners}
        if trusted:
            found[where] = replace(edge, products=trusted)
            nodes.update(filter(is_node, edge.products | edge.sources))
    for where, edge in edges.items():
        of_nodes = edge.products & nodes
        if of_nodes:
            known = found.get(where)
            found[where] = replace(edge, products=of_nodes | (known.products if known else set()))
    return found


def maker_of(thing: str, *, authorities: Collection[int]) -> int | None:
    """The party that first reported a lot or a single object as made."""
    return first_makers(creations_of([thing], authorities)).get(thing)
