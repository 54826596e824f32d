"""How many parts a form in multipart may have: counted in its bytes, before they are parsed.

Browsers send only forms with a file that way, and none of ours has more than four fields. Django's parser takes 50 µs of the
processor for each part, so that the 5,000 fields which the settings allow took a quarter of a second, as often as somebody liked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import TooManyFieldsSent
from django.http.multipartparser import MultiPartParser

if TYPE_CHECKING:
    from django.http import HttpRequest

MOST_PARTS: Final = 400
"""As long to parse as an ordinary page takes to be made."""


class _CountedParts:
    """The body of a request. Raises ``TooManyFieldsSent``, which is answered 400, before the piece with one part too many is given."""

    def __init__(self, body: Any, boundary: bytes) -> None:
        self._body, self._mark = body, b"--" + boundary
        self._count, self._end = 0, b""

    def read(self, size: int = -1) -> bytes:
        piece: bytes = self._body.read(size)
        looked_at = self._end + piece  # the mark may lie across two pieces
        self._count += looked_at.count(self._mark)
        if self._count > MOST_PARTS + 1:  # with the mark of the end
            raise TooManyFieldsSent("a form in multipart has too many parts")
        self._end = looked_at[len(looked_at) - len(self._mark) + 1 :]
        return piece


def count_parts(request: HttpRequest) -> None:
    """See to it that parsing this request's form, where it is one in multipart, ends at the first part too many."""
    if request.content_type != "multipart/form-data":
        return
    boundary = (request.content_params or {}).get("boundary", "").encode("ascii", "replace")
    if not boundary:
        return  # which the parser refuses

    def parse(meta: Any, body: Any) -> Any:
        counted: Any = _CountedParts(body, boundary)  # of a file, the parser asks for nothing but `read`
        return MultiPartParser(meta, counted, request.upload_handlers, request.encoding).parse()

    request.parse_file_upload = parse  # type: ignore[assignment, method-assign]  # once for this request
