"""Connections to the provider: to its own hosts alone, each bounded in time and size.

An exchange runs in a thread of its own and closes itself; the thread of the page waits for it no longer than that, even where looking
up the name of the host takes the system longer.
"""

from __future__ import annotations

import json
import queue
import socket
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from khcn.kernel.timed_connection import timed_connection
from khcn.web.identity_provider.faults import ProviderUnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from khcn.web.identity_provider.provider import IdentityProvider

LARGEST: Final = 512 * 1024  # bytes of an answer
_CONNECT_SECONDS: Final = 3.0
_PORTS: Final = {"https": 443, "http": 80}
_REFUSALS: Final = range(400, 500)
_AT_ONCE: Final = threading.BoundedSemaphore(4)


@dataclass(frozen=True, slots=True)
class ExchangeDeadline:
    """Until when all exchanges of one request must have ended."""

    at: float

    @classmethod
    def of(cls, provider: IdentityProvider) -> ExchangeDeadline:
        """From now on."""
        return cls(time.monotonic() + provider.seconds)

    def left(self) -> float:
        """Seconds. Raises ProviderUnreachableError where none is left."""
        seconds = self.at - time.monotonic()
        if seconds <= 0:
            raise ProviderUnreachableError("no time left")
        return seconds


def checked_address(provider: IdentityProvider, url: object) -> str:
    """The address if it is one of the provider's. Raises ProviderUnreachableError."""
    text = url if isinstance(url, str) and url.isascii() and url.isprintable() and " " not in url else ""
    try:
        parts = urlsplit(text)
        is_whole = (parts.port or _PORTS.get(parts.scheme)) is not None
    except ValueError:
        is_whole = False
    scheme = urlsplit(provider.issuer).scheme
    if not is_whole or "@" in parts.netloc or parts.fragment or "\\" in text:
        raise ProviderUnreachableError(f"no address: {text[:100]!r}")
    if parts.scheme not in {"https", scheme}:
        raise ProviderUnreachableError(f"not by HTTPS: {text[:100]}")
    if (parts.hostname or "").lower() not in provider.hosts:
        raise ProviderUnreachableError(f"a host that is not the provider's (KHCN_OIDC_HOSTS): {text[:100]}")
    return text


def exchange(
    provider: IdentityProvider,
    url: str,
    *,
    deadline: ExchangeDeadline,
    body: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, dict[str, Any]]:
    """GET, or POST of a form; status and the JSON object of the answer. Raises ProviderUnreachableError."""
    address, seconds = checked_address(provider, url), deadline.left()
    status, content = _in_time(seconds, lambda: _asked(address, body, headers or {}, seconds))
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as fault:
        if status in _REFUSALS:  # of what was sent, which says nothing about the provider
            return status, {}
        raise ProviderUnreachableError(f"no JSON (HTTP {status})", status=status) from fault
    if not isinstance(found, dict):
        raise ProviderUnreachableError(f"no JSON object (HTTP {status})")
    return status, found


def _asked(url: str, body: str | None, headers: Mapping[str, str], seconds: float) -> tuple[int, bytes]:
    parts, ends = urlsplit(url), time.monotonic() + seconds
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    with timed_connection(
        host,
        port,
        secure=parts.scheme == "https",
        address=(str(found[0][4][0]), port),
        connect_seconds=_CONNECT_SECONDS,
        seconds=seconds,
    ) as connection:
        sent = {"Accept": "application/json", "User-Agent": "khcn", "Connection": "close", **headers}
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET" if body is None else "POST", target, body=body, headers=sent)
        with connection.getresponse() as answer:
            content = answer.read(LARGEST + 1)
    if time.monotonic() >= ends:  # of an answer without a length the end of the connection would be its end
        raise TimeoutError
    if len(content) > LARGEST:
        raise ProviderUnreachableError("the answer is too long")
    return answer.status, content


def _in_time(seconds: float, work: Callable[[], tuple[int, bytes]]) -> tuple[int, bytes]:
    if not _AT_ONCE.acquire(blocking=False):
        raise ProviderUnreachableError("too many exchanges have not ended yet")
    done: queue.SimpleQueue[tuple[int, bytes] | Exception] = queue.SimpleQueue()

    def run() -> None:
        try:
            done.put(work())
        except Exception as fault:  # noqa: BLE001 -- handed to the thread that waits, which raises
            done.put(fault)
        finally:
            _AT_ONCE.release()

    threading.Thread(target=run, daemon=True).start()
    try:
        found = done.get(timeout=seconds + 0.2)
    except queue.Empty:
        raise ProviderUnreachableError("it did not answer in time") from None
    if isinstance(found, ProviderUnreachableError):
        raise found
    if isinstance(found, Exception):
        text = f"{type(found).__name__}: {found}"[:200]
        raise ProviderUnreachableError(text) from found
    return found
