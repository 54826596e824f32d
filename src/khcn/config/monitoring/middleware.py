"""Gives each request its id, and measures what it costs. The outermost middleware."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from django.conf import settings

from khcn.config.monitoring.metrics import metrics_of_process
from khcn.config.monitoring.observed_request import REQUEST_ID, ObservedRequest, current, new_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


_NOT_ROUTED: Final = "none"
_STATIC: Final = "static"


class ObservingMiddleware:
    """``request.request_id`` is in the log, in the answer, on pages that report a fault, and the batch of what is logged as changed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Store the next handler."""
        self.get_response = get_response
        self._static = f"/{settings.STATIC_URL.strip('/')}/"

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        observed = ObservedRequest(request.META.get(REQUEST_ID) or new_id(), request)
        request.request_id = observed.id  # type: ignore[attr-defined]
        token, began = current.set(observed), time.perf_counter()
        try:
            response = self.get_response(request)
        finally:
            current.reset(token)
        response["X-Request-ID"] = observed.id
        if (metrics := metrics_of_process()) is not None:
            route = observed.route or (_STATIC if request.path_info.startswith(self._static) else _NOT_ROUTED)
            metrics.count(
                (route, request.method or "", str(response.status_code)),
                time.perf_counter() - began,
                observed.statements,
                observed.database_seconds,
            )
        return response
