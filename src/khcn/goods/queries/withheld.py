"""Which lots are withheld from the public until they are published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.goods.models import Lot
from khcn.goods.models.parties import speaks_for_code

if TYPE_CHECKING:
    from khcn.epcis.ids.digital_link import DigitalLink
    from khcn.goods.models.lots import LotQuerySet


def withheld_lots(link: DigitalLink) -> LotQuerySet:
    """The lots of a link that are entered here by who may speak for its code, and not published."""
    lots = Lot.objects.labelled(link).withheld()
    of_others = [
        lot.item for lot in lots.select_related("item__organisation") if not speaks_for_code(lot.item)
    ]
    return lots.exclude(item__in=of_others)
