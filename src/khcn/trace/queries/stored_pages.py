"""Pages that were made before, as long as nothing has changed from which they were made (docs/adr/0063)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import orjson

from khcn.trace.models import PageStamp, StoredPage
from khcn.trace.store.database.sql import Sql, fetch
from khcn.trace.store.database.stores import OWN, own_alias

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date


_STAMP: Final = f"SELECT coalesce(sum(changes), 0) AS stamp FROM {PageStamp._meta.db_table}"  # noqa: S608 -- a name of the model
# Plain SQL, because each look-up asks it. Stamp and page are of one statement, and so of one state of the database.
_FOUND: Final = (
    f"SELECT page.key, page.made_for, page.path, page.headers, page.content FROM ({_STAMP}) AS now "  # noqa: S608 -- names of the models
    f"JOIN {StoredPage._meta.db_table} AS page ON page.stamp = now.stamp AND page.key IN "
)


class PageAddress(NamedTuple):
    """What a page is stored by: its key, and for which program, server, department and day it is made."""

    key: str
    made_for: str
    day: date


class MadePage(NamedTuple):
    """A page as it is answered, its content compressed (gzip); `path`: what a look-up of it counts for."""

    path: str
    headers: dict[str, str]
    compressed: bytes


def stored_pages(addresses: Collection[PageAddress]) -> dict[PageAddress, MadePage]:
    """Those of the pages at some addresses that are stored with the present stamp."""
    by_row = {(each.key, each.made_for): each for each in addresses}
    keys = sorted({each.key for each in addresses})
    rows = fetch(Sql(f"{_FOUND}({', '.join(['%s'] * len(keys))})", tuple(keys)), own_alias()) if keys else []
    return {
        by_row[key, made_for]: MadePage(path, orjson.loads(headers), bytes(content))
        for key, made_for, path, headers, content in rows
        if (key, made_for) in by_row
    }


def stamp_of_answer() -> int:
    """The stamp of the database, or of its standby, from which the present answer is made."""
    return _stamp(own_alias())


def present_stamp() -> int:
    """That of the own database itself, never of its standby."""
    return _stamp(OWN)


def _stamp(alias: str) -> int:
    ((stamp,),) = fetch(Sql(_STAMP), alias)
    return int(stamp)
