"""Numbers of products that have none of GS1, and what stays once an event has named it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.goods.models import LotEntry, TradeItem
from khcn.goods.rules import INTERNAL, internal_gtin
from khcn.kernel.audit.row_locks import wait_for_turn
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.province import province_key
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.writing import RowWriter

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import Write


def items_in_events(keys: Collection[int]) -> set[int]:
    """Of some products those of which an event names a lot."""
    return set(LotEntry.objects.filter(lot__item__in=keys).values_list("lot__item", flat=True))


def lots_in_events(keys: Collection[int]) -> set[int]:
    """Of some lots those that an event names."""
    named = set(LotEntry.objects.filter(lot__in=keys).values_list("lot", flat=True))
    return named | set(LotEntry.objects.filter(into__in=keys).values_list("into", flat=True))


class LocationWriter(PastDayWriter):
    """Places from a day that has come."""

    def __init__(self) -> None:
        super().__init__("since_on")

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """A place that an event names stays; it is closed."""
        if record.entries.exists():
            raise Refused(
                _("Nhật ký đang nêu địa điểm này nên không xóa được. Hãy ghi ngày thôi dùng."),
                code="in_events",
            )


class TradeItemWriter(RowWriter):
    """Gives a number to products that have none."""

    def after_write(self, writes: Sequence[Write], *, actor: Actor, on: date) -> None:
        """The next numbers, one transaction after another; a number that was given is never given again."""
        without = [each.record for each in writes if not each.record.gtin]
        if not without:
            return
        wait_for_turn("goods.internal_gtin")
        beginning = INTERNAL + province_key()
        given = (
            TradeItem.objects.filter(gtin__startswith=beginning)
            .order_by("-gtin")
            .values_list("gtin", flat=True)
        )
        highest = next(iter(given), None)
        last = int(highest[len(beginning) : -1]) if highest else 0
        for number, product in enumerate(without, last + 1):
            product.gtin = internal_gtin(province_key(), number)
            product.save()

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """The number of a product that has lots may be printed on labels."""
        if record.lots.exists():
            raise Refused(_("Sản phẩm đã có lô hàng nên không xóa được."), code="has_lots")


class LotWriter(PastDayWriter):
    """Lots are of what has been made; what an event says of one stays."""

    def __init__(self) -> None:
        super().__init__("made_on")

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """A lot that an event names stays."""
        if lots_in_events([record.pk]):
            raise Refused(_("Lô đã có nhật ký nên không xóa được."), code="in_events")
