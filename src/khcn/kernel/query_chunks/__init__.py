"""Many values in pieces that one statement can take: databases limit the number of parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CHUNK = 400

_T = TypeVar("_T")


def chunks(values: Sequence[_T], size: int = CHUNK) -> Iterator[Sequence[_T]]:
    """Pieces short enough for one statement."""
    return (values[start : start + size] for start in range(0, len(values), size))
