"""The numbers of a recall: what became of each lot, in words, and what was lost on the way by agreement."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.goods.enums import TradeUnit
from khcn.goods.models import Shipment
from khcn.goods.operations.amount_units import in_unit
from khcn.goods.workflow import SETTLED
from khcn.kernel.text.numbers import format_amount

if TYPE_CHECKING:
    from collections.abc import Mapping

    from khcn.goods.operations.recall_scope import AffectedLot


def amount_in_words(quantity: Decimal, uom: str | None) -> str:
    """A quantity with its unit, also where that is no unit of trade."""
    if uom in TradeUnit.values:
        return f"{number_in_words(quantity)} {TradeUnit(uom).label}"
    return f"{number_in_words(quantity)} {uom or TradeUnit.PIECE.label}"


def number_in_words(amount: Decimal) -> str:
    """An amount without zeros behind it."""
    return format_amount(amount.quantize(Decimal("0.001")))


def balance_in_words(lot: AffectedLot) -> str:
    """What became of a lot: the numbers after the colon add up to what was made."""
    whole = lot.whole
    words = {
        "lot": f"{lot.name} {lot.number}",
        "unit": TradeUnit(lot.unit).label if lot.unit else "",
        "made": number_in_words(whole.made),
        "used": number_in_words(whole.used),
        "sold": number_in_words(whole.sold),
        "destroyed": number_in_words(whole.destroyed),
        "remaining": number_in_words(whole.remaining),
        "way": number_in_words(lot.on_the_way),
    }
    return (
        _(
            "%(lot)s, làm ra %(made)s %(unit)s: làm nguyên liệu %(used)s, đã bán %(sold)s, đã tiêu hủy %(destroyed)s, còn giữ %(remaining)s, "
            "đang trên đường hoặc hao hụt khi giao %(way)s."
        )
        % words
    )


def lost_on_the_way(units: Mapping[str, str]) -> dict[str, Decimal]:
    """Of lots, by the paths of their pages and with their units, what both sides agreed was lost between them."""
    lost: dict[str, Decimal] = {}
    for each in Shipment.objects.filter(lot_path__in=list(units), state=SETTLED):
        amount = in_unit(each.amount - (each.received_amount or Decimal(0)), each.unit, units[each.lot_path])
        if amount is not None:  # else the diaries of both are not summed up either
            lost[each.lot_path] = lost.get(each.lot_path, Decimal(0)) + amount
    return lost
