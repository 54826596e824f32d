"""A sign-in that was begun: what the browser carries to the provider and back, in a signed cookie of its own.

Nothing is stored for strangers. The nonce and the verifier of PKCE are made of the state and the installation's key, so that the
cookie holds no secret, and only the browser that has it can end what it began.
"""

from __future__ import annotations

import secrets
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

COOKIE: Final = f"{settings.COOKIE_PREFIX}khcn_provider"
LASTS: Final = 10 * 60  # seconds between the button and the way back
_SALT: Final = "khcn.web.identity_provider"


@dataclass(frozen=True, slots=True)
class PendingSignIn:
    """``account`` and ``session``: of who links an identity; 0 and "" of who signs in."""

    state: str
    goes_to: str
    account: int = 0
    session: str = ""

    @classmethod
    def new(cls, *, goes_to: str, account: int = 0, session: str = "") -> PendingSignIn:
        """With a state that nobody guesses."""
        return cls(secrets.token_urlsafe(32), goes_to, account, session)

    @property
    def nonce(self) -> str:
        """What the ID token must hold."""
        return salted_hmac(f"{_SALT}.nonce", self.state, algorithm="sha256").hexdigest()

    @property
    def verifier(self) -> str:
        """The secret of PKCE (RFC 7636): 64 characters."""
        return salted_hmac(f"{_SALT}.verifier", self.state, algorithm="sha256").hexdigest()

    def put_into(self, response: HttpResponse) -> None:
        """Let the browser carry it. "Lax": it comes back with the address that the provider sends the browser to."""
        response.set_cookie(
            COOKIE,
            signing.dumps(astuple(self), salt=_SALT),
            max_age=LASTS,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )


def pending_sign_in(request: HttpRequest) -> PendingSignIn | None:
    """What this browser has begun; None where it has begun nothing, or too long ago."""
    try:
        return PendingSignIn(*signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=LASTS))
    except (signing.BadSignature, TypeError):
        return None


def forget_pending(response: HttpResponse) -> None:
    """It is over, whichever way it went."""
    response.delete_cookie(COOKIE, samesite="Lax")
