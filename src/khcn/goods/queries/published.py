"""What is published: products of which a lot is, these lots, and the pictures of both.

What a producer has entered under a code that is confirmed for others is not: not on the page of the code, and nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Exists, OuterRef

from khcn.goods.enums import PRIVATE_PICTURES
from khcn.goods.models import Location, Lot, LotEntry, TradeItem
from khcn.goods.models.parties import not_spoken_for
from khcn.goods.models.readiness import is_picture
from khcn.goods.rules import shortest_gtin
from khcn.kernel.registers.attachments import attachments_of
from khcn.kernel.registers.models import Attachment
from khcn.trace.queries.register_facts import PublicPicture, PublicProduct
from khcn.trace.store.database.stores import looked_up_once

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from khcn.goods.models.lots import LotQuerySet
    from khcn.kernel.files.models import StoredFile

MOST_ALIKE: Final = 2_000
"""So many lots of a product, those made last, are compared with a number that somebody has typed."""


def published_items(among: QuerySet[TradeItem] | None = None) -> QuerySet[TradeItem]:
    """Products of which at least one lot is published, of all or `among` some few."""
    rows = TradeItem.objects.all() if among is None else among
    rows = rows.filter(Exists(Lot.objects.published().filter(item=OuterRef("pk"))))
    return rows.exclude(pk__in=_of_others() if among is None else not_spoken_for(rows))


def published_lots(among: LotQuerySet | None = None) -> LotQuerySet:
    """Lots that are published, of all or `among` some few."""
    if among is None:
        return Lot.objects.published().exclude(item__in=_of_others())
    return spoken_for(among.published())


def published_places() -> QuerySet[Location]:
    """Places with coordinates at which published lots were grown or made."""
    entries = LotEntry.objects.filter(lot__in=published_lots(), wrong_on__isnull=True)
    return Location.objects.filter(pk__in=entries.values("location")).exclude(coordinates="")


def spoken_for(lots: LotQuerySet) -> LotQuerySet:
    """Those of a few lots that are entered by who speaks for their code, published or not."""
    return lots.exclude(item__in=not_spoken_for(TradeItem.objects.filter(pk__in=lots.values("item"))))


def _of_others() -> list[int]:
    """Products with a published lot under the code of another party: looked up once for an answer."""
    published = TradeItem.objects.filter(Exists(Lot.objects.published().filter(item=OuterRef("pk"))))
    return looked_up_once("goods.items_of_others", lambda: not_spoken_for(published))


def lots_written_like(gtin: str, number: str) -> list[PublicProduct]:
    """The published lots of a product whose number has the letters and digits of another one; none where one has just this number."""
    rows = published_lots(Lot.objects.filter(item__gtin=shortest_gtin(gtin)).select_related("item"))
    alike = [
        lot for lot in rows.order_by("-made_on", "-pk")[:MOST_ALIKE] if _signs(lot.number) == _signs(number)
    ]
    if any(lot.number == number for lot in alike):
        return []
    return [PublicProduct(lot.public_path, lot.number, lot.item.full_name) for lot in alike]


def _signs(number: str) -> str:
    return "".join(filter(str.isalnum, number)).upper()


def picture_of(item: TradeItem) -> PublicPicture | None:
    """The first picture of a product."""
    shown = next((each for each in attachments_of(item) if is_picture(each.name)), None)
    return None if shown is None else PublicPicture.of(shown.file.sha256, item.name)


def public_picture(sha256: str) -> StoredFile | None:
    """The stored picture with a hash, where it is of a published product, or of an entry that stands of a published lot and is not of
    trade.
    """
    for each in Attachment.objects.filter(file__sha256=sha256).select_related("file").order_by("pk"):
        if is_picture(each.name) and _is_published(each):
            return each.file
    return None


def _is_published(attached: Attachment) -> bool:
    if attached.model == TradeItem._meta.label_lower:
        return published_items(TradeItem.objects.filter(pk=attached.object_id)).exists()
    if attached.model == LotEntry._meta.label_lower:
        stands = LotEntry.objects.filter(pk=attached.object_id, wrong_on__isnull=True)
        stands = stands.exclude(kind__in=PRIVATE_PICTURES)
        return published_lots(Lot.objects.filter(pk__in=stands.values("lot"))).exists()
    return False
