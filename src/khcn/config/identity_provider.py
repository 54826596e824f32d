"""The identity provider (OpenID Connect) by which people may sign in, where one is set (docs/adr/0037)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NoReturn
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from khcn.web.identity_provider.provider import IdentityProvider

if TYPE_CHECKING:
    from pathlib import Path

ALGORITHMS: Final = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
"""Signatures by a key pair. "none" and HS… (a secret that both sides have) are never accepted."""

_CHANGING_FIELDS: Final = frozenset(
    {
        "email", "email_verified", "preferred_username", "name", "given_name", "family_name", "nickname", "phone_number",
        "upn", "unique_name", "username",
    }
)  # fmt: skip
_FIELD: Final = re.compile(r"[A-Za-z0-9_.:/-]{1,100}")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def identity_provider(  # noqa: PLR0913 -- one for each variable
    *,
    issuer: str,
    client_id: str,
    secret_file: Path | None,
    subject_field: str,
    label: str,
    asks_factor: bool,
    acr: str,
    amr: str,
    max_age: int,
    algorithms: str,
    hosts: str,
    seconds: int,
) -> IdentityProvider | None:
    """The provider of these variables, None where no issuer is set; what would be unsafe is refused at the start."""
    if not issuer:
        return None
    host = _host_of(issuer)
    if not client_id:
        _refuse("KHCN_OIDC_CLIENT_ID must be set where KHCN_OIDC_ISSUER is")
    if not _FIELD.fullmatch(subject_field) or subject_field.lower() in _CHANGING_FIELDS:
        _refuse(
            f"KHCN_OIDC_CLAIM must be a claim that names one person for good, such as sub, not {subject_field!r}"
        )
    chosen = _listed(algorithms)
    if not chosen or not ALGORITHMS.issuperset(chosen):
        _refuse(f"KHCN_OIDC_ALGORITHMS must be some of {', '.join(sorted(ALGORITHMS))}, not {algorithms!r}")
    if not asks_factor and not (acr or amr):
        _refuse(
            "KHCN_OIDC_ASKS_FACTOR=0 needs KHCN_OIDC_ACR or KHCN_OIDC_AMR: the provider must say that it asked for two factors"
        )
    return IdentityProvider(
        issuer=issuer,
        client_id=client_id,
        secret_file=secret_file,
        subject_field=subject_field,
        label=label,
        asks_factor=asks_factor,
        acr=frozenset(_listed(acr)),
        amr=frozenset(_listed(amr)),
        max_age=max_age,
        algorithms=tuple(chosen),
        hosts=frozenset({host, *(each.lower() for each in _listed(hosts))}),
        seconds=max(1, seconds),
    )


def _host_of(issuer: str) -> str:
    """The host of the issuer, which is reached by HTTPS, or is this machine."""
    try:
        parts = urlsplit(issuer)
        host, _port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        host = ""
    is_plain = bool(host) and not (parts.query or parts.fragment or "@" in parts.netloc or " " in issuer)
    if not is_plain or not (parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)):
        _refuse(f"KHCN_OIDC_ISSUER must be an https address without query and fragment, not {issuer!r}")
    return host


def _listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


def _refuse(message: str) -> NoReturn:
    raise ImproperlyConfigured(message)
