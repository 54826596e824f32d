"""What the provider says of itself: addresses and keys, asked for once in an hour and remembered by each process."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry

from khcn.kernel.bounded_process.places import PROVIDER, Busy
from khcn.web.identity_provider.faults import ProviderUnreachableError
from khcn.web.identity_provider.provider_requests import ExchangeDeadline, checked_address, exchange

if TYPE_CHECKING:
    from joserfc.jwk import ECKey, OKPKey, RSAKey

    from khcn.web.identity_provider.provider import IdentityProvider

log = logging.getLogger(__name__)

_FRESH_SECONDS: Final = 3600.0
_DAY_SECONDS: Final = 24 * 3600.0
_KEYS_AGAIN_SECONDS: Final = 30.0  # a token with an unknown key lets them be asked for again no sooner
_PAUSE_SECONDS: Final = 15.0  # after a failure nothing is asked: who comes meanwhile is answered at once
_MOST_KEYS: Final = 50
_OK: Final = 200
_SHORTEST_RSA: Final = 2048  # bits
_BITS_OF_A_LETTER: Final = 6  # of base64url
# Public keys; "oct" is a secret shared with the provider.
_KINDS: Final = frozenset({"RSA", "EC", "OKP"})


@dataclass(frozen=True, slots=True)
class ProviderMetadata:
    """The addresses of the provider, each of which belongs to it."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    names_issuer: bool  # in what it sends back with the browser (RFC 9207)
    secret_in_form: bool  # the secret of the client goes in the form, not in the head


@dataclass(slots=True)
class _Known:
    metadata: ProviderMetadata | None = None
    metadata_at: float = 0
    keys: tuple[Any, ...] = ()
    keys_at: float = 0
    failed_at: float = 0

    def needs_keys(self, *, again: bool) -> bool:
        """Whether the keys are asked for; ``again``: one is not among those that are known."""
        age = time.monotonic() - self.keys_at
        return not self.keys or age > _FRESH_SECONDS or (again and age > _KEYS_AGAIN_SECONDS)

    def has_keys_of_today(self) -> bool:
        """Whether keys are there that are no older than a day."""
        return bool(self.keys) and time.monotonic() - self.keys_at < _DAY_SECONDS


class ProviderKnowledge:
    """Of this process."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._known: dict[IdentityProvider, _Known] = {}
        self._lock = threading.Lock()

    def forget(self) -> None:
        """All of it (tests, doctor)."""
        with self._lock:
            self._known.clear()

    def _of(self, provider: IdentityProvider) -> _Known:
        with self._lock:
            return self._known.setdefault(provider, _Known())

    def refuse_while_failing(self, provider: IdentityProvider) -> None:
        """Raises ProviderUnreachableError for a while after a failure."""
        failed_at = self._of(provider).failed_at
        if failed_at and time.monotonic() - failed_at < _PAUSE_SECONDS:
            raise ProviderUnreachableError("it failed a moment ago")

    def note_failure(self, provider: IdentityProvider) -> None:
        """Of a connection."""
        self._of(provider).failed_at = time.monotonic()

    def metadata(self, provider: IdentityProvider, deadline: ExchangeDeadline) -> ProviderMetadata:
        """Addresses. Raises ProviderUnreachableError."""
        known, now = self._of(provider), time.monotonic()
        if known.metadata is None or now - known.metadata_at > _FRESH_SECONDS:
            known.metadata, known.metadata_at = _discovered(provider, deadline), now
        return known.metadata

    def keys(
        self,
        provider: IdentityProvider,
        deadline: ExchangeDeadline,
        *,
        again: bool = False,
        old_ones: bool = False,
    ) -> tuple[RSAKey | ECKey | OKPKey, ...]:
        """Keys of signatures; ``again`` where one is not among them, ``old_ones`` where those of yesterday do while they cannot be
        asked for. Raises ProviderUnreachableError, and Busy where they have to be asked for and the place for that is taken.
        """
        known = self._of(provider)
        if known.needs_keys(again=again):
            try:
                self._ask_for_keys(provider, known, deadline, again=again)
            except (ProviderUnreachableError, Busy):
                if again or not old_ones or not known.has_keys_of_today():
                    raise
        return known.keys

    def _ask_for_keys(
        self, provider: IdentityProvider, known: _Known, deadline: ExchangeDeadline, *, again: bool
    ) -> None:
        self.refuse_while_failing(provider)
        with PROVIDER.one():  # who signs in has it already
            if not known.needs_keys(again=again):  # somebody has asked meanwhile
                return
            now = time.monotonic()
            try:
                address = self.metadata(provider, deadline).jwks_uri
                known.keys, known.keys_at = _fetched_keys(provider, address, deadline), now
            except ProviderUnreachableError:
                self.note_failure(provider)
                raise


KNOWLEDGE: Final = ProviderKnowledge()


def _discovered(provider: IdentityProvider, deadline: ExchangeDeadline) -> ProviderMetadata:
    address = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
    status, found = exchange(provider, address, deadline=deadline)
    if status != _OK:
        raise ProviderUnreachableError(f"HTTP {status} at {address}")
    if found.get("issuer") != provider.issuer:
        raise ProviderUnreachableError(f"it calls itself {str(found.get('issuer'))[:100]!r}")
    known = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return ProviderMetadata(
        authorization_endpoint=checked_address(provider, found.get("authorization_endpoint")),
        token_endpoint=checked_address(provider, found.get("token_endpoint")),
        jwks_uri=checked_address(provider, found.get("jwks_uri")),
        names_issuer=found.get("authorization_response_iss_parameter_supported") is True,
        secret_in_form="client_secret_basic" not in known,
    )


def _fetched_keys(provider: IdentityProvider, address: str, deadline: ExchangeDeadline) -> tuple[Any, ...]:
    status, found = exchange(provider, address, deadline=deadline)
    listed = found.get("keys")
    if status != _OK or not isinstance(listed, list):
        raise ProviderUnreachableError(f"no keys (HTTP {status})")
    keys = []
    for each in listed[:_MOST_KEYS]:
        if not isinstance(each, dict) or each.get("kty") not in _KINDS or each.get("use", "sig") != "sig":
            continue
        if each["kty"] == "RSA" and len(str(each.get("n", ""))) * _BITS_OF_A_LETTER < _SHORTEST_RSA:
            continue
        try:
            key = JWKRegistry.import_key(each)
        except (JoseError, ValueError, TypeError, KeyError) as fault:
            log.warning("a key of the identity provider cannot be read: %s", fault)
        else:
            keys.append(key)
    return tuple(keys)
