"""Which events were declared wrong, by their own party or by an authority."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from khcn.kernel.province import province_key
from khcn.kernel.query_chunks import chunks
from khcn.trace.models import Event, Identity
from khcn.trace.store.encoding.identities import declaration_of, identity_key

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_BATCH_SIZE: Final = 1000


def events_without_declarations(times: Mapping[int, int]) -> list[Event]:
    """Events by id and time, without their bodies and without error declarations."""
    found: list[Event] = []
    numbers = sorted(times)
    for some in chunks(numbers, _BATCH_SIZE):
        rows = Event.objects.filter(id__in=some, event_time__in={times[one] for one in some}, declared=False)
        found += rows.defer("body")
    return found


def declared_wrong(rows: Collection[Event], authorities: Collection[int]) -> set[int]:
    """Those of some events that were declared wrong by their own party or by an authority; nobody else can."""
    province = province_key()
    keys = {identity_key(province, declaration_of(row.event_id)): row for row in rows}
    declarations: dict[int, tuple[int, Event]] = {}
    listed = sorted(keys)
    for part in chunks(listed, _BATCH_SIZE):
        known = Identity.objects.filter(key__in=part)
        for key, number, moment in known.values_list("key", "event", "event_time"):
            declarations[number] = moment, keys[bytes(key)]
    found = set()
    numbers = sorted(declarations)
    for some in chunks(numbers, _BATCH_SIZE):
        moments = {declarations[number][0] for number in some}
        declared = Event.objects.filter(id__in=some, event_time__in=moments)
        for number, owner in declared.values_list("id", "owner"):
            event = declarations[number][1]
            if owner == event.owner or owner in authorities:
                found.add(event.id)
    return found
