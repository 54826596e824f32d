"""Finds the events that may set or end a recall of a thing; `khcn.trace.queries.recalls.recalls` says which of them do."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import connection

from khcn.epcis.ids.canonical import GTIN_END, GTIN_STEM
from khcn.kernel.query_chunks import chunks
from khcn.trace.models import EventObject, LineageEdgeEnd
from khcn.trace.store.database.sql import Sql, either, every, one_of
from khcn.trace.store.database.stores import fetch_everywhere
from khcn.trace.store.encoding.classes_and_lots import ITIP_STEM, is_lot, wider_names
from khcn.trace.store.encoding.recall_words import FIT_AGAIN
from khcn.trace.store.encoding.rows import object_row_name
from khcn.trace.store.statements.declarations import voided_elsewhere
from khcn.trace.stored_codes import GOODS_ROLES, EdgeKind, EdgeSide, EventRole

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_BATCH_SIZE: Final = 500
_PAIRS: Final = 100
_OBJECTS: Final = EventObject._meta.db_table
_ENDS: Final = LineageEdgeEnd._meta.db_table
_OF_RECALL: Final = object_row_name("", EventRole.RECALL)
_RECALL: Final = int(EventRole.RECALL)
_COLUMNS: Final = "e.event_time, e.event_time_rest, e.id, e.owner, e.record_time"
_PARENT: Final = int(EventRole.PARENT)
# The dispositions of an event are not about what a transformation uses.
_NOT_SPOKEN_OF: Final = (EventRole.PARENT, EventRole.INPUT, EventRole.INPUT_QUANTITY)
_LISTED: Final = ", ".join(str(role.value) for role in GOODS_ROLES if role not in _NOT_SPOKEN_OF)
# An event that names what is in a package is about that, and not about the package.
_IS_ABOUT: Final = either(
    [
        Sql(f"o.role IN ({_LISTED})"),
        Sql(
            f"(o.role = {_PARENT} AND (SELECT 1 FROM {_OBJECTS} i WHERE i.event = o.event "
            f"AND i.role IN ({_LISTED}) LIMIT 1) IS NULL)"
        ),
    ]
)
_WITH_EVENT: Final = f"{_OBJECTS} o JOIN trace_event e ON e.id = o.event AND e.event_time = o.event_time"


def recall_statements(
    things: Collection[str], *, owners: Collection[int], fit_again: bool, most: int
) -> dict[str, list[tuple[Any, ...]]]:
    """Of each thing the event time, the digits after its microseconds, row id, owner and record time of the latest events of some parties.

    Args:
        things: what is recalled.
        owners: the parties.
        fit_again: whether a disposition by which the thing is fit for use counts too, as it does of authorities.
        most: so many of each thing at most.
    """
    by_owner = one_of("o.owner", sorted(owners))
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for part in chunks(sorted(things), _BATCH_SIZE) if owners else ():
        recalled = one_of("o.thing", [_OF_RECALL + thing for thing in part])
        ways = [
            (
                f"substr(o.thing, {len(_OF_RECALL) + 1})",
                every([recalled, Sql("o.role = %s", (_RECALL,)), by_owner]),
            )
        ]
        if fit_again:
            fit = [one_of("o.thing", part), _IS_ABOUT, by_owner, one_of("e.disposition", FIT_AGAIN)]
            ways.append(("o.thing", every(fit)))
        for thing, *row in fetch_everywhere(_latest(ways, "u.thing", most)):
            found[thing].append(tuple(row))
    return {thing: sorted(rows, reverse=True)[:most] for thing, rows in found.items()}


def _latest(ways: Sequence[tuple[str, Sql]], each: str, most: int) -> Sql:
    """The latest events of several conditions, with the name of what they are about: so many `each`."""
    union = " UNION ".join(
        f"SELECT {name} AS thing, {_COLUMNS} FROM {_WITH_EVENT} WHERE {way.text}" for name, way in ways
    )
    order = f"PARTITION BY {each} ORDER BY u.event_time DESC, u.event_time_rest DESC, u.id DESC"
    placed = f"SELECT u.*, row_number() OVER ({order}) AS place FROM ({union}) AS u"
    columns = f"p.thing, {_COLUMNS.replace('e.', 'p.')}"
    values = (*(value for _name, way in ways for value in way.values), most)
    return Sql(f"SELECT {columns} FROM ({placed}) AS p WHERE p.place <= %s", values)


def recall_statements_by_party(
    parties: Mapping[str, Collection[int]], *, most: int
) -> dict[tuple[str, int], list[tuple[Any, ...]]]:
    """As `recall_statements`, of many things each with parties of its own: by thing and party, so many of each at most."""
    found: dict[tuple[str, int], list[tuple[Any, ...]]] = defaultdict(list)
    for part in chunks(sorted(one for one, some in parties.items() if some), _PAIRS):
        recalled = [_OF_RECALL + thing for thing in part]
        pairs = [
            every([Sql("o.thing = %s", (_OF_RECALL + thing,)), one_of("o.owner", sorted(parties[thing]))])
            for thing in part
        ]
        way = every([one_of("o.thing", recalled), Sql("o.role = %s", (_RECALL,)), either(pairs)])
        name = f"substr(o.thing, {len(_OF_RECALL) + 1})"
        for thing, *row in fetch_everywhere(_latest([(name, way)], "u.thing, u.owner", most)):
            found[thing, row[3]].append(tuple(row))
    return {key: sorted(rows, reverse=True)[:most] for key, rows in found.items()}


def _asked(things: Sequence[str]) -> tuple[str, tuple[Any, ...]]:
    """Some things as a table `asked` of one column, and its parameters."""
    if connection.vendor == "postgresql":
        return "unnest(%s::text[]) AS asked (column1)", (list(things),)
    return f"(VALUES {', '.join(['(%s)'] * len(things))}) AS asked", tuple(things)


def _has_recall(thing: str, reporter: str = "") -> str:
    """The condition that somebody reported a recall of a thing, or its end; looked up thing by thing."""
    return (
        f"(SELECT 1 FROM {_OBJECTS} o WHERE o.thing = '{_OF_RECALL}' || {thing} AND o.role = {_RECALL}"
        f"{reporter} LIMIT 1) = 1"
    )


_WITH_LOT: Final = (
    f"{_ENDS} m JOIN {_ENDS} l ON l.event = m.event AND l.part = m.part AND l.side = {int(EdgeSide.SOURCE)}"
)
_MEMBER: Final = f"m.side = {int(EdgeSide.PRODUCT)} AND m.kind = {int(EdgeKind.MEMBERSHIP)} AND NOT m.voided"


def _has_recall_of_lot(lot: str, reporter: str) -> str:
    """The condition that somebody reported a recall of a lot, or, where it is one of pieces of a product (ITIP), of the lot of the
    product: its number follows four digits.
    """
    stem, digits = len(ITIP_STEM), GTIN_END - len(GTIN_STEM)
    of_product = f"'{GTIN_STEM}' || substr({lot}, {stem + 1}, {digits}) || substr({lot}, {stem + digits + 5})"
    is_of_pieces = f"substr({lot}, 1, {stem}) = '{ITIP_STEM}'"
    return f"({_has_recall(lot, reporter)} OR ({is_of_pieces} AND {_has_recall(of_product, reporter)}))"


def _has_lot_of_recall(thing: str, reporter: str) -> str:
    """The condition that somebody reported a recall of a lot to which a thing belongs."""
    of_lot = _has_recall_of_lot("l.thing", reporter)
    return f"(SELECT 1 FROM {_WITH_LOT} WHERE m.thing = {thing} AND {_MEMBER} AND {of_lot} LIMIT 1) = 1"


class LotOfRecall(NamedTuple):
    """The report of a party that an object belongs to a lot of which a recall was reported, itself or by a wider `name`."""

    thing: str
    lot: str
    owner: int
    event: int
    event_time: int
    name: str


def lots_of_recalls(things: Collection[str], owners: Collection[int] | None = None) -> list[LotOfRecall]:
    """The lots of some objects of which some parties (None: any party) reported a recall, or its end."""
    rows: list[tuple[str, str, int, int, int]] = []
    by = Sql("") if owners is None else one_of(" AND o.owner", sorted(owners))
    for part in chunks(sorted(things), _BATCH_SIZE) if owners is None or owners else ():
        objects = one_of("m.thing", part)
        condition = f"{objects.text} AND {_MEMBER} AND {_has_recall_of_lot('l.thing', by.text)}"
        statement = f"SELECT DISTINCT m.thing, l.thing, m.owner, m.event, m.event_time FROM {_WITH_LOT} WHERE {condition}"
        rows += fetch_everywhere(Sql(statement, (*objects.values, *by.values, *by.values)))
    wrong = voided_elsewhere({event: moment for _thing, _lot, _owner, event, moment in rows})
    names = {lot: (lot, *filter(is_lot, wider_names(lot))) for _thing, lot, *_report in rows}
    of_pieces = {name for some in names.values() if len(some) > 1 for name in some}
    recalled = things_of_recalls(of_pieces, owners) if of_pieces else set()
    return [
        LotOfRecall(*row, name)
        for row in rows
        if row[3] not in wrong
        for name in names[row[1]]
        if len(names[row[1]]) == 1 or name in recalled
    ]


def members_of_lot(lot: str, things: Collection[str]) -> dict[str, set[int]]:
    """Those of some objects that parties reported as part of a lot, with these parties."""
    found: dict[str, set[int]] = defaultdict(set)
    rows: list[tuple[str, int, int, int]] = []
    for part in chunks(sorted(things), _BATCH_SIZE):
        objects = one_of("m.thing", part)
        statement = (
            f"SELECT m.thing, m.owner, m.event, m.event_time FROM {_WITH_LOT} "
            f"WHERE {objects.text} AND {_MEMBER} AND l.thing BETWEEN %s AND %s"
        )
        rows += fetch_everywhere(Sql(statement, (*objects.values, lot, lot)))
    wrong = voided_elsewhere({event: moment for _thing, _owner, event, moment in rows})
    for thing, owner, event, _moment in rows:
        if event not in wrong:
            found[thing].add(owner)
    return found


def things_of_recalls(
    things: Collection[str], owners: Collection[int] | None = None, *, without: Collection[int] = ()
) -> set[str]:
    """Those of some things of which some parties (None: any party, but those `without`) reported a recall, or its end."""
    found: set[str] = set()
    by = Sql("") if owners is None else one_of(" AND o.owner", sorted(owners))
    if without:
        others = one_of("o.owner", sorted(without))
        by = Sql(f"{by.text} AND NOT ({others.text})", (*by.values, *others.values))
    if owners is not None and not owners:
        return found
    for part in chunks(sorted(things), _BATCH_SIZE):
        asked, values = _asked(part)
        condition = _has_recall("asked.column1", by.text)
        found.update(
            thing
            for (thing,) in fetch_everywhere(
                Sql(f"SELECT asked.column1 FROM {asked} WHERE {condition}", (*values, *by.values))
            )
        )
    return found


def reported_things(things: Collection[str]) -> set[str]:
    """Those of some things that events name."""
    found: set[str] = set()
    for part in chunks(sorted(things), _BATCH_SIZE):
        asked, values = _asked(part)
        named = f"(SELECT 1 FROM {_OBJECTS} o WHERE o.thing = asked.column1 LIMIT 1) = 1"
        rows = fetch_everywhere(Sql(f"SELECT asked.column1 FROM {asked} WHERE {named}", values))
        found.update(thing for (thing,) in rows)
    return found


def is_of_recall(thing: str, owners: Collection[int] | None = None) -> str:
    """The condition that some parties (None: any party) reported a recall of goods, their lot or their product, or its end; looked up
    thing by thing.
    """
    by = (
        ""
        if owners is None
        else f" AND o.owner IN ({', '.join(str(int(one)) for one in sorted(owners)) or 'NULL'})"
    )
    stem, digits = len(ITIP_STEM), GTIN_END - len(GTIN_STEM)
    of_piece = f"'{GTIN_STEM}' || substr({thing}, {stem + 1}, {digits})"
    names = {
        GTIN_STEM: (f"substr({thing}, 1, {GTIN_END})",),
        # of a lot of pieces also the lot of the product, whose number follows four digits
        ITIP_STEM: (
            f"substr({thing}, 1, {stem + digits + 4})",
            of_piece,
            f"{of_piece} || substr({thing}, {stem + digits + 5})",
        ),
    }
    wider = [
        f"(substr({thing}, 1, {len(begin)}) = '{begin}' AND ({' OR '.join(_has_recall(name, by) for name in each)}))"
        for begin, each in names.items()
    ]
    return f"({' OR '.join((_has_recall(thing, by), *wider, _has_lot_of_recall(thing, by)))})"


def things_in_recalled_containers(
    things: Collection[str], owners: Collection[int] | None = None, *, most: int
) -> tuple[set[str], bool]:
    """The things that are in a container of which some parties (None: any party) reported a recall, or of its lot or class; in the own store alone.

    The packings of all parties are followed. False where there are more than `most` containers for some things: then
    some may be missing.
    """
    found: set[str] = set()
    is_whole = True
    for part in chunks(sorted(things), _BATCH_SIZE):
        asked, values = _asked(part)
        packed = f"edge.thing = r.thing AND edge.side = {int(EdgeSide.SOURCE)} AND edge.kind = {int(EdgeKind.CONTAINMENT)}"
        if connection.vendor == "postgresql":
            begin = 'CAST(asked.column1 AS text) COLLATE "C"'
            # OFFSET 0 stops the planner from changing the order of the join
            edges = (
                f"reached r CROSS JOIN LATERAL (SELECT edge.event, edge.part FROM {_ENDS} edge "
                f"WHERE {packed} OFFSET 0) edge"
            )
        else:
            begin = "CAST(asked.column1 AS text)"
            edges = f"reached r CROSS JOIN {_ENDS} edge ON {packed}"
        container = (
            f"(SELECT h.thing FROM {_ENDS} h WHERE h.event = edge.event AND h.part = edge.part "
            f"AND h.side = {int(EdgeSide.PRODUCT)} LIMIT 1)"
        )
        statement = (
            "WITH RECURSIVE reached (start, thing) AS ("
            f"SELECT {begin}, {begin} FROM {asked} UNION SELECT r.start, {container} FROM {edges}) "
            "SELECT start, max(place) FROM (SELECT start, thing, row_number() OVER () AS place FROM "
            f"(SELECT start, thing FROM reached WHERE thing <> start LIMIT {int(most) + 1}) AS nearest) AS one "
            f"WHERE place > {int(most)} OR {is_of_recall('one.thing', owners)} GROUP BY start"
        )
        for start, place in fetch_everywhere(Sql(statement, values)):
            is_whole = is_whole and place <= most
            found.add(start)
    return found, is_whole
