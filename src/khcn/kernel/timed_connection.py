"""One exchange over HTTP that ends when its time is over, however slowly the other machine sends.

The time limits of sockets count from byte to byte; here a timer closes the socket. Proxies are not used and redirects not followed.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Timed:
    def __init__(self) -> None:
        self.socket: socket.socket | None = None
        self.timed_out = False

    def abort(self) -> None:
        """Close the socket; the timer calls this from another thread."""
        self.timed_out = True
        if self.socket is not None:
            with contextlib.suppress(OSError, ValueError):
                self.socket.shutdown(socket.SHUT_RDWR)


@contextmanager
def timed_connection(
    host: str, port: int, *, secure: bool, address: tuple[str, int], connect_seconds: float, seconds: float
) -> Iterator[http.client.HTTPConnection]:
    """A connection to one address; TLS verifies the name of the host. Raises OSError, of which TimeoutError is one, and
    HTTPException.
    """
    timed = _Timed()
    timer = threading.Timer(seconds, timed.abort)
    timer.daemon = True
    timer.start()
    try:
        connection = http.client.HTTPConnection(host, port)
        timed.socket = socket.create_connection(address, min(connect_seconds, seconds))
        timed.socket.settimeout(seconds)
        if secure:
            context = ssl.create_default_context()
            timed.socket = context.wrap_socket(
                timed.socket, server_hostname=host, do_handshake_on_connect=False
            )
            timed.socket.do_handshake()
        connection.sock = timed.socket
        yield connection
    except (OSError, http.client.HTTPException, ValueError, AttributeError) as problem:
        # ValueError, AttributeError: closed by the timer during TLS
        if timed.timed_out:
            raise TimeoutError from problem
        raise
    finally:
        timer.cancel()
        if timed.socket is not None:
            timed.socket.close()
