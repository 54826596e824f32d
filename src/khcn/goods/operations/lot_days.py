"""The days of a lot: until when it may be used is written when the lot is, and once its diary has begun only a correction changes a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.goods import rules
from khcn.goods.enums import BEFORE_LOT
from khcn.goods.operations.numbers import lots_in_events
from khcn.goods.operations.received_goods import rows_with_other_days
from khcn.kernel.actions.corrections import correcting
from khcn.kernel.actors import SYSTEM
from khcn.kernel.past_days import PastDayWriter, refuse_to_come
from khcn.kernel.refusals import Refused
from khcn.kernel.steps_back import refuse_unless_may, write_correction
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from khcn.goods.models import Lot
    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import Write


class LotWriter(PastDayWriter):
    """Lots are of what has been made; what an event says of one stays."""

    def __init__(self) -> None:
        super().__init__("made_on")

    def after_write(self, writes: Sequence[Write], *, actor: Actor, on: date) -> None:
        """The last day by the shelf life of the product as it is now: another shelf life is of later lots."""
        for write in writes:
            lot = write.record
            if lot.expires_on == _day_before_the_change(write):
                last = lot.item.last_day_of(lot.made_on)
                if last is not None and last != lot.expires_on:
                    lot.expires_on = last
                    lot.save()

    def refuse_removal(self, record: Lot, *, actor: Actor, on: date) -> None:
        """A lot that an event names stays."""
        if lots_in_events([record.pk]):
            raise Refused(_("Lô đã có nhật ký nên không xóa được."), code="in_events")


def _day_before_the_change(write: Write) -> date | None:
    """The last day that the shelf life gave, where the row had that one; None, as of rows without one, for others."""
    before = write.before
    if before is None or not {"item", "made_on"} & write.changed or "expires_on" in write.changed:
        return None
    given = before.item.last_day_of(before.made_on)
    return given if before.expires_on == given else None


def why_lot_days_not_corrected(lot: Lot, *, actor: Actor, on: date) -> str:
    """Why the days of a lot are not corrected by this step; "" where they are."""
    if lot.source_path:
        return _("Ngày của hàng nhận về là của bên làm ra, không sửa ở đây.")
    return "" if lots_in_events([lot.pk]) else _("Lô chưa có nhật ký: hãy sửa ngày trong phần sửa lô.")


def correct_lot_days(
    *, lot: Lot, made_on: date, actor: Actor, on: date, reason: str, expires_on: date | None = None
) -> Lot:
    """Correct the day on which a lot was made and the last one on which it may be used. The lot is marked for ever.

    The days are of the goods, wherever they are: all shipments of the lot, whatever their state, and the lots of all who received it,
    at any number of steps, get the same days and the same mark. What they said before, when goods were sent, is in their history. Entries
    of receivers do not stand in the way: nothing arrives before it was sent, which is an entry of the maker's; and what was sold after
    a last day that is now an earlier one was sold.

    Args:
        lot: a lot with entries in its diary.
        made_on: the right day; no entry about made goods may be before it.
        actor: who corrects.
        on: the day.
        reason: why, for the log.
        expires_on: the right last day; None for the one by the shelf life of the product, and for none where that has no shelf life.

    Raises:
        Refused: the actor may not, the lot has no entries, or the days do not fit one another or the diary.
    """
    refuse_unless_may(rules.producers | rules.editors, lot, actor)
    if why := why_lot_days_not_corrected(lot, actor=actor, on=on):
        raise Refused(why, code="days")
    refuse_to_come(made_on, "made_on", on)
    of_goods = lot.entries.filter(wrong_on__isnull=True).exclude(kind__in=BEFORE_LOT)
    first = of_goods.order_by("done_on").values_list("done_on", flat=True).first()
    if first is not None and first < made_on:
        text = _("Nhật ký của lô đã có mục ngày %(day)s, trước ngày sản xuất này. Hãy xem lại ngày.")
        raise Refused.about(text % {"day": format_date(first)}, "made_on", code="before_entries")
    with correcting(actor, reason):
        last = lot.item.last_day_of(made_on) if expires_on is None else expires_on
        write_correction(lot, {"made_on": made_on, "expires_on": last}, reason=reason, actor=actor, on=on)
        days, others = rows_with_other_days(lot)
        for record in others:
            write_correction(record, days, reason=reason, actor=SYSTEM, on=on)  # they are records of others
    return lot
