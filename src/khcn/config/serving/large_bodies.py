"""Who may send a large body, and where: asked before the body is taken, because it is kept on the disk until it is whole.

A session or key that this process has found to be good lately is taken at its word. Of another one the database is asked, in a
thread; meanwhile the connection is not read, so that the body waits with its sender.
"""

from __future__ import annotations

import logging
from enum import Enum
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.contrib.auth import get_user
from django.db import Error as DatabaseError
from django.db import close_old_connections
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from khcn.config.serving.senders import session_of
from khcn.kernel.request_quotas import KNOWN_KEYS, KNOWN_SESSIONS
from khcn.parties.operations.account_tokens import token_for
from khcn.trace.operations.api_keys import viewer_for
from khcn.trace.views.label_address import KEY_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from waitress.parser import HTTPRequestParser

    from khcn.config.server_limits import ServerLimits

log = logging.getLogger(__name__)

EVENTS: Final = "/epcis/"
PROGRAMS: Final = "/api/"
_BEARER: Final = "bearer"


class SenderVerdict(Enum):
    """What was found about the sender of a large body."""

    GOOD = "good"
    UNKNOWN_SESSION = "unknown session"
    UNKNOWN_KEY = "unknown key"
    NOT_ASKED = "the database does not answer"


@cache
def _pages_for_reading() -> frozenset[str]:
    """First parts of the addresses where every sender's body has to be small: sign-in, passwords, static files, addresses of scanned codes."""
    signing_in = reverse("login"), settings.STATIC_URL, "/password/"
    return frozenset(each.strip("/").partition("/")[0] for each in signing_in) | frozenset(KEY_NAMES)


def largest_body(path: str, limits: ServerLimits) -> int:
    """How many bytes an address takes from whom it knows: documents of events the most, then files and forms; others as of a stranger."""
    if path.startswith(EVENTS):
        return limits.body_bytes
    if path.strip("/").partition("/")[0] in _pages_for_reading():
        return min(limits.body_bytes, limits.anonymous_body_bytes)
    return min(limits.body_bytes, limits.page_body_bytes)


def shows_credential(request: HTTPRequestParser) -> bool:
    """Whether there is a session or a key, of which it has to be found out whether it is good."""
    return bool(_key_of(request) or _session_of(request))


def is_known(request: HTTPRequestParser) -> bool:
    """Whether this process has found the session or key to be good when it came last."""
    if key := _key_of(request):
        return KNOWN_KEYS.has(key)
    return KNOWN_SESSIONS.has(_session_of(request))


def look_up(request: HTTPRequestParser) -> SenderVerdict:
    """Ask the database. Called in a thread; what is found to be good is known from then on."""
    close_old_connections()  # as Django does around each request
    try:
        if key := _key_of(request):
            return SenderVerdict.GOOD if _is_good_key(key, request.path) else SenderVerdict.UNKNOWN_KEY
        return SenderVerdict.GOOD if _is_good_session(_session_of(request)) else SenderVerdict.UNKNOWN_SESSION
    except DatabaseError:
        log.exception("a large body is not taken, because nobody can say whether its sender is known")
        return SenderVerdict.NOT_ASKED
    finally:
        close_old_connections()


def _key_of(request: HTTPRequestParser) -> str:
    """The field with the key, where the address asks for one; empty where it names none."""
    return request.headers.get("AUTHORIZATION", "") if request.path.startswith((EVENTS, PROGRAMS)) else ""


def _session_of(request: HTTPRequestParser) -> str:
    """The session, where the address asks for one."""
    return "" if request.path.startswith(EVENTS) else session_of(request)


def _is_good_key(sent: str, path: str) -> bool:
    scheme, _space, secret = sent.strip().partition(" ")
    find: Callable[..., object] = viewer_for if path.startswith(EVENTS) else token_for
    is_good = scheme.lower() == _BEARER and find(secret.strip(), at=timezone.now()) is not None
    if is_good:
        KNOWN_KEYS.remember(sent)
    return is_good


def _is_good_session(sent: str) -> bool:
    store = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    account = get_user(SimpleNamespace(session=store(sent)))  # type: ignore[arg-type]  # asks for nothing else of the request
    if account.is_authenticated:
        KNOWN_SESSIONS.remember(sent, account.pk)
    return bool(account.is_authenticated)
