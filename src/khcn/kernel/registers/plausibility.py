"""What a register says of values that are possible and yet unlikely: an import doubts them, and somebody confirms them once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class NotBefore:
    """A day that seldom stands before another, or before a year. ``earlier`` is a path from the record.

    ``when``: a field and the values of it for which this is so; without it, always.
    """

    later: str
    earlier: str
    text: StrOrPromise
    when: tuple[str, tuple[str, ...]] | None = None
