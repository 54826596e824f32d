"""What was reported against a single object or a lot: stolen, destroyed, unfit, or its code no longer in use; by those who are trusted in
this: authorities, the maker, and of a single object its holder.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.epcis.store import thing_of
from khcn.trace.queries.holders.holders import Statement, holders_of_goods
from khcn.trace.queries.page_notices import Notice
from khcn.trace.store.database.event_rows import rows_by_id
from khcn.trace.store.database.sql import ALL
from khcn.trace.store.encoding.amount_units import unit_of
from khcn.trace.store.encoding.classes_and_lots import is_lot
from khcn.trace.store.encoding.lineage_graph import smallest_amount
from khcn.trace.store.statements.events_by_id import captured_at

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from khcn.epcis.model import Event
    from khcn.trace.queries.journey_terms import Journey, PublicEvent

_NOTICES: Final = {
    "stolen": Notice.STOLEN,
    "destroyed": Notice.DESTROYED,
    "disposed": Notice.DESTROYED,
    "non_conformant": Notice.UNFIT,
    "damaged": Notice.UNFIT,
    "expired": Notice.UNFIT,
}
"""By disposition (CBV 2.0, 7.2.2)."""

_OF_SALES: Final = frozenset(
    {"retail_sold", "dispensed", "partially_dispensed", "retail_selling", "dispensing"}
)
"""Dispositions and steps with which a DELETE says that somebody has bought the goods, and nothing against them."""

_FIT: Final = frozenset({"active", "available", "conformant", "sellable_accessible"})
"""What ends a report about a lot. Other dispositions do not: a lot is moved in parts, whatever is wrong with it."""

_GONE: Final = frozenset({Notice.DESTROYED, Notice.INACTIVE})
"""What says nothing of the rest, where it is of a part."""

MOST_EVENTS: Final = 200
"""Of so many events with a disposition, the latest are looked at; those of authorities and the maker beside them."""


def reported_loss(goods: Journey, authorities: Collection[int]) -> Notice | None:
    """What trusted parties reported against goods; None where the latest report is nothing against them.

    A disposition holds until the next one (CBV 2.0, 7.2). One of a party that did not hold the object says nothing of it: who has
    stolen it ends nothing by selling it. What an authority says stands until an authority says otherwise. An object is also what its lot is.
    """
    lots = [goods.thing] if is_lot(goods.thing) else list(goods.lots)
    of_object = None if is_lot(goods.thing) else _of_object(goods, authorities)
    return of_object or next(filter(None, (_of_lot(lot, goods, authorities) for lot in lots)), None)


def _against(event: PublicEvent) -> Notice | None:
    if event.disposition in _NOTICES:
        return _NOTICES[event.disposition]
    is_sale = not _OF_SALES.isdisjoint({event.disposition, event.biz_step})
    is_end = event.event_type == "ObjectEvent" and event.action == "DELETE" and not is_sale
    return Notice.INACTIVE if is_end else None


def _reported_of(thing: str, goods: Journey) -> list[PublicEvent]:
    """The events that say something of the state of a thing."""
    return [
        one
        for one in goods.events
        if thing in one.goods and thing not in one.used and (one.disposition or _against(one))
    ]


# ------------------------------------------------------------------------------------------- single objects


def _of_object(goods: Journey, authorities: Collection[int]) -> Notice | None:
    reported = _reported_of(goods.thing, goods)
    if not any(map(_against, reported)):
        return None
    trusted = {
        *authorities,
        *(goods.makers[one] for one in (goods.thing, *goods.lots) if one in goods.makers),
    }
    others = [one for one in reported if one.owner not in trusted][-MOST_EVENTS:]
    of_holders = _by_holders(goods, others)
    counting = [one for one in reported if one.owner in trusted or one.event in of_holders]
    by_authorities = [one for one in counting if one.owner in authorities]
    latest = (_against(some[-1]) for some in (by_authorities, counting) if some)
    return next(filter(None, latest), None)


def _by_holders(goods: Journey, events: Collection[PublicEvent]) -> set[int]:
    """Those of some events that a party reported as its holder."""
    if not events:
        return set()
    recorded = captured_at({one.event: one.event_time for one in events})
    holders = holders_of_goods(goods, goods.makers)[goods.thing]
    return {
        one.event
        for one in events
        if one.event in recorded
        and holders.is_holder(
            Statement(one.event_time, one.event_time_rest, one.event, one.owner, recorded[one.event])
        )
    }


# ------------------------------------------------------------------------------------------- lots


class _Amount(NamedTuple):
    """How much of a lot an event is about, in the smallest unit of its dimension; None where it does not say."""

    quantity: Decimal | None
    unit: str = ""


@dataclass(slots=True)
class _State:
    """What is reported against a lot, as far as its events were read."""

    made: Mapping[str, Decimal]
    whole: Notice | None = None
    unfit: dict[str, Decimal] = field(default_factory=dict)
    gone: dict[str, Decimal] = field(default_factory=dict)

    def read(self, event: PublicEvent, amount: _Amount) -> None:
        against = _against(event)
        made = self.made.get(amount.unit)
        if against in _GONE and amount.quantity is not None:
            self.gone[amount.unit] = self.gone.get(amount.unit, 0) + amount.quantity
            is_whole = made is not None and self.gone[amount.unit] >= made
        else:
            is_whole = amount.quantity is None or (made is not None and amount.quantity >= made)
        if against and is_whole:
            self.whole = against
        elif against and against not in _GONE:
            self._add_unfit(amount, 1)
        elif against:
            self._add_unfit(amount, -1)  # mostly what was found unfit before
        elif event.disposition in _FIT and is_whole:
            self.whole = None
            self.unfit.clear()
        elif event.disposition in _FIT:
            self._add_unfit(amount, -1)

    def _add_unfit(self, amount: _Amount, sign: int) -> None:
        found = self.unfit.get(amount.unit, 0) + sign * (amount.quantity or 0)
        self.unfit[amount.unit] = max(Decimal(0), Decimal(found))

    @property
    def notice(self) -> Notice | None:
        return self.whole or (Notice.PARTLY_UNFIT if any(self.unfit.values()) else None)


def _of_lot(lot: str, goods: Journey, authorities: Collection[int]) -> Notice | None:
    """What is reported against a whole lot, or against a part of it where the rest may be good.

    A part that is destroyed says nothing of the rest, until the parts are all that was made.
    """
    maker = goods.makers.get(lot)
    reported = [one for one in _reported_of(lot, goods) if one.owner in {maker, *authorities}]
    if not any(map(_against, reported)):
        return None
    times = {**goods.made, **{one.event: one.event_time for one in reported}}
    rows = {row.id: row for row in rows_by_id(list(times.items()), ALL)}
    amounts = {number: _amount(row.event, lot) for number, row in rows.items()}
    made: dict[str, Decimal] = {}
    for quantity, unit in (amounts[one] for one in goods.made if one in rows and rows[one].owner == maker):
        if quantity is not None:
            made[unit] = made.get(unit, 0) + quantity
    by_authorities = [one for one in reported if one.owner in authorities]
    return next(filter(None, (_state(some, amounts, made) for some in (by_authorities, reported))), None)


def _state(
    events: Sequence[PublicEvent], amounts: Mapping[int, _Amount], made: Mapping[str, Decimal]
) -> Notice | None:
    state = _State(made)
    for one in events:
        if one.event in amounts:
            state.read(one, amounts[one.event])
    return state.notice


def _amount(event: Event, lot: str) -> _Amount:
    found: dict[str, Decimal] = {}
    for _list_name, some in event.quantity_fields():
        for one in some:
            unit = unit_of(one.uom)
            amount = smallest_amount(one, unit) if thing_of(one.epc_class) == lot else None
            if amount is not None:
                found[unit.smallest] = found.get(unit.smallest, 0) + amount
    return next((_Amount(amount, unit) for unit, amount in found.items()), _Amount(None))
