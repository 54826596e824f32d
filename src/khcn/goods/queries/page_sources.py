"""The registers from which the public pages of products and lots are made beside the events (docs/adr/0063)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.goods.models import Location, Lot, LotEntry, ProductCertificate, ProductGroup, TradeItem
from khcn.kernel.files.models import StoredFile
from khcn.kernel.registers.models import Attachment
from khcn.parties.models import Organisation
from khcn.reference.models import AdminUnit, AdminUnitSuccession

if TYPE_CHECKING:
    from django.db.models import Model


def page_sources() -> tuple[type[Model], ...]:
    """Their models. A change of any row of them has all pages made anew."""
    own = (Location, Lot, LotEntry, ProductCertificate, ProductGroup, TradeItem)
    return (*own, AdminUnit, AdminUnitSuccession, Attachment, Organisation, StoredFile)
