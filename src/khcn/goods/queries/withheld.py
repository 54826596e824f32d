"""Which lots are withheld from the public until they are published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.goods.models import Lot
from khcn.goods.rules import shortest_gtin

if TYPE_CHECKING:
    from khcn.epcis.ids.digital_link import DigitalLink
    from khcn.goods.models.lots import LotQuerySet


def withheld_lots(link: DigitalLink) -> LotQuerySet | None:
    """The lots of a link that are entered here and not published; None where it names none."""
    number = next((each.value for each in link.qualifiers if each.ai == "10"), None)
    if link.key.ai != "01" or number is None:
        return None
    return Lot.objects.withheld().filter(item__gtin=shortest_gtin(link.key.value), number=number)
