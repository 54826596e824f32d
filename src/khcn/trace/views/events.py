"""``/events``: events asked for by the parameters of the query language, one event by its id, one event sent in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.epcis import parse_query_string
from khcn.trace.operations.capture import EventExists, accept_event
from khcn.trace.store import DjangoStore
from khcn.trace.views import negotiation, paging, problems
from khcn.trace.views.endpoint import Operation, endpoint
from khcn.trace.views.problems import Refusal
from khcn.trace.views.query_documents import query_answer, written

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.epcis import EventQuery
    from khcn.epcis.query.parsing import Condition
    from khcn.epcis.store import Page
    from khcn.trace.views.endpoint import Call

_HASH_IDS = "ni:"


def asked(call: Call, *further: Condition) -> EventQuery:
    """The query of a request's query string, with further conditions that its address makes.

    Raises:
        QueryError: a parameter that there is not, or a value of the wrong kind.
        Refusal: 400 for NUL, which no value may hold.
    """
    if "%00" in call.query_string or "\0" in call.query_string:
        raise Refusal(400, "QueryParameterException", _("Giá trị của tham số không được chứa ký tự NUL."))
    query = parse_query_string(call.query_string, call.prefixes)
    size = min(query.per_page or paging.DEFAULT_PAGE, paging.LARGEST_PAGE)
    return replace(query, conditions=(*query.conditions, *further), per_page=size)


def store_for(call: Call) -> DjangoStore:
    """The store with the sender's eyes."""
    return DjangoStore(call.viewer, at=call.at)


def answer_page(call: Call, page: Page) -> HttpResponse:
    """A page of events, with the way to the next."""
    return query_answer(call, page.events, headers=paging.next_page(call, page.next_page_token))


def listed(call: Call) -> HttpResponse:
    """Events by the query language."""
    return answer_page(call, store_for(call).query(asked(call)))


def one(call: Call, event_id: str) -> HttpResponse:
    """An event, and the declarations that it was wrong.

    The ids of event hashes end in a query (``?ver=CBV2.0``), which a client may have left as it is.
    """
    if event_id.startswith(_HASH_IDS) and "?" not in event_id and call.query_string:
        event_id = f"{event_id}?{call.query_string}"
    found = [] if "\0" in event_id else store_for(call).events_of(event_id)
    if not found:
        raise problems.no_such(_("Không có sự kiện với định danh này, hoặc bạn không được xem."))
    return query_answer(call, found)


def send(call: Call) -> HttpResponse:
    """Store one event: 201 with the event as stored, 409 where it is there already."""
    try:
        document = accept_event(party=call.party, body=call.body(), at=call.at)
    except EventExists:
        raise Refusal(
            409, "ResourceAlreadyExistsException", _("Sự kiện này đã được ghi từ trước; không ghi lần nữa.")
        ) from None
    event_id = str(document.events[0].event_id)
    place = reverse("epcis-events") + "/" + quote(event_id, safe=":")
    return written(call, document, status=201, headers={"Location": place})


events_endpoint = endpoint(
    GET=Operation(listed, offers=negotiation.DOCUMENT_TYPES),
    POST=Operation(send, offers=negotiation.DOCUMENT_TYPES, takes=negotiation.DOCUMENT_TYPES),
)
event_endpoint = endpoint(GET=Operation(one, offers=negotiation.DOCUMENT_TYPES))
