"""Rows that are in force for some days stay as they are while records that name them are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

from khcn.kernel.fields.dated_links import dated_links
from khcn.kernel.fields.written_rows import touches
from khcn.kernel.query_chunks import chunks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Model

    from khcn.kernel.fields.written_rows import WrittenRow


def lock_versions_of_writes(model: type[Model], writes: Sequence[WrittenRow]) -> None:
    """From here to the end of the transaction nobody changes the days of the rows that these records name, and the records hold
    those rows as they are stored; asked for records that name another row, or are of another day, than what is stored.

    On PostgreSQL a shared lock, so that others may name the same rows meanwhile; Django knows only locks of which one
    transaction at a time has one. On SQLite a transaction that writes is alone from its beginning.
    """
    if connection.vendor != "postgresql":
        return
    names = [name for link in dated_links(model) for name in (link.field.name, link.head)]
    records = [each.record for each in writes if touches(each, *names)]
    for link in dated_links(model):
        name, key = link.field.name, link.field.attname
        keys = sorted({getattr(each, key) for each in records} - {None})
        stored = {row.pk: row for part in chunks(keys) for row in _shared(link.field.related_model, part)}
        for each in records:
            if (row := stored.get(getattr(each, key))) is not None:
                setattr(each, name, row)


def _shared(model: type[Model], keys: Sequence[int]) -> Sequence[Any]:
    table = connection.ops.quote_name(model._meta.db_table)
    statement = f"SELECT * FROM {table} WHERE id = ANY(%s) ORDER BY id FOR SHARE"  # noqa: S608 -- a name of ours
    return list(model._base_manager.raw(statement, [list(keys)]))
