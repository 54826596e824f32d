"""Who made a thing, and which reports about it are trusted.

Anybody with a key may capture an event about any thing. The maker of a thing is the first party that reports it as
created, in the order of capture (docs/adr/0010), of those for which the department has confirmed the code of the product
where there are such (docs/adr/0028); authorities are trusted in everything. Who reports a thing as created that another party has
reported as created before is not its maker. Who commissions an object as part of a lot reports the lot too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import EventObject, LineageEdgeEnd
from khcn.trace.queries.error_declarations import declared_wrong, events_without_declarations
from khcn.trace.queries.traversal_terms import TRANSFORMATION_NODE
from khcn.trace.store.code_owners import CodeOwners
from khcn.trace.store.database.stores import values_everywhere
from khcn.trace.store.declarations import voided_elsewhere
from khcn.trace.store.encoding.classes_and_lots import is_lot, is_product_class
from khcn.trace.store.first_reports import first_commissions
from khcn.trace.stored_codes import EdgeKind, EdgeSide, EventRole

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from django.db.models import QuerySet

    from khcn.trace.queries.lineage_edges import Edge, EdgeKey

_BATCH_SIZE: Final = 1000
_MOST_REPORTS: Final = 500
_MOST_OF_ONE: Final = 100
_COLUMNS: Final = ("event", "thing", "owner", "event_time")


class Creation(NamedTuple):
    """The report of a party, in an event, that it made a thing; `of_part`: that it made an object of the lot."""

    event: int
    thing: str
    owner: int
    event_time: int
    of_part: bool = False


def creations_of(things: Collection[str], authorities: Collection[int]) -> list[Creation]:
    """The reports that things were created, in the order of capture; without events that were declared wrong.

    Where the department has confirmed whose the code of a product is, only their reports and those of the authorities.
    """
    owners = CodeOwners()
    by_owners: dict[frozenset[int], list[str]] = defaultdict(list)
    for thing in sorted(things):
        by_owners[frozenset(owners.of(thing))].append(thing)
    parts = ((allowed, part) for allowed, some in by_owners.items() for part in chunks(some, _BATCH_SIZE))
    found: set[Creation] = set()
    for allowed, some in parts:
        reported = Q(owner__in={*allowed, *authorities}) if allowed else Q()
        links = EventObject.objects.filter(reported, role=EventRole.CREATED_LOT)
        flows = LineageEdgeEnd.objects.filter(
            reported, side=EdgeSide.PRODUCT, kind=EdgeKind.TRANSFORMATION, voided=False
        )
        made = _earliest_of_parties(flows, some, authorities)
        if not allowed:
            # of a lot whose code is somebody's, all objects and reports are of those parties
            parts_of_lots = LineageEdgeEnd.objects.filter(
                side=EdgeSide.SOURCE, kind=EdgeKind.MEMBERSHIP, part__gt=0, voided=False
            )
            of_lots = _earliest_of_parties(
                parts_of_lots, [thing for thing in some if is_lot(thing)], authorities
            )
            made |= {creation._replace(of_part=True) for creation in of_lots}
        objects = [thing for thing in some if not is_lot(thing) and not is_product_class(thing)]
        creations = _earliest_of_parties(links, some, authorities) | {
            Creation(*row)
            for row in first_commissions(objects, {*allowed, *authorities} if allowed else None, _MOST_OF_ONE)
        }
        void = _void({creation.event: creation.event_time for creation in creations}, authorities)
        found.update(creation for creation in creations if creation.event not in void)
        wrong = voided_elsewhere({creation.event: creation.event_time for creation in made})
        found.update(creation for creation in made if creation.event not in wrong)
    return sorted(found)


def _earliest_of_parties(
    reports: QuerySet[Any], things: Sequence[str], authorities: Collection[int]
) -> set[Creation]:
    """The first ones of each thing in the order of capture, and those of authorities: enough to know whom to trust, whatever
    number of others strangers have sent.
    """
    place = Window(RowNumber(), partition_by=[F("thing")], order_by=[F("event").asc()])
    first = reports.filter(thing__in=things).annotate(place=place).filter(place__lte=_MOST_OF_ONE)
    found = {Creation(*row) for row in values_everywhere(first, *_COLUMNS)}
    counted = Counter(creation.thing for creation in found)
    many = [thing for thing, count in counted.items() if count >= _MOST_OF_ONE]
    if many:
        trusted = reports.filter(thing__in=many, owner__in=authorities).order_by("event")
        rows = values_everywhere(trusted, *_COLUMNS, first=_MOST_REPORTS)
        found.update(Creation(*row) for row in rows)
    return found


def first_makers(creations: Iterable[Creation]) -> dict[str, int]:
    """For each thing the party that first reported it as made; `creations` are in the order of capture.

    Where the department has confirmed whose the code of the product is, nobody else made it.
    """
    found: dict[str, int] = {}
    owners = CodeOwners()
    for creation in creations:
        allowed = owners.of(creation.thing)
        if not allowed or creation.owner in allowed:
            found.setdefault(creation.thing, creation.owner)
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
    """The edges reported by the makers of their products; edges of one transformation share one trusted party."""
    lots = LotDeciders(makers, authorities)
    found: dict[EdgeKey, Edge] = {}
    reporting_parties: dict[str, set[int]] = defaultdict(set)
    for where, edge in edges.items():
        if edge.kind is EdgeKind.MEMBERSHIP:
            wanted = {
                party for lot in edge.sources for one in edge.products for party in lots.deciding(lot, one)
            }
        else:
            wanted = {makers[one] for one in edge.products if one in makers}
        if edge.kind is EdgeKind.CONTAINMENT or edge.owners & (wanted | set(authorities)):
            found[where] = edge
            for node in _transformation_nodes(edge):
                reporting_parties[node] |= edge.owners
    for where, edge in edges.items():
        if where not in found and any(
            edge.owners & reporting_parties[node] for node in _transformation_nodes(edge)
        ):
            found[where] = edge
    return found


def _transformation_nodes(edge: Edge) -> list[str]:
    return [one for one in edge.products | edge.sources if one.startswith(TRANSFORMATION_NODE)]


def _void(times: Mapping[int, int], authorities: Collection[int]) -> set[int]:
    """Those of some events that declare an error, or were declared wrong themselves."""
    rows = events_without_declarations(times)
    return set(times) - {row.id for row in rows} | declared_wrong(rows, authorities)


def maker_of(thing: str, *, authorities: Collection[int]) -> int | None:
    """The party that first reported a lot or a single object as made."""
    return first_makers(creations_of([thing], authorities)).get(thing)
