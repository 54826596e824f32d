"""Requests to the service and what is looked for in the answers: no fault of the server, no answer later than ten seconds,
content that is what its type says, and no traceback in the log.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from lxml import etree

if TYPE_CHECKING:
    from drill.fuzzing.found import Findings

SLOWEST: Final = 10.0  # seconds of an answer
_ASKED_AGAIN: Final = 3  # where an answer was late: on a busy machine one may be
_PATIENCE: Final = 120.0
_SERVER_FAULT: Final = 500
_BUSY, _NOT_IMPLEMENTED = 503, 501
_DIGITS: Final = re.compile(r"\d+")
_FRAME: Final = re.compile(r'File "([^"]+)", line (\d+), in (\S+)')


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None

    def content(self) -> bytes:
        """For a finding: the request as it is sent, in the main."""
        head = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        return f"{self.method} {self.path} HTTP/1.1\r\n{head}\r\n".encode("utf-8", "replace") + (
            self.body or b""
        )

    def shape(self) -> str:
        """The address without its numbers and parameters."""
        return f"{self.method} {_DIGITS.sub('N', urlsplit(self.path).path)[:80]}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def kind(self) -> str:
        """The declared type, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Sender:
    """Sends to one service, judges, and counts."""

    def __init__(self, address: str, findings: Findings) -> None:
        self._host = urlsplit(address).netloc
        self._findings = findings
        self._log = Path(os.environ["KHCN_DATA"]) / "server.log"
        self._read_until = self._log.stat().st_size if self._log.exists() else 0
        self.tried = 0
        self.statuses: dict[int, int] = {}

    def send(self, request: Request) -> Answer | None:
        """The answer, judged; None where there was none."""
        self.tried += 1
        answer = self._ask(request)
        if answer is None:
            self._findings.note(f"no answer: {request.shape()}", request.content(), "")
            return None
        self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
        if answer.status >= _SERVER_FAULT and not _is_meant(answer):
            self._findings.note(
                f"{answer.status}: {request.shape()}",
                request.content(),
                answer.body[:2000].decode("utf-8", "replace"),
            )
        if answer.seconds > SLOWEST and self._is_always_late(request):
            self._findings.note(
                f"later than {SLOWEST:.0f} s: {request.shape()}", request.content(), f"{answer.seconds:.1f} s"
            )
        if fault := _fault_of_content(answer):
            self._findings.note(
                f"{fault}: {request.shape()}",
                request.content(),
                answer.body[:2000].decode("utf-8", "replace"),
            )
        self.look_at_log(request)
        return answer

    def _ask(self, request: Request) -> Answer | None:
        started = time.monotonic()
        connection = http.client.HTTPConnection(self._host, timeout=_PATIENCE)
        try:
            connection.putrequest(request.method, request.path, skip_accept_encoding=True)
            for name, value in request.headers.items():
                connection.putheader(name, value.encode("utf-8", "replace"))
            if request.body is not None:
                connection.putheader("Content-Length", str(len(request.body)))
            connection.endheaders(request.body)
            came = connection.getresponse()
            headers = {name.lower(): value for name, value in came.getheaders()}
            return Answer(came.status, headers, came.read(), time.monotonic() - started)
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def _is_always_late(self, request: Request) -> bool:
        answers = [self._ask(request) for _again in range(_ASKED_AGAIN)]
        return all(each is None or each.seconds > SLOWEST for each in answers)

    def look_at_log(self, request: Request) -> None:
        """Tracebacks that were written since the last look. Of two streams at once, the request may be the other's."""
        if not self._log.exists() or self._log.stat().st_size <= self._read_until:
            return
        with self._log.open("rb") as file:
            file.seek(self._read_until)
            text = file.read().decode("utf-8", "replace")
            self._read_until = file.tell()
        for part in text.split("Traceback (most recent call last):")[1:]:
            frames = [each for each in _FRAME.findall(part) if "/khcn/" in each[0]] or _FRAME.findall(part)
            place = f"{Path(frames[-1][0]).name}:{frames[-1][2]}" if frames else part[:100]
            self._findings.note(f"traceback in the log: {place}", request.content(), text[-6000:])


def _is_meant(answer: Answer) -> bool:
    """Answers of 500 and more that say what to do: come again in a moment, or that EPCIS leaves a function open (EPCIS 2.0, 12.6)."""
    return (answer.status == _BUSY and "retry-after" in answer.headers) or (
        answer.status == _NOT_IMPLEMENTED and b"epcisException:ImplementationException" in answer.body
    )


def _fault_of_content(answer: Answer) -> str:
    if not answer.body:
        return ""
    if not answer.kind:
        return "no content type"
    try:
        if answer.kind.endswith(("/json", "+json")):
            json.loads(answer.body)
        elif answer.kind.endswith(("/xml", "+xml")) and answer.kind != "image/svg+xml":
            etree.fromstring(answer.body)
        elif answer.kind == "text/html":
            answer.body.decode("utf-8")
    except (ValueError, etree.XMLSyntaxError):
        return f"no {answer.kind}"
    return ""
