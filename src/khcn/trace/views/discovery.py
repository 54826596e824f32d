"""``/``: the top-level resources. What an endpoint supports is in its ``OPTIONS`` answer (`views.endpoint`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from lxml import etree

from khcn.trace.views import negotiation
from khcn.trace.views.endpoint import Operation, endpoint
from khcn.trace.views.json_ld_collections import collection
from khcn.trace.views.problems import Refusal

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.trace.views.endpoint import Call

RESOURCES: Final = (
    "capture", "events", "eventTypes", "epcs", "bizSteps", "bizLocations", "readPoints", "dispositions", "queries",
)  # fmt: skip


def top(call: Call) -> HttpResponse:
    """The top-level resources."""
    if not call.wants_xml:
        return call.json(collection(list(RESOURCES)))
    root = etree.Element("TopLevelResourceCollection", type="Collection")
    for name in RESOURCES:
        etree.SubElement(root, "member").text = name
    return call.answer(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _release_token(call: Call, token: str) -> HttpResponse:
    """Page tokens hold no server resources that could be released (`khcn.trace.views.paging`)."""
    raise Refusal(
        501,
        "ImplementationException",
        _("Dấu trang không chiếm tài nguyên của máy chủ nên không cần và không thể hủy."),
    )


top_endpoint = endpoint(GET=Operation(top, offers=negotiation.DOCUMENT_TYPES))
token_endpoint = endpoint(DELETE=_release_token)
