"""Browsers that somebody has signed in with before: a signed cookie, which strangers cannot have.

A sign-in there is judged by its own failures alone, and does not wait for the sign-ins of strangers (OWASP: device cookies). The
cookie has a line for each of the last persons: a digest of the name, a random number under which failures are counted, and
a fingerprint of the account's password. A new password makes all browsers of the person unknown.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from khcn.parties.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

COOKIE: Final = f"{settings.COOKIE_PREFIX}khcn_browser"
_SALT: Final = "khcn.web.known_browsers"
_PERSONS: Final = 8  # of one browser, such as that of a meeting room
_DAY: Final = 24 * 60 * 60


def _digest(text: str) -> str:
    return salted_hmac(_SALT, text, algorithm="sha256").hexdigest()[:32]


def _fingerprint(user: User) -> str:
    return _digest(user.get_session_auth_hash())


def _lines(cookie: str) -> list[list[str]]:
    """Name, number and fingerprint of each person."""
    longest = settings.SIGN_IN_LIMITS.browser_days * _DAY
    try:
        lines: list[list[str]] = signing.loads(cookie, salt=_SALT, max_age=longest)
    except signing.BadSignature:
        return []
    return lines


def is_known_browser(request: HttpRequest) -> bool:
    """Whether somebody has signed in with this browser."""
    return bool(any_browser_number(request))


def any_browser_number(request: HttpRequest) -> str:
    """A number of this browser, where somebody has signed in with it; else ""."""
    return browser_of_cookie(request.COOKIES.get(COOKIE, ""))


def browser_of_cookie(cookie: str) -> str:
    """A name for the browser of a cookie that we have signed, by which what it sends is counted; "" for any other."""
    lines = _lines(cookie) if cookie else []
    return _digest(" ".join(number for _name, number, _fingerprint in lines)) if lines else ""


def browser_number(request: HttpRequest, name: str) -> str:
    """The number of this browser for the person with this name, or "" where nobody has signed in as this person."""
    wanted = _digest(name)
    for digest, number, fingerprint in _lines(request.COOKIES.get(COOKIE, "")):
        if digest == wanted:
            user = User.objects.filter(username=name).first()
            known = user is not None and constant_time_compare(fingerprint, _fingerprint(user))
            return number if known else ""
    return ""


def remember_browser(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Give the browser a new line for a person who has just proved to know the password."""
    mine = _digest(user.username)
    others = [line for line in _lines(request.COOKIES.get(COOKIE, "")) if line[0] != mine]
    lines = [[mine, secrets.token_hex(12), _fingerprint(user)], *others][:_PERSONS]
    response.set_cookie(
        COOKIE,
        signing.dumps(lines, salt=_SALT),
        max_age=settings.SIGN_IN_LIMITS.browser_days * _DAY,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
