"""The events of packages: packed and unpacked (EPCIS 2.0, 7.4.3: AggregationEvent), sent, received and come back (7.4.2: ObjectEvent)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from khcn.goods.operations.entry_events import (
    RETURNED,
    class_of,
    master_record_of,
    place_of,
    quantity_of,
)
from khcn.goods.operations.event_documents import (
    capture_document,
    declare_event_wrong,
    document_of_event,
    occurrence,
    possession,
)
from khcn.goods.operations.package_times import moment_after

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from khcn.goods.models import Location, Package, PackageLine
    from khcn.trace.models import TraceParty


@dataclass(frozen=True, slots=True)
class Movement:
    """A package on its way between two parties; one of them reports it."""

    package: Package
    event: UUID
    at: datetime
    source: TraceParty
    destination: TraceParty
    location: Location
    is_arrival: bool = False
    is_returned: bool = False


def capture_packing(line: PackageLine, party: TraceParty) -> None:
    """Capture that something was put into a package."""
    _capture(party, _packing(line, party), line.created_at, line.location)


def declare_packing_wrong(line: PackageLine, party: TraceParty, at: datetime) -> None:
    """Declare wrong that something was put into a package."""
    declare_event_wrong(party, line.event, at, refusal=_refusal())


def capture_unpacking(
    package: Package,
    lines: Sequence[PackageLine],
    party: TraceParty,
    event: UUID,
    location: Location,
    at: datetime,
) -> None:
    """Capture that something was taken out of a package, on the day of `at`."""
    reported = _aggregation(package, lines, party, event, location, at)
    _capture(party, reported | {"action": "DELETE", "bizStep": "unpacking"}, at, location)


def capture_movement(movement: Movement, party: TraceParty, entered: datetime) -> None:
    """Capture that a package left or came."""
    _capture(party, _movement(movement, party), entered, movement.location)


def declare_movement_wrong(event: UUID, party: TraceParty, at: datetime) -> None:
    """Declare wrong that a package left."""
    declare_event_wrong(party, event, at, refusal=_refusal())


def _packing(line: PackageLine, party: TraceParty) -> dict[str, Any]:
    packed = [class_of(line.lot)] if line.lot is not None else []
    packed += [line.inner.thing] if line.inner is not None else []
    at = moment_after(line.packed_on, line.created_at, [line.package.thing, *packed], [party])
    reported = _aggregation(line.package, [line], party, line.event, line.location, at)
    return reported | {"action": "ADD", "bizStep": "packing"}


def _aggregation(
    package: Package,
    lines: Sequence[PackageLine],
    party: TraceParty,
    event: UUID,
    location: Location,
    at: datetime,
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "AggregationEvent",
        **occurrence(event, at.astimezone(ZoneInfo(settings.TIME_ZONE))),
        "parentID": package.thing,
        "disposition": "in_progress",
        "readPoint": {"id": place_of(location, party)},
        "bizLocation": {"id": place_of(location, party)},
    }
    if goods := [quantity_of(each.lot, each.amount) for each in lines if each.lot is not None]:
        found["childQuantityList"] = goods
    if inner := [each.inner.thing for each in lines if each.inner is not None]:
        found["childEPCs"] = inner
    return found


def _movement(movement: Movement, party: TraceParty) -> dict[str, Any]:
    place = {"id": place_of(movement.location, party)}
    disposition = "in_progress" if movement.is_arrival else "in_transit"
    found = {
        "type": "ObjectEvent",
        **occurrence(movement.event, movement.at.astimezone(ZoneInfo(settings.TIME_ZONE))),
        "epcList": [movement.package.thing],
        "action": "OBSERVE",
        "bizStep": "receiving" if movement.is_arrival else "shipping",
        "disposition": RETURNED if movement.is_returned else disposition,
        "readPoint": place,
        **possession(movement.source, movement.destination),
    }
    return found | {"bizLocation": place} if movement.is_arrival else found


def _capture(
    party: TraceParty, reported: dict[str, Any], at: datetime, location: Location | None = None
) -> None:
    master = [] if location is None else master_record_of(location, party)
    body = document_of_event(reported, party, at, master=master)
    capture_document(party, body, at, refusal=_refusal())


def _refusal() -> str:
    return _("Chưa ghi được sự kiện truy xuất: %(why)s")
