"""Programs that send documents over real connections, in a process of their own: ``python -m … .sender < plan``.

The plan is one JSON object: port, path, headers, connections, documents (files). Each connection sends the next
document as soon as the job of its last one has ended, as `epcis2.js` does. Prints one JSON object.
"""

from __future__ import annotations

import http.client
import json
import queue
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ACCEPTED = 202
PAUSE = 0.005  # seconds between two looks at a job that still runs
PATIENCE = 300  # seconds for one job
END = b""


@dataclass(slots=True)
class Sent:
    """What became of the documents."""

    seconds: float = 0.0  # from the first byte sent until the last job was seen to have ended
    ended: int = 0  # jobs that ended in success
    faults: list[str] = field(default_factory=list)


def _ask(
    connection: http.client.HTTPConnection, headers: dict[str, str], path: str, body: bytes | None
) -> Any:
    connection.request("GET" if body is None else "POST", path, body, headers)
    answer = connection.getresponse()
    return answer, answer.read()


def _follow(connection: http.client.HTTPConnection, headers: dict[str, str], where: str) -> str:
    """Wait for the end of a job; an empty text, or what went wrong."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        answer, content = _ask(connection, headers, where, None)
        job = json.loads(content) if answer.status == http.HTTPStatus.OK else {}
        if not job:
            return f"{where}: {answer.status} {content[:200]!r}"
        if not job["running"]:
            return "" if job["success"] else f"{where}: {content[:500]!r}"
        time.sleep(PAUSE)
    return f"{where}: still running after {PATIENCE} s"


def send(plan: dict[str, Any]) -> Sent:
    """Send all documents of a plan."""
    waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    for body in (*(Path(file).read_bytes() for file in plan["documents"]), *[END] * plan["connections"]):
        waiting.put(body)
    sent, lock = Sent(), threading.Lock()
    gate = threading.Barrier(plan["connections"] + 1)
    headers = {**plan["headers"], "Content-Type": "application/json"}

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", plan["port"], timeout=PATIENCE)
        connection.connect()
        gate.wait()
        while (body := waiting.get()) is not END:
            answer, content = _ask(connection, headers, plan["path"], body)
            fault = f"{answer.status} {content[:300]!r}"
            if answer.status == ACCEPTED:
                fault = _follow(connection, plan["headers"], urlsplit(answer.headers["Location"]).path)
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
