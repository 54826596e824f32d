"""The two steps of a sign-in by the provider (OpenID Connect Core 1.0, 3.1; RFC 6749, RFC 7636, RFC 9207), and its logouts."""

from __future__ import annotations

import base64
import hashlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote_plus, urlencode

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from django.utils.crypto import constant_time_compare

from khcn.web.identity_provider import answers
from khcn.web.identity_provider.faults import (
    ProviderFaultError,
    ProviderRefusedError,
    ProviderUnreachableError,
)
from khcn.web.identity_provider.metadata import KNOWLEDGE
from khcn.web.identity_provider.provider_requests import ExchangeDeadline, exchange

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.http import QueryDict

    from khcn.web.identity_provider.metadata import ProviderMetadata
    from khcn.web.identity_provider.pending import PendingSignIn
    from khcn.web.identity_provider.provider import IdentityProvider

_LONGEST_CODE: Final = 4096
_OK: Final = 200
_FAULT: Final = 500
_WITHOUT_NAME: Final = "-"  # the session of a provider that does not name its sessions


@dataclass(frozen=True, slots=True)
class ProvedIdentity:
    """Who the provider says it is, and a digest of what it calls the session there."""

    issuer: str
    subject: str
    session: str


@dataclass(frozen=True, slots=True)
class EndedSession:
    """Whose session has ended at the provider, or which one; ``number`` names the message."""

    subject: str
    session: str
    number: str


def begin(provider: IdentityProvider, pending: PendingSignIn, return_to: str) -> str:
    """The address at the provider to which the browser goes. Raises ProviderUnreachableError."""
    with _noting_failures(provider):
        metadata = KNOWLEDGE.metadata(provider, ExchangeDeadline.of(provider))
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": return_to,
        "scope": "openid" if provider.subject_field == "sub" else "openid profile",
        "state": pending.state,
        "nonce": pending.nonce,
        "code_challenge": create_s256_code_challenge(pending.verifier),
        "code_challenge_method": "S256",
    }
    if provider.max_age:
        asked["max_age"] = str(provider.max_age)
    if provider.acr:
        asked["acr_values"] = " ".join(sorted(provider.acr))
    if pending.account:
        asked["prompt"] = "login"  # somebody else may have left a session open there
    return add_params_to_uri(metadata.authorization_endpoint, list(asked.items()))


def check_return(pending: PendingSignIn, sent: QueryDict) -> None:
    """Before anything is asked of the provider: this browser has begun it, and it was not refused. Raises ProviderRefusedError."""
    if any(len(texts) > 1 for _name, texts in sent.lists()):
        raise ProviderRefusedError("sent_twice")
    if not constant_time_compare(sent.get("state", ""), pending.state):
        raise ProviderRefusedError("not_begun")
    if "error" in sent:
        raise ProviderRefusedError("denied")
    if not 0 < len(sent.get("code", "")) <= _LONGEST_CODE:
        raise ProviderRefusedError("no_code")


def finish(
    provider: IdentityProvider, pending: PendingSignIn, sent: QueryDict, return_to: str, *, at: datetime
) -> ProvedIdentity:
    """Exchange the code and check what comes. Raises ProviderUnreachableError, ProviderRefusedError."""
    deadline = ExchangeDeadline.of(provider)
    with _noting_failures(provider):
        metadata = KNOWLEDGE.metadata(provider, deadline)
        issuer = sent.get("iss", "")
        if (issuer or metadata.names_issuer) and issuer != provider.issuer:
            raise ProviderRefusedError("another_issuer")
        found = _tokens(provider, metadata, pending, sent.get("code", ""), return_to, deadline)
        values = answers.id_token_values(provider, found, deadline, nonce=pending.nonce, at=at)
    return ProvedIdentity(
        issuer=provider.issuer,
        subject=answers.subject_of(provider, values),
        session=session_digest(provider, values.get("sid")) or _WITHOUT_NAME,
    )


def signed_out(provider: IdentityProvider, token: str, *, at: datetime) -> EndedSession:
    """What a logout token says; one whose key is known asks nothing, and is taken while the provider is away.

    Raises ProviderUnreachableError, ProviderRefusedError.
    """
    values = answers.logout_values(provider, token, ExchangeDeadline.of(provider), at=at)
    # By "sub", where accounts are linked by it; else only the named session is known.
    subject = values.get("sub") if provider.subject_field == "sub" else None
    return EndedSession(
        subject=subject or "", session=session_digest(provider, values.get("sid")), number=values["jti"]
    )


def session_digest(provider: IdentityProvider, name: object) -> str:
    """The session at the provider, as it is stored here; "" where it has no name."""
    if not isinstance(name, str) or not name:
        return ""
    return hashlib.sha256(f"khcn.provider_session {provider.issuer} {name}".encode()).hexdigest()


def _tokens(
    provider: IdentityProvider,
    metadata: ProviderMetadata,
    pending: PendingSignIn,
    code: str,
    return_to: str,
    deadline: ExchangeDeadline,
) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": return_to,
        "code_verifier": pending.verifier,
    }
    headers = {}
    try:
        secret = provider.secret()
    except OSError as fault:
        raise ProviderUnreachableError(f"the secret of the client cannot be read: {fault}") from fault
    if secret and not metadata.secret_in_form:
        named = f"{quote_plus(provider.client_id)}:{quote_plus(secret)}"  # RFC 6749, 2.3.1
        headers["Authorization"] = f"Basic {base64.b64encode(named.encode()).decode()}"
    else:
        form["client_id"] = provider.client_id
        if secret:
            form["client_secret"] = secret
    try:
        status, found = exchange(
            provider, metadata.token_endpoint, deadline=deadline, body=urlencode(form), headers=headers
        )
    except ProviderUnreachableError as fault:
        if fault.status >= _FAULT:
            raise ProviderFaultError(str(fault), status=fault.status) from fault
        raise
    if status >= _FAULT:
        raise ProviderFaultError(f"HTTP {status} for a code", status=status)
    if status != _OK or "error" in found:
        raise ProviderRefusedError("code_refused")
    return found


@contextmanager
def _noting_failures(provider: IdentityProvider) -> Iterator[None]:
    """After a failure the next ones are answered at once for a while, and wait for nothing."""
    KNOWLEDGE.refuse_while_failing(provider)
    try:
        yield
    except ProviderFaultError:
        raise
    except ProviderUnreachableError:
        KNOWLEDGE.note_failure(provider)
        raise
