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
from khcn.epcis.query_match import event_type
from khcn.epcis.store import shortened, thing_of
from khcn.trace.enums import CLASS_TOUCHES, EPC_TOUCHES, Holding, Listing, Passage, Side, Touch
from khcn.trace.store.bodies import body_of
from khcn.trace.store.instants import MICRO_DIGITS, microseconds
from khcn.trace.store.lots import class_of, is_lot, members

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
FlowRow = tuple[int, int, str, int, int, int, int, bool]

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
    passages: list[tuple[int, str, Side, Passage]]  # part, thing, side, passage
    values: list[tuple[Listing, str]]

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
            (number, part, thing, side, passage, self.moment, self.owner, False)
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


def _transformed(event: TransformationEvent) -> Iterator[tuple[int, str, Side, Passage]]:
    inputs = _things(event.input_epcs, (one.epc_class for one in event.input_quantities))
    outputs = _things(event.output_epcs, (one.epc_class for one in event.output_quantities))
    if event.transformation_id is not None:
        knot = transformation(event.transformation_id)
        # In one event the knot is on both sides: goods reach the outputs at once, and through the knot those that
        # other events tell.
        inputs.append(knot)
        outputs.append(knot)
    for thing in inputs:
        yield 0, thing, Side.SOURCE, Passage.TRANSFORMATION
    for thing in outputs:
        yield 0, thing, Side.PRODUCT, Passage.TRANSFORMATION


def _packed(event: AggregationEvent) -> Iterator[tuple[int, str, Side, Passage]]:
    if event.parent_id is None or event.action == "OBSERVE":
        return
    children = _things(event.child_epcs, (one.epc_class for one in event.child_quantities))
    passage = (
        Passage.CONTAINMENT if event.action == "ADD" else Passage.REMOVAL if children else Passage.EMPTYING
    )
    for thing in children:
        yield 0, thing, Side.SOURCE, passage
    yield 0, thing_of(event.parent_id), Side.PRODUCT, passage


def _flows(event: Event) -> Iterator[tuple[int, str, Side, Passage]]:
    if event.error_declaration is not None:
        return  # it says that something did not happen
    if isinstance(event, TransformationEvent):
        yield from _transformed(event)
    elif isinstance(event, AggregationEvent):
        yield from _packed(event)
    yield from members(event)


# --------------------------------------------------------------------------------------------- all together


def _values(event: Event, kind: str, read_point: str, biz_location: str) -> list[tuple[Listing, str]]:
    found = [(Listing.EVENT_TYPE, shortened(kind))]
    if event.biz_step:
        found.append((Listing.BIZ_STEP, shortened(event.biz_step)))
    if event.disposition:
        found.append((Listing.DISPOSITION, shortened(event.disposition)))
    if read_point:
        found.append((Listing.READ_POINT, read_point))
    if biz_location:
        found.append((Listing.BIZ_LOCATION, biz_location))
    return found


def rows_of(event: Event, *, event_id: str, owner: int, at: Time) -> Rows:
    """All rows of an event but its `Identity`.

    Args:
        event: self-contained (`khcn.trace.store.bodies`).
        event_id: its id, or its hash where it has none.
        owner: the party that captured it.
        at: its record time.
    """
    kind = event_type(event)
    moment = microseconds(event.event_time)
    read_point = thing_of(event.read_point.id) if event.read_point else ""
    biz_location = thing_of(event.biz_location.id) if event.biz_location else ""
    columns = (
        owner,
        event_id,
        event.error_declaration is not None,
        moment,
        event.event_time.fraction[MICRO_DIGITS:],
        microseconds(at),
        str(kind),
        getattr(event, "action", ""),
        event.biz_step or "",
        event.disposition or "",
        read_point,
        biz_location,
        body_of(event, event_id=event_id, record_time=at.text),
    )
    return Rows(
        moment,
        owner,
        columns,
        list(links_of(event)),
        list(_flows(event)),
        _values(event, kind, read_point, biz_location),
    )
