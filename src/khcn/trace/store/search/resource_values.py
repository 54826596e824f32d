"""The distinct values of the top-level resources (``GET /epcs``, ``/bizSteps`` …), with keyset pagination."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from khcn.epcis.store import Listed, shortened, thing_of
from khcn.trace.store.database.sql import ALL, NONE, Sql, every, fetch
from khcn.trace.store.encoding.rows import FIRST_GOODS
from khcn.trace.stored_codes import GOODS_ROLES, Listing

if TYPE_CHECKING:
    from khcn.trace.store.visibility import Viewer

_LISTINGS: Final[dict[str, Listing]] = {
    "eventTypes": Listing.EVENT_TYPE,
    "bizSteps": Listing.BIZ_STEP,
    "dispositions": Listing.DISPOSITION,
    "bizLocations": Listing.BIZ_LOCATION,
    "readPoints": Listing.READ_POINT,
}
_PLACES: Final = frozenset({"bizLocations", "readPoints"})
_GOODS: Final = ", ".join(str(role.value) for role in GOODS_ROLES)


def _owned(column: str, viewer: Viewer) -> list[Sql]:
    """Lists contain only values of the viewer's own events: other parties' values would reveal their business."""
    if viewer.sees_all:
        return []
    return [NONE if viewer.party is None else Sql(f"{column} = %s", (viewer.party,))]


def listed_values(what: Listed, viewer: Viewer, *, after: str | None, size: int) -> list[str]:
    """Values after one, ordered by code point."""
    if what == "epcs":
        return _epcs(viewer, after or "", size)
    conditions = [Sql("listing = %s", (_LISTINGS[what].value,)), *_owned("owner", viewer)]
    if after is not None:
        conditions.append(Sql("value > %s", (after,)))
    where = every(conditions)
    rows = fetch(
        Sql(
            f"SELECT DISTINCT value FROM trace_knownvalue WHERE {where.text} ORDER BY value LIMIT %s",
            (*where.values, size),
        )
    )
    return [value for (value,) in rows]


def _epcs(viewer: Viewer, after: str, size: int) -> list[str]:
    """Distinct goods, found by a loose index scan: the cost does not depend on the number of rows for each thing."""
    table = "trace_eventobject" if viewer.sees_all else "trace_partyobject"
    owned = every(_owned("eo.owner", viewer))
    rows = fetch(
        Sql(
            "WITH RECURSIVE leap(thing) AS ("
            f"SELECT (SELECT min(eo.thing) FROM {table} eo WHERE {owned.text} AND eo.thing > %s) "
            "UNION ALL "
            f"SELECT (SELECT min(eo.thing) FROM {table} eo WHERE {owned.text} AND eo.thing > leap.thing) "
            "FROM leap WHERE leap.thing IS NOT NULL) "
            "SELECT thing FROM leap WHERE thing IS NOT NULL LIMIT %s",
            (*owned.values, max(after, FIRST_GOODS), *owned.values, size),
        )
    )
    return [thing for (thing,) in rows]


def has_listed_value(what: Listed, viewer: Viewer, value: str) -> bool:
    """Whether a value is in the list of the viewer."""
    if "\0" in value:  # PostgreSQL cannot store NUL
        return False
    if what == "epcs":
        table, kind = (
            ("trace_eventobject", Sql(f"role IN ({_GOODS})"))
            if viewer.sees_all
            else ("trace_partyobject", ALL)
        )
        where = every([Sql("thing = %s", (thing_of(value),)), kind, *_owned("owner", viewer)])
        return bool(fetch(Sql(f"SELECT 1 FROM {table} WHERE {where.text} LIMIT 1", where.values)))
    wanted = thing_of(value) if what in _PLACES else shortened(value)
    where = every(
        [
            Sql("listing = %s", (_LISTINGS[what].value,)),
            Sql("value = %s", (wanted,)),
            *_owned("owner", viewer),
        ]
    )
    return bool(fetch(Sql(f"SELECT 1 FROM trace_knownvalue WHERE {where.text} LIMIT 1", where.values)))
