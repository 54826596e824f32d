"""That a single object was reported as sold to a consumer by several parties, without a return between: one of two is not what it says.

A shop sells an object once. Where two parties say so, a label was copied, or one of them is wrong; which, the authority has to find
out, so every report counts here that the asking party may see, and none is taken for the right one.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.kernel.query_chunks import chunks
from khcn.trace.store import visible_events
from khcn.trace.store.database.sql import Sql, one_of
from khcn.trace.store.database.stores import fetch_everywhere
from khcn.trace.store.encoding.classes_and_lots import is_lot, is_package, is_product_class
from khcn.trace.store.statements.declarations import all_authorities, events_without_effect
from khcn.trace.stored_codes import EventRole

if TYPE_CHECKING:
    from collections.abc import Collection

    from khcn.trace.store import Viewer

MOST_REPORTS: Final = 20_000
"""So many reports of sales and returns are read; where there are more, repeated sales may be missing."""

_BATCH_SIZE: Final = 500


class _Report(NamedTuple):
    thing: str
    event_time: int
    event: int
    owner: int
    is_return: bool


@dataclass(frozen=True, slots=True)
class RepeatedSale:
    """The reports that an object was sold, by party and time in microseconds since 1970-01-01T00:00:00Z, in the order of time."""

    thing: str
    sales: tuple[tuple[int, int], ...]


def repeated_sales(things: Collection[str], viewer: Viewer) -> tuple[tuple[RepeatedSale, ...], bool]:
    """The objects among some things that several parties sold, by events that the viewer may see; and whether these are all."""
    reports, is_whole = _reports(
        [one for one in things if not (is_package(one) or is_product_class(one) or is_lot(one))]
    )
    by_thing: dict[str, list[_Report]] = defaultdict(list)
    for one in _counting(_of_several(reports), viewer):
        by_thing[one.thing].append(one)
    found = []
    for thing, some in sorted(by_thing.items()):
        sales = [one for one in some if not one.is_return]
        returns = [one for one in some if one.is_return]
        if any(_is_repeated(earlier, later, returns) for earlier, later in pairwise(sales)):
            found.append(RepeatedSale(thing, tuple((one.owner, one.event_time) for one in sales)))
    return tuple(found), is_whole


def _is_repeated(earlier: _Report, later: _Report, returns: Collection[_Report]) -> bool:
    """Whether two parties sold it, one after the other, and neither took it back in between."""
    return earlier.owner != later.owner and not any(
        earlier.event_time <= one.event_time <= later.event_time and one.owner in {earlier.owner, later.owner}
        for one in returns
    )


def _reports(objects: Collection[str]) -> tuple[list[_Report], bool]:
    found: list[_Report] = []
    for part in chunks(sorted(objects), _BATCH_SIZE):
        room = MOST_REPORTS - len(found)
        where = one_of("o.thing", part)
        statement = Sql(
            "SELECT DISTINCT o.thing, e.event_time, e.id, e.owner, e.disposition = 'returned' FROM trace_eventobject o "  # noqa: S608 -- constants
            f"JOIN trace_event e ON e.id = o.event AND e.event_time = o.event_time WHERE {where.text} AND o.role = %s "
            "AND (e.biz_step = 'retail_selling' OR e.disposition IN ('retail_sold', 'returned')) LIMIT %s",
            (*where.values, int(EventRole.EPC), room + 1),
        )
        rows = [_Report(*row) for row in fetch_everywhere(statement)]
        found += rows[:room]
        if len(rows) > room:
            return found, False
    return found, True


def _of_several(reports: Collection[_Report]) -> list[_Report]:
    """The reports of objects that several parties sold."""
    sellers: dict[str, set[int]] = defaultdict(set)
    for one in reports:
        if not one.is_return:
            sellers[one.thing].add(one.owner)
    return [one for one in reports if len(sellers[one.thing]) > 1]


def _counting(reports: Collection[_Report], viewer: Viewer) -> list[_Report]:
    """The reports that the viewer may see and that nobody who may has declared wrong, in the order of time."""
    times = {one.event: one.event_time for one in reports}
    shown = times.keys() - events_without_effect(times, all_authorities()) if times else set()
    if not viewer.sees_all:
        shown &= visible_events(viewer, [(event, times[event]) for event in sorted(shown)])
    return sorted((one for one in reports if one.event in shown), key=lambda one: (one.event_time, one.event))
