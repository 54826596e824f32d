"""``/events``: events by the query language, one event by its id, capture of a single event."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.epcis import parse_query_string
from khcn.trace.operations.capture import EventExists, EventIdConflict, accept_event
from khcn.trace.views import negotiation, paging, problems
from khcn.trace.views.endpoint import Operation, endpoint, store_for
from khcn.trace.views.problems import Refusal
from khcn.trace.views.query_documents import document_response, query_response

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.epcis import EventQuery
    from khcn.epcis.query.conditions import Condition
    from khcn.epcis.store import Page
    from khcn.trace.views.endpoint import Call

_HASH_IDS = "ni:"


def read_event_query(call: Call, *further: Condition) -> EventQuery:
    """The query of the query string of a request, with further conditions from its path.

    Raises:
        QueryError: an unknown parameter, or a value of the wrong type.
        Refusal: 400 for NUL, which no value may contain.
    """
    if "%00" in call.query_string or "\0" in call.query_string:
        raise Refusal(400, "QueryParameterException", _("Giá trị của tham số không được chứa ký tự NUL."))
    query = parse_query_string(call.query_string, call.prefixes)
    size = min(query.per_page or paging.DEFAULT_PAGE, paging.LARGEST_PAGE)
    return replace(query, conditions=(*query.conditions, *further), per_page=size)


def answer_page(call: Call, page: Page) -> HttpResponse:
    """A page of events, with a link to the next page."""
    return query_response(call, page.events, headers=paging.next_page(call, page.next_page_token))


def list_events(call: Call) -> HttpResponse:
    """Events by the query language."""
    return answer_page(call, store_for(call).query(read_event_query(call)))


def read_event(call: Call, event_id: str) -> HttpResponse:
    """An event, and the declarations that it was wrong.

    The ids of event hashes end in a query string (``?ver=CBV2.0``), which a client may have sent without encoding.
    """
    if event_id.startswith(_HASH_IDS) and "?" not in event_id and call.query_string:
        event_id = f"{event_id}?{call.query_string}"
    found = [] if "\0" in event_id else store_for(call).events_of(event_id)
    if not found:
        raise problems.no_such(_("Không có sự kiện với định danh này, hoặc bạn không được xem."))
    return query_response(call, found)


def send_event(call: Call) -> HttpResponse:
    """Store one event: 201 with the stored event, 409 where it is stored already."""
    try:
        document = accept_event(party=call.party, body=call.body(), at=call.at)
    except EventIdConflict as error:
        first = problems.problem_details(error.problems[0])
        raise Refusal(409, "ResourceAlreadyExistsException", first["detail"], errors=[first]) from None
    except EventExists:
        raise Refusal(
            409, "ResourceAlreadyExistsException", _("Sự kiện này đã được ghi từ trước; không ghi lần nữa.")
        ) from None
    event_id = str(document.events[0].event_id)
    place = reverse("epcis-events") + "/" + quote(event_id, safe=":")
    return document_response(call, document, status=201, headers={"Location": place})


events_endpoint = endpoint(
    GET=Operation(list_events, offers=negotiation.DOCUMENT_TYPES),
    POST=Operation(send_event, offers=negotiation.DOCUMENT_TYPES, takes=negotiation.DOCUMENT_TYPES),
)
event_endpoint = endpoint(GET=Operation(read_event, offers=negotiation.DOCUMENT_TYPES))
