"""Who sends a request, as far as its head tells: that decides in which queue it waits for a thread."""

from __future__ import annotations

import re
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import reverse

from khcn.kernel.request_quotas import KNOWN_KEYS, KNOWN_SESSIONS, client_network
from khcn.web.known_browsers import COOKIE, browser_of_cookie

if TYPE_CHECKING:
    from waitress.parser import HTTPRequestParser

_SESSION: Final = r"(?:^|[;,\s]){}=([^;,\s]+)"
_SIGN_INS: Final = ("second-factor-code", "provider-start", "provider-logout")
_HEALTH: Final = frozenset({"/healthz", "/readyz", "/metrics"})


class Queue(Enum):
    """Where requests wait."""

    PEOPLE = "people"  # who are signed in, and the checks of monitoring: each thread takes them
    PROGRAMS = "programs"  # with a key
    SIGN_INS = "sign-ins"
    STRANGERS = "strangers"


@cache
def _session() -> re.Pattern[str]:
    return re.compile(_SESSION.format(re.escape(settings.SESSION_COOKIE_NAME)))


@cache
def _return_path() -> str:
    return reverse("provider-return")


@cache
def _sign_in_paths() -> frozenset[str]:
    """Exactly these: what lies below them is a page that is not there."""
    return frozenset({resolve_url(settings.LOGIN_URL), _return_path(), *map(reverse, _SIGN_INS)})


@cache
def _browser_cookie() -> re.Pattern[str]:
    return re.compile(_SESSION.format(re.escape(COOKIE)))


def sender_of(request: HTTPRequestParser, network: str | None) -> str | None:
    """By what a sign-in is counted: the browser, where somebody has signed in with it, else the network. None: this machine."""
    found = _browser_cookie().search(request.headers.get("COOKIE", ""))
    return (browser_of_cookie(found[1].strip('"')) if found else "") or network


def queue_of(request: HTTPRequestParser, network: str | None) -> Queue:
    """The queue of a request from a network (None: this machine)."""
    if network is None and request.path in _HEALTH:
        return Queue.PEOPLE
    if request.path in _sign_in_paths() and (request.command == "POST" or request.path == _return_path()):
        return Queue.SIGN_INS
    if (session := session_of(request)) and KNOWN_SESSIONS.has(session):
        return Queue.PEOPLE
    if KNOWN_KEYS.has(request.headers.get("AUTHORIZATION", "")):
        return Queue.PROGRAMS
    return Queue.STRANGERS


def session_of(request: HTTPRequestParser) -> str:
    """The key of the session that a request names; empty where it names none."""
    found = _session().search(request.headers.get("COOKIE", ""))
    return found[1] if found else ""


def person_of(request: HTTPRequestParser) -> object:
    """Who sends a request of the queue of people: the account of its session, whose other sessions count with it. Empty for checks of
    health.
    """
    session = session_of(request)
    return KNOWN_SESSIONS.owner(session) or session


def network_of(address: str, request: HTTPRequestParser) -> str | None:
    """The network that a request on a connection from an address comes from; behind the proxy that is trusted, the one that it names. None: this machine."""
    if settings.TRUSTED_PROXY is not None and address == settings.TRUSTED_PROXY:
        address = request.headers.get("X_FORWARDED_FOR", "").rpartition(",")[2].strip().strip('"')
    return client_network(address)
