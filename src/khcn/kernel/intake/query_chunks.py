"""Many values in pieces that one query can take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CHUNK = 400


def chunks(values: Sequence[Any], size: int = CHUNK) -> Iterable[Sequence[Any]]:
    """Pieces short enough for one query."""
    return (values[start : start + size] for start in range(0, len(values), size))
