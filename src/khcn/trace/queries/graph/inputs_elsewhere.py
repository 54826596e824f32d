"""The ingredients on other pages of which, or of what they were in, a recall was reported: looked up by the database, which numbers them, and not read.

So the page of what was made of thousands of lots says that one of them is recalled, whichever page that is on. In a chain over several
provinces the recalls of one store cannot be joined with the ingredients in another; there the answer says that it does not know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.trace.models import LineageEdgeEnd
from khcn.trace.queries.graph.packed_things import things_in_recalled_packages
from khcn.trace.queries.graph.traversal_terms import TRANSFORMATION_NODE
from khcn.trace.store.database.sql import Sql, every, one_of, text_range
from khcn.trace.store.database.stores import fetch_everywhere, several_stores
from khcn.trace.store.statements.recall_statements import is_of_recall
from khcn.trace.stored_codes import EdgeKind, EdgeSide

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

MOST_PLACES: Final = 10_000
"""So many ingredients of an event, and events by which a thing was made, are looked at."""

MOST_ELSEWHERE: Final = 500
"""So many ingredients on other pages are named by their pages."""

MOST_PACKED: Final = 2000
"""Of so many ingredients on other pages that were packed in something it is asked whether that was recalled."""

_TABLE: Final = LineageEdgeEnd._meta.db_table
_TRANSFORMED: Final = Sql("e.kind = %s AND NOT e.voided", (int(EdgeKind.TRANSFORMATION),))


class ElsewhereInput(NamedTuple):
    """An ingredient of which, or of what it was packed in, somebody reported a recall; the page of ingredients that it is on, and when it was
    used.
    """

    thing: str
    page: int
    event_time: int


def recalled_sources_of_events(
    events: Sequence[int], parties: Collection[int], page: int, size: int
) -> tuple[list[ElsewhereInput], bool]:
    """The sources of transformations that are on other pages and of which a recall was reported; and whether these are all.

    Args:
        events: the transformations.
        parties: who reported them, and the authorities; where there are too many, what these report to be recalled comes first.
        page: the page that is shown, from 1.
        size: so many sources of each are on a page.
    """
    node = text_range("e.thing", TRANSFORMATION_NODE)
    where = every([one_of("e.event", events), Sql("e.side = %s", (int(EdgeSide.SOURCE),)), _TRANSFORMED])
    numbered = Sql(
        "SELECT e.thing, e.event_time, row_number() OVER (PARTITION BY e.event, e.part ORDER BY e.thing) AS place "  # noqa: S608 -- constants
        f"FROM {_TABLE} e WHERE {where.text} AND NOT {node.text}",
        (*where.values, *node.values),
    )
    return _recalled(numbered, parties, page, size)


def recalled_sources_of_products(
    things: Sequence[str], parties: Sequence[int], page: int, size: int
) -> tuple[list[ElsewhereInput], bool]:
    """The same, of the sources of the events by which parties made some things, where those events are on other pages."""
    made = every(
        [
            one_of("e.thing", things),
            one_of("e.owner", parties),
            Sql("e.side = %s", (int(EdgeSide.PRODUCT),)),
            Sql(
                "e.kind IN (%s, %s) AND NOT e.voided",
                (int(EdgeKind.TRANSFORMATION), int(EdgeKind.MEMBERSHIP)),
            ),
        ]
    )
    numbered = Sql(
        "SELECT s.thing, s.event_time, m.place FROM (SELECT e.event, e.part, "  # noqa: S608 -- constants
        f"row_number() OVER (PARTITION BY e.thing ORDER BY e.event) AS place FROM {_TABLE} e WHERE {made.text}) AS m "
        f"JOIN {_TABLE} s ON s.event = m.event AND s.part = m.part AND s.side = {int(EdgeSide.SOURCE)} "
        f"AND s.kind = {int(EdgeKind.TRANSFORMATION)}",
        made.values,
    )
    return _recalled(numbered, parties, page, size)


def _recalled(
    numbered: Sql, parties: Collection[int], page: int, size: int
) -> tuple[list[ElsewhereInput], bool]:
    if several_stores() is not None:
        return [], False
    shown = (page - 1) * size
    first = (
        f"max(CASE WHEN n.place <= {MOST_PLACES} AND {is_of_recall('n.thing', parties)} THEN 1 ELSE 0 END)"
    )
    statement = Sql(
        f"SELECT n.thing, max(n.place), max(n.event_time), {first} FROM ({numbered.text}) AS n "  # noqa: S608 -- constants
        f"WHERE (n.place <= %s OR n.place > %s) AND (n.place > {MOST_PLACES} OR {is_of_recall('n.thing')}) "
        "GROUP BY n.thing, (n.place - 1) / %s ORDER BY 4 DESC, 2 LIMIT %s",
        (*numbered.values, shown, shown + size, size, MOST_ELSEWHERE + 1),
    )
    rows = fetch_everywhere(statement)
    known = [
        ElsewhereInput(thing, (place - 1) // size + 1, moment)
        for thing, place, moment, _first in rows
        if place <= MOST_PLACES
    ]
    is_whole = len(known) == len(rows) <= MOST_ELSEWHERE
    packed = _packed(numbered, shown, size)
    inside = things_in_recalled_packages([one.thing for one in packed[:MOST_PACKED]])
    known = [*known[:MOST_ELSEWHERE], *(one for one in packed[:MOST_PACKED] if one.thing in inside)]
    return known, is_whole and len(packed) <= MOST_PACKED and not _have_sources(numbered, shown, size)


def _packed(numbered: Sql, shown: int, size: int) -> list[ElsewhereInput]:
    """The ingredients on other pages that were packed in something; one more than `MOST_PACKED` at most."""
    packed = (
        f"(SELECT 1 FROM {_TABLE} d WHERE d.thing = n.thing AND d.side = {int(EdgeSide.SOURCE)} "  # noqa: S608 -- constants
        f"AND d.kind = {int(EdgeKind.CONTAINMENT)} LIMIT 1) = 1"
    )
    statement = Sql(
        f"SELECT n.thing, max(n.place), max(n.event_time) FROM ({numbered.text}) AS n "  # noqa: S608 -- constants
        f"WHERE (n.place <= %s OR n.place > %s) AND n.place <= {MOST_PLACES} AND {packed} "
        "GROUP BY n.thing, (n.place - 1) / %s ORDER BY 2, 1 LIMIT %s",
        (*numbered.values, shown, shown + size, size, MOST_PACKED + 1),
    )
    return [
        ElsewhereInput(thing, (place - 1) // size + 1, moment)
        for thing, place, moment in fetch_everywhere(statement)
    ]


def _have_sources(numbered: Sql, shown: int, size: int) -> bool:
    """Whether an ingredient on another page was made of something itself, or something was packed in it: what has not been looked at."""
    made = (
        f"(SELECT 1 FROM {_TABLE} d WHERE d.thing = n.thing AND d.side = {int(EdgeSide.PRODUCT)} "  # noqa: S608 -- constants
        f"AND d.kind IN ({int(EdgeKind.TRANSFORMATION)}, {int(EdgeKind.CONTAINMENT)}) AND NOT d.voided LIMIT 1) = 1"
    )
    statement = (
        f"SELECT 1 FROM ({numbered.text}) AS n WHERE (n.place <= %s OR n.place > %s) AND {made} LIMIT 1"  # noqa: S608 -- the same
    )
    return bool(fetch_everywhere(Sql(statement, (*numbered.values, shown, shown + size))))
