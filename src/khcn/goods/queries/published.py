"""What is published: products of which a lot is, these lots, and the pictures of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Exists, OuterRef

from khcn.goods.models import Lot, LotEntry, TradeItem
from khcn.kernel.registers.attachments import attachments_of
from khcn.kernel.registers.models import Attachment
from khcn.trace.queries.register_facts import PublicPicture

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from khcn.kernel.files.models import StoredFile

PICTURES: Final = (".png", ".jpg", ".jpeg")
"""The files that are served as pictures: without what cameras write beside them (`kernel.files.picture_metadata`)."""


def published_items() -> QuerySet[TradeItem]:
    """Products of which at least one lot is published."""
    return TradeItem.objects.filter(Exists(Lot.objects.published().filter(item=OuterRef("pk"))))


def is_picture(name: str) -> bool:
    """Whether a file with this name is shown as a picture."""
    return name.lower().endswith(PICTURES)


def picture_of(item: TradeItem) -> PublicPicture | None:
    """The first picture of a product."""
    shown = next((each for each in attachments_of(item) if is_picture(each.name)), None)
    return None if shown is None else PublicPicture.of(shown.file.sha256, item.name)


def public_picture(sha256: str) -> StoredFile | None:
    """The stored picture with a hash, where it is of a published product, or of an entry that stands of a published lot."""
    for each in Attachment.objects.filter(file__sha256=sha256).select_related("file").order_by("pk"):
        if is_picture(each.name) and _is_published(each):
            return each.file
    return None


def _is_published(attached: Attachment) -> bool:
    if attached.model == TradeItem._meta.label_lower:
        return published_items().filter(pk=attached.object_id).exists()
    if attached.model == LotEntry._meta.label_lower:
        stands = LotEntry.objects.filter(pk=attached.object_id, wrong_on__isnull=True)
        return stands.filter(lot__published_on__isnull=False).exists()
    return False
