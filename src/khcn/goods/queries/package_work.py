"""Packages that wait for a party: those that are coming, and those that its receiver turned away; one line of each, whatever is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.utils.translation import gettext as _

from khcn.goods.models import Package, Shipment
from khcn.goods.workflow import COMING, ON_ITS_WAY, REFUSED, TAKEN_BACK, TURNED_AWAY
from khcn.kernel.registers.registry import register_of
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.numbers import format_amount
from khcn.kernel.ui.work_items import ProvidedItems, WorkItem, first_lines

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor

SHOWN_WITH_PACKAGE: Final = Q(package__state=ON_ITS_WAY, state=COMING) | Q(
    package__state=TURNED_AWAY, state=REFUSED
)
"""Shipments of which the line of their package says what there is to do."""

_MOST_LOTS: Final = 3
"""Lots that a line names; of more it says how many."""


def package_work(actor: Actor, on: date) -> ProvidedItems:
    """Of the receiver what is coming, until it is answered; of who packed it what was turned away, until it is back."""
    if not actor.is_outside:
        return ProvidedItems(())
    own = actor.organisation_id
    waiting = (
        register_of(Package)
        .visible(actor)
        .filter(
            Q(receiver=own, state=ON_ITS_WAY) | Q(organisation=own, state=TURNED_AWAY), inside__isnull=True
        )
    )
    rows = waiting.select_related("organisation", "receiver").prefetch_related("shipments")
    return first_lines(rows.order_by("sent_on", "sscc"), _item)


def _item(package: Package) -> WorkItem:
    is_coming = package.state == ON_ITS_WAY
    asked = (each for each in package.shipments.all() if each.state != TAKEN_BACK)  # of this sending
    goods = sorted(asked, key=lambda each: each.pk)
    other = package.organisation if is_coming else package.receiver
    sent = "" if package.sent_on is None else format_date(package.sent_on)
    return WorkItem(
        what=_("Kiện đang tới, xác nhận khi nhận") if is_coming else _("Kiện bị từ chối nhận"),
        title=str(package),
        url=register_of(Package).detail_url(package.pk),
        note=" · ".join(filter(None, [str(other), sent, _in_words(goods), *_why(goods)])),
        icon="package",
        key=f"goods package {package.pk} {package.state} {sent}",
    )


def _in_words(goods: list[Shipment]) -> str:
    text = _("%(item)s, lô %(lot)s: %(amount)s %(unit)s")
    texts = [
        text
        % {
            "item": each.item_name,
            "lot": each.lot_number,
            "amount": format_amount(each.amount),
            "unit": each.get_unit_display(),
        }
        for each in goods[:_MOST_LOTS]
    ]
    more = len(goods) - _MOST_LOTS
    return "; ".join([*texts, *([_("và %(count)d lô khác") % {"count": more}] if more > 0 else [])])


def _why(goods: list[Shipment]) -> list[str]:
    """Why the receiver turned it away, once."""
    return list(dict.fromkeys(each.answer for each in goods if each.state == REFUSED and each.answer))
