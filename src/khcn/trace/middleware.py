"""Routes requests of programs and of the public past the middleware that serves people with an account."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.urls import resolve

from khcn.trace.views.label_address import KEY_NAMES
from khcn.trace.views.stored_answers import stored_answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

_PATHS: Final = re.compile(
    rf"/epcis/|/public/|/(?:{'|'.join(KEY_NAMES)})/|/\.well-known/gs1resolver$|/(?:robots\.txt|sitemap\.xml)$"
)


class SessionlessMiddleware:
    """Calls the views of the EPCIS interface and of the resolver directly, without sessions, forms or HTML errors.

    The middleware that follows in ``MIDDLEWARE`` is for people who sign in. It would parse an EPCIS body of the wrong
    media type as a form, and answer some errors with an HTML page instead of problem details. Public answers must not
    depend on a session, so that any cache may store them; cookies are neither read nor written here.
    ``SecurityMiddleware``, which redirects to HTTPS, comes before this one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Store the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        if not _PATHS.match(request.path_info):
            return self.get_response(request)
        return stored_answer(request) or _routed(request)


def _routed(request: HttpRequest) -> HttpResponse:
    match = resolve(request.path_info)
    request.resolver_match = match
    response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    return response
