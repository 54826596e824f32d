"""Entries of the diary of a lot: each is captured as an event with the row, or there is no row (docs/adr/0053)."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.goods.enums import ADDS, BEFORE_LOT, MOVES, NEEDS_NO_AMOUNT, TAKES, EntryKind
from khcn.goods.models import Lot, LotEntry, Shipment
from khcn.goods.operations.entry_capture import (
    capture_declaration,
    capture_entry,
    party_of,
    receiving_party_of,
)
from khcn.goods.operations.expiry import expired, moves_expired
from khcn.goods.operations.lot_balances import change_of, least_from
from khcn.goods.operations.lot_stops import stops_of
from khcn.goods.operations.ordinals import number_new_rows
from khcn.goods.operations.outbox.changes import lots_changed
from khcn.goods.operations.package_contents import packed_away, why_packed
from khcn.goods.operations.processes import beyond_yield, quoted, refuse_other_process
from khcn.goods.operations.received_goods import refuse_making_received
from khcn.goods.operations.returns import goes_back
from khcn.goods.operations.shipments import refuse_unused_place, send, take_back, why_in_way
from khcn.goods.rules import why_not_whole
from khcn.kernel.actors import acting
from khcn.kernel.audit.row_locks import lock_rows, locked_all
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.numbers import format_amount

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from khcn.goods.operations.lot_stops import LotStop
    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write


class DiaryWriter(PastDayWriter):
    """What was done is entered once, in its order, with what the lot has; an entry that is stored never changes."""

    def __init__(self) -> None:
        super().__init__("done_on")

    def lock(self, writes: Sequence[Write]) -> None:
        """The lots, so that two entries that take from one are judged one after the other."""
        rows = [each.record for each in writes]
        locked_all(Lot, {key for each in rows for key in (each.lot_id, each.into_id) if key})

    def refuse(self, write: Write, context: ValidationContext) -> None:
        """Raise ``Refused`` for an entry without trace party, and one whose place, lots or receiver do not belong together."""
        entry = write.record
        if write.is_new:
            if entry.amount is None and entry.kind not in NEEDS_NO_AMOUNT:
                raise Refused.about(_("Hãy ghi số lượng."), "amount", code="no_amount")
            if entry.kind == EntryKind.RECEIVE:
                text = _("Nhận hàng ghi bằng nút “Xác nhận đã nhận” ở chuyến hàng đang đến.")
                raise Refused.about(text, "kind", code="received_by_shipment")
            _refuse_superfluous(entry)
            _refuse_without_party(entry)
            _refuse_other_organisations(entry)
            _refuse_days(entry)
            refuse_making_received(entry)
            refuse_other_process(entry)
            if why := why_not_whole(entry.amount, entry.lot.item.unit):
                raise Refused.about(why, "amount", code="not_whole")

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Each is seen after all others of its lot in the order of their days."""
        number_new_rows(LotEntry, writes)
        wrong = list(super().validate(writes, context))
        yield from wrong
        refused = {id(write) for write, _why in wrong}
        left = [each for each in writes if each.is_new and id(each) not in refused]
        for write, why in _stopped(left):
            refused.add(id(write))
            yield write, why
        for write, why in expired([each for each in left if id(each) not in refused]):
            refused.add(id(write))
            yield write, why
        for write, why in _too_much([each for each in left if id(each) not in refused]):
            refused.add(id(write))
            yield write, why
        yield from packed_away([each for each in left if id(each) not in refused])
        yield from beyond_yield([each for each in left if id(each) not in refused])

    def after_write(self, writes: Sequence[Write], *, actor: Actor, on: date) -> None:
        """The events of new entries, in the order of what was done."""
        new = [each.record for each in writes if each.is_new]
        # those of them that were not refused go back, as do goods after their last day
        stopping = _stopping(new)
        for entry in sorted(new, key=lambda each: (each.done_on, each.pk)):
            capture_entry(entry, is_returned=id(entry) in stopping or moves_expired(entry))
            if entry.kind == EntryKind.SHIP:
                send(entry)
        lots_changed([lot for each in new for lot in (each.lot, each.into) if lot is not None], on=on)

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Events are not deleted."""
        text = _(
            "Mục nhật ký đã thành sự kiện truy xuất nên không xóa được. Bấm “Báo ghi sai” rồi ghi mục đúng."
        )
        raise Refused(text, code="owned")


def _refuse_superfluous(entry: LotEntry) -> None:
    if entry.into is not None and entry.kind != EntryKind.USE:
        text = _("Chỉ việc dùng làm nguyên liệu mới ghi lô được làm ra.")
        raise Refused.about(text, "into", code="superfluous")
    if entry.receiver is not None and entry.kind != EntryKind.SHIP:
        raise Refused.about(_("Chỉ việc giao hàng mới ghi bên nhận."), "partner", code="superfluous")


def _refuse_without_party(entry: LotEntry) -> None:
    party_of(entry)
    if entry.receiver is not None and receiving_party_of(entry) is None:
        text = _(
            "Bên nhận chưa tham gia truy xuất nguồn gốc. Hãy đề nghị Sở xác nhận bên nhận, hoặc ghi bán lẻ."
        )
        raise Refused.about(text, "partner", code="no_trace_party")


def _refuse_other_organisations(entry: LotEntry) -> None:
    owner = entry.lot.item.organisation  # no keys: of one workbook nothing may be stored yet
    if entry.location.organisation != owner:
        raise Refused.about(_("Địa điểm này của cơ sở khác."), "location", code="other_organisation")
    if entry.into is not None:
        if entry.into.item.organisation != owner:
            raise Refused.about(_("Lô này của cơ sở khác."), "into", code="other_organisation")
        if entry.into == entry.lot:
            raise Refused.about(_("Một lô không làm nguyên liệu cho chính nó."), "into", code="same_lot")
    if entry.receiver == owner:
        raise Refused.about(_("Bên nhận là chính cơ sở này."), "partner", code="same_organisation")


def _refuse_days(entry: LotEntry) -> None:
    if entry.done_on < entry.lot.made_on and entry.kind not in BEFORE_LOT:
        text = _("Lô sản xuất, thu hoạch ngày %(day)s. Hãy xem lại ngày làm.") % {
            "day": format_date(entry.lot.made_on)
        }
        raise Refused.about(text, "done_on", code="before_lot")
    refuse_unused_place(entry.location, entry.done_on)


def _stopped(writes: Sequence[Write]) -> Iterator[tuple[Write, Refused]]:
    """New entries by which goods of a recall would go on; what was done before it is entered still."""
    stopping = _stopping([each.record for each in writes])
    for write in writes:
        stop = stopping.get(id(write.record))
        if stop is not None and not goes_back(write.record, stop.recall):
            yield write, Refused.about(stop.words, "lot", code="stopped")


def _stopping(entries: Sequence[LotEntry]) -> dict[int, LotStop]:
    """Of entries that move goods of a recall since it began, what stops them, by the ``id`` of the entry: new ones have no key."""
    moving = [each for each in entries if each.kind in MOVES]
    stops = stops_of({each.lot.public_path for each in moving}) if moving else {}
    found = {}
    for entry in moving:
        stop = stops.get(entry.lot.public_path)
        if stop is not None and stop.stops(entry.done_on, entry.done_at):
            found[id(entry)] = stop
    return found


def _too_much(writes: Sequence[Write]) -> Iterator[tuple[Write, Refused]]:
    """New entries that take more from their lot than it has on that day, or leaves too little for what was entered of later days."""
    stored: defaultdict[Any, list[LotEntry]] = defaultdict(list)
    lots = {each.record.lot_id for each in writes if each.record.kind in TAKES and each.record.lot_id}
    for entry in LotEntry.objects.filter(lot__in=lots, wrong_on__isnull=True):
        stored[entry.lot_id].append(entry)
    for write in sorted(writes, key=lambda each: (each.record.done_on, -change_of(each.record))):
        entry = write.record
        others = stored[entry.lot.pk or id(entry.lot)]
        if entry.kind in TAKES and (left := least_from(others, entry.done_on)) < (entry.amount or 0):
            yield write, Refused.about(_left_in_words(entry.lot, left), "amount", code="too_much")
            continue
        others.append(entry)


def _left_in_words(lot: Lot, left: Decimal) -> str:
    words = {
        "left": format_amount(max(left, Decimal(0))),
        "unit": lot.item.get_unit_display(),
        "steps": quoted(lot.making_steps),
    }
    if lot.source_path:
        text = _(
            "Lô chỉ còn %(left)s %(unit)s. Hãy xem lại số lượng; hàng về nhiều hơn số đã nhận thì bấm “Đếm lại” ở chuyến hàng."
        )
    elif words["steps"]:
        text = _(
            "Lô chỉ còn %(left)s %(unit)s. Hãy xem lại số lượng, hoặc ghi công đoạn %(steps)s còn thiếu, với số %(unit)s làm ra."
        )
    else:
        text = _(
            "Lô chỉ còn %(left)s %(unit)s. Hãy xem lại số lượng, hoặc ghi mục thu hoạch, chế biến còn thiếu."
        )
    return text % words


def why_not_declared_wrong(entry: LotEntry, *, actor: Actor, on: date) -> str:
    """Why an entry is not declared wrong; "" where it may be."""
    if entry.wrong_on is not None:
        return _("Mục này đã được báo ghi sai ngày %(day)s.") % {"day": format_date(entry.wrong_on)}
    if why := why_in_way(entry):
        return why
    others = list(entry.lot.entries.filter(wrong_on__isnull=True).exclude(pk=entry.pk))
    if entry.kind in ADDS and others and least_from(others, min(each.done_on for each in others)) < 0:
        return _("Lô đã được dùng, giao hoặc bán từ số lượng này. Báo ghi sai các mục đó trước.")
    return why_packed(entry) if entry.kind in ADDS else ""


def lock_goods_of(entry: LotEntry) -> None:
    """The shipment of an entry, and its lots as they are locked for a new entry: nothing is taken out of them while one is declared wrong."""
    lock_rows(Shipment.objects.filter(entry=entry))  # before the lots: who brings goods back does so, too
    locked_all(Lot, {key for key in (entry.lot_id, entry.into_id) if key})


def declare_wrong(*, entry: LotEntry, reason: str, actor: Actor, on: date) -> LotEntry:
    """Declare an entry wrong, and its event. Raises ``Refused`` where its lot would have less than nothing."""
    if why := why_not_declared_wrong(entry, actor=actor, on=on):
        raise Refused(why, code="stands")
    with transaction.atomic(), acting(actor, reason):
        entry.wrong_on, entry.wrong_reason = on, reason
        entry.full_clean()
        entry.save()
        capture_declaration(entry, entry.updated_at)
        take_back(entry, actor=actor, on=on)
        lots_changed([lot for lot in (entry.lot, entry.into) if lot is not None], on=on)
    return entry
