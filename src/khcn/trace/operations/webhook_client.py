"""Sends one delivery to its receiver over HTTP. Does not use the database: it runs in threads of its own."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import http.client
import random
import ssl
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from khcn.kernel.timed_connection import timed_connection
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
_MAX_RESPONSE_BYTES: Final = 16 * 1024  # what is beyond is not read


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """The result of one attempt: the HTTP status, or why there is none."""

    status: int | None
    problem: str = ""
    retry_after: timedelta | None = None
    answer: bytes = b""
    """The first bytes of the body of the response. Of a receiver that somebody named at an interface they are not used."""

    @property
    def is_accepted(self) -> bool:
        """Whether the receiver accepted the delivery (2xx)."""
        return self.status is not None and HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    def delay(self, usual: timedelta) -> timedelta:
        """How long to wait before the next attempt: about as usual, with jitter, so that attempts that failed together are spread; at least
        as long as the receiver asked for.
        """
        spread = usual * random.uniform(0.8, 1.2)  # noqa: S311 -- no secret
        return max(spread, self.retry_after or timedelta(0))


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, is_of_operator: bool = False
) -> DeliveryResult:
    """Send one POST. Never raises: errors are part of the result.

    Redirects are not followed, proxies are not used, and only the first bytes of the response are read. ``is_of_operator``: the
    settings of the installation name the receiver, so it need not be on the list of receivers that parties may name.
    """
    try:
        destination = parse_destination(url, is_of_operator=is_of_operator)
        address = find_address(destination)
    except (UnsafeDestinationError, ValueError) as problem:
        return DeliveryResult(None, str(problem))
    try:
        return _exchange(destination, address, body, headers)
    except ssl.SSLError as problem:
        return DeliveryResult(None, f"TLS: {problem.reason or problem}"[:200])
    except TimeoutError:
        return DeliveryResult(None, "the receiver did not answer in time")
    except (OSError, http.client.HTTPException, ValueError, AttributeError) as problem:
        return DeliveryResult(None, f"{type(problem).__name__}: {problem}"[:200])


def _exchange(
    destination: Destination, address: tuple[str, int], body: bytes, headers: Mapping[str, str]
) -> DeliveryResult:
    with timed_connection(
        destination.host,
        destination.port,
        secure=destination.secure,
        address=address,
        connect_seconds=CONNECT_TIMEOUT,
        seconds=RESPONSE_TIMEOUT,
    ) as connection:
        connection.putrequest("POST", destination.target, skip_host=True, skip_accept_encoding=True)
        sent = {
            "Host": destination.host_header,
            "Content-Length": str(len(body)),
            "Connection": "close",
            **headers,
        }
        for name, value in sent.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        status, wait = answer.status, _retry_after(answer)
        text = b""
        with contextlib.suppress(OSError, http.client.HTTPException):
            text = answer.read(_MAX_RESPONSE_BYTES)
        problem = "" if status < HTTPStatus.MULTIPLE_CHOICES else f"HTTP {status}"
        return DeliveryResult(status, problem, wait, text)


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
