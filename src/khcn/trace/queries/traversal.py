"""The walk through the graph of `Flow` as one recursive statement, for SQLite (3.37 or later) and PostgreSQL (15 or later).

The statement walks by turns from a thing to the passages it stands in and from a passage to the things on its other
side, so that its work grows with the places that things have in passages, never with the product of the two sides (a
batch of 200 inputs has 10,000 labelled outputs). A row of the recursion is one or the other:

- a thing with the time it is asked about, ``[since, until)``, and the passage it was reached by (``via``);
- a passage (``event`` and ``part``) with the time for which it is walked, and the side to walk to (``far``).

``UNION`` drops rows that were there before, so circles end. Times are microseconds; see `Flow` for the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from khcn.trace.enums import Passage, Side
from khcn.trace.models import Flow

if TYPE_CHECKING:
    from collections.abc import Sequence

BEGINNING: Final = -4_000_000_000_000_000_000
FOREVER: Final = 4_000_000_000_000_000_000

CARRYING: Final = (Passage.TRANSFORMATION, Passage.CONTAINMENT, Passage.MEMBERSHIP)
KNOT: Final = "transformation "
"""How the name of a thing begins that stands for a transformationID (`Flow`)."""

_COLUMNS: Final = "thing, since, until, whole, via, via_part, event, part, far"
_NO_PASSAGE: Final = "CAST(NULL AS bigint), CAST(NULL AS integer), CAST(NULL AS smallint)"
_NO_VIA: Final = "CAST(NULL AS bigint), CAST(NULL AS integer)"

# When the stay of {child} in {parent}, begun by the row `f`, ends: with the first removal that names the child, or the
# first time that the parent is emptied (EPCIS 2.0, 7.4.3). An emptying at the very moment of the packing was before it:
# times are often only as exact as a minute or a day. A stay lasts a microsecond at least, so that goods packed and
# unpacked "on the 9th" were there.
#
# A lot goes into thousands of boxes, so its removal is looked for among those from the box; single goods go out of a
# pallet one by one, so theirs is looked for among their own. BETWEEN says "equal" in such a way that PostgreSQL looks
# among the rows of that one event and not among all rows of the thing.
_END: Final = """{greatest}(f.event_time + 1, {least}(
      coalesce(CASE WHEN {child} LIKE '%%/10/%%' THEN (
        SELECT p.event_time FROM {flow} p
        WHERE p.thing = {parent} AND p.side = {product} AND p.passage = {removal} AND p.event_time >= f.event_time
          AND NOT p.voided
          AND (SELECT c.side FROM {flow} c WHERE c.event = p.event AND c.part = p.part AND c.side = {source}
                 AND c.thing BETWEEN {child} AND {child}) IS NOT NULL
        ORDER BY p.event_time LIMIT 1)
      ELSE (
        SELECT c.event_time FROM {flow} c
        WHERE c.thing = {child} AND c.side = {source} AND c.passage = {removal} AND c.event_time >= f.event_time
          AND NOT c.voided
          AND (SELECT p.side FROM {flow} p WHERE p.event = c.event AND p.part = c.part AND p.side = {product}
                 AND p.thing BETWEEN {parent} AND {parent}) IS NOT NULL
        ORDER BY c.event_time LIMIT 1)
      END, {forever}),
      coalesce((
        SELECT p.event_time FROM {flow} p
        WHERE p.thing = {parent} AND p.side = {product} AND p.passage = {emptying} AND p.event_time > f.event_time
          AND NOT p.voided
        ORDER BY p.event_time LIMIT 1), {forever})))"""
_PARENT: Final = """(SELECT h.thing FROM {flow} h
      WHERE h.event = f.event AND h.part = f.part AND h.side = {product} LIMIT 1)"""

# Goods named by their GTIN alone could be any of that kind: they are reached, and nothing is concluded from them.
_NOT_A_KIND: Final = "(r.via = 0 OR r.thing NOT LIKE 'https://id.gs1.org/01/______________')"
_ONE_STEP: Final = "(r.via = 0 OR r.thing LIKE '" + KNOT + "%%')"

_UP_TO_PASSAGE: Final = """SELECT {no_thing},
    CASE f.passage WHEN {containment} THEN r.since ELSE {beginning} END,
    CASE f.passage WHEN {containment} THEN r.until ELSE {forever} END,
    1, {no_via}, f.event, f.part, CAST({source} AS smallint)
  {from_flow} f.thing = r.thing AND f.side = {product} AND f.passage IN ({passages}) AND NOT f.voided
    AND r.since < r.until AND {reach}
    AND (f.passage = {membership} OR f.event_time < r.until
         OR (f.passage = {transformation} AND f.event_time = r.until))"""
_UP_TO_SOURCES: Final = """SELECT f.thing,
    CASE f.passage WHEN {containment} THEN {greatest}(r.since, f.event_time) ELSE {beginning} END,
    CASE f.passage WHEN {containment} THEN {least}(r.until, {end_of_other}) ELSE {forever} END,
    1, r.event, r.part, {no_passage}
  {from_flow} f.event = r.event AND f.part = r.part AND f.side = r.far"""

# `whole`: the thing itself is affected and with it all it holds. A container that goods were put into is not: its other
# contents are not downstream of them. What comes out of a container that is affected stays so for ever.
_DOWN_TO_PASSAGE: Final = """SELECT {no_thing},
    CASE f.passage WHEN {transformation} THEN {beginning}
      WHEN {containment} THEN {greatest}(r.since, f.event_time) ELSE r.since END,
    CASE f.passage WHEN {containment} THEN {least}(r.until, {end_of_asked}) ELSE {forever} END,
    CASE f.passage WHEN {containment} THEN 0 ELSE 1 END,
    {no_via}, f.event, f.part, CAST({product} AS smallint)
  {from_flow} f.thing = r.thing AND f.side = {source} AND f.passage IN ({passages}) AND NOT f.voided
    AND r.since < r.until AND {reach}
    AND (f.passage = {membership} OR (f.passage = {containment} AND f.event_time < r.until)
         OR (f.passage = {transformation} AND f.event_time BETWEEN r.since AND r.until))"""
_DOWN_TO_OPENING: Final = """SELECT {no_thing}, r.since, r.until, 1, {no_via}, f.event, f.part, CAST({source} AS smallint)
  {from_flow} f.thing = r.thing AND f.side = {product} AND f.passage = {containment} AND NOT f.voided
    AND r.whole = 1 AND f.event_time < r.until AND r.since < r.until AND {reach}"""
_DOWN_TO_OTHERS: Final = """SELECT f.thing,
    CASE WHEN r.far = {source} THEN {greatest}(r.since, f.event_time) ELSE r.since END,
    CASE WHEN r.far = {source} AND {end_of_other} <= r.since THEN {beginning} ELSE r.until END,
    r.whole, r.event, r.part, {no_passage}
  {from_flow} f.event = r.event AND f.part = r.part AND f.side = r.far AND r.since < r.until"""


@dataclass(frozen=True, slots=True)
class Reached:
    """A thing that the walk came to, when it counts, and the passage it was reached by (0, 0: where it began)."""

    thing: str
    since: int
    until: int
    event: int
    part: int


@dataclass(frozen=True, slots=True)
class Place:
    """A row of `Flow`: where a thing stands in a passage."""

    event: int
    part: int
    thing: str
    side: int
    passage: int
    event_time: int
    owner: int


@dataclass(frozen=True, slots=True)
class Direction:
    """Which way to walk: against the flow of goods or with it, through which passages, one step or to the end.

    `whole`: whether what the things asked for hold is affected with them (only downstream).
    """

    upstream: bool
    one_step: bool = False
    passages: tuple[Passage, ...] = CARRYING
    whole: bool = True


UPSTREAM: Final = Direction(upstream=True)
DOWNSTREAM: Final = Direction(upstream=False)
STEP_BACK: Final = Direction(upstream=True, one_step=True)
STEP_FORWARD: Final = Direction(upstream=False, one_step=True)
CONTAINERS: Final = Direction(upstream=False, passages=(Passage.CONTAINMENT,), whole=False)


@lru_cache(maxsize=64)
def _statement(direction: Direction, vendor: str, starts: int) -> str:
    """The walk's text; `starts` things are asked for, then comes the largest number of rows.

    The two ways to go on from a row are two recursive terms in SQLite. PostgreSQL takes one only, and there they are
    the arms of a lateral sub-select, which also leaves its planner no choice but to look up row by row.
    """
    sqlite = vendor == "sqlite"
    words = {
        "flow": Flow._meta.db_table,
        "source": int(Side.SOURCE),
        "product": int(Side.PRODUCT),
        "transformation": int(Passage.TRANSFORMATION),
        "containment": int(Passage.CONTAINMENT),
        "removal": int(Passage.REMOVAL),
        "membership": int(Passage.MEMBERSHIP),
        "emptying": int(Passage.EMPTYING),
        "passages": ", ".join(str(int(each)) for each in direction.passages),
        "beginning": f"CAST({BEGINNING} AS bigint)",
        "forever": f"CAST({FOREVER} AS bigint)",
        "no_thing": "CAST(NULL AS text)",
        "no_via": _NO_VIA,
        "no_passage": _NO_PASSAGE,
        # PostgreSQL compares things by code point (migration 0002), and wants to hear so where a recursion begins
        "asked": "CAST(asked.column1 AS text)" + ("" if sqlite else ' COLLATE "C"'),
        "greatest": "max" if sqlite else "greatest",
        "least": "min" if sqlite else "least",
        "reach": f"{_NOT_A_KIND} AND {_ONE_STEP}" if direction.one_step else _NOT_A_KIND,
    }
    words["from_flow"] = (
        "FROM reached r CROSS JOIN {flow} f ON" if sqlite else "FROM {flow} f WHERE"
    ).format(**words)
    parent = _PARENT.format(**words)
    words["end_of_asked"] = _END.format(**words, child="r.thing", parent=parent)
    words["end_of_other"] = _END.format(**words, child="f.thing", parent=parent)
    ways = (
        (_UP_TO_PASSAGE, _UP_TO_SOURCES)
        if direction.upstream
        else (_DOWN_TO_PASSAGE, _DOWN_TO_OPENING, _DOWN_TO_OTHERS)
    )
    terms = [way.format(**words) for way in ways]
    if sqlite:
        recursion = "\n  UNION\n  ".join(terms)
    else:
        recursion = (
            "SELECT step.* FROM reached r CROSS JOIN LATERAL (\n" + "\n  UNION ALL\n  ".join(terms) + ") step"  # noqa: S608 -- constants
        )
    begin = ", ".join(["(%s)"] * starts)
    return f"""WITH RECURSIVE reached ({_COLUMNS}) AS (
  SELECT {words["asked"]}, {words["beginning"]}, {words["forever"]}, {int(direction.whole)},
    CAST(0 AS bigint), 0, {_NO_PASSAGE}
  FROM (VALUES {begin}) AS asked
  UNION
  {recursion})
SELECT thing, since, until, via, via_part FROM reached WHERE thing IS NOT NULL AND since < until LIMIT %s"""  # noqa: S608 -- constants, and a number of %s


def walk(things: Sequence[str], direction: Direction, *, most: int) -> list[Reached]:
    """All that is reached from `things`, these included, in no order.

    At most `most` rows; a thing has a row for each passage it was reached by and each time it counts for.
    """
    statement = _statement(direction, connection.vendor, len(things))
    with connection.cursor() as cursor:
        cursor.execute(statement, [*things, most])
        return [Reached(*row) for row in cursor.fetchall()]


def places(things: Sequence[str], direction: Direction) -> list[Place]:
    """The places of things on the sides from which passages are entered; of containments downstream, on both sides.

    Looked up thing by thing: before PostgreSQL has counted a table's values it would read all of the table for a list.
    """
    side = f"f.side = {int(Side.PRODUCT)}"
    if not direction.upstream:
        side = f"(f.side = {int(Side.SOURCE)} OR f.passage = {int(Passage.CONTAINMENT)})"
    passages = ", ".join(str(int(each)) for each in direction.passages)
    flow = Flow._meta.db_table
    columns = "f.event, f.part, f.thing, f.side, f.passage, f.event_time, f.owner"
    wanted = f"f.thing = asked.column1 AND {side} AND f.passage IN ({passages}) AND NOT f.voided"
    values: list[Any]
    if connection.vendor == "sqlite":
        asked, values = f"(VALUES {', '.join(['(%s)'] * len(things))}) AS asked", list(things)
        statement = f"SELECT {columns} FROM {asked} CROSS JOIN {flow} f ON {wanted}"  # noqa: S608 -- constants
    else:
        asked, values = "unnest(%s::text[]) AS asked (column1)", [list(things)]
        # OFFSET keeps the sub-select from being joined in another order
        looked_up = f"SELECT {columns} FROM {flow} f WHERE {wanted} OFFSET 0"  # noqa: S608 -- constants
        statement = f"SELECT f.* FROM {asked} CROSS JOIN LATERAL ({looked_up}) f"  # noqa: S608 -- the same
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [Place(*row) for row in cursor.fetchall()]
