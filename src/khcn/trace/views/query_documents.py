"""Events as answers: query documents in JSON-LD or XML, identifiers and words in the form that was asked for.

``GS1-EPC-Format``: without the header identifiers come as Digital Links, as the OpenAPI document says; ``Never_Translates``
and ``No_Preference`` give them as they were captured. ``Always_EPC_URN`` does so too: what was captured as a URN stays
one, and of a Digital Link nobody can tell how long its company prefix is, so it stays a Digital Link.

``GS1-CBV-XML-Format``: ``Always_URN`` gives words as URNs where they have one. The store keeps words, not spellings, so
``Never_Translates`` gives web URIs like everything else. JSON has bare words and knows no choice (EPCIS 2.0, 10.2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.epcis import ConversionError, to_json, to_xml
from khcn.epcis.model import Document, QueryResults
from khcn.epcis.translate import with_digital_links
from khcn.trace.operations.capture import record_time
from khcn.trace.views.endpoint import CONTEXT
from khcn.trace.views.negotiation import CbvFormat, EpcFormat
from khcn.trace.views.problems import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import HttpResponse

    from khcn.epcis import Event
    from khcn.trace.views.endpoint import Call

UNNAMED: Final = "SimpleEventQuery"
"""The name in answers to questions that have none of their own."""


def query_answer(
    call: Call,
    events: Iterable[Event],
    *,
    name: str = UNNAMED,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """An ``EPCISQueryDocument`` of events.

    Raises:
        Refusal: 406 where an event holds what XML cannot (a name without namespace, a control character).
    """
    if call.epc_format is EpcFormat.DIGITAL_LINK:
        events = [with_digital_links(event) for event in events]
    document = Document(
        events=tuple(events),
        results=QueryResults(query_name=name),
        creation_date=record_time(call.at),
        context=f'["{CONTEXT}"]',
    )
    return written(call, document, headers=headers)


def written(
    call: Call, document: Document, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """A document in the media type agreed on; raises as `query_answer`."""
    if not call.wants_xml:
        return call.answer(to_json(document), status=status, headers=headers)
    try:
        content = to_xml(document, legacy_words=call.cbv_format is CbvFormat.URN)
    except ConversionError:
        raise Refusal(
            406,
            "NotAcceptableException",
            _("Có sự kiện mang trường mở rộng không viết được thành XML. Hỏi lại ở dạng JSON."),
        ) from None
    return call.answer(content, status=status, headers=headers)
