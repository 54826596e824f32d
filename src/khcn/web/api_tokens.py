"""Requests of programs with a token at the JSON interface: no session, no cookie (docs/adr/0031)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.kernel.api.responses import CHALLENGE, problem_response
from khcn.kernel.request_quotas import KNOWN_KEYS, TokenBuckets
from khcn.parties.operations.account_tokens import note_token_use, token_for
from khcn.web.session_times import where_from

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

QUOTAS: Final = TokenBuckets(settings.KEY_LIMITS.requests_per_second, settings.KEY_LIMITS.requests_at_once)
"""Of tokens: as many as of keys of the EPCIS interface."""

_UNAUTHORISED, _TOO_MANY = 401, 429


def _sent_token(request: HttpRequest) -> str | None:
    """What a program sends as its token; None where it sends none, or asks for something else than the interface."""
    scheme, _space, secret = request.META.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
    is_token = scheme.lower() == "bearer" and request.path_info.startswith("/api/")
    return secret.strip() if is_token else None


class TokenMiddleware:
    """Looks up the token before there is a session, and takes the cookies away: neither counts beside a token."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Store the next handler."""
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        """Handle one request."""
        request.token = None
        secret = _sent_token(request)
        if secret is None:
            return self.get_response(request)
        request.COOKIES = {}
        request.META.pop("HTTP_COOKIE", None)
        response = self._refusal(request, secret) or self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def _refusal(self, request: Any, secret: str) -> HttpResponse | None:
        """Find the token; 401 in the same words for one that is unknown, expired or ended, 429 for too many requests."""
        at = timezone.now()
        sent = request.META["HTTP_AUTHORIZATION"]
        token = token_for(secret, at=at)
        if token is None:
            KNOWN_KEYS.forget(sent)
            words = _("Mã truy cập không đúng, đã hết hạn hoặc đã kết thúc.")
            refusal = problem_response(_UNAUTHORISED, words, "invalid_token")
            refusal["WWW-Authenticate"] = f'{CHALLENGE}, error="invalid_token"'
            return refusal
        KNOWN_KEYS.remember(sent)
        if wait := QUOTAS.take(token.pk):
            words = _(
                "Mã này đã gửi quá nhiều yêu cầu trong thời gian ngắn. Gửi lại sau số giây ghi ở Retry-After."
            )
            refusal = problem_response(_TOO_MANY, words, "too_many_requests")
            refusal["Retry-After"] = str(max(1, math.ceil(wait)))
            request.refused_token = token
            return refusal
        note_token_use(token, network=where_from(request)[0], at=at)
        request.token = token
        return None


class AccountMiddleware(AuthenticationMiddleware):
    """``request.user``: the account of the session, or of the token."""

    def process_request(self, request: Any) -> None:
        """Take the account of the token, where there is one."""
        super().process_request(request)
        if request.token is not None:
            request.user = request.token.account
