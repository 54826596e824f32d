"""The page of a lot is published when nothing is missing, and taken back with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.goods.operations.lot_stops import why_stopped
from khcn.goods.operations.outbox.changes import lots_changed
from khcn.kernel.past_days import write_step
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from datetime import date

    from khcn.goods.models import Lot
    from khcn.kernel.actors import Actor


def why_not_published(lot: Lot, *, actor: Actor, on: date) -> str:
    """Why the page of a lot is not published now; "" where it may be."""
    if lot.published_on is not None:
        return _("Lô đã công bố ngày %(day)s.") % {"day": format_date(lot.published_on)}
    if lot.source_path:
        return _("Hàng nhận từ cơ sở khác: trang của lô do bên làm ra công bố, nhãn đã dán vẫn dùng được.")
    missing = [f"{each.number}. {each.title}" for each in lot.elements if not each.counts]
    if missing:
        text = _("Còn thiếu %(count)d trong 10 nội dung của Thông tư 02/2024/TT-BKHCN: %(missing)s.")
        return text % {"count": len(missing), "missing": "; ".join(missing)}
    return ""


def publish_lot(*, lot: Lot, actor: Actor, on: date) -> Lot:
    """Publish the page of a lot. Raises ``Refused`` where an element is missing."""
    if why := why_not_published(lot, actor=actor, on=on):
        raise Refused(why, code="incomplete")
    with transaction.atomic():
        write_step(lot, actor=actor, published_on=on)
        lots_changed([lot], on=on)
    return lot


def why_not_withdrawn(lot: Lot, *, actor: Actor, on: date) -> str:
    """Why the page of a lot is not taken back; "" where it may be."""
    return _("Lô chưa công bố.") if lot.published_on is None else why_stopped(lot)


def withdraw_publication(*, lot: Lot, reason: str, actor: Actor, on: date) -> Lot:
    """Take the page of a lot back; its label says then that it is not published. A recall is another thing, and stays visible."""
    if why := why_not_withdrawn(lot, actor=actor, on=on):
        raise Refused(why, code="unpublished")
    with transaction.atomic():
        write_step(lot, actor=actor, reason=reason, published_on=None)
        lots_changed([lot], on=on)
    return lot
