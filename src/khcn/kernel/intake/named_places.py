"""Rows and cells in a sentence of the preview: the first ones by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def first_named(names: Sequence[str], most: int, separator: str = ", ") -> str:
    """The first names as a list, with "…" where there are more."""
    shown = separator.join(names[:most])
    return f"{shown}{separator}…" if len(names) > most else shown
