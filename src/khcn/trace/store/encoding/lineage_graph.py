"""The nodes and edges of the lineage graph, as events report them. Pure functions."""

from __future__ import annotations

import hashlib
import math
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from khcn.epcis.lot_numbers import MOST_LOT_NUMBERS, lot_numbers
from khcn.epcis.model import AggregationEvent, Event, ObjectEvent, TransformationEvent
from khcn.epcis.store import ThingNames, shortened, thing_of
from khcn.trace.store.encoding.amount_units import in_smallest_unit
from khcn.trace.store.encoding.classes_and_lots import NumberedLots, lots_of_instance
from khcn.trace.stored_codes import EdgeKind, EdgeSide

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from khcn.epcis.model import QuantityElement
    from khcn.trace.store.encoding.amount_units import Unit

_SOURCE_SIDE, _PRODUCT_SIDE = EdgeSide.SOURCE.value, EdgeSide.PRODUCT.value
_TRANSFORMED, _CONTAINED = EdgeKind.TRANSFORMATION.value, EdgeKind.CONTAINMENT.value
_REMOVED, _EMPTIED = EdgeKind.REMOVAL.value, EdgeKind.EMPTYING.value
_PARTLY_REMOVED, _AMOUNT = EdgeKind.PART_REMOVAL.value, EdgeSide.AMOUNT.value
_MEMBERSHIP: Final = EdgeKind.MEMBERSHIP.value
_TRANSFORMATION_NODE: Final = "transformation "

AMOUNT_OF: Final = "amount "
"""How the name of an amount begins (`amount_name`)."""

MOST_AMOUNT: Final = 1e18
"""What an event may pack or unpack of a lot, in the smallest unit of its dimension (of mass a billion tons) or as many pieces. A larger
amount is not known, so that no number of rows has a sum that a float cannot hold; real ones are a thousand times smaller (a ship: 500,000 t).
"""

EdgeEndValues = tuple[int, str, int, int, float]
"""An end of a lineage edge as an event reports it: part, thing, `EdgeSide` and `EdgeKind` as numbers, and the quantity of an amount."""


def transformation_node(identifier: str, owner: int) -> str:
    """The graph node of a transformationID in the events of a party; see `LineageEdgeEnd`."""
    return _TRANSFORMATION_NODE + shortened(f"{owner} {thing_of(identifier)}")


def amount_name(lot: str, container: str, uom: str | None) -> str:
    """The name of the amounts of a lot in a container, in one unit of measure (UN/ECE Recommendation 20; None: pieces).

    It begins with the lot, so that it is found beside it in the rows of one event. Amounts in other units have another name, but those
    of one dimension, which are converted (`amount_units`): what a sack holds is not known.
    """
    place = hashlib.sha256(f"{uom or ''} {container}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"{AMOUNT_OF}{lot} {place}"


def _membership_edges(event: Event, names: ThingNames) -> Iterator[EdgeEndValues]:
    """The membership edges of an event: for each lot, the lot and the instances that the event names.

    The parts of the lots of which the event created instances are 1, 2 …, those of lots with which it only names instances -1, -2 …
    """
    created: Iterable[str] = ()
    named: list[str] = []
    numbered: list[NumberedLots] = []
    if isinstance(event, TransformationEvent) or (isinstance(event, ObjectEvent) and event.action == "ADD"):
        # more are refused at capture
        numbered = [NumberedLots(number) for number in lot_numbers(event)[:MOST_LOT_NUMBERS]]
    if isinstance(event, TransformationEvent):
        created, named = event.output_epcs, list(event.input_epcs)
    else:
        epcs = [identifier for _, each in event.epc_fields() for identifier in each]
        if isinstance(event, ObjectEvent) and event.action == "ADD":
            created = epcs
        else:
            named = epcs
    yield from _parts_of_lots(created, numbered, 1, names)
    yield from _parts_of_lots(named, (), -1, names)


def _parts_of_lots(
    identifiers: Iterable[str], numbered: Sequence[NumberedLots], step: int, names: ThingNames
) -> Iterator[EdgeEndValues]:
    lots: dict[str, dict[str, None]] = {}
    for identifier in identifiers:
        if not numbered and "/10/" not in identifier and "/lot/" not in identifier:
            continue
        thing = names[identifier]
        for lot in lots_of_instance(identifier, thing, numbered):
            lots.setdefault(lot, {})[thing] = None
    for place, (lot, instances) in enumerate(lots.items(), start=1):
        yield place * step, lot, _SOURCE_SIDE, _MEMBERSHIP, 0
        for instance in instances:
            yield place * step, instance, _PRODUCT_SIDE, _MEMBERSHIP, 0


def _things(names: ThingNames, *lists: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([names[identifier] for identifiers in lists for identifier in identifiers]))


def _transformed(event: TransformationEvent, owner: int, names: ThingNames) -> Iterator[EdgeEndValues]:
    inputs = _things(names, event.input_epcs, (one.epc_class for one in event.input_quantities))
    outputs = _things(names, event.output_epcs, (one.epc_class for one in event.output_quantities))
    if event.transformation_id is not None:
        node = transformation_node(event.transformation_id, owner)
        # The node is on both sides of this event: goods reach its outputs directly, and through the node the outputs
        # that other events of the same party report.
        inputs.append(node)
        outputs.append(node)
    for thing in inputs:
        yield 0, thing, _SOURCE_SIDE, _TRANSFORMED, 0
    for thing in outputs:
        yield 0, thing, _PRODUCT_SIDE, _TRANSFORMED, 0


def _packed(event: AggregationEvent, names: ThingNames) -> Iterator[EdgeEndValues]:
    if event.parent_id is None or event.action == "OBSERVE":
        return
    children = _things(names, event.child_epcs, (one.epc_class for one in event.child_quantities))
    kind = _CONTAINED if event.action == "ADD" else _REMOVED if children else _EMPTIED
    container = names[event.parent_id]
    # without a quantity all of it
    whole = set(
        _things(
            names, event.child_epcs, (one.epc_class for one in event.child_quantities if one.quantity is None)
        )
    )
    for thing in children:
        of_child = _PARTLY_REMOVED if kind == _REMOVED and thing not in whole else kind
        yield 0, thing, _SOURCE_SIDE, of_child, 0
    only_parts = kind == _REMOVED and not whole
    yield 0, container, _PRODUCT_SIDE, _PARTLY_REMOVED if only_parts else kind, 0
    for name, quantity in _amounts(event.child_quantities, container).items():
        yield 0, name, _AMOUNT, _CONTAINED if kind == _CONTAINED else _PARTLY_REMOVED, quantity


def _amounts(quantities: Iterable[QuantityElement], container: str) -> dict[str, float]:
    """How much an event packs or unpacks of each class or lot, by `amount_name`; of one that it names in units of several dimensions, or
    once without a quantity from 0 to `MOST_AMOUNT`, nothing is known.
    """
    found: dict[str, dict[str | None, float]] = {}
    for one in quantities:
        of_class = found.setdefault(thing_of(one.epc_class), {})
        quantity, uom = _amount(one)
        of_class[uom] = of_class.get(uom, 0) + quantity
    return {
        amount_name(thing, container, uom): quantity
        for thing, each in found.items()
        for uom, quantity in each.items()
        if len(each) == 1 and 0 < quantity <= MOST_AMOUNT
    }


def _amount(one: QuantityElement) -> tuple[float, str | None]:
    """How much it is, in the smallest unit of its dimension; no number where it does not say, or nothing that can be packed."""
    if not one.quantity:
        return math.nan, one.uom
    try:
        quantity, uom = in_smallest_unit(Decimal(one.quantity), one.uom)
        return float(quantity) if 0 < quantity <= MOST_AMOUNT else math.nan, uom
    except ArithmeticError:
        return math.nan, one.uom


def smallest_amount(one: QuantityElement, unit: Unit) -> Decimal | None:
    """How much it is, in the smallest unit of its dimension; None where it does not say, or says what cannot be."""
    if one.quantity is None or one.quantity <= 0:
        return None
    try:
        amount = Decimal(one.quantity) * unit.factor
    except ArithmeticError:
        return None
    return amount if amount <= MOST_AMOUNT else None


def edge_ends_of(event: Event, owner: int, names: ThingNames) -> Iterator[EdgeEndValues]:
    """All ends of lineage edges that an event of a party reports; none for the declaration that an event is wrong."""
    if event.error_declaration is not None:
        return  # it declares that an event did not happen
    if isinstance(event, TransformationEvent):
        yield from _transformed(event, owner, names)
    elif isinstance(event, AggregationEvent):
        yield from _packed(event, names)
    yield from _membership_edges(event, names)
