"""Query documents in JSON-LD or XML, with identifiers and words in the requested format.

``GS1-EPC-Format``: without the header, identifiers are Digital Links, as the OpenAPI document says; ``Never_Translates``
and ``No_Preference`` give them as captured. ``Always_EPC_URN`` makes a URN of a Digital Link whose company prefix the
department has confirmed for a trace party, because only then its length is known; other Digital Links stay.

``GS1-CBV-XML-Format``: ``Always_URN`` gives words as URNs where they have one. The store does not keep the spelling of
words, so ``Never_Translates`` gives web URIs like all other values. JSON always has bare words (EPCIS 2.0, 10.2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.epcis import ConversionError, to_json, to_xml
from khcn.epcis.codec.json_binding.encode import has_json_form
from khcn.epcis.model import Document, QueryResults
from khcn.epcis.translate import with_digital_links, with_epc_urns
from khcn.trace.operations.named_queries import UNNAMED
from khcn.trace.store.code_owners import CodeOwners
from khcn.trace.store.encoding.instants import record_time
from khcn.trace.views.endpoint import CONTEXT
from khcn.trace.views.negotiation import (
    JSON_TYPES,
    CbvFormat,
    EpcFormat,
    preferred_media_type,
)
from khcn.trace.views.problems import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import HttpResponse

    from khcn.epcis import Event
    from khcn.trace.views.endpoint import Call

LEFT_OUT: Final = "KHCN-Events-Left-Out"
"""Header of an answer: how many events of this page have no form in XML and are only to be had in JSON, or the other way round."""


def query_response(
    call: Call,
    events: Iterable[Event],
    *,
    name: str = UNNAMED,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """An ``EPCISQueryDocument`` of events.

    Raises:
        Refusal: 406 where none of the events can be written as XML (a name without namespace, a control character), and the client
            does not accept JSON; where some can, they are the answer, and its header `LEFT_OUT` counts the others. In JSON
            those are left out, and counted, that its schema refuses (a sensor report without type).
    """
    if call.epc_format is EpcFormat.DIGITAL_LINK:
        events = [with_digital_links(event) for event in events]
    elif call.epc_format is EpcFormat.URN:
        prefix_length = CodeOwners().prefix_length
        events = [with_epc_urns(event, prefix_length) for event in events]
    document = Document(
        events=tuple(events),
        results=QueryResults(query_name=name),
        creation_date=record_time(call.at),
        context=f'["{CONTEXT}"]',
    )
    return document_response(call, document, headers=headers)


def document_response(
    call: Call, document: Document, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """A document in the negotiated media type, or in JSON where XML can hold none of its events and the client accepts both; raises as `query_response`."""
    whole = document
    content = b""
    if call.wants_xml:
        legacy_words = call.cbv_format is CbvFormat.URN
        try:
            content = to_xml(document, legacy_words=legacy_words)
        except ConversionError:
            whole = document.with_events([one for one in document.events if _has_xml_form(document, one)])
            if whole.events:
                content = to_xml(whole, legacy_words=legacy_words)
            else:
                whole = document
                call.media = _json_type(call)
    if not call.wants_xml:
        if not document.bare:
            whole = document.with_events([one for one in document.events if has_json_form(one)])
        content = to_json(whole)
    # Another party may have captured what is left out: the rest of the answer must not depend on that.
    left_out = len(document.events) - len(whole.events)
    if left_out:
        headers = {**(headers or {}), LEFT_OUT: str(left_out)}
    return call.answer(content, status=status, headers=headers)


def _json_type(call: Call) -> str:
    """The media type of JSON that a client accepts beside XML."""
    found = preferred_media_type(call.request.headers.get("Accept", "*/*"), JSON_TYPES)
    if found is None:
        raise Refusal(
            406,
            "NotAcceptableException",
            _("Có sự kiện mang trường mở rộng không viết được thành XML. Hỏi lại ở dạng JSON."),
        )
    return found


def _has_xml_form(document: Document, event: Event) -> bool:
    try:
        to_xml(document.with_events([event]))
    except ConversionError:
        return False
    return True
