"""Which lots are withheld from the public until they are published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.goods.models import Lot
from khcn.goods.queries.published import spoken_for

if TYPE_CHECKING:
    from khcn.epcis.ids.digital_link import DigitalLink
    from khcn.goods.models.lots import LotQuerySet


def withheld_lots(link: DigitalLink) -> LotQuerySet:
    """The lots of a link that are entered here by who may speak for its code, and not published."""
    return spoken_for(Lot.objects.labelled(link).withheld())
