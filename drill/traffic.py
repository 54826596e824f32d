"""People with browsers: sessions that ask for pages of a service and send forms, and what each answer was and took."""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from drill.steps import DrillError

if TYPE_CHECKING:
    from bench.service import Service

PATIENCE: Final = 30.0  # seconds for one answer
_NO_ANSWER: Final = 0
_OWN_MEMORY: Final = ("RssAnon:", "RssShmem:")  # lines of /proc/PID/status
_SERVER_FAULT: Final = 500
_REFUSED: Final = 400
_CSRF: Final = "d" * 32  # the cookie and the field of a form have to agree, and nothing else
_NEW_DOCUMENT: Final = "/reference/legal-documents/new/"
_LENGTH: Final = re.compile(rb"^content-length: *(\d+)", re.IGNORECASE | re.MULTILINE)
_CLOSES: Final = re.compile(rb"^connection: *close", re.IGNORECASE | re.MULTILINE)


@dataclass(slots=True)
class Answers:
    """What came of all requests."""

    took: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    writes: int = 0
    first_faults: list[str] = field(default_factory=list)

    def add(self, path: str, status: int, seconds: float, *, is_write: bool) -> None:
        """One answer, or none."""
        self.took.append(seconds)
        self.statuses[status] += 1
        self.writes += is_write
        if (status == _NO_ANSWER or status >= _REFUSED) and len(self.first_faults) < 5:  # noqa: PLR2004 -- enough to see why
            self.first_faults.append(f"{path}: {status}")

    def faults(self) -> int:
        """No answer in time, and every answer that is neither a page nor a redirection."""
        return sum(n for status, n in self.statuses.items() if status == _NO_ANSWER or status >= _REFUSED)

    def percentile(self, per_cent: int) -> float:
        """Milliseconds."""
        return quantiles(self.took, n=100)[per_cent - 1] * 1000

    def describe(self) -> str:
        """For the table."""
        late, server = (
            self.statuses[_NO_ANSWER],
            sum(n for each, n in self.statuses.items() if each >= _SERVER_FAULT),
        )
        return (
            f"{len(self.took)} requests ({self.writes / len(self.took):.0%} writes), {server} × 5xx, {late} without an answer, "
            f"{self.faults() - server - late} refused, p50 {self.percentile(50):.0f}, p95 {self.percentile(95):.0f}, p99 {self.percentile(99):.0f} ms"
        )


@dataclass(frozen=True, slots=True)
class World:
    """What there is to look at: cookies of sessions, who of them writes, and pages."""

    sessions: list[str]
    pages: list[str]

    @classmethod
    def of(cls, service: Service, sessions: int) -> World:
        """The demonstration with that many signed-in people more. Raises ServiceError."""
        service.env["KHCN_PROVINCE"] = "06"  # that of the demonstration
        service.run("khcn", "demo", "--no-serve")
        found: dict[str, Any] = json.loads(
            service.run("drill.traffic_world", str(sessions)).strip().splitlines()[-1]
        )
        return cls(found["sessions"], found["pages"])


class Browser:
    """One person's connection; opened again where the server has closed it while nobody asked."""

    def __init__(self, port: int, session: str, answers: Answers) -> None:
        self._port, self._answers = port, answers
        self._cookies = f"sessionid={session}; csrftoken={_CSRF}"
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, path: str, form: dict[str, str] | None = None) -> None:
        """Ask for a page, or send a form; notes what came."""
        started = time.monotonic()
        try:
            status = await asyncio.wait_for(self._ask(path, form), PATIENCE)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            self.close()
            status = _NO_ANSWER
        self._answers.add(path, status, time.monotonic() - started, is_write=form is not None)

    async def _ask(self, path: str, form: dict[str, str] | None) -> int:
        body = b"" if form is None else urlencode({"csrfmiddlewaretoken": _CSRF, **form}).encode()
        head = f"{'GET' if form is None else 'POST'} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nCookie: {self._cookies}\r\n"
        if form is not None:
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        request = head.encode() + b"\r\n" + body
        if self._streams is not None:
            try:
                return await self._exchange(*self._streams, request)
            except (ConnectionError, asyncio.IncompleteReadError) as fault:
                self.close()
                if isinstance(fault, asyncio.IncompleteReadError) and fault.partial:
                    raise
        self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        return await self._exchange(*self._streams, request)

    async def _exchange(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
    ) -> int:
        writer.write(request)
        await writer.drain()
        head = await reader.readuntil(b"\r\n\r\n")
        if length := _LENGTH.search(head):
            await reader.readexactly(int(length[1]))
        if _CLOSES.search(head) or not length:
            if not length:
                await reader.read()
            self.close()
        return int(head.split(b" ", 2)[1])

    def close(self) -> None:
        """Leave nothing open."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


@dataclass
class Visitors:
    """All of them, on one service."""

    service: Service
    world: World
    share_of_writes: float
    answers: Answers = field(default_factory=Answers)
    numbers: Any = field(default_factory=lambda: count(1))

    async def visit(self, browser: Browser, chance: random.Random) -> None:
        """One request by chance: a page, or a new record."""
        if chance.random() < self.share_of_writes:
            await browser.ask(_NEW_DOCUMENT, self._document())
        else:
            await browser.ask(chance.choice(self.world.pages))

    def _document(self) -> dict[str, str]:
        number = next(self.numbers)
        return {
            "number": f"{number}/DT-SKHCN", "subject": f"Văn bản diễn tập số {number} {random.getrandbits(64):x}",
            "issued_on": "1/11/2026", "issuer": "Sở Khoa học và Công nghệ", "kind": "decision",
        }  # fmt: skip

    async def think_and_visit(self, seconds: float, think: float) -> None:
        """Each session asks, thinks for about that long, and asks again."""
        until = time.monotonic() + seconds

        async def person(number: int, session: str) -> None:
            chance, browser = random.Random(number), Browser(self.service.port, session, self.answers)  # noqa: S311 -- what is looked at
            await asyncio.sleep(chance.uniform(0, min(think, seconds / 2)))
            while time.monotonic() < until:
                await self.visit(browser, chance)
                await asyncio.sleep(chance.uniform(0.5, 1.5) * think)
            browser.close()

        await asyncio.gather(*(person(number, each) for number, each in enumerate(self.world.sessions)))

    async def keep_asking(self, seconds: float, per_second: float) -> None:
        """Requests come at an even rate, whether the ones before have been answered or not."""
        running: set[asyncio.Task[None]] = set()
        started, chance = time.monotonic(), random.Random(0)  # noqa: S311 -- what is looked at
        free = [Browser(self.service.port, each, self.answers) for each in self.world.sessions]

        async def one(browser: Browser) -> None:
            await self.visit(browser, chance)
            free.append(browser)

        for number in range(int(seconds * per_second)):
            await asyncio.sleep(max(0.0, started + number / per_second - time.monotonic()))
            if not free:
                raise DrillError(
                    f"{len(running)} requests wait for their answers: the service does not keep up"
                )
            task = asyncio.create_task(one(free.pop(0)))
            running.add(task)
            task.add_done_callback(running.discard)
        await asyncio.gather(*running)
        for browser in free:
            browser.close()


@dataclass(frozen=True, slots=True)
class Sample:
    """How large the service was at a moment."""

    at: float  # seconds since the beginning
    kilobytes: int
    files: int  # descriptors


@dataclass
class Observer:
    """Looks at the processes of a service."""

    service: Service
    samples: list[Sample] = field(default_factory=list)

    async def look(self, every: float) -> None:
        """Until it is cancelled."""
        started = time.monotonic()
        while True:
            self.samples.append(self.sample(time.monotonic() - started))
            await asyncio.sleep(every)

    def sample(self, at: float) -> Sample:
        """Resident memory of all processes, and their descriptors.

        Pages of files are left out: how much of them falls to these processes depends on which other programs run. Pages that
        processes share since one was forked from the other count in each: counted once, memory would seem to grow for hours,
        while one after the other of these pages is written to and is shared no more.
        """
        kilobytes = files = 0
        for folder in self._folders():
            try:
                lines = (folder / "status").read_text().splitlines()
                kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith(_OWN_MEMORY))
                files += sum(1 for _each in (folder / "fd").iterdir())
            except OSError:  # it has ended meanwhile
                continue
        return Sample(at, kilobytes, files)

    def _folders(self) -> list[Path]:
        return [Path(f"/proc/{pid}") for pid in self.service.processes()]

    def slope(self) -> float:
        """Megabytes that memory grows by in an hour, after the first eighth of the time: a straight line through the samples."""
        late = [each for each in self.samples if each.at >= self.samples[-1].at / 8]
        middle, mean = (
            sum(each.at for each in late) / len(late),
            sum(each.kilobytes for each in late) / len(late),
        )
        spread = sum((each.at - middle) ** 2 for each in late)
        return sum((each.at - middle) * (each.kilobytes - mean) for each in late) / spread / 1024 * 3600

    def part(self, begin: float, end: float) -> list[Sample]:
        """Samples between two fractions of the time."""
        last = self.samples[-1].at
        return [each for each in self.samples if begin * last <= each.at <= end * last]


async def observed(observer: Observer, every: float, work: Any) -> None:
    """Do the work while the service is looked at."""
    looking = asyncio.create_task(observer.look(every))
    try:
        await work
    finally:
        looking.cancel()
