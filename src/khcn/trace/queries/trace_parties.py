"""The parties of the traceability system, by key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.trace.models import TraceParty

if TYPE_CHECKING:
    from collections.abc import Collection


def parties(keys: Collection[int]) -> dict[int, TraceParty]:
    """Trace parties by key."""
    return TraceParty.objects.in_bulk(sorted(keys))
