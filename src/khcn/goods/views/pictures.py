"""The pictures of what is published, under the hash of their bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpResponse

from khcn.goods.queries.published import public_picture
from khcn.trace.views.public_views import restrict_use

if TYPE_CHECKING:
    from django.http import HttpRequest

_TYPES: Final = frozenset({"image/png", "image/jpeg"})
_MAX_AGE: Final = 300  # seconds; a picture of what is taken back is soon gone too


@login_not_required
@transaction.non_atomic_requests
def picture(request: HttpRequest, sha256: str, size: str) -> HttpResponse:
    """The picture, where it is of something published; 404 for any other hash, known or not."""
    if request.method in {"GET", "HEAD"}:
        response = _answer(sha256)
    else:
        response = HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    restrict_use(response)
    return response


def _answer(sha256: str) -> HttpResponse:
    stored = public_picture(sha256)
    if stored is None or stored.content_type not in _TYPES:
        return HttpResponse(status=404)
    with stored.content.open("rb") as file:
        response = HttpResponse(file.read(), content_type=stored.content_type)
    response["Cache-Control"] = f"public, max-age={_MAX_AGE}"
    return response
