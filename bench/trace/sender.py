"""Programs that send documents over real connections, in a process of their own: ``python -m … .sender < plan``.

The plan is one JSON object: port, path, headers, connections, documents (files). Each connection sends the next
document as soon as the job of its last one has ended, as `epcis2.js` does. Prints one JSON object.

The sender shares the processors with the server that it measures, so it spends no more on HTTP than it has to.
"""

from __future__ import annotations

import json
import queue
import socket
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

OK, ACCEPTED = 200, 202
PAUSE = 0.005  # seconds between two looks at a job that still runs
PATIENCE = 300  # seconds for one job
END = b""
END_OF_HEAD = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said; `location` is empty where it names none."""

    status: int
    location: str
    content: bytes


@dataclass(slots=True)
class Sent:
    """What became of the documents."""

    seconds: float = 0.0  # from the first byte sent until the last job was seen to have ended
    ended: int = 0  # jobs that ended in success
    faults: list[str] = field(default_factory=list)


class _Connection:
    """A connection to the server that stays open."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())

    def ask(self, path: str, body: bytes | None = None) -> Answer:
        """What is answered to a GET, or to a POST of a document. Raises OSError when the server hangs up."""
        line = f"GET {path}" if body is None else f"POST {path}"
        head = f"{line} HTTP/1.1\r\nHost: 127.0.0.1\r\n{self._head}"
        if body is not None:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self._socket.sendall(head.encode() + b"\r\n" + (body or b""))
        found, begun = b"", -1
        while begun < 0:
            found += self._more()
            begun = found.find(END_OF_HEAD)
        shown, content = found[:begun].lower(), found[begun + len(END_OF_HEAD) :]
        length = int(_header(shown, b"content-length") or 0)
        while len(content) < length:
            content += self._more()
        return Answer(int(shown.split(b" ", 2)[1]), _header(shown, b"location").decode(), content)

    def _more(self) -> bytes:
        found = self._socket.recv(65536)
        if not found:
            raise ConnectionError("the server has closed the connection")
        return found

    def close(self) -> None:
        self._socket.close()


def _header(head: bytes, name: bytes) -> bytes:
    """The value of a header in a head of small letters; empty where it is not there."""
    return head.partition(b"\r\n" + name + b":")[2].partition(b"\r\n")[0].strip()


def _follow(connection: _Connection, where: str) -> str:
    """Wait for the end of a job; an empty text, or what went wrong."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        answer = connection.ask(where)
        job = json.loads(answer.content) if answer.status == OK else {}
        if not job:
            return f"{where}: {answer.status} {answer.content[:200]!r}"
        if not job["running"]:
            return "" if job["success"] else f"{where}: {answer.content[:500]!r}"
        time.sleep(PAUSE)
    return f"{where}: still running after {PATIENCE} s"


def send(plan: dict[str, Any]) -> Sent:
    """Send all documents of a plan."""
    waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    for body in (*(Path(file).read_bytes() for file in plan["documents"]), *[END] * plan["connections"]):
        waiting.put(body)
    sent, lock = Sent(), threading.Lock()
    gate = threading.Barrier(plan["connections"] + 1)

    def work() -> None:
        connection = _Connection(plan["port"], plan["headers"])
        gate.wait()
        while (body := waiting.get()) is not END:
            answer = connection.ask(plan["path"], body)
            fault = f"{answer.status} {answer.content[:300]!r}"
            if answer.status == ACCEPTED:
                fault = _follow(connection, urlsplit(answer.location).path)
            with lock:
                sent.ended += not fault
                sent.faults.extend([fault] if fault else [])
        connection.close()

    threads = [threading.Thread(target=work) for _each in range(plan["connections"])]
    for thread in threads:
        thread.start()
    gate.wait()
    started = time.monotonic()
    for thread in threads:
        thread.join()
    sent.seconds = time.monotonic() - started
    return sent


if __name__ == "__main__":
    json.dump(asdict(send(json.load(sys.stdin))), sys.stdout)
