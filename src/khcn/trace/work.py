"""What of traceability waits for somebody: keys of parties that expire soon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.kernel.access.scopes import ACT
from khcn.kernel.registers.registry import register_of
from khcn.kernel.text.dates import format_date
from khcn.kernel.ui.work_items import ProvidedItems, WorkItem, first_lines
from khcn.trace.models import TraceParty
from khcn.trace.queries.party_keys import expiring_keys, last_day_of_key

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor


def key_work(actor: Actor, on: date) -> ProvidedItems:
    """Keys to be exchanged before the programs of a party are refused."""
    register = register_of(TraceParty)
    if not register.may(ACT, actor):
        return ProvidedItems(())
    waiting = expiring_keys(register.visible(actor, ACT).values("pk"), on=on)
    return first_lines(
        waiting.select_related("party"),
        lambda key: WorkItem(
            what=_("Đổi khóa truy cập sắp hết hạn"),
            title=f"{key.label} – {key.party}",
            url=reverse("trace-party", args=[key.party_id]) + "#keys",
            due_on=last_day_of_key(key),
            due_text=format_date(last_day_of_key(key)),
            note=_("Sau ngày này chương trình dùng khóa bị từ chối."),
            icon="key",
            key=f"trace key {key.pk}",
        ),
    )
