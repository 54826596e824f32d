"""A web server in the process of a test, turned by hand, and its clients."""

import contextlib
import json
import socket
import time

from khcn.config.server_limits import MEBIBYTE, ServerLimits
from khcn.config.serving.web import WebServer

UNREADABLE = "Máy chủ không đọc được yêu cầu này."


class Served:
    """A server in this process, turned by hand, and its clients."""

    def __init__(self, *, stored_pages=None, **limits):
        self.calls, self.clients = [], []
        self.answer = b"ok"
        listener = socket.create_server(("127.0.0.1", 0))
        self.address = listener.getsockname()
        self.server = WebServer(self.application, listener, ServerLimits(**limits), stored_pages)
        self.server.start_threads()

    def application(self, environ, start_response):
        self.calls.append((environ["PATH_INFO"], environ["wsgi.input"].read()))
        start_response("200 OK", [("Content-Length", str(len(self.answer)))] * (environ["PATH_INFO"] == "/"))
        pieces = [self.answer[start : start + MEBIBYTE] for start in range(0, len(self.answer), MEBIBYTE)]
        return iter(pieces) if environ["PATH_INFO"] == "/made-while-sent" else [self.answer]

    def connect(self, sent=b"", *, narrow=False):
        client = socket.socket()
        if narrow:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(self.address)
        client.settimeout(0)
        self.clients.append(client)
        client.sendall(sent)
        self.turn()
        return client

    def turn(self):
        for _each in range(5):
            self.server.turn(0.002)

    def pass_time(self, seconds):
        """As if so much had gone by; no thread is at work then."""
        while any(each.requests for each in self.server.active_channels.values()):
            self.turn()
        self.server.enforce_deadlines(time.monotonic() + seconds)
        self.turn()

    def received(self, client):
        """What the client has got so far; None where the connection is closed without a word."""
        found = b""
        with contextlib.suppress(BlockingIOError):
            while piece := client.recv(1 << 20):
                found += piece
            return found or None
        return found

    def answered(self, client, ending=b""):
        """What it gets, up to those bytes or what comes first."""
        found = self._read(client, lambda found: found and found.endswith(ending))
        assert found, "the connection is closed"
        assert found.endswith(ending), found
        return found

    def ended(self, client):
        """All that it gets until the connection is closed."""
        return self._read(client, lambda _found: False)

    def _read(self, client, is_enough):
        found, until = b"", time.monotonic() + 120
        while not is_enough(found):
            try:
                piece = client.recv(1 << 20)
            except BlockingIOError:
                assert time.monotonic() < until, found
                self.turn()
                continue
            if not piece:
                break
            found += piece
        return found

    def close(self):
        for each in self.clients:
            each.close()
        self.turn()
        self.server.task_dispatcher.shutdown()
        for each in list(self.server.active_channels.values()):
            each.close()
        self.server.close()


def refused(answer, *, to_program=False):
    """Status and text of an answer after which the connection ends; a program has it in a problem document."""
    head, _blank, body = answer.decode().partition("\r\n\r\n")
    assert "Connection: close" in head
    if to_program:
        assert "Content-Type: application/problem+json\r\n" in head
        problem = json.loads(body)
        assert problem["status"] == int(head.split()[1])
        assert problem["type"]
        assert problem["title"]
        body = problem["detail"]
    else:
        assert "Content-Type: text/plain; charset=utf-8" in head
    assert "Server:" not in head
    return int(head.split()[1]), body.split(" Chưa ")[0].split(" Hãy ")[0].strip()
