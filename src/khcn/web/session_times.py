"""When a session ends by itself: a while after the last page, and at the latest some hours after its beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.utils import timezone

from khcn.kernel.request_quotas import client_network
from khcn.parties.operations.session_store import BEGAN, BROWSER, NETWORK, SEEN
from khcn.web.browser_names import browser_name
from khcn.web.proof import PROVED

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

_WRITTEN_EVERY: Final = 5 * 60  # seconds: a page is no reason to write, a page after five minutes is


def where_from(request: HttpRequest) -> tuple[str, str]:
    """Network and browser of a request, as people read them."""
    address = request.META.get("REMOTE_ADDR", "")
    return client_network(address) or address, browser_name(request.META.get("HTTP_USER_AGENT", ""))


def note_beginning(sender: object, request: Any, **_more: object) -> None:
    """Of a session in which somebody has just signed in."""
    now = int(timezone.now().timestamp())
    network, browser = where_from(request)
    request.session.update({BEGAN: now, SEEN: now, PROVED: now, NETWORK: network, BROWSER: browser})


class SessionTimesMiddleware:
    """Ends sessions whose time is over, before anything asks whose they are; and notes when they were used."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        session = getattr(request, "session", None)
        if session is not None and session.session_key and SESSION_KEY in session:
            now, limits = int(timezone.now().timestamp()), settings.ACCOUNT_LIMITS
            began, seen = session.get(BEGAN, 0), session.get(SEEN, 0)
            if now - seen >= limits.idle_minutes * 60 or now - began >= limits.session_hours * 3600:
                session.flush()
            elif now - seen >= _WRITTEN_EVERY:
                session[SEEN] = now
        return self.get_response(request)
