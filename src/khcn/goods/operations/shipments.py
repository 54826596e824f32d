"""What sender and receiver do with goods between them: send, receive with what was counted, settle a difference, refuse.

The receiver has a lot of its own of what it received; events about that lot name it as its maker did, so that the chain holds together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.goods.enums import EntryKind
from khcn.goods.models import Location, Lot, LotEntry, Shipment, TradeItem
from khcn.goods.operations.entry_capture import capture_declaration, capture_entry, is_returned
from khcn.goods.operations.lot_balances import least_from
from khcn.goods.operations.lot_stops import stops_of
from khcn.goods.operations.numbers import TradeItemWriter
from khcn.goods.operations.ordinals import next_ordinal
from khcn.goods.operations.outbox.changes import lots_changed
from khcn.goods.operations.package_contents import package_answered, why_with_package
from khcn.goods.operations.received_goods import days_of_maker, has_other_days
from khcn.goods.rules import shortest_gtin, why_not_whole
from khcn.goods.workflow import COMING, DIFFERS, REFUSED, SHIPMENT_FLOW, TAKEN_BACK
from khcn.kernel.actors import acting
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.past_days import refuse_to_come
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.writing import Write
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.numbers import format_amount
from khcn.kernel.workflow.engine import fire

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from khcn.kernel.actors import Actor
    from khcn.parties.models import Organisation

_CODE_DIGITS = 12


def send(entry: Any) -> Shipment:
    """The shipment of an entry that sends goods to another party."""
    # Its days may have been corrected while who writes the entry waited for the lot.
    lot = Lot.objects.select_related("item").get(pk=entry.lot_id)
    item = lot.item
    shipment = Shipment(
        code=f"GH-{entry.event.hex[:_CODE_DIGITS].upper()}",
        entry=entry,
        sender=item.organisation,
        receiver=entry.receiver,
        item_name=item.full_name,
        gtin=shortest_gtin(lot.trade_number),
        lot_number=lot.number,
        lot_path=lot.public_path,
        made_on=lot.made_on,
        expires_on=lot.last_day(),
        unit=item.unit,
        amount=entry.amount,
        sent_on=entry.done_on,
    )
    shipment.full_clean()
    shipment.save()
    return shipment


def take_back(entry: LotEntry, *, actor: Actor, on: date) -> None:
    """The sender has declared its entry wrong: nothing is coming."""
    shipment = Shipment.objects.filter(entry=entry).first()
    if shipment is not None:
        fire(SHIPMENT_FLOW, shipment, "take_back", actor=actor, on=on)


def why_in_way(entry: LotEntry) -> str:
    """Why an entry of goods between two parties is not declared wrong by one of them alone; "" where it may be."""
    if hasattr(entry, "arrival_of"):
        if entry.arrival_of.state == TAKEN_BACK:
            return _("Hàng đã về theo chuyến hàng %(code)s. Hàng không còn thì ghi mục tiêu hủy.") % {
                "code": entry.arrival_of.code
            }
        return _("Số lượng nhận sửa bằng nút “Đếm lại” ở chuyến hàng %(code)s.") % {
            "code": entry.arrival_of.code
        }
    shipment = Shipment.objects.filter(entry=entry).first()
    if shipment is not None and (why := why_with_package(shipment)):
        return why
    if shipment is not None and shipment.state == TAKEN_BACK:
        return _("Hàng đã về theo chuyến hàng %(code)s nên mục giao hàng này không sai.") % {
            "code": shipment.code
        }
    if shipment is not None and shipment.received_on is not None:
        text = _("Bên nhận đã xác nhận nhận hàng ngày %(day)s. Thống nhất số lượng ở chuyến hàng %(code)s.")
        return text % {"day": format_date(shipment.received_on), "code": shipment.code}
    return ""


def why_not_received(shipment: Shipment, *, actor: Actor, on: date) -> str:
    """Why goods are neither received nor refused; "" where they may be."""
    return "" if shipment.state == COMING else _not_from(shipment)


def received_today(shipment: Shipment, *, actor: Actor, on: date) -> dict[str, Any]:
    """With what the dialog of a receiver begins: goods are counted when they come, and most receivers have one place."""
    places = list(Location.objects.filter(organisation=shipment.receiver_id).in_use(on)[:2])
    return {"received_on": on, "location": places[0].pk if len(places) == 1 else None}


def coming_in_words(shipment: Shipment, *, actor: Actor, on: date) -> str:
    """What a receiver is about to count, and why it should not: a recall, or a day that is over."""
    text = _("%(sender)s giao %(amount)s %(unit)s %(item)s, lô %(lot)s, ngày %(day)s.")
    words = {
        "sender": shipment.sender,
        "amount": format_amount(shipment.amount),
        "unit": shipment.get_unit_display(),
        "item": shipment.item_name,
        "lot": shipment.lot_number,
        "day": format_date(shipment.sent_on),
    }
    found = [text % words]
    if (stop := stops_of({shipment.lot_path}).get(shipment.lot_path)) is not None:
        found.append(stop.words)
    if shipment.expires_on is not None and shipment.expires_on < on:
        found.append(_("Hàng đã hết hạn ngày %(day)s.") % {"day": format_date(shipment.expires_on)})
    return " ".join(found)


def why_not_settled(shipment: Shipment, *, actor: Actor, on: date) -> str:
    """Why there is no difference to settle; "" where there is one."""
    return "" if shipment.state == DIFFERS else _not_from(shipment)


def _not_from(shipment: Shipment) -> str:
    state = SHIPMENT_FLOW.by_value[shipment.state]
    return _("Chuyến hàng ở tình trạng “%(state)s”.") % {"state": state.label}


def receive(
    *,
    shipment: Shipment,
    received_on: date,
    received_amount: Decimal,
    location: Location,
    actor: Actor,
    on: date,
) -> Shipment:
    """The receiver has the goods, with what it counted. Raises ``Refused`` for a day before the sending, and a place of others."""
    counted = LotEntry(location=location, done_on=received_on, amount=received_amount)
    return receive_counted(shipment=shipment, counted=counted, actor=actor, on=on)


def receive_counted(*, shipment: Shipment, counted: LotEntry, actor: Actor, on: date) -> Shipment:
    """As `receive`; ``counted`` is the entry of the receiver's diary without its lot, which may say more: how it came from a telephone."""
    _refuse_arrival(shipment, shipment.receiver, counted.done_on, counted.location, on)
    _refuse_parts_of_pieces(shipment, counted.amount)
    with transaction.atomic(), acting(actor):
        lot = _lot_of(shipment, actor=actor, on=on)
        step = "receive" if counted.amount == shipment.amount else "receive_other"
        fire(SHIPMENT_FLOW, shipment, step, actor=actor, on=counted.done_on)
        _arrive(shipment, lot, counted)
        package_answered(shipment, actor=actor, on=on)
        lots_changed([lot], on=on)
    return shipment


def count_again(
    *, shipment: Shipment, received_amount: Decimal, reason: str, actor: Actor, on: date
) -> Shipment:
    """The receiver has counted once more: its entry is declared wrong and written anew.

    Raises ``Refused`` where more of the goods is gone already than there was.
    """
    _refuse_parts_of_pieces(shipment, received_amount)
    before: Any = shipment.arrival
    with transaction.atomic(), acting(actor, reason):
        locked(Lot, before.lot_id)
        shipment.arrival = None
        shipment.save()
        before.wrong_on, before.wrong_reason = on, reason
        before.full_clean()
        before.save()
        capture_declaration(before, before.updated_at, supplier=shipment.sender)
        if received_amount == shipment.amount:
            fire(SHIPMENT_FLOW, shipment, "count_again", actor=actor, on=on)
        again = LotEntry(location=before.location, done_on=before.done_on, amount=received_amount)
        _arrive(shipment, before.lot, again)
        standing = list(LotEntry.objects.filter(lot=before.lot_id, wrong_on__isnull=True))
        if least_from(standing, before.done_on) < 0:
            text = _("Lô đã dùng, giao hoặc bán nhiều hơn số này. Hãy xem lại nhật ký của lô.")
            raise Refused.about(text, "received_amount", code="too_little")
        lots_changed([before.lot], on=on)
    return shipment


def _refuse_parts_of_pieces(shipment: Shipment, counted: Decimal | None) -> None:
    """What was sent before this was refused arrives as it was sent."""
    if counted != shipment.amount and (why := why_not_whole(counted, shipment.unit)):
        raise Refused.about(why, "received_amount", code="not_whole")


def settle(*, shipment: Shipment, reason: str, actor: Actor, on: date) -> Shipment:
    """The sender agrees with what the receiver counted, with the reason of the difference."""
    with transaction.atomic(), acting(actor, reason):
        fire(SHIPMENT_FLOW, shipment, "settle", actor=actor, on=on)
        shipment.answer = reason.strip()
        shipment.save()
    return shipment


def refuse(*, shipment: Shipment, reason: str, actor: Actor, on: date) -> Shipment:
    """The receiver does not take the goods; the sender sees why, and writes when they are back, or that it never sent them."""
    with transaction.atomic(), acting(actor, reason):
        fire(SHIPMENT_FLOW, shipment, "refuse", actor=actor, on=on)
        shipment.answer = reason.strip()
        shipment.save()
        package_answered(shipment, actor=actor, on=on)
    return shipment


def why_not_brought_back(shipment: Shipment, *, actor: Actor, on: date) -> str:
    """Why no goods have come back; "" where they may have."""
    return why_with_package(shipment) if shipment.state == REFUSED else _not_from(shipment)


def bring_back(
    *, shipment: Shipment, received_on: date, location: Location, actor: Actor, on: date
) -> Shipment:
    """What the receiver refused is back in the sender's lot; that it was sent stays true.

    Raises ``Refused`` for a day before the sending, and a place of others.
    """
    _refuse_arrival(shipment, shipment.sender, received_on, location, on)
    with transaction.atomic(), acting(actor):
        lot = locked(Lot, shipment.entry.lot_id)
        fire(SHIPMENT_FLOW, shipment, "take_back", actor=actor, on=received_on)
        entry = LotEntry(location=location, done_on=received_on, amount=shipment.amount)
        _store_arrival(entry, lot)
        capture_entry(entry, supplier=shipment.receiver, is_returned=True)
        shipment.arrival = entry
        shipment.full_clean(exclude={"state"})
        shipment.save()
        lots_changed([lot], on=on)
    return shipment


def refuse_unused_place(location: Location, day: date) -> None:
    """Raise ``Refused`` for a place that is not in use on a day."""
    if not location.is_in_use(day):
        raise Refused.about(_("Ngày này địa điểm không được dùng."), "location", code="not_in_use")


def _refuse_arrival(
    shipment: Shipment, party: Organisation, received_on: date, location: Location, on: date
) -> None:
    refuse_to_come(received_on, "received_on", on)
    if received_on < shipment.sent_on:
        text = _("Bên giao gửi ngày %(day)s. Hãy xem lại ngày nhận.") % {"day": format_date(shipment.sent_on)}
        raise Refused.about(text, "received_on", code="order")
    if location.organisation_id != party.pk:
        raise Refused.about(_("Địa điểm này của cơ sở khác."), "location", code="other_organisation")
    refuse_unused_place(location, received_on)


def difference_in_words(shipment: Shipment) -> str:
    """By how much less or more was received than was sent; "" where nothing differs."""
    if shipment.received_amount is None or shipment.received_amount == shipment.amount:
        return ""
    less = shipment.amount - shipment.received_amount
    words = {
        "amount": format_amount(abs(less)),
        "unit": shipment.get_unit_display(),
    }
    return (_("thiếu %(amount)s %(unit)s") if less > 0 else _("thừa %(amount)s %(unit)s")) % words


def _arrive(shipment: Shipment, lot: Lot, entry: LotEntry) -> None:
    _store_arrival(entry, lot)
    capture_entry(entry, supplier=shipment.sender, is_returned=is_returned(shipment.entry))
    shipment.arrival, shipment.received_on, shipment.received_amount = entry, entry.done_on, entry.amount
    shipment.full_clean(exclude={"state"})
    shipment.save()


def _store_arrival(entry: LotEntry, lot: Lot) -> None:
    entry.lot, entry.kind, entry.ordinal = lot, EntryKind.RECEIVE, next_ordinal(LotEntry, lot)
    entry.full_clean()
    entry.save()


def _lot_of(shipment: Shipment, *, actor: Actor, on: date) -> Lot:
    """The receiver's lot of these goods: its own where it made them, one that it has received before, or a new one.

    One that it has received gets the days that its maker has now, also where an older program has left others in it.
    """
    _empty, _ai, number, *_rest = shipment.lot_path.split("/")
    mine = Lot.objects.filter(item__organisation=shipment.receiver)
    made = mine.filter(item__gtin=shortest_gtin(number), number=shipment.lot_number, source_path="")
    received = mine.filter(source_path=shipment.lot_path)
    if (found := (made | received).order_by("pk").first()) is not None:
        return _with_days(locked(Lot, found.pk), shipment)
    earlier = mine.filter(source_path__startswith=f"/01/{number}/").order_by("pk").first()
    item = _new_item(shipment, actor=actor, on=on) if earlier is None else earlier.item
    lot = Lot(
        item=item,
        number=shipment.lot_number,
        source_path=shipment.lot_path,
        **days_of_maker(shipment),
    )
    lot.full_clean()
    lot.save()
    return lot


def _with_days(lot: Lot, shipment: Shipment) -> Lot:
    if not lot.source_path:
        return lot
    # Where the maker names no last day, the receiver may have one by the shelf life of its own product.
    days = {name: day for name, day in days_of_maker(shipment).items() if day is not None}
    if has_other_days(lot, days):
        for name, day in days.items():
            setattr(lot, name, day)
        lot.corrected = True
        lot.full_clean()
        lot.save()
    return lot


def _new_item(shipment: Shipment, *, actor: Actor, on: date) -> TradeItem:
    """The first goods of this kind are entered under a number of this system: that of the maker stays the maker's."""
    item = TradeItem(
        organisation=shipment.receiver,
        name=shipment.item_name[:200],
        group=shipment.entry.lot.item.group,
        unit=shipment.unit,
    )
    item.full_clean()
    item.save()
    TradeItemWriter().after_write([Write(item)], actor=actor, on=on)  # its number
    return item
