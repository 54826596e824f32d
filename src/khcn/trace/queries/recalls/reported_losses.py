"""That a single object was reported stolen or destroyed, by those who are trusted in this: authorities, its maker, and its holder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from khcn.trace.queries.holders.holders import Statement, holders_of_goods
from khcn.trace.queries.page_notices import Notice
from khcn.trace.store.encoding.classes_and_lots import is_lot
from khcn.trace.store.statements.events_by_id import captured_at

if TYPE_CHECKING:
    from collections.abc import Collection

    from khcn.trace.queries.journey_terms import Journey, PublicEvent

_NOTICES: Final = {"stolen": Notice.STOLEN, "destroyed": Notice.DESTROYED}
"""By disposition (CBV 2.0, 7.2.2)."""

MOST_EVENTS: Final = 200
"""Of so many events with a disposition, the latest are looked at; those of authorities and the maker beside them."""


def reported_loss(goods: Journey, authorities: Collection[int]) -> Notice | None:
    """What the latest disposition says that a trusted party reported of an object; None where it is another one.

    A disposition holds until the next one (CBV 2.0, 7.2). One of a party that did not hold the object says nothing of it: who has
    stolen it ends nothing by selling it. What an authority says stands until an authority says otherwise.
    """
    if is_lot(goods.thing):
        return None
    reported = [one for one in goods.events if one.disposition and goods.thing in one.goods]
    if not any(one.disposition in _NOTICES for one in reported):
        return None
    trusted = {
        *authorities,
        *(goods.makers[one] for one in (goods.thing, *goods.lots) if one in goods.makers),
    }
    others = [one for one in reported if one.owner not in trusted][-MOST_EVENTS:]
    of_holders = _by_holders(goods, others)
    counting = [one for one in reported if one.owner in trusted or one.event in of_holders]
    by_authorities = [one for one in counting if one.owner in authorities]
    latest = (some[-1].disposition for some in (by_authorities, counting) if some)
    return next((_NOTICES[one] for one in latest if one in _NOTICES), None)


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
