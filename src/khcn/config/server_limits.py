"""What one connection may take, and all of them together. An installation changes a number by its variable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from khcn.config.environment_numbers import EnvironmentNumbers

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ServerLimits(EnvironmentNumbers):
    """Seconds, bytes and counts for one web process. The variable of ``head_seconds`` is ``KHCN_SERVE_HEAD_SECONDS``."""

    prefix: ClassVar[str] = "KHCN_SERVE_"

    head_seconds: float = 10  # for the whole head of a request, from its first byte, or from the connection
    # A body or an answer may take `transfer_seconds`, and one second more for each `bytes_per_second` that went over.
    transfer_seconds: float = 60
    bytes_per_second: int = 20_000
    idle_seconds: float = 75  # between two requests: longer than nginx keeps a connection to us (60)
    crowded_idle_seconds: float = 5  # the same while four fifths of all connections are taken
    linger_seconds: float = 30  # for the sender of a refused body to notice the answer
    stop_seconds: float = 20  # for running requests after SIGTERM
    head_bytes: int = 32 * 1024
    # The largest thing that any address takes is a document of 50 MiB (khcn.trace.views.endpoint.CAPTURE_BYTES). Who sends a
    # little more hears it from the interface itself, with the headers of its standard.
    body_bytes: int = 64 * MEBIBYTE
    # To any address but the interface for events: the largest are files of 20 MiB, with the form around them.
    page_body_bytes: int = 24 * MEBIBYTE
    # A body is stored on disk while it comes. Who has no session or key that is known to be good sends forms only.
    anonymous_body_bytes: int = MEBIBYTE
    spooled_bytes: int = 1024 * MEBIBYTE  # of all bodies that have begun to come
    connections: int = 1000
    connections_per_address: int = 200
    threads: int = 5  # khcn.kernel.bounded_process.places says for what
    statement_seconds: float = 30  # for one statement of the database; it waits for locks in that time too
    waiting_requests: int = 100  # of strangers, and as many of programs: what comes above is refused
    account_requests_at_once: int = (
        2  # in threads, of all its sessions: a browser that loads a page and one that searches
    )
    # From one address (of IPv6: one /64) without a session or key that was found to be good. A school behind one address scans
    # a code each, an office opens its sign-in page with all its files.
    address_requests_per_second: float = 30
    address_requests_at_once: float = 1000  # that may come before the rate counts
