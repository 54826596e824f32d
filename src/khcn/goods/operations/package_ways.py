"""Packages on their way: sent with all that is in them, received or refused as a whole, called back, back again (docs/adr/0064).

Of each lot in a package there is an entry of the diary and a shipment, as of loose goods: balances, receipts and recalls know these.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.goods.enums import EntryKind
from khcn.goods.models import Location, LotEntry, Package, Shipment
from khcn.goods.operations import diary, shipments
from khcn.goods.operations.package_answers import things_of
from khcn.goods.operations.package_contents import amounts_of, lines_in, move_with_inner, with_inner
from khcn.goods.operations.package_days import refuse_day_before
from khcn.goods.operations.package_events import Movement, capture_movement, declare_movement_wrong
from khcn.goods.operations.package_times import moment_after
from khcn.goods.operations.packages import packing_party, why_not_open
from khcn.goods.workflow import COMING, ON_ITS_WAY, PACKAGE_FLOW, REFUSED, TAKEN_BACK, TURNED_AWAY
from khcn.kernel.actors import acting
from khcn.kernel.audit.row_locks import lock_rows
from khcn.kernel.past_days import refuse_to_come
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_rows
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor
    from khcn.trace.models import TraceParty


def why_not_sent(package: Package, *, actor: Actor, on: date) -> str:
    """Why a package is not sent; "" where it may be."""
    if why := why_not_open(package, actor=actor, on=on):
        return why
    return "" if amounts_of(package) else _("Kiện chưa có hàng.")


def sent_today(package: Package, *, actor: Actor, on: date) -> dict[str, Any]:
    """With what the dialog begins."""
    place = _place_of(package)
    return {"sent_on": on, "location": place.pk if place is not None and place.is_in_use(on) else None}


def send_package(
    *, package: Package, partner: TraceParty, sent_on: date, location: Location, actor: Actor, on: date
) -> Package:
    """Send a package with all that is in it: of each lot one entry of the diary and one shipment, or none of anything."""
    party = packing_party(package.organisation)
    refuse_to_come(sent_on, "sent_on", on)
    parts = with_inner(package)
    last = max(lines_in([each.pk for each in parts]).values_list("packed_on", flat=True))
    if sent_on < last:
        text = _("Hàng đóng ngày %(day)s. Hãy xem lại ngày giao.") % {"day": format_date(last)}
        raise Refused.about(text, "sent_on", code="order")
    refuse_day_before(package, sent_on, "sent_on")
    with transaction.atomic(), acting(actor):
        amounts = amounts_of(package)
        reported: dict[str, Any] = {"receiver": partner.organisation, "sent_on": sent_on}
        entries = [
            LotEntry(
                lot=lot,
                kind=EntryKind.SHIP,
                done_on=sent_on,
                location=location,
                amount=amount,
                partner=partner,
            )
            for lot, amount in amounts.items()
        ]
        for entry in entries:
            entry.full_clean()
        # first, or the goods in them could not be taken out of their lots
        move_with_inner(parts, "send", actor=actor, on=sent_on, **reported)
        package.sent_event = uuid.uuid4()
        package.sent_at = moment_after(sent_on, package.updated_at, [package.thing], [party])
        package.save()
        for entry in entries:  # with the package, not at an hour of their own
            entry.left_at = package.sent_at
        save_rows(register_of(LotEntry), entries, actor=actor, on=on)
        for shipment in Shipment.objects.filter(entry__in=[each.pk for each in entries]):
            shipment.package = package
            shipment.save()
        way = Movement(package, package.sent_event, package.sent_at, party, partner, location)
        capture_movement(way, party, package.updated_at)
    return package


def why_not_called_back(package: Package, *, actor: Actor, on: date) -> str:
    """Why it is not withdrawn that a package was sent; "" where it may be."""
    if package.state != ON_ITS_WAY:
        return _in_state(package)
    if package.inside is not None:
        return _on_outer(package)
    if package.shipments.exclude(state__in=(COMING, TAKEN_BACK)).exists():
        return _("Bên nhận đã trả lời một phần. Thống nhất ở từng chuyến hàng của kiện.")
    return ""


def call_back(*, package: Package, reason: str, actor: Actor, on: date) -> Package:
    """The package was never sent: its entries and events are declared wrong, and it is at who packed it."""
    party = packing_party(package.organisation)
    with transaction.atomic(), acting(actor, reason):
        rows = package.shipments.filter(state=COMING)
        lock_rows(rows)
        coming = list(rows.select_related("entry").order_by("pk"))
        event: Any = package.sent_event
        _come_back(package, actor=actor, on=on)
        for shipment in coming:
            entry = shipment.entry
            diary.lock_goods_of(entry)
            diary.declare_wrong(entry=entry, reason=reason, actor=actor, on=on)
        declare_movement_wrong(event, party, package.updated_at)
    return package


def why_not_received_whole(package: Package, *, actor: Actor, on: date) -> str:
    """Why a package is neither received nor refused as a whole; "" where it may be."""
    if package.state != ON_ITS_WAY:
        return _in_state(package)
    if package.inside is not None:
        return _on_outer(package)
    if package.shipments.exclude(state__in=(COMING, TAKEN_BACK)).exists():
        return _("Đã trả lời một phần hàng của kiện. Trả lời tiếp ở từng chuyến hàng còn lại.")
    return ""


def coming_with_package(package: Package, *, actor: Actor, on: date) -> str:
    """What a receiver is about to confirm, with what stands against taking it."""
    rows = _coming(package)
    return " ".join(shipments.coming_in_words(each, actor=actor, on=on) for each in rows)


def received_package_today(package: Package, *, actor: Actor, on: date) -> dict[str, Any]:
    """With what the dialog of a receiver begins."""
    first = _coming(package).first()
    return {} if first is None else shipments.received_today(first, actor=actor, on=on)


def receive_package(
    *, package: Package, received_on: date, location: Location, actor: Actor, on: date
) -> Package:
    """All that is in a package has come, as it was sent. What differs is counted at its shipments instead."""
    counted = LotEntry(location=location, done_on=received_on)
    receive_package_counted(package=package, counted=counted, actor=actor, on=on)
    return package


def receive_package_counted(
    *, package: Package, counted: LotEntry, actor: Actor, on: date
) -> list[LotEntry | None]:
    """As `receive_package`, of the arrival as an entry without lot and amount, which may say more: how it came from a telephone.

    Gives the entries, one of each shipment; the first has the id and the photographs of what was sent.
    """
    with transaction.atomic(), acting(actor):
        coming = list(_coming(package))
        for number, shipment in enumerate(coming):  # the last of them tells that the package is there
            entry = counted if number == 0 else _another(counted)
            entry.amount = shipment.amount
            shipments.receive_counted(shipment=shipment, counted=entry, actor=actor, on=on)
        package.refresh_from_db()
    return [each.arrival for each in coming]


def _another(counted: LotEntry) -> LotEntry:
    """The same arrival, of another lot."""
    same = ("location", "done_on", "done_at", "note", "typed_at", "typed_offset", "received_at", "clock_off")
    return LotEntry(**{name: getattr(counted, name) for name in same})


def refuse_package(*, package: Package, reason: str, actor: Actor, on: date) -> Package:
    """The receiver does not take a package; who sent it sees why."""
    with transaction.atomic(), acting(actor, reason):
        for shipment in _coming(package):
            shipments.refuse(shipment=shipment, reason=reason, actor=actor, on=on)
        package.refresh_from_db()
    return package


def why_not_back(package: Package, *, actor: Actor, on: date) -> str:
    """Why a package has not come back; "" where it may have."""
    if package.state != TURNED_AWAY:
        return _in_state(package)
    return "" if package.inside is None else _on_outer(package)


def back_today(package: Package, *, actor: Actor, on: date) -> dict[str, Any]:
    """With what the dialog begins."""
    return {"received_on": on, "location": sent_today(package, actor=actor, on=on)["location"]}


def bring_package_back(
    *, package: Package, received_on: date, location: Location, actor: Actor, on: date
) -> Package:
    """A package that was turned away is back at who packed it, with its goods; that it was sent stays true."""
    party = packing_party(package.organisation)
    with transaction.atomic(), acting(actor):
        rows = package.shipments.filter(state=REFUSED).select_related("entry__partner").order_by("pk")
        lock_rows(rows)
        refused = list(rows)
        partner: Any = refused[0].entry.partner
        for shipment in refused:
            shipments.bring_back(
                shipment=shipment, received_on=received_on, location=location, actor=actor, on=on
            )
        _come_back(package, actor=actor, on=received_on)
        at = moment_after(received_on, package.updated_at, things_of(package), [party, partner])
        way = Movement(package, uuid.uuid4(), at, partner, party, location, is_arrival=True, is_returned=True)
        capture_movement(way, party, package.updated_at)
    return package


def _come_back(package: Package, *, actor: Actor, on: date) -> None:
    """A package and all that is in it are at who packed them, as before they were sent."""
    unsent: dict[str, Any] = {"receiver": None, "sent_on": None, "sent_event": None, "sent_at": None}
    move_with_inner([package, *with_inner(package)[1:]], "come_back", actor=actor, on=on, **unsent)


def _coming(package: Package) -> QuerySet[Shipment]:
    return package.shipments.filter(state=COMING).order_by("pk")


def _place_of(package: Package) -> Location | None:
    line = lines_in([each.pk for each in with_inner(package)]).order_by("-packed_on", "-pk").first()
    return None if line is None else line.location


def _in_state(package: Package) -> str:
    state = PACKAGE_FLOW.by_value[package.state]
    return _("%(package)s ở tình trạng “%(state)s”.") % {"package": package, "state": state.label}


def _on_outer(package: Package) -> str:
    return _("%(package)s xếp trên %(outer)s: hãy làm ở trang của %(outer)s.") % {
        "package": package,
        "outer": package.inside,
    }
