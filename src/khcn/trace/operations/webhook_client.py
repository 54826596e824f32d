"""One attempt to hand an answer to its receiver over HTTP. No database here: it runs in threads of its own."""

from __future__ import annotations

import contextlib
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

    from khcn.trace.operations.destinations import Destination

CONNECT_WITHIN: Final = 5.0  # seconds
ANSWER_WITHIN: Final = 15.0  # seconds for everything: a receiver that dribbles must not hold a thread
LONGEST_WAIT: Final = timedelta(days=1)  # of what a Retry-After may ask for
_MOST_READ: Final = 16 * 1024  # bytes of an answer that nobody looks at


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one attempt: the status, or in words why there is none."""

    status: int | None
    problem: str = ""
    retry_after: timedelta | None = None

    @property
    def taken(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


class _Line:
    """A connection to one address that is cut when time is up."""

    def __init__(self, destination: Destination, address: tuple[str, int]) -> None:
        self.destination = destination
        self.address = address
        self.socket: socket.socket | None = None
        self.late = False

    def cut(self) -> None:
        """Called by the timer, from another thread."""
        self.late = True
        if self.socket is not None:
            with contextlib.suppress(OSError, ValueError):
                self.socket.shutdown(socket.SHUT_RDWR)

    def open(self) -> http.client.HTTPConnection:
        """Connect to the very address that was checked; TLS asks for the name that was meant."""
        connection = http.client.HTTPConnection(self.destination.host, self.destination.port)
        self.socket = socket.create_connection(self.address, CONNECT_WITHIN)
        self.socket.settimeout(ANSWER_WITHIN)
        if self.destination.secure:
            context = ssl.create_default_context()
            secured = context.wrap_socket(
                self.socket, server_hostname=self.destination.host, do_handshake_on_connect=False
            )
            self.socket = secured
            secured.do_handshake()
        connection.sock = self.socket
        return connection


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Receipt:
    """Send one POST. Never raises: whatever goes wrong on the way is part of the receipt.

    Redirects are not followed, proxies not used, and no more than a few bytes of the answer are read.
    """
    try:
        destination = parse_destination(url)
        address = find_address(destination)
    except (UnsafeDestinationError, ValueError) as problem:
        return Receipt(None, str(problem))
    line = _Line(destination, address)
    timer = threading.Timer(ANSWER_WITHIN, line.cut)
    timer.daemon = True
    timer.start()
    try:
        return _exchange(line, body, headers)
    except ssl.SSLError as problem:
        return Receipt(None, f"TLS: {problem.reason or problem}"[:200])
    except (
        OSError,
        http.client.HTTPException,
        ValueError,
        AttributeError,
    ) as problem:  # the last two: cut in TLS
        if line.late or isinstance(problem, TimeoutError):
            return Receipt(None, "the receiver did not answer in time")
        return Receipt(None, f"{type(problem).__name__}: {problem}"[:200])
    finally:
        timer.cancel()
        if line.socket is not None:
            line.socket.close()


def _exchange(line: _Line, body: bytes, headers: Mapping[str, str]) -> Receipt:
    connection = line.open()
    connection.putrequest("POST", line.destination.target, skip_host=True, skip_accept_encoding=True)
    sent = {
        "Host": line.destination.host_header,
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
        answer.read(_MOST_READ)
    return Receipt(status, "" if status < HTTPStatus.MULTIPLE_CHOICES else f"HTTP {status}", wait)


def _retry_after(answer: http.client.HTTPResponse) -> timedelta | None:
    """Seconds, or the date by which to come back (RFC 9110, 10.2.3) held against the receiver's own clock."""
    text = (answer.getheader("Retry-After") or "").strip()
    if text.isascii() and text.isdigit():
        return min(LONGEST_WAIT, timedelta(seconds=int(text[:9])))
    try:
        wait = parsedate_to_datetime(text) - parsedate_to_datetime(answer.getheader("Date") or "")
    except (ValueError, TypeError):  # no dates, or one without a zone
        return None
    return min(LONGEST_WAIT, max(timedelta(0), wait))
