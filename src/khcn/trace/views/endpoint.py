"""Endpoints of the EPCIS interface: `endpoint` takes a function for each HTTP method and does everything else.

    capture = endpoint(POST=Operation(send, takes=DOCUMENT_TYPES, offers=()), GET=listed)

A function gets a `Call` and the parts of the path. It returns a response (`Call.answer`, `Call.json`) or raises `Refusal`;
errors of `khcn.epcis` about documents and queries are converted to refusals. `endpoint` handles ``Allow`` and 405,
discovery by ``OPTIONS``, authentication, negotiation of versions and media types, limits for URL and body, problem
details, the ``GS1-*`` headers and CORS. Internal errors are logged and answered without any content of the request.

``OPTIONS`` needs no key: browsers send none with it, and the answer says what the server can do, not which data it has.
For the same reason it does not reveal whether a single resource exists. Web-socket subscriptions are not offered;
``OPTIONS`` says so in ``KHCN-Subscriptions``, and a request with ``Upgrade: websocket`` gets 501.

Pages of any origin may read the answers: the key is in a header that browsers never add by themselves, and cookies are
ignored, so a foreign page cannot do more than any other HTTP client.
"""

from __future__ import annotations

import logging
import math
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import orjson
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt

from khcn.epcis import DocumentError, QueryError
from khcn.epcis.codec.text_encoding import xml_in_utf8
from khcn.kernel.access.viewing_only import refuses
from khcn.kernel.database_faults import database_fault
from khcn.kernel.request_quotas import KNOWN_KEYS, TokenBuckets
from khcn.trace.operations.api_keys import viewer_for
from khcn.trace.store import DjangoEventStore
from khcn.trace.views import negotiation, problems
from khcn.trace.views.negotiation import CbvFormat, EpcFormat
from khcn.trace.views.problems import Refusal
from khcn.trace.views.request_body import read_body, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpRequest

    from khcn.trace.models import TraceParty
    from khcn.trace.store.visibility import Viewer

log = logging.getLogger(__name__)

LONGEST_ADDRESS: Final = 16 * 1024
"""Maximum number of characters of path and query string; a proxy in front may allow less."""

CAPTURE_BYTES: Final = 50 * 1024 * 1024
CONTEXT: Final = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
SUBSCRIPTIONS: Final = "webhook; websocket=not-offered"
QUOTAS: Final = TokenBuckets(settings.KEY_LIMITS.requests_per_second, settings.KEY_LIMITS.requests_at_once)
"""Of keys."""
_CHALLENGE: Final = 'Bearer realm="EPCIS"'
_READ_BY_PAGES: Final = (
    "Allow, Content-Language, Link, Location, WWW-Authenticate, GS1-EPCIS-Version, GS1-EPCIS-Min, GS1-EPCIS-Max, "
    "GS1-CBV-Version, GS1-CBV-Min, GS1-CBV-Max, GS1-EPC-Format, GS1-CBV-XML-Format, GS1-Extensions, "
    "GS1-Vendor-Version, GS1-EPCIS-Capture-Limit, GS1-EPCIS-Capture-File-Size-Limit, GS1-Capture-Error-Behaviour, "
    "GS1-Next-Page-Token-Expires, KHCN-Events-Left-Out, KHCN-Subscriptions"
)
_SENT_BY_PAGES: Final = (
    "Authorization, Accept, Accept-Language, Content-Type, GS1-EPCIS-Version, GS1-EPCIS-Min, GS1-EPCIS-Max, "
    "GS1-CBV-Version, GS1-CBV-Min, GS1-CBV-Max, GS1-EPC-Format, GS1-CBV-XML-Format, GS1-Extensions, "
    "GS1-Capture-Error-Behaviour"
)
_ALWAYS: Final = {
    "GS1-EPCIS-Version": negotiation.VERSION,
    "GS1-CBV-Version": negotiation.VERSION,
    "GS1-Extensions": negotiation.EXTENSIONS,
    "Cache-Control": "no-store",  # the answer depends on the key
    "Vary": "Accept, Accept-Language, Authorization",
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'self'",  # as on pages, although nothing is rendered
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}
_DISCOVERY: Final = {
    "GS1-EPCIS-Min": negotiation.VERSION,
    "GS1-EPCIS-Max": negotiation.VERSION,
    "GS1-CBV-Min": negotiation.VERSION,
    "GS1-CBV-Max": negotiation.VERSION,
    "GS1-EPC-Format": EpcFormat.NO_PREFERENCE.value,
    "GS1-CBV-XML-Format": CbvFormat.NO_PREFERENCE.value,
    "GS1-Vendor-Version": "khcn-1",
    "KHCN-Subscriptions": SUBSCRIPTIONS,
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of an endpoint.

    `offers` are the media types of its answer, best first, empty where it has no body; `takes` those of the request body,
    empty where there is none. `bytes_limit` is the maximum size of the body.
    """

    run: Callable[..., HttpResponse]
    offers: tuple[str, ...] = negotiation.JSON_TYPES
    takes: tuple[str, ...] = ()
    bytes_limit: int = CAPTURE_BYTES


@dataclass(slots=True)
class Call:
    """A request of an authenticated party, by one of its keys. `media` is the media type of the answer, `sent` that of the request body."""

    request: HttpRequest
    operation: Operation
    at: datetime
    party: TraceParty
    viewer: Viewer
    key: int
    media: str
    sent: str | None

    @property
    def wants_xml(self) -> bool:
        """Whether to answer in XML."""
        return self.media in negotiation.XML_TYPES

    @property
    def query_string(self) -> str:
        """The query string as it came, percent-encoded."""
        return str(self.request.META.get("QUERY_STRING", ""))

    @property
    def prefixes(self) -> Mapping[str, str]:
        """Prefixes for names of extensions, as the client's ``GS1-Extensions`` declares them."""
        return negotiation.prefixes(self.request.headers.get("GS1-Extensions", ""))

    @property
    def epc_format(self) -> EpcFormat:
        """The requested format of identifiers. Raises `Refusal` (406) for an unknown value."""
        return negotiation.requested_format(self.request.headers, "GS1-EPC-Format", EpcFormat.DIGITAL_LINK)

    @property
    def cbv_format(self) -> CbvFormat:
        """The requested format of CBV words in XML. Raises `Refusal` (406) for an unknown value."""
        return negotiation.requested_format(
            self.request.headers, "GS1-CBV-XML-Format", CbvFormat.NO_PREFERENCE
        )

    def body(self) -> bytes:
        """The request body, unpacked; XML in UTF-8.

        Raises:
            Refusal: 413 where it is larger than the operation takes.
            DocumentError: XML in another encoding than it says.
        """
        body = read_body(self.request, self.operation.bytes_limit)
        if negotiation.content_coding(self.request.headers) != "identity":
            body = unpacked(body, self.operation.bytes_limit)
        if self.sent in negotiation.XML_TYPES:
            body = xml_in_utf8(body, negotiation.charset(self.request.headers))
        return body

    def answer(
        self, content: bytes, *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> HttpResponse:
        """An answer in the negotiated media type."""
        return HttpResponse(content, status=status, content_type=self.media, headers=headers)

    def json(
        self, value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> HttpResponse:
        """An answer as JSON."""
        return self.answer(orjson.dumps(value), status=status, headers=headers)

    def empty(self, *, status: int, headers: Mapping[str, str] | None = None) -> HttpResponse:
        """An answer without a body."""
        return HttpResponse(status=status, headers={"Content-Type": "text/plain", **(headers or {})})


def endpoint(
    *, discovery: Mapping[str, str] | None = None, **operations: Operation | Callable[..., HttpResponse]
) -> Callable[..., HttpResponse]:
    """A view of the methods given by name (``GET``, ``POST``, ``DELETE``), in the order of ``Allow``.

    Args:
        discovery: headers of the ``OPTIONS`` answer, in addition to those of every endpoint, or replacing them.
        operations: what to do for each method; a plain function answers in JSON and takes no body.
    """
    known = {
        name: found if isinstance(found, Operation) else Operation(found)
        for name, found in operations.items()
    }
    allow = ", ".join(("OPTIONS", *known))
    discovery_headers = {**_DISCOVERY, **(discovery or {}), "Allow": allow}

    @csrf_exempt
    @login_not_required
    @transaction.non_atomic_requests
    def view(request: HttpRequest, **address: Any) -> HttpResponse:
        with override(negotiation.language_of(request.headers)):
            if request.method == "OPTIONS":
                return _finished(request, HttpResponse(status=204, headers=discovery_headers))
            return _finished(request, _handle_errors(request, known, allow, address))

    return view


@csrf_exempt
@login_not_required
@transaction.non_atomic_requests
def not_found(request: HttpRequest, rest: str = "") -> HttpResponse:
    """The endpoint for unknown paths under the interface of traceability, for any method: 404 as a problem."""
    with override(negotiation.language_of(request.headers)):
        refusal = problems.no_such(_("Giao diện EPCIS không có địa chỉ này."))
        if request.method != "OPTIONS":
            try:
                _known_party(request, _now())
            except Refusal as unknown:
                refusal = unknown
        return _finished(request, _problem_response(request, refusal))


def _handle_errors(
    request: HttpRequest, known: Mapping[str, Operation], allow: str, address: Mapping[str, Any]
) -> HttpResponse:
    """The answer of an operation, or a problem."""
    try:
        return _answered(request, known, allow, address)
    except Refusal as found:
        refusal = found
    except DocumentError as error:
        refusal = problems.problem_of_document(error)
    except QueryError as error:
        refusal = problems.of_query(error)
    except Exception as error:  # noqa: BLE001 -- the client gets every error in the form of the standard
        fault = database_fault(error)
        refusal = _internal_error(request, error) if fault is None else problems.of_database(fault)
    return _problem_response(request, refusal)


def _internal_error(request: HttpRequest, error: Exception) -> Refusal:
    """An internal error. The log has the traceback without exception texts, which may contain data."""
    refusal = Refusal(
        500,
        "ImplementationException",
        _("Có lỗi phía máy chủ; yêu cầu chưa được thực hiện. Gửi lại sau, kèm mã “instance” nếu cần hỗ trợ."),
    )
    kinds: list[str] = []
    cause: BaseException | None = error
    while cause is not None:
        kinds.append(type(cause).__qualname__)
        cause = cause.__cause__
    frames = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
    route = request.resolver_match.route if request.resolver_match else ""
    log.error(
        "%s %s failed (%s): %s\n%s", request.method, route, refusal.instance, " from ".join(kinds), frames
    )
    return refusal


def _problem_response(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    if negotiation.problem_in_xml(request.headers):
        content, media = problems.as_xml(refusal), problems.PROBLEM_XML
    else:
        content, media = problems.as_json(refusal), problems.PROBLEM_JSON
    return HttpResponse(content, status=refusal.status, content_type=media, headers=refusal.headers)


def _answered(
    request: HttpRequest, known: Mapping[str, Operation], allow: str, address: Mapping[str, Any]
) -> HttpResponse:
    if len(request.META.get("PATH_INFO", "")) + len(request.META.get("QUERY_STRING", "")) > LONGEST_ADDRESS:
        raise Refusal(
            414,
            "URITooLongException",
            _("Địa chỉ dài hơn %(most)d ký tự. Lưu câu truy vấn có tên (POST /queries) thay cho địa chỉ dài.")
            % {"most": LONGEST_ADDRESS},
        )
    operation = known.get("GET" if request.method == "HEAD" else str(request.method))
    if operation is None:
        raise Refusal(
            405,
            "about:blank",
            _("Tài nguyên này chỉ nhận: %(allow)s.") % {"allow": allow},
            headers={"Allow": allow},
        )
    if refuses(request.method):
        raise Refusal(
            403,
            "SecurityException",
            _(
                "Bản cài đặt này chỉ để xem kho của các tỉnh và không nhận sự kiện. Gửi tới hệ thống của tỉnh mà bên gửi đăng ký."
            ),
        )
    if "websocket" in request.headers.get("Upgrade", "").lower():
        raise Refusal(
            501,
            "ImplementationException",
            _(
                "Máy chủ không nhận đăng ký qua web-socket. Đăng ký bằng webhook: POST /queries/{tên}/subscriptions."
            ),
        )
    now = _now()
    party, viewer, key = _known_party(request, now)
    sent = negotiation.negotiated_content_type(request.headers, operation.takes) if operation.takes else None
    negotiation.check_versions(request.headers, sent=sent)
    media = (
        negotiation.chosen_type(request.headers, operation.offers) if operation.offers else negotiation.JSON
    )
    return operation.run(Call(request, operation, now, party, viewer, key, media, sent), **address)


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 -- the only clock of an EPCIS request


def _known_party(request: HttpRequest, at: datetime) -> tuple[TraceParty, Viewer, int]:
    scheme, _space, secret = request.headers.get("Authorization", "").strip().partition(" ")
    if scheme.lower() != "bearer":
        raise Refusal(
            401,
            "SecurityException",
            _("Thiếu khóa truy cập. Gửi kèm tiêu đề “Authorization: Bearer <khóa>”."),
            headers={"WWW-Authenticate": _CHALLENGE},
        )
    found = viewer_for(secret.strip(), at=at)
    sent = request.META.get("HTTP_AUTHORIZATION", "")
    if found is None:
        KNOWN_KEYS.forget(sent)
        raise Refusal(
            401,
            "SecurityException",
            _("Khóa truy cập không đúng, đã hết hạn hoặc đã bị thu hồi."),
            headers={"WWW-Authenticate": f'{_CHALLENGE}, error="invalid_token"'},
        )
    KNOWN_KEYS.remember(sent)
    request.trace_party = found[0]  # type: ignore[attr-defined]  # for the log of security (docs/adr/0042)
    size = request.META.get("CONTENT_LENGTH") or "0"
    if wait := QUOTAS.take(secret, 1 + int(size) / settings.KEY_LIMITS.bytes_of_request):
        raise Refusal(
            429,
            "ImplementationException",
            _(
                "Khóa này đã gửi quá nhiều yêu cầu trong thời gian ngắn. Gửi lại sau số giây ghi ở Retry-After."
            ),
            headers={"Retry-After": str(max(1, math.ceil(wait)))},
        )
    return found


def _finished(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Adds the headers that every answer has."""
    headers = response.headers
    for name, value in _ALWAYS.items():
        headers.setdefault(name, value)
    headers["Content-Language"] = negotiation.language_of(request.headers)
    if response.status_code == 204:  # noqa: PLR2004 -- no content
        headers.pop("Content-Type", None)
    else:
        headers["Content-Length"] = str(len(response.content))
    if "Origin" in request.headers:
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Access-Control-Expose-Headers"] = _READ_BY_PAGES
        if request.method == "OPTIONS":
            headers["Access-Control-Allow-Methods"] = headers["Allow"]
            headers["Access-Control-Allow-Headers"] = _SENT_BY_PAGES
            headers["Access-Control-Max-Age"] = "7200"
    if request.method == "HEAD":
        response.content = b""
    return response


def store_for(call: Call) -> DjangoEventStore:
    """The event store as the sender may see it."""
    return DjangoEventStore(call.viewer, at=call.at)
