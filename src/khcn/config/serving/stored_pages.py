"""Stored pages behind labels are answered by the loop over connections itself: to hand a request to a thread and its answer back costs
several times what such an answer does (docs/adr/0063).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from django.core.handlers.wsgi import WSGIRequest
from django.db import connections
from django.middleware.security import SecurityMiddleware

from khcn.config.monitoring.middleware import ObservingMiddleware
from khcn.trace.store.database.replica import REPLICA
from khcn.trace.views.stored_answers import HAS_STORED_PAGES, FoundPage, answer_with, find_pages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse
    from waitress.parser import HTTPRequestParser

STATEMENT_SECONDS: Final = 0.25
"""For so long at most the loop waits for the database, and with it all connections of the process."""

SLOW_SECONDS: Final = 0.1
FIRST_PAUSE: Final = 0.25
LONGEST_PAUSE: Final = 10.0
"""After a slow answer threads answer for so many seconds: a short time first, as a processor that much else waits for makes one answer
slow too, and twice as long each time another slow one soon follows.
"""

SOON_AFTER: Final = 2.0
"""Seconds after the end of a pause."""


def may_be_stored(request: HTTPRequestParser) -> bool:
    """Whether a complete request may be for a stored page, as far as its first line and its length tell."""
    return (
        request.command == "GET"
        and not request.content_length
        and not request.chunked
        and HAS_STORED_PAGES.match(request.path) is not None
    )


def _answer(request: HttpRequest) -> HttpResponse:
    found: FoundPage = request.found_page  # type: ignore[attr-defined]
    return answer_with(found)


class StoredPages:
    """Finds them for several requests at once, and gives answers with the same fields, counts and id as a thread does. For one thread: the
    loop.
    """

    def __init__(self) -> None:
        secured: Any = SecurityMiddleware(_answer)
        self._answered = ObservingMiddleware(secured)
        self._pause = FIRST_PAUSE
        self._paused_until = float("-inf")

    def find(self, environments: Sequence[dict[str, Any]]) -> list[FoundPage | None]:
        """The stored pages of some requests, in their order; None where a thread has to answer. `environments`: of WSGI (PEP 3333)."""
        began = time.monotonic()
        if began < self._paused_until:
            return [None] * len(environments)
        try:
            return find_pages([WSGIRequest(each) for each in environments])
        finally:
            if (now := time.monotonic()) - began > SLOW_SECONDS:
                is_soon = began < self._paused_until + SOON_AFTER
                self._pause = min(2 * self._pause, LONGEST_PAUSE) if is_soon else FIRST_PAUSE
                self._paused_until = now + self._pause

    def answer(self, found: FoundPage) -> HttpResponse:
        """The answer with a stored page."""
        request: Any = found.asked.request
        request.found_page = found
        return self._answered(request)


def stored_pages() -> StoredPages | None:
    """What the loop of a web process answers itself: nothing where a standby is read, which it would have to wait for as well."""
    return None if REPLICA in connections.settings else StoredPages()
