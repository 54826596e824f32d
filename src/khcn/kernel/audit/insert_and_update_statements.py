"""INSERT and UPDATE statements for many rows, where the ORM's own are several times slower."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, connections
from django.db.models.constants import OnConflict

from khcn.kernel.audit.column_values import converted_column
from khcn.kernel.query_chunks import CHUNK, chunks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db import models


_MOST_VALUES: Final = 30_000  # of one INSERT: SQLite takes 32,766 at most


def ready_rows(
    rows: Sequence[models.Model], columns: Sequence[models.Field[Any, Any]]
) -> list[tuple[Any, ...]]:
    """The rows as values that are ready for the database."""
    database = connections[connection.alias]
    ready = (
        converted_column(rows, each.attname, partial(each.get_db_prep_save, connection=database))
        for each in columns
    )
    return list(zip(*ready, strict=True))


def insert_rows(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Many rows whose keys nobody asks for: several times as fast as ``bulk_create``."""
    columns = _own_columns(model)
    _insert_in_parts(model, columns, ready_rows(rows, columns))


def insert_or_replace(model: type[models.Model], rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Rows with keys; where a key is there already, the columns ``names`` of the stored row are replaced."""
    columns = _own_columns(model)
    replaced = [str(field.column) for field in columns if field.name in names]
    suffix = connection.ops.on_conflict_suffix_sql(
        columns, OnConflict.UPDATE, replaced, [str(field.column) for field in columns if field.primary_key]
    )
    _insert_in_parts(model, columns, ready_rows(rows, columns), suffix)


def insert_returning(
    model: type[models.Model], columns: Sequence[models.Field[Any, Any]], rows: Sequence[Sequence[Any]]
) -> list[int]:
    """Insert rows of values that are ready for the database; gives their keys, in the order of the rows."""
    assert model._meta.pk is not None  # noqa: S101 -- concrete models have one
    returning = f"RETURNING {connection.ops.quote_name(str(model._meta.pk.column))}"
    return [row[0] for row in _insert_in_parts(model, columns, rows, returning)]


def _own_columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if not field.auto_created]


def _insert_in_parts(
    model: type[models.Model],
    columns: Sequence[models.Field[Any, Any]],
    rows: Sequence[Sequence[Any]],
    suffix: str = "",
) -> list[Any]:
    """Statements of many rows each, for the index of words on SQLite writes its pages at the end of each; gives what they
    return.
    """
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(column.column)) for column in columns)
    start = f"INSERT INTO {quote(model._meta.db_table)} ({names})"
    found: list[Any] = []
    with connection.cursor() as cursor:
        for part in chunks(rows, min(CHUNK, _MOST_VALUES // len(columns))):
            source, values = _source(columns, part)
            cursor.execute(f"{start} {source} {suffix}", values)
            if cursor.description:
                found += cursor.fetchall()
    return found


def _source(
    columns: Sequence[models.Field[Any, Any]], rows: Sequence[Sequence[Any]]
) -> tuple[str, list[Any]]:
    """What an INSERT takes its rows from, with the values. On PostgreSQL an array for each column, as Django does it too:
    thousands of single values take longer to write into the statement than all the rest.
    """
    if connection.vendor == "postgresql" and len(rows) > 1:
        types = [str(column.db_type(connection)).split("(")[0] for column in columns]
        arrays = ", ".join(f"(%s)::{each}[]" for each in types)
        return f"SELECT * FROM UNNEST({arrays})", [list(each) for each in zip(*rows, strict=True)]  # noqa: S608 -- names of types
    row = f"({', '.join(['%s'] * len(columns))})"
    return f"VALUES {', '.join([row] * len(rows))}", [value for row in rows for value in row]


def set_primary_keys(instances: Sequence[models.Model], keys: Sequence[int]) -> None:
    """After rows were inserted: the instances are stored ones from now on, with these primary keys."""
    for each, key in zip(instances, keys, strict=True):
        each.pk = key
        each._state.adding, each._state.db = False, connection.alias


def write_columns(model: type[models.Model], rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """One UPDATE statement for many rows: Django's ``bulk_update`` builds a CASE per row and column, 30 times slower."""
    columns: list[Any] = [model._meta.get_field(name) for name in names]
    quote = connection.ops.quote_name
    setting = ", ".join(f"{quote(column.column)} = %s" for column in columns)
    assert model._meta.pk is not None  # noqa: S101 -- concrete models have one
    key = quote(str(model._meta.pk.column))
    statement = f"UPDATE {quote(model._meta.db_table)} SET {setting} WHERE {key} = %s"  # noqa: S608 -- names of our own models
    values = ready_rows(rows, [*columns, model._meta.pk])
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)
