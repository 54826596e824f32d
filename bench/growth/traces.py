"""Who is trusted for boxes on a pallet, by how many boxes there are. Runs on a database of its own."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from bench.growth.measuring import Case
from khcn.epcis import Time
from khcn.epcis.codec.json_binding.decode_events import decode_event
from khcn.epcis.codec.json_binding.names import Names
from khcn.trace.store import write_events
from khcn.trace.store.confirmations import Standing, confirmed_standings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from khcn.epcis import Event

MAKER: Final = 1
_MOST_BOXES: Final = 4096
_AT: Final = Time("2026-10-09T10:00:00Z")


def _packed(count: int, day: int, parent: str, **inside: Any) -> Event:
    tree = {
        "type": "AggregationEvent",
        "eventTime": f"2026-10-{day:02}T08:00:00+07:00",
        "eventTimeZoneOffset": "+07:00",
        "eventID": f"urn:example:{count}:{parent}",
        "action": "ADD",
        "parentID": parent,
        **inside,
    }
    return decode_event(tree, Names({}))


@cache
def _boxes(count: int) -> frozenset[Standing]:
    """A lot in so many boxes, all on one pallet, once in the database; and what is asked of them."""
    lot = f"https://id.gs1.org/01/09521234220312/10/D{count}"
    pallet, *boxes = (f"https://id.gs1.org/00/{count:08}{place:010}" for place in range(count + 1))
    some = [{"epcClass": lot, "quantity": 1}]
    events = [_packed(count, 2, box, childQuantityList=some) for box in boxes]
    events.append(_packed(count, 3, pallet, childEPCs=boxes))
    with transaction.atomic():
        write_events(events, at=_AT, owner=MAKER, job=0)
    return frozenset(Standing(MAKER, thing) for thing in (lot, *boxes))


def _asked(count: int) -> Callable[[], object]:
    standings = _boxes(count)
    return lambda: confirmed_standings(standings, places={}, authorities=())


def cases() -> Iterator[Case]:
    """Boxes on one pallet."""
    yield Case("trace.confirmed_standings", "thùng trên một kiện", _asked, most=_MOST_BOXES)
