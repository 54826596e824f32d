"""Reads a request body in chunks, up to a limit; reads the JSON object in it.

Django's ``request.body`` is limited by ``DATA_UPLOAD_MAX_MEMORY_SIZE``, which is set for forms. The server has the whole body
already, also one that was sent in chunks (docs/adr/0023): a refusal may leave it unread.
"""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.epcis.codec.json_binding import json_text
from khcn.trace.views.problems import Refusal

if TYPE_CHECKING:
    from django.http import HttpRequest

_PIECE: Final = 256 * 1024
_GZIP: Final = 16 + zlib.MAX_WBITS
_MOST_MEMBERS: Final = 64


def _announced(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isascii() and length.isdigit() else 0


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
    found = BytesIO()
    while piece := request.read(_PIECE):
        found.write(piece)
        if found.tell() > limit:
            raise too_large(limit)
    return found.getvalue()


def unpacked(body: bytes, limit: int) -> bytes:
    """A body that was sent with gzip (RFC 1952), of one member or several.

    zlib copies what follows each member, so the work grows with size times members: no more than `_MOST_MEMBERS` are read.

    Raises:
        Refusal: 400 where it is not gzip, breaks off or has more members, 413 as soon as it is larger than `limit` bytes.
    """
    found = bytearray()
    members = 0
    while body:
        members += 1
        if members > _MOST_MEMBERS:
            raise _too_many_members()
        member = zlib.decompressobj(_GZIP)
        try:
            found += member.decompress(body, limit + 1 - len(found))
        except zlib.error:
            raise _not_gzip() from None
        if len(found) > limit:
            raise too_large(limit)
        if not member.eof:
            raise _not_gzip()
        body = member.unused_data
    return bytes(found)


def _too_many_members() -> Refusal:
    return Refusal(
        400,
        "ValidationException",
        _("Nội dung gzip gồm nhiều hơn %(most)d phần nén riêng. Nén toàn bộ nội dung một lần rồi gửi lại.")
        % {"most": _MOST_MEMBERS},
        header="Content-Encoding",
    )


def _not_gzip() -> Refusal:
    return Refusal(
        400,
        "ValidationException",
        _(
            "Nội dung không phải gzip, hoặc thiếu đoạn cuối. Nén lại rồi gửi, hoặc bỏ tiêu đề Content-Encoding."
        ),
        header="Content-Encoding",
    )


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
