"""Reports that things were created: who begins a chain by them (`confirmations`), and of single objects the first ones."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import LineageEdgeEnd
from khcn.trace.store.code_owners import CodeOwners
from khcn.trace.store.database.sql import Sql, either, every, one_of
from khcn.trace.store.database.stores import fetch_everywhere
from khcn.trace.store.encoding.classes_and_lots import is_lot, is_trade_item
from khcn.trace.store.statements.declarations import (
    events_without_effect,
    reported_events,
    withdrawn_by_their_parties,
)
from khcn.trace.stored_codes import INSTANCE_ROLES, EdgeKind, EdgeSide, EventRole

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    Instant = tuple[int, int]

_CHUNK: Final = 500
_MOST_CREATIONS: Final = (
    20  # so many first such reports of a party are looked at, in case that they were declared wrong
)
_MOST_NAMINGS: Final = 100  # of each party about each thing
_ENDS: Final = LineageEdgeEnd._meta.db_table
_MADE_OR_FILLED: Final = (EventRole.EPC.value, EventRole.PARENT.value)
_MADE_OR_PACKED: Final = (*_MADE_OR_FILLED, EventRole.CHILD.value)
_MAKING_TYPES: Final = ("ObjectEvent", "AggregationEvent")


class FormerFirst(NamedTuple):
    """A party that had the first word about a thing until it declared all its reports wrong, by record time and row id of the last
    declaration; with the first of these reports and its time.
    """

    party: int
    until: Instant
    event: int
    event_time: int


class FirstParties(NamedTuple):
    """Of each thing the parties that begin its chains with the event by which, and those that did so before they withdrew it;
    things whose code has no confirmed owner.
    """

    first: dict[str, dict[int, int]]
    former: Mapping[str, list[FormerFirst]]
    without_owner: set[str]


def first_parties(
    things: Collection[str],
    *,
    authorities: Collection[int],
    owners: CodeOwners | None = None,
    as_children: bool = True,
) -> FirstParties:
    """The parties that begin the chains of some things.

    Where the department has confirmed whose the code is, the first of those parties that reported the thing (of a lot:
    reported it as created). Elsewhere each party that reported it as created or packed; that one saw it is not enough.
    Not `as_children`: of packages, who packed something into them, and not who packed them into something.
    """
    owners = owners or CodeOwners()
    listed = sorted(things)
    found = FirstParties({thing: {} for thing in listed}, defaultdict(list), set())
    creations: dict[tuple[str, int], set[Instant]] = defaultdict(set)  # event id and time
    for part in chunks(listed, _CHUNK):
        allowed = {thing: owners.of(thing) for thing in part}
        free = {thing for thing in part if not allowed[thing]}
        found.without_owner.update(free)
        for thing, event, moment, owner in reported_creations(part, free, as_children=as_children):
            if not allowed[thing] or owner in allowed[thing]:
                creations[thing, owner].add((event, moment))
    some = {key: sorted(each)[:_MOST_CREATIONS] for key, each in creations.items()}
    times = {event: moment for each in some.values() for event, moment in each}
    void = events_without_effect(times, authorities)
    # who corrects his report keeps its place
    withdrawn = withdrawn_by_their_parties(reported_events({one: times[one] for one in void})) if void else {}
    for (thing, owner), each in some.items():
        own = [one for one in each if one[0] not in void or one[0] in withdrawn]
        if any(event not in void for event, _ in each):
            found.first[thing][owner] = own[0][0]
        elif own:
            until = max(withdrawn[event] for event, _ in own)
            found.former[thing].append(FormerFirst(owner, until, *own[0]))
    for thing, first in found.first.items():
        if first and thing not in found.without_owner:
            earliest = min(first, key=lambda one: first[one])
            found.first[thing] = {earliest: first[earliest]}
    return found


def reported_creations(
    things: Collection[str], free: Collection[str], *, as_children: bool = True
) -> list[tuple[Any, ...]]:
    """Reports by which a party may begin a chain: thing, event, time, party. `free`: things whose code has no confirmed owner."""
    lots = [one for one in things if is_lot(one)]
    owned = [one for one in things if not is_lot(one) and one not in free]
    others = [one for one in things if not is_lot(one) and one in free]
    roles = [role.value for role in INSTANCE_ROLES]
    found: list[tuple[Any, ...]] = []
    columns = "SELECT DISTINCT t.thing, t.event, t.event_time, t.owner FROM trace_eventobject t"
    if lots or owned:
        where = either(
            [
                every([one_of("t.thing", lots), Sql("t.role = %s", (EventRole.CREATED_LOT.value,))]),
                every([one_of("t.thing", owned), one_of("t.role", roles)]),
            ]
        )
        found += fetch_everywhere(Sql(f"{columns} WHERE {where.text}", where.values))
    if others:
        where = every(
            [
                one_of("t.thing", others),
                either(
                    [
                        Sql("t.role = %s", (EventRole.OUTPUT.value,)),
                        every(
                            [
                                one_of("t.role", _MADE_OR_PACKED if as_children else _MADE_OR_FILLED),
                                Sql("e.action = %s", ("ADD",)),
                                one_of("e.event_type", _MAKING_TYPES),
                            ]
                        ),
                    ]
                ),
            ]
        )
        joined = f"{columns} JOIN trace_event e ON e.id = t.event AND e.event_time = t.event_time"
        found += fetch_everywhere(Sql(f"{joined} WHERE {where.text}", where.values))
    return found


def first_commissions(
    things: Collection[str], owners: Collection[int] | None, most: int
) -> list[tuple[Any, ...]]:
    """The first reports, in the order of capture, that single objects were commissioned: event, thing, party, time.

    Args:
        things: the objects.
        owners: whose reports; None for those of everybody.
        most: so many of each party about each object.
    """
    if not things:
        return []
    where = every(
        [
            one_of("t.thing", list(things)),
            Sql("t.role = %s", (EventRole.EPC.value,)),
            Sql("e.action = 'ADD' AND e.event_type = 'ObjectEvent'"),
            *([] if owners is None else [one_of("t.owner", sorted(owners))]),
        ]
    )
    return fetch_everywhere(
        Sql(
            "SELECT event, thing, owner, event_time FROM (SELECT t.event, t.thing, t.owner, t.event_time, "
            "row_number() OVER (PARTITION BY t.thing, t.owner ORDER BY t.event) AS place FROM trace_eventobject t "
            f"JOIN trace_event e ON e.id = t.event AND e.event_time = t.event_time WHERE {where.text}) AS numbered "
            "WHERE place <= %s",
            (*where.values, most),
        )
    )


class NamedWithLot(NamedTuple):
    """The report of a party that an object belongs to a lot, in an event that created neither."""

    lot: str
    thing: str
    owner: int
    event: int
    event_time: int
    voided: bool


def named_with_lots(things: Collection[str]) -> list[NamedWithLot]:
    """The first reports of each party that name some objects with a lot, or some lots with objects; of these one of each event.

    An event may name a lot with thousands of objects, which are not read.
    """
    goods = [one for one in sorted(things) if is_trade_item(one)]
    objects, lots = ([one for one in goods if is_lot(one) is of_lots] for of_lots in (False, True))
    rows = _namings(objects, EdgeSide.PRODUCT, EdgeSide.SOURCE)
    rows += [(lot, thing, *rest) for thing, lot, *rest in _namings(lots, EdgeSide.SOURCE, EdgeSide.PRODUCT)]
    return [NamedWithLot(*row) for row in rows]


def _namings(things: Sequence[str], near: EdgeSide, far: EdgeSide) -> list[tuple[Any, ...]]:
    """The namings of some things: what is on the far side (the first of it), the thing, party, event, time, whether declared wrong."""
    beside = f"SELECT min(o.thing) FROM {_ENDS} o WHERE o.event = n.event AND o.part = n.part AND o.side = {int(far)}"
    found: list[tuple[Any, ...]] = []
    for part in chunks(things, _CHUNK):
        where = one_of("m.thing", part)
        found += fetch_everywhere(
            Sql(
                f"SELECT ({beside}), n.thing, n.owner, n.event, n.event_time, n.voided FROM ("
                "SELECT m.thing, m.event, m.part, m.owner, m.event_time, m.voided, row_number() OVER "
                f"(PARTITION BY m.thing, m.owner, m.voided ORDER BY m.event) AS place FROM {_ENDS} m WHERE {where.text} "
                f"AND m.side = {int(near)} AND m.kind = {int(EdgeKind.MEMBERSHIP)} AND m.part < 0) AS n WHERE n.place <= %s",
                (*where.values, _MOST_NAMINGS),
            )
        )
    return found
