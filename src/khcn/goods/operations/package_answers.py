"""What becomes of a package once all its shipments are answered, as a whole or one by one, on a page or by telephone."""

from __future__ import annotations

import uuid
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db.models import Max
from django.utils.translation import gettext as _

from khcn.epcis.ids.digital_link import CANONICAL_STEM
from khcn.goods.models import Package
from khcn.goods.models.parties import trace_party_of
from khcn.goods.operations.package_contents import lines_in, move_with_inner, with_inner
from khcn.goods.operations.package_events import Movement, capture_movement, capture_unpacking
from khcn.goods.operations.package_times import latest_on, moment_after
from khcn.goods.workflow import ARRIVED, COMING, ON_ITS_WAY, REFUSED
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.bulk_writes import bulk_change
from khcn.kernel.audit.row_locks import locked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from khcn.goods.models import Shipment
    from khcn.kernel.actors import Actor


def package_answered(shipment: Shipment, *, actor: Actor, on: date) -> None:
    """A shipment was answered: its package is with the receiver, or turned away, once all that is in it were.

    Of a package that is with the receiver its arrival is an event, and what the receiver took out of it because it refused that.
    """
    if shipment.package_id is None:
        return
    package = locked(Package, shipment.package_id)
    states = set(package.shipments.values_list("state", flat=True))
    if package.state != ON_ITS_WAY or COMING in states:
        return
    is_there = bool(states & set(ARRIVED))
    last = package.shipments.aggregate(last=Max("received_on"))["last"]
    parts = with_inner(package)
    move_with_inner(parts, "receive" if is_there else "refuse", actor=actor, on=on, received_on=last)
    if is_there:
        _arrived(parts)


def _arrived(parts: Sequence[Package]) -> None:
    """`parts`: a package that has come, first, and all that is in it."""
    package = parts[0]
    last = package.shipments.filter(state__in=ARRIVED).order_by("-received_on", "-pk").first()
    arrival: Any = last.arrival if last is not None else None
    sender, receiver = trace_party_of(package.organisation), trace_party_of(arrival.lot.item.organisation)
    if sender is None or receiver is None:
        return
    entered = parts[0].updated_at
    at = moment_after(arrival.done_on, entered, things_of(package), [sender, receiver])
    come = Movement(package, uuid.uuid4(), at, sender, receiver, arrival.location, is_arrival=True)
    capture_movement(come, receiver, entered)
    refused = list(package.shipments.filter(state=REFUSED).values_list("entry__lot", flat=True))
    lines = list(
        lines_in([each.pk for each in parts])
        .filter(lot__in=refused)
        .select_related("package", "lot__item")
        .order_by("package", "ordinal")
    )
    for line in lines:
        line.taken_out_on = arrival.done_on
    with acting(SYSTEM, _("Bên nhận từ chối hàng này khi nhận kiện")):  # they are records of who packed
        bulk_change(lines, ["taken_out_on"])
    for holding, some in groupby(lines, key=lambda each: each.package):
        capture_unpacking(holding, list(some), receiver, uuid.uuid4(), arrival.location, at)


def things_of(package: Package) -> list[str]:
    """What the events of a package on its way name: itself, and the lots that were sent in it."""
    paths = package.shipments.order_by().values_list("lot_path", flat=True).distinct()
    return [package.thing, *(CANONICAL_STEM + path for path in paths)]


def moved_at(shipment: Shipment, day: date) -> datetime | None:
    """When what goes in a package was moved last on a day, as who sent it and who receives it have reported; None for loose goods."""
    if shipment.package is None:
        return None
    parties = [trace_party_of(shipment.sender), trace_party_of(shipment.receiver)]
    return latest_on(day, [shipment.package.thing, CANONICAL_STEM + shipment.lot_path], parties)
