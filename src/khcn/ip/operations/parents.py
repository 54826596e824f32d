"""What a row belongs to, as it shall be and as it is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from khcn.kernel.registers.writing import Write


def parents(write: Write, name: str) -> Iterator[Any]:
    """The record that a row shall belong to by a foreign key, and the one that it is moved out of: both are asked."""
    yield getattr(write.record, name)
    if write.before is not None and name in write.changed:
        yield getattr(write.before, name)


def parent_keys(writes: Sequence[Write], name: str) -> set[int]:
    """The keys of these records, as far as they are on record."""
    rows = [row for each in writes for row in (each.record, each.before) if row is not None]
    return {key for row in rows if (key := getattr(row, f"{name}_id")) is not None}
