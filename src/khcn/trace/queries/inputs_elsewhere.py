"""The ingredients on other pages of which a recall was reported: looked up by the database, which numbers them, and not read.

So the page of what was made of thousands of lots says that one of them is recalled, whichever page that is on. In a chain over several
provinces the recalls of one store cannot be joined with the ingredients in another; there the answer says that it does not know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from khcn.trace.models import LineageEdgeEnd
from khcn.trace.queries.traversal_terms import TRANSFORMATION_NODE
from khcn.trace.store.database.sql import Sql, every, one_of, text_range
from khcn.trace.store.database.stores import fetch_everywhere, several_stores
from khcn.trace.store.recall_statements import is_of_recall
from khcn.trace.stored_codes import EdgeKind, EdgeSide

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

MOST_PLACES: Final = 10_000
"""So many ingredients of an event, and events by which a thing was made, are looked at."""

MOST_ELSEWHERE: Final = 500
"""So many ingredients on other pages are named by their pages."""

_TABLE: Final = LineageEdgeEnd._meta.db_table
_TRANSFORMED: Final = Sql("e.kind = %s AND NOT e.voided", (int(EdgeKind.TRANSFORMATION),))


class ElsewhereInput(NamedTuple):
    """An ingredient of which somebody reported a recall, and the page of ingredients that it is on."""

    thing: str
    page: int


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
        "SELECT e.thing, row_number() OVER (PARTITION BY e.event, e.part ORDER BY e.thing) AS place "  # noqa: S608 -- constants
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
        "SELECT s.thing, m.place FROM (SELECT e.event, e.part, "  # noqa: S608 -- constants
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
        f"SELECT n.thing, max(n.place), {first} FROM ({numbered.text}) AS n "  # noqa: S608 -- constants
        f"WHERE (n.place <= %s OR n.place > %s) AND (n.place > {MOST_PLACES} OR {is_of_recall('n.thing')}) "
        "GROUP BY n.thing, (n.place - 1) / %s ORDER BY 3 DESC, 2 LIMIT %s",
        (*numbered.values, shown, shown + size, size, MOST_ELSEWHERE + 1),
    )
    rows = fetch_everywhere(statement)
    known = [
        ElsewhereInput(thing, (place - 1) // size + 1)
        for thing, place, _first in rows
        if place <= MOST_PLACES
    ]
    is_whole = len(known) == len(rows) <= MOST_ELSEWHERE
    return known[:MOST_ELSEWHERE], is_whole and not _have_sources(numbered, shown, size)


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
