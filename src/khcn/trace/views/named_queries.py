"""``/queries``: named queries and their answers (EPCIS 2.0, 12.7). Each party has its own names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.epcis.codec.json_binding import json_text
from khcn.trace.operations.named_queries import (
    NameTakenError,
    answer_named_query,
    create_query,
    definition_of,
    delete_query,
    find_query,
    queries_after,
)
from khcn.trace.views import negotiation, paging, problems
from khcn.trace.views.endpoint import Operation, endpoint
from khcn.trace.views.problems import Refusal
from khcn.trace.views.query_documents import query_response
from khcn.trace.views.request_body import json_object

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.trace.models import NamedQuery
    from khcn.trace.views.endpoint import Call

DEFINITION_BYTES: Final = 512 * 1024


def query_of(call: Call, name: str) -> NamedQuery:
    """The sender's query of that name. Raises `Refusal` (404) where there is none."""
    found = None if "\0" in name else find_query(party=call.party, name=name)
    if found is None:
        raise problems.no_such(_("Không có câu truy vấn nào của bạn mang tên này."))
    return found


def create(call: Call) -> HttpResponse:
    """Store a query: 201 and its URL."""
    sent = json_object(call.body())
    try:
        query = create_query(
            party=call.party,
            name=sent.get("name"),
            parameters=sent.get("query"),
            prefixes=call.prefixes,
            at=call.at,
        )
    except NameTakenError:
        raise Refusal(
            409,
            "ResourceAlreadyExistsException",
            _("Đã có câu truy vấn mang tên này. Xóa câu cũ hoặc dùng tên khác."),
        ) from None
    return call.empty(status=201, headers={"Location": address(query)})


def address(query: NamedQuery) -> str:
    """The path of a query."""
    return f"{reverse('epcis-queries')}/{quote(query.name, safe='')}"


def list_named_queries(call: Call) -> HttpResponse:
    """The sender's queries by name."""
    found = paging.parameters(call)
    size = paging.page_size(found)
    token = found.get("nextPageToken", "")
    if "\0" in token:
        raise paging.invalid_page_token()
    queries = queries_after(party=call.party, name=token, size=size + 1)
    following = queries[size - 1].name if len(queries) > size else None
    return call.answer(
        json_text.dumps([definition_of(query) for query in queries[:size]]),
        headers=paging.next_page(call, following),
    )


def read_named_query(call: Call, query_name: str) -> HttpResponse:
    """A query's definition."""
    return call.answer(json_text.dumps(definition_of(query_of(call, query_name))))


def remove(call: Call, query_name: str) -> HttpResponse:
    """Delete a query with its subscriptions."""
    delete_query(query=query_of(call, query_name))
    return call.empty(status=204)


def events(call: Call, query_name: str) -> HttpResponse:
    """A page of the current answer."""
    query = query_of(call, query_name)
    found = paging.parameters(call)
    page = answer_named_query(
        query=query,
        viewer=call.viewer,
        per_page=paging.page_size(found) if "perPage" in found else None,
        most=paging.LARGEST_PAGE,
        token=found.get("nextPageToken"),
    )
    return query_response(
        call, page.events, name=query.name, headers=paging.next_page(call, page.next_page_token)
    )


queries_endpoint = endpoint(
    GET=Operation(list_named_queries),
    POST=Operation(create, offers=(), takes=negotiation.JSON_TYPES, bytes_limit=DEFINITION_BYTES),
)
query_endpoint = endpoint(GET=Operation(read_named_query), DELETE=Operation(remove, offers=()))
query_events_endpoint = endpoint(GET=Operation(events, offers=negotiation.DOCUMENT_TYPES))
