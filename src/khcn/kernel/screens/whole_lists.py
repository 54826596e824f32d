"""Pages of a list that nobody has narrowed: their statements are put together once for a process.

Django needs longer for the statement of a list page than the database for its answer.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import connection

from khcn.kernel.access.scopes import READ
from khcn.kernel.prepared_query import PreparedQuerySets, asked, is_computed
from khcn.kernel.registers.list_pages import (
    UNREADABLE,
    BadCursorError,
    Cells,
    Keyset,
    all_columns,
    page_rows,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import Field, QuerySet

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.spec import Column, Register


class _PageOfAll(NamedTuple):
    register: Register
    on: date
    paths: tuple[str, ...]
    order: tuple[str, ...]
    size: int
    is_first: bool
    backwards: bool


def _rows(key: _PageOfAll) -> QuerySet[Any]:
    by_path = {column.path: column for column in all_columns(key.register)}
    cells = Cells(key.register, [by_path[path] for path in key.paths])
    records = key.register.rows_within(reach=True, on=key.on)
    keyset = Keyset(key.register, key.order)
    place = () if key.is_first else [asked(f"key{number}") for number in range(len(keyset.parts))]
    return page_rows(keyset, cells, records, key.size, place, backwards=key.backwards)


_PAGES: Final = PreparedQuerySets(_rows)
_LARGEST: Final = 2**63 - 1


@lru_cache(maxsize=256)
def _fields_of_place(register: Register, on: date, order: tuple[str, ...]) -> list[Field[Any, Any]]:
    """The fields of the values that a cursor is made of."""
    keyset = Keyset(register, order)
    records = keyset.apply(register.rows_within(reach=True, on=on), backwards=False)
    annotations = records.query.annotations
    return [annotations[f"_key{number}"].output_field for number in range(len(keyset.parts))]


def _values_of_place(register: Register, on: date, order: tuple[str, ...], cursor: str) -> dict[str, Any]:
    """What stands in the prepared statement for a cursor. Raises :class:`BadCursorError`."""
    values = Keyset(register, order).read(cursor)
    fields = _fields_of_place(register, on, order)
    if any(isinstance(value, int) and abs(value) > _LARGEST for value in values):
        raise BadCursorError(cursor)  # SQLite takes no larger one
    try:
        return {
            f"key{number}": field.get_db_prep_value(field.get_prep_value(value), connection, prepared=True)
            for number, (field, value) in enumerate(zip(fields, values, strict=True))
        }
    except UNREADABLE as fault:
        raise BadCursorError(cursor) from fault


@lru_cache(maxsize=256)
def _is_computed(register: Register, on: date) -> bool:
    """Does the statement of the list follow from rows? The keys of a page are a text within it, where that is no longer seen."""
    return is_computed(register.rows_within(reach=True, on=on).query)


def page_of_all(
    register: Register,
    actor: Actor,
    *,
    on: date,
    columns: Iterable[Column],
    order: tuple[str, ...],
    size: int,
    after: str = "",
    before: str = "",
) -> QuerySet[Any] | None:
    """The rows of a page of all rows as of a day (`list_pages.page_rows`); None for an actor who may not read all.

    Raises :class:`BadCursorError`.
    """
    if register.reach(READ, actor) is not True or _is_computed(register, on):
        return None
    cursor = after or before
    paths = tuple(column.path for column in columns)
    key = _PageOfAll(register, on, paths, order, size, is_first=not cursor, backwards=bool(before))
    return _PAGES.rows(key, **(_values_of_place(register, on, order, cursor) if cursor else {}))
