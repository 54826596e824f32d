"""One connection to a browser, a program or a proxy: what it may send, and how long that may take.

Waitress receives a whole request, and sends a whole answer, in one loop over all connections, so that a slow client costs
a connection and no thread. Its own time-out starts again with every byte. The deadlines here do not.
"""

from __future__ import annotations

import re
import socket
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import WSGITask
from waitress.utilities import BadRequest, Error

from khcn.config.monitoring.observed_request import FORWARDED, REQUEST_ID, id_of_proxy
from khcn.config.serving.large_bodies import SenderVerdict, is_known, largest_body, shows_credential
from khcn.config.serving.linux import unacknowledged_bytes
from khcn.config.serving.refusals import (
    AnonymousBodyTooLargeError,
    BodyTooLargeError,
    RequestTooSlowError,
    SenderNotAskedError,
    ServerRefusal,
    UnknownKeyError,
    UnknownSessionError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from khcn.config.server_limits import ServerLimits

_LINGER_BYTES: Final = 64 * 1024
_PIECE: Final = 2048
_CHUNK_LINE: Final = 1024  # bytes of the line before a chunk, and of the lines after the last one
_CHUNK_LINES: Final = 16 * 1024  # bytes of all these lines, and one more for each 16 bytes of the body
_WAITING_REQUESTS: Final = 8  # that came on one connection before the first of them was answered
# What the expressions of waitress are given takes them time in proportion to its length, and no longer.
_FIRST_LINE: Final = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+ [^ ]+ HTTP/[0-9]\.[0-9]")
_FORWARDING: Final = frozenset({"X_FORWARDED_FOR", "X_FORWARDED_HOST", "X_REAL_IP", "FORWARDED", "VIA"})
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ERRORS: Final[dict[SenderVerdict, Callable[[], Error]]] = {
    SenderVerdict.UNKNOWN_SESSION: partial(UnknownSessionError, ""),
    SenderVerdict.UNKNOWN_KEY: partial(UnknownKeyError, ""),
    SenderVerdict.NOT_ASKED: partial(SenderNotAskedError, ""),
}


class ReceivedRequest(HTTPRequestParser):
    """A request that arrives. ``began`` is when its first byte came."""

    path = ""  # of one that is refused before it has any
    error: Error | None
    may_be_large = False  # its sender is known
    waits = False  # its body is large, and nobody has said yet whether its sender is known

    def __init__(self, adj: Any) -> None:
        super().__init__(adj)
        self.began = time.monotonic()
        self.limits: ServerLimits = adj.limits

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head. Raises ParsingError also where waitress lets another error of the text pass, and before it would look
        for the fault for minutes: in the last word of a long first line, in a control character behind many spaces.
        """
        first_line = header_plus.partition(b"\r\n")[0].rstrip()
        if not _FIRST_LINE.fullmatch(first_line) or _CONTROL.search(header_plus):
            raise ParsingError("first line or control characters")
        try:
            super().parse_header(header_plus)
        except ValueError as fault:  # a number of 5,000 digits, half an address of IPv6
            raise ParsingError(str(fault)) from fault
        if self.chunked and "CONTENT_LENGTH" in self.headers:
            # RFC 9112, 6.3: two ways to find its end, and a proxy in front may have taken the other.
            raise ParsingError("both a length and chunks")

    def received(self, data: bytes) -> int:
        """Take what came, and refuse a body as soon as it is known to be too large: from its head, or while it is counted.

        Returns how much of it was taken. Of a body in chunks that is a piece: waitress copies all that it is given with each
        chunk, three times.
        """
        consumed: int = super().received(data[:_PIECE] if self.headers_finished and self.chunked else data)
        if self.headers_finished and self.error is None:
            self.error = self._fault_of_body()
        if self.error is not None:
            self.completed = True
            self.expect_continue = False
        return consumed

    def _fault_of_body(self) -> Error | None:
        size = max(self.content_length, self.body_bytes_received)
        if size > self.limits.anonymous_body_bytes:
            if size > largest_body(self.path, self.limits):
                return BodyTooLargeError("")
            if not shows_credential(self):
                return AnonymousBodyTooLargeError("")
            self.may_be_large = self.may_be_large or is_known(self)
            self.waits = not self.may_be_large
        if self.chunked and not self.completed:
            # Waitress joins these lines anew with each piece: a long one would take the processor of all connections.
            unread = max(len(self.body_rcv.control_line), len(self.body_rcv.trailer))
            return BadRequest("") if unread > _CHUNK_LINE or self._is_in_tiny_chunks() else None
        return None

    def _is_in_tiny_chunks(self) -> bool:
        """Whether the lines around the chunks are much of the body: each chunk costs the loop a copy of what came with it."""
        body = len(self.body_rcv.buf)
        return bool(self.body_bytes_received - body > _CHUNK_LINES + body // 16)


class ServedAnswer(WSGITask):
    """The answer of the application. To HEAD goes the same without its body, which waitress leaves to the application."""

    def write(self, data: bytes) -> None:
        """Send a part of the body, and before the first one the head."""
        super().write(b"" if self.request.command == "HEAD" else data)

    def get_environment(self) -> dict[str, Any]:
        """As the application sees the request, with the id that a trusted proxy gave it, and whether somebody else forwarded it."""
        if self.environ is None:
            environ: dict[str, Any] = super().get_environment()
            if settings.TRUSTED_PROXY is not None and self.channel.addr[0] == settings.TRUSTED_PROXY:
                environ[REQUEST_ID] = id_of_proxy(self.request.headers.get("X_REQUEST_ID", ""))
            elif not _FORWARDING.isdisjoint(self.request.headers):
                environ[FORWARDED] = True
        found: dict[str, Any] = self.environ
        return found

    def build_response_header(self) -> bytes:
        """The head. Where it announces chunks, none follows after HEAD, not even the last one."""
        head: bytes = super().build_response_header()
        if self.request.command == "HEAD":
            self.chunked_response = False
        return head


class StoredAnswer(ServedAnswer):
    """An answer that the loop has found."""

    def execute(self) -> None:
        """Send it."""
        answer = self.channel.stored_page
        self.complete = True
        self.status = f"{answer.status_code} {answer.reason_phrase}"
        self.response_headers = list(answer.items())
        self.content_length = len(answer.content)
        self.write(answer.content)


class Connection(HTTPChannel):
    """One socket. All methods but those of waitress for its threads are called by the loop over all connections."""

    parser_class = ReceivedRequest
    task_class = ServedAnswer
    error_task_class = ServerRefusal
    server: Any
    request: ReceivedRequest | None
    refused = False  # the server itself refused a request, and reads no other
    lingering_since: float | None = None
    stored_page: HttpResponse | None = None  # that answers its first request
    asking = False  # who sends the body that has begun to come; nothing is read meanwhile

    def __init__(self, server: Any, sock: socket.socket, addr: Any, adj: Any, map: Any = None) -> None:  # noqa: A002 -- waitress' word
        self.limits: ServerLimits = adj.limits
        self.active_at = time.monotonic()
        self.used = False
        self.sent_bytes = 0
        # Since when an answer waits for its reader, and how many bytes the reader had acknowledged then.
        self.sending: tuple[float, int] | None = None
        super().__init__(server, sock, addr, adj, map=map)

    def received(self, data: bytes) -> bool:
        """Take what came in."""
        self.active_at, self.used = time.monotonic(), True
        goes_on = bool(super().received(data))
        if len(self.requests) > _WAITING_REQUESTS:  # no browser and no proxy sends so many at once
            self.handle_close()
            return False
        if self.request is not None and self.request.waits and not self.asking:
            self.asking = True
            if (error := self.server.ask_who_sends(self)) is not None:
                self.asking = False
                self.refuse(error)
        return goes_on

    def environment(self) -> dict[str, Any]:
        """Its first request, as the application would see it."""
        return ServedAnswer(self, self.requests[0]).get_environment()

    def answer_with(self, page: HttpResponse) -> None:
        """Answer the first request with a stored page. Called by the loop."""
        self.stored_page, self.task_class = page, StoredAnswer
        try:
            self.service()
        finally:
            del self.stored_page, self.task_class

    def take_verdict(self, request: ReceivedRequest, verdict: SenderVerdict) -> None:
        """Go on with the body, or refuse it. Called by the loop."""
        if not self.asking or self.request is not request:
            return  # the connection was closed meanwhile
        self.asking = False
        if verdict is SenderVerdict.GOOD:
            request.may_be_large, request.waits = True, False
            request.began = time.monotonic()  # its sender could not go on meanwhile
        else:
            self.refuse(_ERRORS[verdict]())

    def send(self, data: bytes, do_close: bool = True) -> int:  # noqa: FBT001, FBT002 -- as waitress calls it
        """Count what the reader has taken."""
        sent: int = super().send(data, do_close)
        if sent:
            self.sent_bytes += sent
            self.active_at = time.monotonic()
        return sent

    # ------------------------------------------------------------------------------------ deadlines

    def enforce_deadlines(self, now: float, *, crowded: bool) -> None:
        """Close it, or refuse what it is sending, where a deadline has passed.

        Closed at once: `will_close` of waitress waits until the system takes more of the answer, which a reader that does not
        read keeps it from.
        """
        limits = self.limits
        if self.lingering_since is not None:
            if now - self.lingering_since > limits.linger_seconds:
                self.handle_close()
            return
        if self._is_read_too_slowly(now):
            self.handle_close()
        elif self.requests or self.total_outbufs_len or self.asking:
            if self.request is not None:
                self.request.began = now  # nothing is read from it meanwhile, which is not its sender's fault
        elif self.request is not None:
            if now > self._deadline_of_request(self.request):
                self.refuse(RequestTooSlowError(""))
        else:
            idle = limits.crowded_idle_seconds if crowded else limits.idle_seconds
            if now - self.active_at > (idle if self.used else limits.head_seconds):
                self.handle_close()

    def forgive(self, seconds: float) -> None:
        """The server itself was busy for so long, which is not the fault of who sends or reads."""
        self.active_at += seconds
        if self.request is not None:
            self.request.began += seconds
        if self.sending is not None:
            self.sending = self.sending[0] + seconds, self.sending[1]

    def _is_read_too_slowly(self, now: float) -> bool:
        if not self.total_outbufs_len:
            self.sending = None
            return False
        if not self.outbuf_lock.acquire(blocking=False):
            return False  # a thread sends just now: the system has bytes that are not yet counted
        try:
            # What the system only holds for a reader, several megabytes, is no sign of reading.
            taken = self.sent_bytes - unacknowledged_bytes(self.socket)
        finally:
            self.outbuf_lock.release()
        if self.sending is None:
            self.sending = now, taken
        since, counted = self.sending
        return now > since + self._seconds_for(taken - counted)

    def _deadline_of_request(self, request: ReceivedRequest) -> float:
        if not request.headers_finished:
            return request.began + self.limits.head_seconds
        return request.began + self._seconds_for(request.body_bytes_received)

    def _seconds_for(self, transferred: int) -> float:
        return self.limits.transfer_seconds + transferred / self.limits.bytes_per_second

    def spooled_bytes(self) -> int:
        """How much of a body that has not come to its end is there already."""
        return self.request.body_bytes_received if self.request is not None else 0

    def refuse(self, error: Error) -> None:
        """Answer the request that is not yet whole, and read no further."""
        request = self.request
        if request is None:
            return
        with self.requests_lock:
            self.request = None
            request.error, request.completed = error, True
            self.requests.append(request)
            if len(self.requests) == 1:
                self.server.add_task(self)

    # ------------------------------------------------------------------------------------ after a refusal

    def handle_close(self) -> None:
        """Close it. After a refusal first say that no more comes, and throw away what its sender still has on the way.

        If the socket were closed at once, the system would answer those bytes with a reset, and the sender would see that
        instead of the refusal.
        """
        if self.refused and self.lingering_since is None:
            self.lingering_since = time.monotonic()
            self.will_close = self.close_when_flushed = False
            try:
                self.socket.shutdown(socket.SHUT_WR)
            except OSError:  # the other side is gone
                super().handle_close()
            return
        super().handle_close()

    def readable(self) -> bool:
        """Whether the loop should read from it."""
        return self.lingering_since is not None or (not self.asking and super().readable())

    def handle_read(self) -> None:
        """Read what came in."""
        if self.lingering_since is None:
            super().handle_read()
        else:
            self.recv(_LINGER_BYTES)
