"""Traverses the lineage graph (`LineageEdgeEnd`) in one recursive statement; SQLite from 3.37, PostgreSQL from 15.

The recursion alternates between things and edges: from a thing to the edges it is an end of, and from an edge to the
things at its other side. Its work therefore grows with the number of edge ends, and never with the product of the two
sides (a batch of 200 inputs has 10,000 labelled outputs). A row of the recursion is one of two kinds:

- a thing, with the period that is asked about, ``[since, until)``, and the edge by which it was reached (``via``);
- an edge (``event`` and ``part``), with the period for which it is followed and the side to go to (``far``).

``UNION`` drops rows that were found before, so cycles end. Times are microseconds.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from django.db import connection

from khcn.epcis import QueryError
from khcn.trace.models import LineageEdgeEnd, TraceParty
from khcn.trace.queries.graph.given_tables import GivenTables, values_of_tables
from khcn.trace.queries.graph.traversal_terms import (
    MAX_TIME,
    MIN_TIME,
    NOTHING_LEFT,
    TRANSFORMATION_NODE,
    Direction,
    ReachedThing,
    Trusted,
)
from khcn.trace.queries.packages.removals_by_receivers import MOST_REMOVALS, removals_by_holders
from khcn.trace.queries.walks.traversal_by_steps import traverse_by_steps
from khcn.trace.store.database.sql import Sql, fetch
from khcn.trace.store.database.stores import own_alias, several_stores
from khcn.trace.store.encoding.lineage_graph import AMOUNT_OF
from khcn.trace.stored_codes import EdgeKind, EdgeSide

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

MAX_EDGE_ENDS: Final = 100_000
"""Edge ends that one answer may have; a larger graph is refused and not truncated."""

_BATCH_SIZE: Final = 1000

_COLUMNS: Final = "thing, since, until, whole, via, via_part, event, part, far"
_NO_EDGE: Final = "CAST(NULL AS bigint), CAST(NULL AS integer), CAST(NULL AS smallint)"
_NO_VIA: Final = "CAST(NULL AS bigint), CAST(NULL AS integer)"

# When {child}, packed into {parent} by the row `edge`, leaves it: at the first removal that names the child, or when the
# parent is next emptied (EPCIS 2.0, 7.4.3). An emptying at the same instant as the packing came before it: times are
# often only exact to the minute or the day. A containment lasts at least a microsecond, so that goods that were packed
# and unpacked "on the 9th" were inside.
#
# A lot goes into thousands of boxes, so its removal is searched among the removals from the box; single items leave a
# pallet one by one, so their removal is searched among their own rows. Where events say how much of a lot they pack and take
# out, it leaves when all that was packed since is out; what other parties pack counts where they take out too. BETWEEN stands for "equal": with it PostgreSQL
# uses the index on the rows of one event instead of reading all rows of the thing.
_END_OF_CONTAINMENT: Final = """{greatest}(edge.event_time + 1, {least}(
      coalesce(CASE WHEN {child} LIKE '%%/10/%%' THEN (
        SELECT p.event_time FROM {edge_ends} p
        WHERE p.thing = {parent} AND p.side = {product} AND p.kind = {removal} AND p.event_time >= edge.event_time
          AND NOT p.voided AND {counts_p}
          AND (SELECT c.side FROM {edge_ends} c WHERE c.event = p.event AND c.part = p.part AND c.side = {source} AND c.kind = {removal}
                 AND c.thing BETWEEN {child} AND {child}) IS NOT NULL
        ORDER BY p.event_time LIMIT 1)
      ELSE (
        SELECT c.event_time FROM {edge_ends} c
        WHERE c.thing = {child} AND c.side = {source} AND c.kind = {removal} AND c.event_time >= edge.event_time
          AND NOT c.voided AND {counts_c}
          AND (SELECT p.side FROM {edge_ends} p WHERE p.event = c.event AND p.part = c.part AND p.side = {product}
                 AND p.thing BETWEEN {parent} AND {parent}) IS NOT NULL
        ORDER BY c.event_time LIMIT 1)
      END, {max_time}),
      coalesce((
        SELECT p.event_time FROM {edge_ends} p
        WHERE p.thing = {parent} AND p.side = {product} AND p.kind = {emptying} AND p.event_time > edge.event_time
          AND NOT p.voided AND {counts_p}
        ORDER BY p.event_time LIMIT 1), {max_time}),
      coalesce(CASE WHEN {child} NOT LIKE '%%/21/%%' THEN (
        SELECT min(m.event_time) FROM (
          SELECT q.event_time, q.kind,
            sum(CASE WHEN q.kind = {containment} THEN q.quantity ELSE -q.quantity END) OVER (ORDER BY q.event_time) AS rest
          FROM {edge_ends} q
          WHERE q.thing = (SELECT o.thing FROM {edge_ends} o WHERE o.event = edge.event AND o.part = edge.part AND o.side = {amount}
              AND o.thing BETWEEN '{amount_of}' || {child} || ' ' AND '{amount_of}' || {child} || ' ~' LIMIT 1)
            AND q.side = {amount} AND q.kind IN ({containment}, {part_removal}) AND q.event_time >= edge.event_time AND NOT q.voided
            AND CASE WHEN q.kind = {part_removal} THEN {counts_q}
              ELSE q.owner = edge.owner OR q.owner IN (SELECT c.owner FROM {edge_ends} c
                WHERE c.thing = q.thing AND c.side = {amount} AND c.kind = {part_removal} AND NOT c.voided AND {counts_c}) END) AS m
        WHERE m.kind = {part_removal} AND m.rest < {nothing}) END, {max_time})))"""
_PARENT: Final = """(SELECT h.thing FROM {edge_ends} h
      WHERE h.event = edge.event AND h.part = edge.part AND h.side = {product} LIMIT 1)"""

# Goods named by a GTIN alone may be any item of that class: they are reached, but the traversal stops there.
_NOT_A_CLASS: Final = "(r.via = 0 OR r.thing NOT LIKE 'https://id.gs1.org/01/______________')"
_ONE_STEP: Final = "(r.via = 0 OR r.thing LIKE '" + TRANSFORMATION_NODE + "%%')"

_UP_TO_EDGES: Final = """SELECT {no_thing},
    CASE edge.kind WHEN {containment} THEN r.since ELSE {min_time} END,
    CASE edge.kind WHEN {containment} THEN r.until ELSE {max_time} END,
    1, {no_via}, edge.event, edge.part, CAST({source} AS smallint)
  {from_edge_ends} edge.thing = r.thing AND edge.side = {product} AND edge.kind IN ({kinds}) AND NOT edge.voided{followed}
    AND r.since < r.until AND {may_continue}
    AND (edge.kind = {membership} OR edge.event_time < r.until
         OR (edge.kind = {transformation} AND edge.event_time = r.until))"""
_UP_TO_SOURCES: Final = """SELECT edge.thing,
    CASE edge.kind WHEN {containment} THEN {greatest}(r.since, edge.event_time) ELSE {min_time} END,
    CASE edge.kind WHEN {containment} THEN {least}(r.until, {end_of_other}) ELSE {max_time} END,
    1, r.event, r.part, {no_edge}
  {from_edge_ends} edge.event = r.event AND edge.part = r.part AND edge.side = r.far"""

# `whole`: the thing itself is affected, and with it everything inside. A container into which affected goods were packed
# is not: its other contents are not downstream of them. What leaves an affected container stays affected.
_DOWN_TO_EDGES: Final = """SELECT {no_thing},
    CASE edge.kind WHEN {transformation} THEN {min_time}
      WHEN {containment} THEN {greatest}(r.since, edge.event_time) ELSE r.since END,
    CASE edge.kind WHEN {containment} THEN {least}(r.until, {end_of_asked}) ELSE {max_time} END,
    CASE edge.kind WHEN {containment} THEN 0 ELSE 1 END,
    {no_via}, edge.event, edge.part, CAST({product} AS smallint)
  {from_edge_ends} edge.thing = r.thing AND edge.side = {source} AND edge.kind IN ({kinds}) AND NOT edge.voided{followed}
    AND r.since < r.until AND {may_continue}
    AND (edge.kind = {membership} OR (edge.kind = {containment} AND edge.event_time < r.until)
         OR (edge.kind = {transformation} AND edge.event_time BETWEEN r.since AND r.until))"""
_DOWN_TO_CONTENTS: Final = """SELECT {no_thing}, r.since, r.until, 1, {no_via}, edge.event, edge.part, CAST({source} AS smallint)
  {from_edge_ends} edge.thing = r.thing AND edge.side = {product} AND edge.kind = {containment} AND NOT edge.voided{followed}
    AND r.whole = 1 AND edge.event_time < r.until AND r.since < r.until AND {may_continue}"""
_DOWN_TO_THINGS: Final = """SELECT edge.thing,
    CASE WHEN r.far = {source} THEN {greatest}(r.since, edge.event_time) ELSE r.since END,
    CASE WHEN r.far = {source} AND {end_of_other} <= r.since THEN {min_time} ELSE r.until END,
    r.whole, r.event, r.part, {no_edge}
  {from_edge_ends} edge.event = r.event AND edge.part = r.part AND edge.side = r.far AND r.since < r.until"""

_AUTHORITIES: Final = f"SELECT a.id FROM {TraceParty._meta.db_table} a WHERE a.is_authority"  # noqa: S608 -- constants

_CODES: Final = {
    "source": int(EdgeSide.SOURCE),
    "product": int(EdgeSide.PRODUCT),
    "transformation": int(EdgeKind.TRANSFORMATION),
    "containment": int(EdgeKind.CONTAINMENT),
    "removal": int(EdgeKind.REMOVAL),
    "membership": int(EdgeKind.MEMBERSHIP),
    "emptying": int(EdgeKind.EMPTYING),
    "part_removal": int(EdgeKind.PART_REMOVAL),
    "amount": int(EdgeSide.AMOUNT),
    "amount_of": AMOUNT_OF,
    "nothing": NOTHING_LEFT,
}


class GraphTooLarge(QueryError):  # noqa: N818 -- an answer, not a fault
    """More is reached than the `limit` of an answer; `reached` is a part of it."""

    def __init__(self, reached: list[ReachedThing], limit: int) -> None:
        super().__init__(
            "QueryTooLargeException",
            "epc",
            f"Chuỗi truy xuất có hơn {limit} mắt xích. Hỏi từng bước (step-back, step-forward).",
            f"the graph has more than {limit} links; ask step by step",
        )
        self.reached = reached
        self.limit = limit


@lru_cache
def _statement(direction: Direction, vendor: str, given: GivenTables) -> str:
    """The statement; its parameters are those of the tables given, the list of things, then the largest number of rows.

    SQLite allows several recursive terms. PostgreSQL allows only one, so there the terms are joined by UNION ALL in a
    LATERAL sub-select, which also makes its planner look up row by row.
    """
    sqlite = vendor == "sqlite"
    fields = {
        "edge_ends": LineageEdgeEnd._meta.db_table,
        **_CODES,
        "kinds": ", ".join(str(int(each)) for each in direction.kinds),
        "min_time": f"CAST({MIN_TIME} AS bigint)",
        "max_time": f"CAST({MAX_TIME} AS bigint)",
        "no_thing": "CAST(NULL AS text)",
        "no_via": _NO_VIA,
        "no_edge": _NO_EDGE,
        # the column is compared by code point (migration 0001); PostgreSQL needs the same collation at the start
        "asked": "CAST(asked.value AS text)" + ("" if sqlite else ' COLLATE "C"'),
        "greatest": "max" if sqlite else "greatest",
        "least": "min" if sqlite else "least",
        "may_continue": f"{_NOT_A_CLASS} AND {_ONE_STEP}" if direction.one_step else _NOT_A_CLASS,
    }
    fields["from_edge_ends"] = (
        "FROM reached r CROSS JOIN {edge_ends} edge ON" if sqlite else "FROM {edge_ends} edge WHERE"
    ).format(**fields)
    for name in ("p", "c", "q"):
        of_authorities = f"{name}.owner IN ({_AUTHORITIES})"
        fields[f"counts_{name}"] = (
            f"({name}.owner = edge.owner OR {of_authorities}{given.or_counted(name, 'edge')})"
        )
    fields["followed"] = given.and_followed("edge")
    parent = _PARENT.format(**fields)
    fields["end_of_asked"] = _END_OF_CONTAINMENT.format(**fields, child="r.thing", parent=parent)
    fields["end_of_other"] = _END_OF_CONTAINMENT.format(**fields, child="edge.thing", parent=parent)
    ways = (
        (_UP_TO_EDGES, _UP_TO_SOURCES)
        if direction.upstream
        else (_DOWN_TO_EDGES, _DOWN_TO_CONTENTS, _DOWN_TO_THINGS)
    )
    terms = [way.format(**fields) for way in ways]
    if sqlite:
        recursion = "\n  UNION\n  ".join(terms)
    else:
        recursion = (
            "SELECT step.* FROM reached r CROSS JOIN LATERAL (\n" + "\n  UNION ALL\n  ".join(terms) + ") step"  # noqa: S608 -- constants
        )
    begin = "json_each(%s) AS asked" if sqlite else "unnest(%s::text[]) AS asked (value)"
    tables = "".join(f"{table},\n" for table in given.named(vendor))
    return f"""WITH RECURSIVE {tables}reached ({_COLUMNS}) AS (
  SELECT {fields["asked"]}, {fields["min_time"]}, {fields["max_time"]}, {int(direction.whole)},
    CAST(0 AS bigint), 0, {_NO_EDGE}
  FROM {begin}
  UNION
  {recursion})
SELECT thing, since, until, via, via_part FROM reached WHERE thing IS NOT NULL AND since < until LIMIT %s"""  # noqa: S608 -- constants


def traverse(
    things: Sequence[str], direction: Direction, *, most: int, trusted: Trusted
) -> list[ReachedThing]:
    """All things reached from `things`, including these, in no order; in the own store by one statement.

    At most `most` rows; a thing has one row for each edge by which it was reached and each period for which it counts.
    """
    if several_stores() is not None:
        return traverse_by_steps(things, direction, most=most, trusted=trusted)
    vendor = connection.vendor
    statement = _statement(direction, vendor, GivenTables.of(trusted))
    asked = json.dumps(things) if vendor == "sqlite" else list(things)
    values = (*values_of_tables(trusted, vendor), asked, most)
    return [ReachedThing(*row) for row in fetch(Sql(statement, values), own_alias())]


def reached_things(
    things: Collection[str],
    direction: Direction,
    *,
    most: int | None = None,
    left_out: frozenset[int] = frozenset(),
    owners: frozenset[int] | None = None,
) -> list[ReachedThing]:
    """The traversal from canonical ids, with at most `most` rows (None: `MAX_EDGE_ENDS`).

    `owners`: only the edges that some parties reported are followed.

    Raises:
        GraphTooLarge: where there are more.
    """
    limit = MAX_EDGE_ENDS if most is None else most
    found = traverse(
        sorted(things), direction, most=limit + 1, trusted=Trusted(frozenset(), left_out, owners)
    )
    # they only make the graph smaller, so they are searched in the graph that there is without them
    removals = removals_by_holders({one.thing for one in found}, most=max(limit, MOST_REMOVALS))
    if removals:
        found = traverse(
            sorted(things), direction, most=limit + 1, trusted=Trusted(removals, left_out, owners)
        )
    if len(found) > limit:
        raise GraphTooLarge(found, limit)
    return found
