"""The way of programs and of the public past the middleware that serves people with an account."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.urls import resolve

from khcn.trace.views.label_address import KEY_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

_OURS: Final = re.compile(rf"/epcis/|/(?:{'|'.join(KEY_NAMES)})/|/\.well-known/gs1resolver$")


class TraceDoor:
    """Takes requests of the EPCIS interface and of the resolver straight to their endpoints.

    What comes after this in ``MIDDLEWARE`` is for people who sign in: sessions, forms, pages in HTML. It would read an
    EPCIS body of the wrong type as a form and answer some faults by a page instead of a problem. The public has no
    session: an answer is the same for all, so that any cache may keep it, and a cookie of another page of ours is
    neither read nor touched. The door stands behind ``SecurityMiddleware``, which sees to HTTPS.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        if not _OURS.match(request.path_info):
            return self.get_response(request)
        match = resolve(request.path_info)
        request.resolver_match = match
        found: HttpResponse = match.func(request, *match.args, **match.kwargs)
        return found
