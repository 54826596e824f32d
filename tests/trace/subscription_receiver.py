"""A webhook's other end: a real HTTP server on loopback that keeps what it is sent and answers as it is told."""

import json
import ssl
import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Received:
    path: str
    headers: dict
    body: bytes

    @property
    def document(self):
        return json.loads(self.body)

    @property
    def delivery(self):
        return self.headers["Webhook-Id"]

    @property
    def event_ids(self):
        return [
            event["eventID"]
            for event in self.document["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        ]


@dataclass
class Receiver:
    """`answers` by path: a status, or a function of the `Received` that gives (status, headers), or with a body as the third."""

    port: int
    received: list = field(default_factory=list)
    answers: dict = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    server: ThreadingHTTPServer | None = None

    def url(self, path="/"):
        return f"http://127.0.0.1:{self.port}{path}"

    def secure(self, certificate):
        """Speak TLS from now on, with a certificate and its key in one file."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)

    def at(self, path):
        with self.lock:
            return [each for each in self.received if each.path == path]

    def bodies(self):
        """Every body that came under a delivery id."""
        found = defaultdict(set)
        with self.lock:
            for each in self.received:
                found[each.delivery].add(each.body)
        return found

    def wait_for(self, condition, seconds=120.0):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if condition():
                return True
            time.sleep(0.02)
        return False


@contextmanager
def receiving(answers=None):
    receiver = Receiver(0, answers=dict(answers or {}))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got = Received(self.path, dict(self.headers.items()), body)
            with receiver.lock:
                receiver.received.append(got)
            answer = receiver.answers.get(self.path, 200)
            status, headers, *rest = answer(got) if callable(answer) else (answer, {})
            content = rest[0] if rest else b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_arguments: None  # a client that breaks off is what some tests are about
    receiver.port, receiver.server = server.server_address[1], server
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
