"""Which lots are withheld from the public until they are published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.goods.models import Lot, TradeItem
from khcn.goods.models.parties import speaks_for_code
from khcn.goods.rules import shortest_gtin

if TYPE_CHECKING:
    from khcn.epcis.ids.digital_link import DigitalLink
    from khcn.goods.models.lots import LotQuerySet


def withheld_lots(link: DigitalLink) -> LotQuerySet | None:
    """The lots of a link that are entered here by who may speak for its code, and not published; None where it names none."""
    number = next((each.value for each in link.qualifiers if each.ai == "10"), None)
    if link.key.ai != "01" or number is None:
        return None
    gtin = shortest_gtin(link.key.value)
    of_others = [each for each in TradeItem.objects.filter(gtin=gtin) if not speaks_for_code(each)]
    return Lot.objects.withheld().filter(item__gtin=gtin, number=number).exclude(item__in=of_others)
