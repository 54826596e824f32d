"""When goods leave containers, over the stores of several provinces: as `_END_OF_CONTAINMENT` of `traversal` in one store."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from khcn.kernel.query_chunks import chunks
from khcn.trace.models import LineageEdgeEnd
from khcn.trace.queries.graph.given_tables import GivenTables, values_of_tables
from khcn.trace.queries.graph.traversal_terms import MAX_TIME, Trusted
from khcn.trace.queries.packages.amounts import Moved, all_out_at
from khcn.trace.store.database.sql import Sql
from khcn.trace.store.database.stores import fetch_everywhere
from khcn.trace.store.encoding.lineage_graph import AMOUNT_OF
from khcn.trace.store.statements.declarations import all_authorities, voided_elsewhere
from khcn.trace.stored_codes import EdgeKind, EdgeSide

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_BATCH_SIZE: Final = 1000


@dataclass(frozen=True, slots=True)
class PackedStay:
    """That goods were packed into a container: their stay begins."""

    child: str
    container: str
    event_time: int
    owner: int
    event: int


# With the removal and the emptying that end the stay.
_ENDS: Final = """SELECT stay.place - 1, found.event_time, found.event
FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[]) WITH ORDINALITY AS stay (child, container, event_time, owner, place)
CROSS JOIN LATERAL (
  (SELECT p.event_time, p.event FROM {table} p
    WHERE {lot} AND p.thing = stay.container AND p.side = {product} AND p.kind = {removal} AND p.event_time >= stay.event_time
      AND NOT p.voided AND {counts_p}
      AND (SELECT c.side FROM {table} c WHERE c.event = p.event AND c.part = p.part AND c.side = {source} AND c.kind = {removal}
             AND c.thing BETWEEN stay.child AND stay.child) IS NOT NULL
    ORDER BY p.event_time LIMIT 1)
  UNION ALL
  (SELECT c.event_time, c.event FROM {table} c
    WHERE NOT ({lot}) AND c.thing = stay.child AND c.side = {source} AND c.kind = {removal} AND c.event_time >= stay.event_time
      AND NOT c.voided AND {counts_c}
      AND (SELECT p.side FROM {table} p WHERE p.event = c.event AND p.part = c.part AND p.side = {product}
             AND p.thing BETWEEN stay.container AND stay.container) IS NOT NULL
    ORDER BY c.event_time LIMIT 1)
  UNION ALL
  (SELECT p.event_time, p.event FROM {table} p
    WHERE p.thing = stay.container AND p.side = {product} AND p.kind = {emptying} AND p.event_time > stay.event_time
      AND NOT p.voided AND {counts_p}
    ORDER BY p.event_time LIMIT 1)) found"""

_PACKED_AMOUNTS: Final = """SELECT stay.place - 1, found.thing
FROM unnest(%s::bigint[], %s::text[]) WITH ORDINALITY AS stay (event, child, place)
CROSS JOIN LATERAL (
  SELECT o.thing FROM {table} o WHERE o.event = stay.event AND o.part = 0 AND o.side = {amount}
    AND o.thing BETWEEN '{amount_of}' || stay.child || ' ' AND '{amount_of}' || stay.child || ' ~' LIMIT 1) found"""
_MOVED: Final = """SELECT stay.place - 1, q.event, q.event_time, q.owner, q.quantity, q.kind = {part_removal}
FROM unnest(%s::text[], %s::bigint[], %s::bigint[]) WITH ORDINALITY AS stay (name, event_time, owner, place)
CROSS JOIN LATERAL (
  SELECT q.* FROM {table} q WHERE q.thing = stay.name AND q.side = {amount} AND q.kind IN ({containment}, {part_removal})
    AND q.event_time >= stay.event_time AND NOT q.voided AND (q.kind = {containment} OR {counts_q}) OFFSET 0) q"""

_CODES: Final = {
    "table": LineageEdgeEnd._meta.db_table,
    "lot": "stay.child LIKE '%%/10/%%'",
    "source": int(EdgeSide.SOURCE),
    "product": int(EdgeSide.PRODUCT),
    "removal": int(EdgeKind.REMOVAL),
    "emptying": int(EdgeKind.EMPTYING),
    "containment": int(EdgeKind.CONTAINMENT),
    "part_removal": int(EdgeKind.PART_REMOVAL),
    "amount": int(EdgeSide.AMOUNT),
    "amount_of": AMOUNT_OF,
}


class StayEnds:
    """When stays in containers end, by the removals and emptyings that count."""

    def __init__(self, trusted: Trusted) -> None:
        self._trusted = trusted
        self._known: dict[PackedStay, int] = {}
        self._wrong: set[int] = set()

    def of(self, stays: Iterable[PackedStay]) -> dict[PackedStay, int]:
        """When each stay ends; it lasts at least a microsecond."""
        wanted = list(dict.fromkeys(stays))
        for part in chunks([one for one in wanted if one not in self._known], _BATCH_SIZE):
            self._look_up(part)
        return {one: self._known[one] for one in wanted}

    def _look_up(self, stays: Sequence[PackedStay]) -> None:
        asked = list(stays)
        while asked:
            columns = (
                [one.child for one in asked],
                [one.container for one in asked],
                [one.event_time for one in asked],
                [one.owner for one in asked],
            )
            rows = fetch_everywhere(self._statement(_ENDS, columns))
            wrong = voided_elsewhere({event: moment for _place, moment, event in rows})
            ends: dict[PackedStay, int] = {}
            again: set[PackedStay] = set()
            for place, moment, event in rows:
                stay = asked[place]
                if event in wrong:
                    again.add(stay)
                else:
                    ends[stay] = min(moment, ends.get(stay, MAX_TIME))
            emptied = self._emptied(asked)
            for stay, moment in emptied.items():
                ends[stay] = min(moment, ends.get(stay, MAX_TIME))
            for stay in asked:
                self._known[stay] = max(stay.event_time + 1, ends.get(stay, MAX_TIME))
            self._wrong |= wrong
            asked = sorted(again, key=repr)

    def _emptied(self, stays: Sequence[PackedStay]) -> dict[PackedStay, int]:
        """When all that was packed of a lot since is out, of those stays of which it is known how much was packed."""
        columns = [one.event for one in stays], [one.child for one in stays]
        rows = fetch_everywhere(Sql(_PACKED_AMOUNTS.format(**_CODES), columns))
        named = {stays[place]: name for place, name in rows}
        if not named:
            return {}
        listed = list(named)
        asked = (
            [named[one] for one in listed],
            [one.event_time for one in listed],
            [one.owner for one in listed],
        )
        moved = fetch_everywhere(self._statement(_MOVED, asked))
        wrong = voided_elsewhere({row[1]: row[2] for row in moved})
        by_stay: dict[PackedStay, list[Moved]] = defaultdict(list)
        for place, event, moment, owner, quantity, is_out in moved:
            if event not in wrong:
                by_stay[listed[place]].append(Moved(moment, owner, quantity, is_out))
        found = {stay: all_out_at(stay.owner, some) for stay, some in by_stay.items()}
        return {stay: moment for stay, moment in found.items() if moment is not None}

    def _statement(self, text: str, columns: Sequence[Sequence[object]]) -> Sql:
        """A statement about stays by the removals that count; these are given to it."""
        trusted = Trusted(self._trusted.removals, left_out=frozenset(self._wrong))
        given = GivenTables.of(trusted)
        tables = given.named("postgresql")
        conditions = {f"counts_{removal}": self._counts(given, removal) for removal in ("p", "c", "q")}
        text = text.format(**_CODES, **conditions)
        named = f"WITH {', '.join(tables)} " if tables else ""
        return Sql(named + text, (*values_of_tables(trusted, "postgresql"), *columns))

    def _counts(self, given: GivenTables, removal: str) -> str:
        """The condition that a removal, an alias of a row, ends the stay `stay`; see `traversal_terms.Trusted`."""
        authorities = ", ".join(str(int(one)) for one in sorted(all_authorities()))
        of_authorities = f" OR {removal}.owner IN ({authorities})" if authorities else ""
        either = f"({removal}.owner = stay.owner{of_authorities}{given.or_counted(removal, 'stay')})"
        return either + given.and_not_left_out(removal)
