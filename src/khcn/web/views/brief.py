"""The short view: what a leader has to know in two minutes, on one page of a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from khcn.kernel.ui import home_cards
from khcn.kernel.ui.view_decorators import read_only
from khcn.kernel.ui.work_items import work_of
from khcn.web.views.home import looked_at, tiles

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.kernel.ui.http import Request


@read_only
def brief(request: Request) -> HttpResponse:
    """What waits, what is late by whose division, the main figures, and the year beside the last."""
    context = {
        "lists": home_cards.all_lists(request),
        "work": work_of(request.actor, on=request.reporting.work_day),
        "tiles": tiles(request),
        **looked_at(request),
        "period": request.reporting.period,
    }
    return render(request, "web/brief.html", context)
