"""The events that an outside organisation may see, for its people: the same that its programs get at the EPCIS interface."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.shortcuts import render

from khcn.epcis.query.conditions import EventQuery
from khcn.kernel.ui.view_decorators import open_to_outside_accounts, read_only
from khcn.trace.queries.viewers import viewers_of_account
from khcn.trace.store import DjangoEventStore

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.kernel.ui.http import Request

SHOWN = 100


@open_to_outside_accounts
@read_only
def account_events(request: Request) -> HttpResponse:
    """The latest events of each party of the account's organisation."""
    found = viewers_of_account(request.actor)
    if not found:
        raise PermissionDenied
    latest = EventQuery(order_by="eventTime", per_page=SHOWN)
    parties = [(party, DjangoEventStore(viewer).query(latest).events) for party, viewer in found]
    return render(request, "trace/account_events.html", {"parties": parties, "shown": SHOWN})
