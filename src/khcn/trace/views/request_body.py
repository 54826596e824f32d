"""Reads a request body in chunks, up to a limit; reads the JSON object in it.

Django's ``request.body`` is limited by ``DATA_UPLOAD_MAX_MEMORY_SIZE``, which is set for forms, and treats a chunked body
as empty.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.epcis.codec.json_binding import json_text
from khcn.trace.views.problems import Refusal

if TYPE_CHECKING:
    from django.http import HttpRequest

_PIECE: Final = 256 * 1024
_DRAINED: Final = 64 * 1024 * 1024


def _is_chunked(request: HttpRequest) -> bool:
    return "chunked" in request.headers.get("Transfer-Encoding", "").lower()


def _announced(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isascii() and length.isdigit() else 0


def _source(request: HttpRequest) -> Any:
    # Only the server knows the end of a chunked body; Django's wrapper would return nothing.
    return request.META["wsgi.input"] if _is_chunked(request) else request


def too_large(limit: int) -> Refusal:
    """413, with the limit in the header defined by the OpenAPI document."""
    return Refusal(
        413,
        "CaptureLimitExceededException",
        _("Nội dung gửi lên lớn hơn %(most)d byte. Chia thành nhiều lần gửi.") % {"most": limit},
        headers={"GS1-EPCIS-Capture-File-Size-Limit": str(limit)},
    )


def read_body(request: HttpRequest, limit: int) -> bytes:
    """The whole body.

    Raises:
        Refusal: 413 as soon as it is larger than `limit` bytes; the rest is not read.
    """
    if _announced(request) > limit:
        raise too_large(limit)
    source = _source(request)
    found = BytesIO()
    while piece := source.read(_PIECE):
        found.write(piece)
        if found.tell() > limit:
            raise too_large(limit)
    return found.getvalue()


def json_object(body: bytes) -> dict[str, Any]:
    """A request body that has to be a JSON object.

    Raises:
        DocumentError: it is not JSON.
        Refusal: 400 where it is another JSON value.
    """
    value = json_text.loads(body)
    if not isinstance(value, dict):
        raise Refusal(400, "ValidationException", _("Nội dung phải là một đối tượng JSON ({ … })."))
    return value


def drain(request: HttpRequest) -> None:
    """Read and discard the rest of a refused body.

    Most clients read the answer only after sending everything; closing the connection earlier shows them a connection
    error instead of the problem. Not done for a client that sent ``Expect``, nor for bodies that are too large.
    """
    if "Expect" in request.headers or not (_is_chunked(request) or _announced(request)):
        return
    source = _source(request)
    left = _DRAINED
    try:
        while left > 0 and (piece := source.read(_PIECE)):
            left -= len(piece)
    except OSError:
        return
