"""Values of one column of many rows, each made ready for where it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_T = TypeVar("_T")
_NOTHING: Final = object()


def converted_column(rows: Iterable[Any], name: str, convert: Callable[[Any], _T]) -> list[_T]:
    """The attribute ``name`` of each row, converted. Most columns hold one object in all rows (a default, a province, a
    moment): it is converted once, not for each row.
    """
    found: list[Any] = []
    before, converted = _NOTHING, None
    for row in rows:
        value = getattr(row, name)
        if value is not before:
            before, converted = value, convert(value)
        found.append(converted)
    return found
