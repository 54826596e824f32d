"""What the provider signs: ID tokens (OpenID Connect Core 1.0, 3.1.3.7) and logout tokens, checked before anything of them is used."""

from __future__ import annotations

import json
import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from authlib.oidc.core import CodeIDToken
from joserfc import jws
from joserfc.errors import JoseError

from khcn.parties.models.linked_identities import LONGEST_SUBJECT
from khcn.web.identity_provider.faults import ProviderRefusedError
from khcn.web.identity_provider.metadata import KNOWLEDGE

if TYPE_CHECKING:
    from datetime import datetime

    from khcn.web.identity_provider.provider import IdentityProvider
    from khcn.web.identity_provider.provider_requests import ExchangeDeadline

ACCEPTED_FOR: Final = timedelta(minutes=10)
"""So old may a token be at most, whatever end it names."""

_CLOCKS_DIFFER: Final = 60  # seconds
_LONGEST: Final = 16_384  # characters of a token
_LOGOUT_TYPE: Final = "logout+jwt"
_LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
_FOR_ELLIPTIC_CURVES: Final = {"ES": "EC", "Ed": "OKP"}
_UNREADABLE: Final = (
    JoseError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    RecursionError,
    OverflowError,
)


def id_token_values(
    provider: IdentityProvider, sent: dict[str, Any], deadline: ExchangeDeadline, *, nonce: str, at: datetime
) -> dict[str, Any]:
    """What the ID token of an answer says. Raises ProviderRefusedError, ProviderUnreachableError."""
    header, values = _verified(provider, sent.get("id_token"), deadline)
    if str(header.get("typ") or "JWT").lower() not in {"jwt", "id_token+jwt"}:
        raise ProviderRefusedError("no_id_token")
    now = at.timestamp()
    checked = CodeIDToken(
        values,
        header,
        options={
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": provider.client_id},
            "nonce": {"essential": True, "value": nonce},
        },
        params={
            "client_id": provider.client_id,
            "nonce": nonce,
            "max_age": provider.max_age,
            "access_token": sent.get("access_token"),
        },
    )
    try:
        checked.validate(now=int(now), leeway=_CLOCKS_DIFFER)
    except _UNREADABLE as fault:
        raise ProviderRefusedError("wrong_value") from fault
    _check_age(values, now)
    _check_strength(provider, values, now)
    return values


def logout_values(
    provider: IdentityProvider, sent: object, deadline: ExchangeDeadline, *, at: datetime
) -> dict[str, Any]:
    """What a logout token says (Back-Channel Logout 1.0, 2.6). Raises ProviderRefusedError, ProviderUnreachableError."""
    # Such a message only ends sessions: keys of yesterday do, where no new ones can be had.
    header, values = _verified(provider, sent, deadline, old_keys=True)
    events = values.get("events")
    names = [values.get("sub"), values.get("sid")]
    if (
        str(header.get("typ", "")).lower() != _LOGOUT_TYPE
        or values.get("iss") != provider.issuer
        or not _is_for(values.get("aud"), provider.client_id)
        or not isinstance(events, dict)
        or not isinstance(events.get(_LOGOUT_EVENT), dict)
        or "nonce" in values
        or not isinstance(values.get("jti"), str)
        or not any(isinstance(each, str) and each for each in names)
        or not all(each is None or isinstance(each, str) for each in names)
    ):
        raise ProviderRefusedError("no_logout_token")
    _check_age(values, at.timestamp())
    return values


def subject_of(provider: IdentityProvider, values: dict[str, Any]) -> str:
    """Who it is. Raises ProviderRefusedError."""
    subject = values.get(provider.subject_field)
    if (
        not isinstance(subject, str)
        or not 0 < len(subject) <= LONGEST_SUBJECT
        or not (subject.isascii() and subject.isprintable())
    ):
        raise ProviderRefusedError("no_subject")
    return subject


def _verified(
    provider: IdentityProvider, sent: object, deadline: ExchangeDeadline, *, old_keys: bool = False
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Head and values of a token that is signed by one of the provider's keys, by an algorithm that we have chosen."""
    if not isinstance(sent, str) or not 0 < len(sent) <= _LONGEST:
        raise ProviderRefusedError("no_token")
    try:
        header = dict(jws.extract_compact(sent.encode()).headers())
    except _UNREADABLE as fault:
        raise ProviderRefusedError("no_token") from fault
    algorithm = header.get("alg")
    if algorithm not in provider.algorithms:
        raise ProviderRefusedError("algorithm")
    key = _key(provider, header, deadline, old_keys=old_keys)
    try:
        values = json.loads(jws.deserialize_compact(sent, key, algorithms=[str(algorithm)]).payload)
    except _UNREADABLE as fault:
        raise ProviderRefusedError("signature") from fault
    if not isinstance(values, dict):
        raise ProviderRefusedError("no_token")
    return header, values


def _key(provider: IdentityProvider, header: Any, deadline: ExchangeDeadline, *, old_keys: bool) -> Any:
    """The one that the token names, or the only one of its kind; the keys are asked for again where it is not there."""
    algorithm = str(header["alg"])
    kind, name = _FOR_ELLIPTIC_CURVES.get(algorithm[:2], "RSA"), header.get("kid")
    for again in (False, True):
        found = [
            each
            for each in KNOWLEDGE.keys(provider, deadline, again=again, old_ones=old_keys)
            if each.key_type == kind and (name is None or each.kid == name) and each.alg in {None, algorithm}
        ]
        if len(found) == 1:
            return found[0]
    raise ProviderRefusedError("unknown_key")


def _is_for(audience: object, client_id: str) -> bool:
    return client_id in audience if isinstance(audience, list) else audience == client_id


def _seconds(values: dict[str, Any], name: str) -> float:
    """An instant. Raises ProviderRefusedError."""
    value = values.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ProviderRefusedError("wrong_value")
    return value


def _check_age(values: dict[str, Any], now: float) -> None:
    """Issued just now, and not ended."""
    issued = _seconds(values, "iat")
    if not now - ACCEPTED_FOR.total_seconds() <= issued <= now + _CLOCKS_DIFFER:
        raise ProviderRefusedError("wrong_value")
    if "exp" in values and _seconds(values, "exp") <= now - _CLOCKS_DIFFER:
        raise ProviderRefusedError("wrong_value")


def _check_strength(provider: IdentityProvider, values: dict[str, Any], now: float) -> None:
    """How and when the person has proved at the provider who it is."""
    if provider.acr and values.get("acr") not in provider.acr:
        raise ProviderRefusedError("too_weak")
    ways = values.get("amr") or []
    if not isinstance(ways, list) or not provider.amr <= {each for each in ways if isinstance(each, str)}:
        raise ProviderRefusedError("too_weak")
    if provider.max_age:
        proved = _seconds(values, "auth_time")
        if not now - provider.max_age - _CLOCKS_DIFFER <= proved <= now + _CLOCKS_DIFFER:
            raise ProviderRefusedError("too_weak")
