"""An event's rows: itself, what it touches, what it carries. Pure functions; `writing` puts the rows into tables."""

from __future__ import annotations

import hashlib
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
from khcn.epcis.store import shortened, thing_of
from khcn.trace.enums import CLASS_TOUCHES, EPC_TOUCHES, Holding, Listing, Passage, Touch
from khcn.trace.store.encoding.bodies import body_of
from khcn.trace.store.encoding.instants import MICRO_DIGITS, microseconds
from khcn.trace.store.encoding.lots import PRODUCT_SIDE, SOURCE_SIDE, PassageRow, class_of, is_lot, members

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from khcn.epcis.times import Time

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
LINK_COLUMNS: Final = ("thing", "touch", "event", "event_time", "owner")
VALUE_COLUMNS: Final = ("listing", "value", "owner")
GOODS_COLUMNS: Final = ("owner", "thing", "holding")
FLOW_COLUMNS: Final = ("event", "part", "thing", "side", "passage", "event_time", "owner", "voided")

_KEY_BYTES: Final = 16
_DECLARATION: Final = "#errorDeclaration"
_KNOT: Final = "transformation "

LinkRow = tuple[str, int, int, int, int]
FlowRow = tuple[int, int, str, int, int, int, int, int]

_EPC_TOUCHES: Final = {
    "epcList": Touch.EPC.value,
    "childEPCs": Touch.CHILD.value,
    "inputEPCList": Touch.INPUT.value,
    "outputEPCList": Touch.OUTPUT.value,
}
_QUANTITY_TOUCHES: Final = {
    "quantityList": Touch.QUANTITY.value,
    "childQuantityList": Touch.CHILD_QUANTITY.value,
    "inputQuantityList": Touch.INPUT_QUANTITY.value,
    "outputQuantityList": Touch.OUTPUT_QUANTITY.value,
}


_PARENT: Final = Touch.PARENT.value
_TRANSACTION: Final = Touch.TRANSACTION.value
_SOURCE: Final = Touch.SOURCE.value
_DESTINATION: Final = Touch.DESTINATION.value
_TRANSFORMATION: Final = Touch.TRANSFORMATION.value
_TRANSFORMED, _CONTAINED = Passage.TRANSFORMATION.value, Passage.CONTAINMENT.value
_REMOVED, _EMPTIED = Passage.REMOVAL.value, Passage.EMPTYING.value
_HOLDINGS: Final = {
    **dict.fromkeys((touch.value for touch in EPC_TOUCHES), Holding.OBJECT.value),
    **dict.fromkeys((touch.value for touch in CLASS_TOUCHES), Holding.LOT.value),
    Touch.MADE.value: Holding.MADE.value,
}


@dataclass(slots=True)
class Rows:
    """What one event leaves in the tables. It gets its number, and the job that brings it, when it is written."""

    moment: int
    owner: int
    columns: tuple[object, ...]  # of the event, those after ``id`` and ``job``
    touches: list[tuple[str, int]]  # thing and touch
    passages: list[PassageRow]
    values: list[tuple[int, str]]  # listing and value

    def event(self, number: int, job: int) -> tuple[object, ...]:
        """The row of the event itself (`EVENT_COLUMNS`)."""
        return (number, job, *self.columns)

    def links(self, number: int) -> list[LinkRow]:
        """What it touches (`LINK_COLUMNS`)."""
        return [(thing, touch, number, self.moment, self.owner) for thing, touch in self.touches]

    def goods(self) -> Iterator[tuple[int, str, int]]:
        """The goods among it (`GOODS_COLUMNS`)."""
        for thing, touch in self.touches:
            holding = _HOLDINGS.get(touch)
            if holding is not None:
                yield self.owner, thing, holding

    def flows(self, number: int) -> list[FlowRow]:
        """What it carries (`FLOW_COLUMNS`)."""
        return [
            (number, part, thing, side, passage, self.moment, self.owner, 0)
            for part, thing, side, passage in self.passages
        ]


def transformation(identifier: str) -> str:
    """The knot of the graph that stands for a transformationID; see `Flow`."""
    return _KNOT + thing_of(identifier)


def identity_key(province: str, identity: str) -> bytes:
    """The key of `Identity`: by it an event is stored once in a province, whoever sends it."""
    return hashlib.sha256(f"{province}\0{identity}".encode()).digest()[:_KEY_BYTES]


def declaration_of(event_id: str) -> str:
    """The identity of the declaration that an event is wrong, as `khcn.epcis.store.identity` has it."""
    return event_id + _DECLARATION


# --------------------------------------------------------------------------------------------- links

# What is no goods is named apart, and comes before all goods: these can then be listed without looking at it.
_MARKS: Final[dict[int, str]] = {
    Touch.CLASS: " class ",
    Touch.TRANSACTION: " transaction ",
    Touch.SOURCE: " party ",
    Touch.DESTINATION: " party ",
    Touch.TRANSFORMATION: " transformation ",
}
FIRST_GOODS: Final = "!"
"""A text after everything in `Link` that is no goods, and before everything that is."""


def link_name(thing: str, touch: int) -> str:
    """How `Link` names a thing that is touched in some way."""
    return _MARKS.get(touch, "") + thing


_CLASS: Final = Touch.CLASS.value
_OF_CLASS: Final = _MARKS[Touch.CLASS]
_MADE: Final = Touch.MADE.value
_OUTPUT: Final = Touch.OUTPUT_QUANTITY.value
_QUANTITY: Final = Touch.QUANTITY.value


def _other_touches(event: Event) -> Iterator[tuple[str, int]]:
    """Each thing beside goods that an event names, as it writes it, with the way it touches it."""
    for transaction in event.biz_transactions:
        yield transaction.biz_transaction, _TRANSACTION
    for party in event.sources:
        yield party.id, _SOURCE
    for party in event.destinations:
        yield party.id, _DESTINATION
    if isinstance(event, TransformationEvent) and event.transformation_id is not None:
        yield event.transformation_id, _TRANSFORMATION


def _goods(event: Event) -> Iterator[tuple[Iterable[str], int]]:
    """The goods that an event names, as it writes them, with the way it touches them."""
    for name, epcs in event.epc_fields():
        yield epcs, _EPC_TOUCHES[name]
    for name, quantities in event.quantity_fields():
        yield [quantity.epc_class for quantity in quantities], _QUANTITY_TOUCHES[name]
    if isinstance(event, AggregationEvent | TransactionEvent) and event.parent_id is not None:
        yield (event.parent_id,), _PARENT


def links_of(event: Event) -> dict[tuple[str, int], None]:
    """Things and touches, each pair once, in the order in which the event has them."""
    found: dict[tuple[str, int], None] = {}
    commissions = isinstance(event, ObjectEvent) and event.action == "ADD"
    for identifiers, touch in _goods(event):
        makes = touch == _OUTPUT or (commissions and touch == _QUANTITY)
        alike = "\0"  # how the pieces of the last class begin
        for identifier in identifiers:
            thing = thing_of(identifier)
            found[thing, touch] = None
            if thing.startswith(alike):
                continue
            kind = class_of(thing)
            if kind is not None:
                found[_OF_CLASS + kind, _CLASS] = None
                alike = kind + "/21/"
            if makes and is_lot(thing):
                found[thing, _MADE] = None
    for identifier, touch in _other_touches(event):
        found[_MARKS[touch] + thing_of(identifier), touch] = None
    return found


# --------------------------------------------------------------------------------------------- flows


def _things(*lists: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(thing_of(identifier) for identifiers in lists for identifier in identifiers))


def _transformed(event: TransformationEvent) -> Iterator[PassageRow]:
    inputs = _things(event.input_epcs, (one.epc_class for one in event.input_quantities))
    outputs = _things(event.output_epcs, (one.epc_class for one in event.output_quantities))
    if event.transformation_id is not None:
        knot = transformation(event.transformation_id)
        # In one event the knot is on both sides: goods reach the outputs at once, and through the knot those that
        # other events tell.
        inputs.append(knot)
        outputs.append(knot)
    for thing in inputs:
        yield 0, thing, SOURCE_SIDE, _TRANSFORMED
    for thing in outputs:
        yield 0, thing, PRODUCT_SIDE, _TRANSFORMED


def _packed(event: AggregationEvent) -> Iterator[PassageRow]:
    if event.parent_id is None or event.action == "OBSERVE":
        return
    children = _things(event.child_epcs, (one.epc_class for one in event.child_quantities))
    passage = _CONTAINED if event.action == "ADD" else _REMOVED if children else _EMPTIED
    for thing in children:
        yield 0, thing, SOURCE_SIDE, passage
    yield 0, thing_of(event.parent_id), PRODUCT_SIDE, passage


def _flows(event: Event) -> Iterator[PassageRow]:
    if event.error_declaration is not None:
        return  # it says that something did not happen
    if isinstance(event, TransformationEvent):
        yield from _transformed(event)
    elif isinstance(event, AggregationEvent):
        yield from _packed(event)
    yield from members(event)


# --------------------------------------------------------------------------------------------- all together


_LISTINGS: Final = (  # of each of these columns; None: it is not listed
    Listing.EVENT_TYPE.value,
    None,
    Listing.BIZ_STEP.value,
    Listing.DISPOSITION.value,
    Listing.READ_POINT.value,
    Listing.BIZ_LOCATION.value,
)


def _words(event: Event) -> tuple[str, str, str, str, str, str]:
    """The columns from ``event_type`` to ``biz_location``."""
    return (
        str(event_type(event)),
        getattr(event, "action", ""),
        event.biz_step or "",
        event.disposition or "",
        thing_of(event.read_point.id) if event.read_point else "",
        thing_of(event.biz_location.id) if event.biz_location else "",
    )


def _values(words: Sequence[str]) -> list[tuple[int, str]]:
    return [
        (listing, shortened(word)) for listing, word in zip(_LISTINGS, words, strict=True) if listing and word
    ]


def rows_of(events: Sequence[Event], event_ids: Sequence[str], *, owner: int, at: Time) -> list[Rows]:
    """All rows of events but their `Identity`.

    One kind is made for all of them before the next is begun: a processor that stays with one thing for a while is a
    sixth faster than one that does everything for one event after the other.

    Args:
        events: self-contained (`khcn.trace.store.encoding.bodies`).
        event_ids: the id of each, or its hash where it has none.
        owner: the party that captured them.
        at: their record time.
    """
    recorded = microseconds(at)
    named = list(zip(events, event_ids, strict=True))
    bodies = [body_of(event, event_id=event_id, record_time=at.text) for event, event_id in named]
    touches = [list(links_of(event)) for event in events]
    passages = [list(_flows(event)) for event in events]
    words = [_words(event) for event in events]
    moments = [microseconds(event.event_time) for event in events]
    # Booleans and members of enumerations go into rows as plain numbers: for all else SQLite's driver looks for an
    # adapter each time, which takes as long as inserting half the row.
    heads = [
        (
            owner,
            event_id,
            int(event.error_declaration is not None),
            moment,
            event.event_time.fraction[MICRO_DIGITS:],
            recorded,
        )
        for (event, event_id), moment in zip(named, moments, strict=True)
    ]
    return [
        Rows(moment, owner, (*head, *worded, body), touching, passing, _values(worded))
        for moment, head, worded, body, touching, passing in zip(
            moments, heads, words, bodies, touches, passages, strict=True
        )
    ]
