"""The table rows of an event: the event, the things it names, its lineage edges. Pure functions; `event_writing` stores them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from khcn.epcis.model import (
    AggregationEvent,
    Event,
    ObjectEvent,
    TransactionEvent,
    TransformationEvent,
)
from khcn.epcis.query.matching import event_type
from khcn.epcis.store import ThingNames, shortened
from khcn.trace.store.encoding.classes_and_lots import class_of, is_lot
from khcn.trace.store.encoding.instants import MICRO_DIGITS, microseconds
from khcn.trace.store.encoding.lineage_graph import edge_ends_of
from khcn.trace.store.encoding.recall_words import things_of_recall
from khcn.trace.store.encoding.stored_texts import body_of
from khcn.trace.stored_codes import CLASS_ROLES, INSTANCE_ROLES, EventRole, Listing, PartyObjectKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from khcn.epcis.times import Time
    from khcn.trace.store.encoding.lineage_graph import EdgeEndValues

EVENT_COLUMNS: Final = (
    "id",
    "job",
    "owner",
    "event_id",
    "declared",
    "event_time",
    "event_time_rest",
    "record_time",
    "event_type",
    "action",
    "biz_step",
    "disposition",
    "read_point",
    "biz_location",
    "body",
)
EVENT_OBJECT_COLUMNS: Final = ("thing", "role", "event", "event_time", "owner")
VALUE_COLUMNS: Final = ("listing", "value", "owner")
PARTY_OBJECT_COLUMNS: Final = ("owner", "thing", "kind")
EDGE_END_COLUMNS: Final = (
    "event",
    "part",
    "thing",
    "side",
    "kind",
    "event_time",
    "owner",
    "quantity",
    "voided",
)


EventObjectRow = tuple[str, int, int, int, int]
EdgeEndRow = tuple[int, int, str, int, int, int, int, float, int]

_EPC_LIST_ROLES: Final = {
    "epcList": EventRole.EPC.value,
    "childEPCs": EventRole.CHILD.value,
    "inputEPCList": EventRole.INPUT.value,
    "outputEPCList": EventRole.OUTPUT.value,
}
_QUANTITY_LIST_ROLES: Final = {
    "quantityList": EventRole.QUANTITY.value,
    "childQuantityList": EventRole.CHILD_QUANTITY.value,
    "inputQuantityList": EventRole.INPUT_QUANTITY.value,
    "outputQuantityList": EventRole.OUTPUT_QUANTITY.value,
}


_PARENT: Final = EventRole.PARENT.value
_TRANSACTION: Final = EventRole.TRANSACTION.value
_SOURCE: Final = EventRole.SOURCE.value
_DESTINATION: Final = EventRole.DESTINATION.value
_TRANSFORMATION: Final = EventRole.TRANSFORMATION.value
_PARTY_OBJECT_KINDS: Final = {
    **dict.fromkeys((role.value for role in INSTANCE_ROLES), PartyObjectKind.INSTANCE.value),
    **dict.fromkeys((role.value for role in CLASS_ROLES), PartyObjectKind.LOT.value),
    EventRole.CREATED_LOT.value: PartyObjectKind.CREATED_LOT.value,
}


@dataclass(slots=True)
class EventRows:
    """All rows of one event. Its row id and the capture job are added when it is written."""

    event_time: int
    owner: int
    columns: tuple[object, ...]  # of the event, those after ``id`` and ``job``
    objects: list[tuple[str, int]]  # thing and role
    edge_ends: list[EdgeEndValues]
    values: list[tuple[int, str]]  # listing and value

    @property
    def body(self) -> str:
        """The stored text of the event."""
        return str(self.columns[-1])

    def event(self, number: int, job: int) -> tuple[object, ...]:
        """The row of `Event` (`EVENT_COLUMNS`)."""
        return (number, job, *self.columns)

    def event_objects(self, number: int) -> list[EventObjectRow]:
        """The rows of `EventObject` (`EVENT_OBJECT_COLUMNS`)."""
        event_time, owner = self.event_time, self.owner
        return [(thing, role, number, event_time, owner) for thing, role in self.objects]

    def party_objects(self) -> list[tuple[int, str, int]]:
        """The rows of `PartyObject` (`PARTY_OBJECT_COLUMNS`)."""
        owner = self.owner
        return [
            (owner, thing, kind)
            for thing, role in self.objects
            if (kind := _PARTY_OBJECT_KINDS.get(role)) is not None
        ]

    def lineage(self, number: int) -> list[EdgeEndRow]:
        """The rows of `LineageEdgeEnd` (`EDGE_END_COLUMNS`)."""
        event_time, owner = self.event_time, self.owner
        return [
            (number, part, thing, side, kind, event_time, owner, quantity, 0)
            for part, thing, side, kind, quantity in self.edge_ends
        ]


# --------------------------------------------------------------------------------------------- things and roles

# Prefixes for things that are not goods. They sort before all goods, so that goods can be listed without reading them.
_ROLE_PREFIXES: Final[dict[int, str]] = {
    EventRole.CLASS: " class ",
    EventRole.TRANSACTION: " transaction ",
    EventRole.SOURCE: " party ",
    EventRole.DESTINATION: " party ",
    EventRole.TRANSFORMATION: " transformation ",
    EventRole.RECALL: " recall ",
}
FIRST_GOODS: Final = "!"
"""Sorts after all things in `EventObject` that are not goods, and before all goods."""


def object_row_name(thing: str, role: int) -> str:
    """The name that `EventObject` stores for a thing in a role."""
    return _ROLE_PREFIXES.get(role, "") + thing


_CLASS: Final = EventRole.CLASS.value
_OF_CLASS: Final = _ROLE_PREFIXES[EventRole.CLASS]
_CREATED_LOT: Final = EventRole.CREATED_LOT.value
_RECALL: Final = EventRole.RECALL.value
_OF_RECALL: Final = _ROLE_PREFIXES[EventRole.RECALL]
_OUTPUT: Final = EventRole.OUTPUT_QUANTITY.value
_QUANTITY: Final = EventRole.QUANTITY.value


def _named_beside_goods(event: Event) -> Iterator[tuple[str, int]]:
    """The things other than goods that an event names, as written, each with its role."""
    for transaction in event.biz_transactions:
        yield transaction.biz_transaction, _TRANSACTION
    for party in event.sources:
        yield party.id, _SOURCE
    for party in event.destinations:
        yield party.id, _DESTINATION
    if isinstance(event, TransformationEvent) and event.transformation_id is not None:
        yield event.transformation_id, _TRANSFORMATION


def _goods(event: Event) -> Iterator[tuple[Iterable[str], int]]:
    """The goods that an event names, as written, each list with its role."""
    for name, epcs in event.epc_fields():
        yield epcs, _EPC_LIST_ROLES[name]
    for name, quantities in event.quantity_fields():
        yield [quantity.epc_class for quantity in quantities], _QUANTITY_LIST_ROLES[name]
    if isinstance(event, AggregationEvent | TransactionEvent) and event.parent_id is not None:
        yield (event.parent_id,), _PARENT


def objects_of(event: Event, names: ThingNames) -> dict[tuple[str, int], None]:
    """The things and roles of an event, each pair once, in the order of the event."""
    found: dict[tuple[str, int], None] = {}
    commissions = isinstance(event, ObjectEvent) and event.action == "ADD"
    for identifiers, role in _goods(event):
        creates = role == _OUTPUT or (commissions and role == _QUANTITY)
        instances_of_last_class = "\0"  # the prefix of their names
        for identifier in identifiers:
            thing = names[identifier]
            found[thing, role] = None
            if thing.startswith(instances_of_last_class):
                continue
            kind = class_of(thing)
            if kind is not None:
                found[_OF_CLASS + kind, _CLASS] = None
                instances_of_last_class = kind + "/21/"
            if creates and is_lot(thing):
                found[thing, _CREATED_LOT] = None
    for identifier, role in _named_beside_goods(event):
        found[_ROLE_PREFIXES[role] + names[identifier], role] = None
    for thing in things_of_recall(event):
        found[_OF_RECALL + thing, _RECALL] = None
    return found


# --------------------------------------------------------------------------------------------- all rows


_LISTINGS: Final = (  # for each of the columns of `_vocabulary_columns`; None: not listed
    Listing.EVENT_TYPE.value,
    None,
    Listing.BIZ_STEP.value,
    Listing.DISPOSITION.value,
    Listing.READ_POINT.value,
    Listing.BIZ_LOCATION.value,
)


def _vocabulary_columns(event: Event, names: ThingNames) -> tuple[str, str, str, str, str, str]:
    """The columns from ``event_type`` to ``biz_location``."""
    return (
        str(event_type(event)),
        getattr(event, "action", ""),
        event.biz_step or "",
        event.disposition or "",
        names[event.read_point.id] if event.read_point else "",
        names[event.biz_location.id] if event.biz_location else "",
    )


def _values(columns: Sequence[str]) -> list[tuple[int, str]]:
    return [
        (listing, shortened(value))
        for listing, value in zip(_LISTINGS, columns, strict=True)
        if listing and value
    ]


def rows_of(events: Sequence[Event], event_ids: Sequence[str], *, owner: int, at: Time) -> list[EventRows]:
    """All rows of events, except their `Identity`.

    Each kind of row is built for all events before the next kind: code that runs in one loop stays in the processor's
    cache, which is a sixth faster than building everything for one event after the other.

    Args:
        events: self-contained (`khcn.trace.store.encoding.stored_contexts`).
        event_ids: the id of each, or its hash where it has none.
        owner: the party that captured them.
        at: their record time.
    """
    record_time = microseconds(at)
    with_ids = list(zip(events, event_ids, strict=True))
    bodies = [body_of(event, event_id=event_id, record_time=at.text) for event, event_id in with_ids]
    names = ThingNames()
    objects = [list(objects_of(event, names)) for event in events]
    edge_ends = [list(edge_ends_of(event, owner, names)) for event in events]
    vocabulary = [_vocabulary_columns(event, names) for event in events]
    times = [microseconds(event.event_time) for event in events]
    # Booleans and enum members are stored as plain integers: for any other type SQLite's driver searches for an
    # adapter at every value, which takes half as long as inserting the row.
    first_columns = [
        (
            owner,
            event_id,
            int(event.error_declaration is not None),
            event_time,
            event.event_time.fraction[MICRO_DIGITS:],
            record_time,
        )
        for (event, event_id), event_time in zip(with_ids, times, strict=True)
    ]
    return [
        EventRows(time, owner, (*first, *words, body), named, ends, _values(words))
        for time, first, words, body, named, ends in zip(
            times, first_columns, vocabulary, bodies, objects, edge_ends, strict=True
        )
    ]
