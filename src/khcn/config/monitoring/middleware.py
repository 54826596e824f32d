"""Gives each request its id, and measures what it costs. The outermost middleware."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.config.monitoring.observed_request import REQUEST_ID, ObservedRequest, current, new_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class ObservingMiddleware:
    """``request.request_id`` is in the log, in the answer, on pages that report a fault, and the batch of what is logged as changed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Store the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        observed = ObservedRequest(request.META.get(REQUEST_ID) or new_id(), request)
        request.request_id = observed.id  # type: ignore[attr-defined]
        token = current.set(observed)
        try:
            response = self.get_response(request)
        finally:
            current.reset(token)
        response["X-Request-ID"] = observed.id
        return response
