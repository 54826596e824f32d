"""A web process: waitress on a socket that the supervisor has opened."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import close_old_connections
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.proxy_headers import proxy_headers_middleware
from waitress.server import TcpWSGIServer

from khcn.config.monitoring.metrics import metrics_of_process, start_counting
from khcn.config.monitoring.statements import watch_statements
from khcn.config.serving.connections import Connection
from khcn.config.serving.dispatcher import Dispatcher
from khcn.config.serving.look_ups import LookUp
from khcn.config.serving.refusals import TooManyBodiesError
from khcn.config.serving.statement_limit import limit_statements
from khcn.config.serving.stored_pages import STATEMENT_SECONDS, may_be_stored, stored_pages
from khcn.kernel.request_quotas import client_network
from khcn.trace.operations.scan_writing import begin_writing_scans

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from waitress.utilities import Error

    from khcn.config.server_limits import ServerLimits
    from khcn.config.serving.large_bodies import SenderVerdict
    from khcn.config.serving.stored_pages import StoredPages
    from khcn.trace.views.stored_answers import FoundPage

log = logging.getLogger(__name__)

TURN: Final = 1.0  # seconds that the loop waits for events, and between two looks at the deadlines
_STOP_TURN: Final = 0.05
_CROWDED: Final = 0.8
_REFUSALS_LOGGED_EVERY: Final = 60.0


def _settings(limits: ServerLimits) -> Adjustments:
    """The settings of waitress. Its own time-outs are not used: they follow the wall clock, which may jump."""
    return Adjustments(
        listen="127.0.0.1:0",  # not used, as the socket is open already; by itself it looks up a name
        threads=limits.threads,
        connection_limit=limits.connections,
        recv_bytes=64 * 1024,  # each turn of the loop looks at all connections
        max_request_header_size=limits.head_bytes,
        max_request_body_size=limits.body_bytes + 1,  # it refuses what has as many
        # An answer is made in one piece and waits on the disk: a thread must never wait for its reader.
        outbuf_high_watermark=1 << 40,
        asyncore_use_poll=True,
        log_socket_errors=False,  # that clients go away is no fault of ours
        ident=None,
        expose_tracebacks=False,
        **_trusting(settings.TRUSTED_PROXY),
    )


def _start_no_response(*_arguments: object) -> None:
    """For waitress, which would answer itself where it cannot read what a proxy says: a thread does that."""


def _trusting(proxy: str | None) -> dict[str, Any]:
    """Settings of waitress that take the client's address and scheme from the last proxy. It removes them from everybody else."""
    if proxy is None:
        return {}
    return {
        "trusted_proxy": proxy,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
    }


class WebServer(TcpWSGIServer):
    """Accepts, reads and writes in one loop; some threads ask the application."""

    channel_class = Connection

    def __init__(
        self,
        application: Callable[..., Any],
        listener: socket.socket,
        limits: ServerLimits,
        stored_pages: StoredPages | None = None,
    ) -> None:
        """`stored_pages`: what the loop itself answers; else threads ask the application for all answers."""
        self.limits = limits
        self.stopping = False
        self.refused: dict[str, int] = {}
        self._looked_up: deque[tuple[LookUp, SenderVerdict]] = deque()
        self._complete: deque[Connection] = deque()  # with a request that may be for a stored page
        self._loop_thread = threading.get_ident()
        self._stored_pages = stored_pages
        self.refusals_logged_at = -_REFUSALS_LOGGED_EVERY
        adjustments = _settings(limits)
        adjustments.limits = limits  # for the requests, which are given nothing else
        super().__init__(
            application,
            map={},
            _sock=listener,
            dispatcher=Dispatcher(limits),
            adj=adjustments,
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
            bind_socket=False,
        )
        self._read_proxy_headers = proxy_headers_middleware(
            lambda environ, _start: environ,
            trusted_proxy=adjustments.trusted_proxy,
            trusted_proxy_count=adjustments.trusted_proxy_count,
            trusted_proxy_headers=adjustments.trusted_proxy_headers,
            clear_untrusted=adjustments.clear_untrusted_proxy_headers,
            log_untrusted=adjustments.log_untrusted_proxy_headers,
        )

    def start_threads(self) -> None:
        """Start those that ask the application."""
        self.task_dispatcher.set_thread_count(self.limits.threads)

    def add_task(self, channel: Connection) -> None:
        """Give a whole request, or a refused one, to a thread."""
        if channel.requests[0].error is not None:
            channel.refused = True
        elif self._stored_pages is not None and may_be_stored(channel.requests[0]):
            self._complete.append(channel)  # not now: the caller has locked the requests of the connection
            self.pull_trigger()
            return
        super().add_task(channel)

    def pull_trigger(self) -> None:
        """Have the loop look at all connections again; it needs no signal for what it has just done itself."""
        if threading.get_ident() != self._loop_thread:
            super().pull_trigger()

    def accept(self) -> tuple[socket.socket, Any] | None:
        """The next connection, or None; one too many from its address is closed at once."""
        accepted: tuple[socket.socket, Any] | None = super().accept()
        if accepted is None:
            return None
        connection, address = accepted
        network = (
            client_network(address[0])
            if len(self.active_channels) >= self.limits.connections_per_address
            and address[0] != settings.TRUSTED_PROXY
            else None
        )
        if network is not None:
            of_network = sum(
                client_network(each.addr[0]) == network for each in self.active_channels.values()
            )
            if of_network >= self.limits.connections_per_address:
                self.refused[network] = self.refused.get(network, 0) + 1
                if (metrics := metrics_of_process()) is not None:
                    metrics.refused.labels("connections").inc()
                connection.close()
                return None
        return accepted

    def maintenance(self, now: float) -> None:
        """Not used, see `_settings`."""

    def enforce_deadlines(self, now: float) -> None:
        """Look at every connection."""
        crowded = len(self.active_channels) >= _CROWDED * self.limits.connections
        for channel in list(self.active_channels.values()):
            channel.enforce_deadlines(now, crowded=crowded)
        self._free_disk()
        self._measure()
        if self.refused and now - self.refusals_logged_at > _REFUSALS_LOGGED_EVERY:
            log.warning("connections refused, too many from one address: %s", self.refused)
            self.refused, self.refusals_logged_at = {}, now

    def _measure(self) -> None:
        if (metrics := metrics_of_process()) is not None:
            metrics.connections.set(len(self.active_channels))
            for queue, count in self.task_dispatcher.waiting().items():
                metrics.waiting.labels(queue).set(count)

    def _free_disk(self) -> None:
        """Refuse the largest bodies while all together are too large: a sender with a made-up key can send many."""
        spooling = sorted(self.active_channels.values(), key=Connection.spooled_bytes)
        total = sum(each.spooled_bytes() for each in spooling)
        while total > self.limits.spooled_bytes:
            largest = spooling.pop()
            total -= largest.spooled_bytes()
            largest.refuse(TooManyBodiesError(""))

    def turn(self, seconds: float) -> None:
        """Handle what happened on the connections, or wait for it."""
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._map, count=1)
        if self._complete:
            self._answer_complete()
        while self._looked_up:
            done, verdict = self._looked_up.popleft()
            done.connection.take_verdict(done.request, verdict)

    def _answer_complete(self) -> None:
        """Answer with stored pages, found by one statement for all, and give threads the other requests."""
        channels = [self._complete.popleft() for _each in range(len(self._complete))]
        found = self._find_pages(channels) if self.task_dispatcher.is_free_of_people() else {}
        for channel in channels:
            page = found.get(channel)
            answer = None if page is None else partial(self._answer_with, channel, page)
            self.task_dispatcher.add_task(channel, answer)

    def _find_pages(self, channels: list[Connection]) -> dict[Connection, FoundPage]:
        if self._stored_pages is None:
            return {}
        environments = [each.environment() for each in channels]
        # of a request with fields of a proxy that cannot be read a thread says so
        readable = [
            (channel, environ)
            for channel, environ in zip(channels, environments, strict=True)
            if self._read_proxy_headers(environ, _start_no_response) is environ
        ]
        pages = self._stored_pages.find([environ for _channel, environ in readable])
        return {
            channel: page
            for (channel, _environ), page in zip(readable, pages, strict=True)
            if page is not None
        }

    def _answer_with(self, channel: Connection, page: FoundPage) -> None:
        if self._stored_pages is not None:
            channel.answer_with(self._stored_pages.answer(page))

    def ask_who_sends(self, channel: Connection) -> Error | None:
        """Have a thread find out who sends the body that a connection waits with. Returns why that is not done."""
        return self.task_dispatcher.add_look_up(LookUp(channel, channel.request, self._note_verdict))

    def _note_verdict(self, done: LookUp, verdict: SenderVerdict) -> None:
        """Called by a thread: the loop alone touches connections that it reads."""
        self._looked_up.append((done, verdict))
        self.pull_trigger()

    def request_stop(self, *_arguments: Any) -> None:
        """Signal handler."""
        self.stopping = True
        self.pull_trigger()

    def serve(self, parent: int) -> None:
        """Until SIGTERM, or until the supervisor has ended."""
        looked = time.monotonic()
        while not self.stopping and os.getppid() == parent:
            self.turn(TURN)
            if (now := time.monotonic()) - looked >= TURN:
                if (busy := now - looked - 2 * TURN) > 0:
                    for channel in list(self.active_channels.values()):
                        channel.forgive(busy)
                looked = now
                self.enforce_deadlines(now)
                close_old_connections()  # of stored pages, which no request begins or ends
        self._finish()

    def _finish(self) -> None:
        """Accept nothing more, and answer the requests that are complete."""
        self.accepting = False
        self.del_channel()
        self.socket.close()
        until = time.monotonic() + self.limits.stop_seconds
        while self.active_channels and time.monotonic() < until:
            for channel in list(self.active_channels.values()):
                if not channel.requests and not channel.total_outbufs_len:
                    channel.handle_close()
            self.turn(_STOP_TURN)
        if self.active_channels:
            log.warning("%d connections are closed before their answer was sent", len(self.active_channels))


def serve_web(
    application: Callable[..., Any], listener: socket.socket, limits: ServerLimits, parent: int
) -> None:
    """The work of a web process."""
    limit_statements(limits.statement_seconds, of_loop=STATEMENT_SECONDS)
    watch_statements(settings.SLOW_STATEMENT_MS)
    start_counting()
    server = WebServer(application, listener, limits, stored_pages())
    signal.signal(signal.SIGTERM, server.request_stop)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    if not settings.VIEWING_ONLY:
        begin_writing_scans()
    server.start_threads()  # now: they, and the programs that they start, inherit which signals are blocked
    server.serve(parent)
