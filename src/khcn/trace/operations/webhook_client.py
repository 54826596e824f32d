"""Sends one delivery to its receiver over HTTP. Does not use the database: it runs in threads of its own."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import http.client
import socket
import ssl
import threading
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from khcn.trace.operations.destinations import UnsafeDestinationError, find_address, parse_destination

if TYPE_CHECKING:
    from collections.abc import Mapping

    from khcn.trace.models import Delivery
    from khcn.trace.operations.destinations import Destination

CONNECT_TIMEOUT: Final = 5.0  # seconds
RESPONSE_TIMEOUT: Final = (
    15.0  # seconds for the whole exchange: a receiver that sends slowly must not block a thread
)
LONGEST_RETRY_AFTER: Final = timedelta(days=1)  # the longest Retry-After that is respected
_MAX_RESPONSE_BYTES: Final = 16 * 1024  # the body of the response is not used


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """The result of one attempt: the HTTP status, or why there is none."""

    status: int | None
    problem: str = ""
    retry_after: timedelta | None = None

    @property
    def is_accepted(self) -> bool:
        """Whether the receiver accepted the delivery (2xx)."""
        return self.status is not None and HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


class _TimedConnection:
    """A connection to one address that is closed when the time limit is reached."""

    def __init__(self, destination: Destination, address: tuple[str, int]) -> None:
        self.destination = destination
        self.address = address
        self.socket: socket.socket | None = None
        self.timed_out = False

    def abort(self) -> None:
        """Close the socket; the timer calls this from another thread."""
        self.timed_out = True
        if self.socket is not None:
            with contextlib.suppress(OSError, ValueError):
                self.socket.shutdown(socket.SHUT_RDWR)

    def open(self) -> http.client.HTTPConnection:
        """Connect to the address that was checked; TLS verifies the host name of the URL."""
        connection = http.client.HTTPConnection(self.destination.host, self.destination.port)
        self.socket = socket.create_connection(self.address, CONNECT_TIMEOUT)
        self.socket.settimeout(RESPONSE_TIMEOUT)
        if self.destination.secure:
            context = ssl.create_default_context()
            secured = context.wrap_socket(
                self.socket, server_hostname=self.destination.host, do_handshake_on_connect=False
            )
            self.socket = secured
            secured.do_handshake()
        connection.sock = self.socket
        return connection


def post(url: str, body: bytes, headers: Mapping[str, str]) -> DeliveryResult:
    """Send one POST. Never raises: errors are part of the result.

    Redirects are not followed, proxies are not used, and only the first bytes of the response are read.
    """
    try:
        destination = parse_destination(url)
        address = find_address(destination)
    except (UnsafeDestinationError, ValueError) as problem:
        return DeliveryResult(None, str(problem))
    timed = _TimedConnection(destination, address)
    timer = threading.Timer(RESPONSE_TIMEOUT, timed.abort)
    timer.daemon = True
    timer.start()
    try:
        return _exchange(timed, body, headers)
    except ssl.SSLError as problem:
        return DeliveryResult(None, f"TLS: {problem.reason or problem}"[:200])
    except (
        OSError,
        http.client.HTTPException,
        ValueError,
        AttributeError,
    ) as problem:  # the last two: closed by the timer during TLS
        if timed.timed_out or isinstance(problem, TimeoutError):
            return DeliveryResult(None, "the receiver did not answer in time")
        return DeliveryResult(None, f"{type(problem).__name__}: {problem}"[:200])
    finally:
        timer.cancel()
        if timed.socket is not None:
            timed.socket.close()


def _exchange(timed: _TimedConnection, body: bytes, headers: Mapping[str, str]) -> DeliveryResult:
    connection = timed.open()
    connection.putrequest("POST", timed.destination.target, skip_host=True, skip_accept_encoding=True)
    sent = {
        "Host": timed.destination.host_header,
        "Content-Length": str(len(body)),
        "Connection": "close",
        **headers,
    }
    for name, value in sent.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    answer = connection.getresponse()
    status, wait = answer.status, _retry_after(answer)
    with contextlib.suppress(OSError, http.client.HTTPException):
        answer.read(_MAX_RESPONSE_BYTES)
    return DeliveryResult(status, "" if status < HTTPStatus.MULTIPLE_CHOICES else f"HTTP {status}", wait)


def _retry_after(answer: http.client.HTTPResponse) -> timedelta | None:
    """Seconds, or a date (RFC 9110, 10.2.3) compared with the receiver's own clock."""
    text = (answer.getheader("Retry-After") or "").strip()
    if text.isascii() and text.isdigit():
        return min(LONGEST_RETRY_AFTER, timedelta(seconds=int(text[:9])))
    try:
        wait = parsedate_to_datetime(text) - parsedate_to_datetime(answer.getheader("Date") or "")
    except (ValueError, TypeError):  # not dates, or one without a time zone
        return None
    return min(LONGEST_RETRY_AFTER, max(timedelta(0), wait))


def signature(token: str, body: bytes) -> str:
    """The ``GS1-Signature`` of a body: HMAC with SHA-256, the subscriber's token as key, in hexadecimal."""
    return hmac.new(token.encode(), body, hashlib.sha256).hexdigest()


def headers_of(delivery: Delivery, body: bytes) -> dict[str, str]:
    """The HTTP headers of a delivery; the same at every attempt."""
    token = delivery.subscription.signature_token
    found = {
        "Content-Type": "application/json",
        "User-Agent": "khcn-trace",
        "GS1-EPCIS-Version": "2.0.0",
        "GS1-CBV-Version": "2.0.0",
        "Webhook-Id": str(delivery.name),
    }
    if token:
        found["GS1-Signature"] = signature(token, body)
    return found
