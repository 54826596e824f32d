"""The page of the stores of all provinces: how much each has, and which of them did not answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.province import province_key
from khcn.kernel.ui.home_cards import Card
from khcn.kernel.ui.view_decorators import read_only
from khcn.trace import rules
from khcn.trace.store.database.stores import all_stores
from khcn.trace.store.encoding.instants import instant
from khcn.trace.store.store_counts import counts_of_stores
from khcn.trace.views.not_asked import not_asked_sentence, province_label

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from khcn.kernel.ui.http import Request
    from khcn.trace.store.store_counts import StoreCounts


@dataclass(frozen=True, slots=True)
class _Line:
    """A store in the table."""

    province: str
    counts: StoreCounts
    captured_at: datetime | None


@read_only
def provinces(request: Request) -> HttpResponse:
    """The numbers of each store."""
    deny_unless(rules.sees_provinces.test(request.actor, None))
    with all_stores():
        found = counts_of_stores()
        not_asked = not_asked_sentence()
    lines = [
        _Line(province_label(one.code), one, None if one.captured_at is None else _local(one.captured_at))
        for one in found
        if not (settings.VIEWING_ONLY and one.code == province_key())  # which takes no events
    ]
    return render(request, "trace/provinces.html", {"lines": lines, "not_asked": not_asked})


def province_cards(request: Request) -> list[Card]:
    """The way to that page, where the stores of other provinces are named."""
    if not settings.PROVINCES or not rules.sees_provinces.test(request.actor, None):
        return []
    count = str(len(settings.PROVINCES) + (0 if settings.VIEWING_ONLY else 1))
    note = _("Số sự kiện và số cơ sở tham gia truy xuất của từng tỉnh.")
    return [Card(_("Kho truy xuất các tỉnh"), count, reverse("trace-provinces"), note, "route")]


def _local(microseconds: int) -> datetime:
    return timezone.localtime(instant(microseconds))
