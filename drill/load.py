"""Behind the shipped nginx: idle, slow and flooding connections for a minute, while officers and consumers go on."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
import time
from collections import Counter
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from statistics import quantiles
from threading import Thread, Timer
from typing import TYPE_CHECKING, Final

from drill.attackers import PATHS, context
from drill.captures import MAKE_PARTY, document_of, event_of
from drill.installation import HOST, installed
from drill.steps import DrillError

if TYPE_CHECKING:
    from drill.installation import Installation

WARM: Final = 15  # seconds
CALM: Final = 30  # seconds
ATTACK: Final = 60  # seconds
IDLE, SLOW, FLOODING = 500, 500, 50
_ATTACKERS: Final = Path(__file__).with_name("attackers.py")
_NGINX: Final = "nginx"
_PROCESSES: Final = ("khcn-web", "khcn-work", _NGINX)
_STAFF_PAGES: Final = ("/", "/reports/", "/science/tasks/", "/my-work/")
_QR_PAGE: Final = "/01/09521234000013/10/LO-01"
_GREATEST_RATIO: Final = 2.0  # of the pages' p95
_LEAST_ANSWERED: Final = 0.95
_GREATEST_GROWTH: Final = 1.25  # of the service's memory
_GREATEST_CONNECTION: Final = 64.0  # kilobytes of nginx for one TLS connection that is open (docs/adr/0048)
_GREATEST_DRIFT: Final = 1.1  # of all memory, from the moment when the connections are open until the end
_SETTLED: Final = 20.0  # seconds of the attack, when all its connections are open
_VISITORS: Final = 16  # at once, before anything is measured
_PAUSE: Final = 0.2
_PATIENCE: Final = 10.0
_OK: Final = 200


class Connection(HTTPSConnection):
    """To the system on this machine under its public name, from one address of loopback."""

    def __init__(self, address: str) -> None:
        super().__init__(HOST, timeout=_PATIENCE)
        self._address = address

    def connect(self) -> None:
        """Without asking for the name, which only the system itself knows."""
        plain = socket.create_connection(("127.0.0.1", 443), _PATIENCE, (self._address, 0))
        self.sock = context().wrap_socket(plain, server_hostname=HOST)


class Visitor(Thread):
    """Asks for pages one after the other and notes how long each took; None where there was no good answer."""

    def __init__(self, address: str, pages: tuple[str, ...], seconds: float, **headers: str) -> None:
        super().__init__(daemon=True)
        self._address, self._pages, self._seconds, self._headers = address, pages, seconds, headers
        self.took: list[float | None] = []

    def run(self) -> None:
        """Each on a connection of its own, as another person's browser."""
        until = time.monotonic() + self._seconds
        number = 0
        while time.monotonic() < until:
            started = time.monotonic()
            status = self._ask(self._pages[number % len(self._pages)])
            self.took.append(time.monotonic() - started if status == _OK else None)
            number += 1
            time.sleep(_PAUSE)

    def _ask(self, path: str) -> int:
        connection = Connection(self._address)
        try:
            connection.request("GET", path, headers={"Host": HOST, **self._headers})
            answer = connection.getresponse()
            answer.read()
        except (OSError, HTTPException, ssl.SSLError):
            return 0
        finally:
            connection.close()
        return answer.status

    def p95(self) -> float:
        """Milliseconds. A page that was not answered counts as the longest wait."""
        return quantiles([_PATIENCE if each is None else each for each in self.took], n=20)[-1] * 1000

    def answered(self) -> float:
        """Which part was answered."""
        return sum(each is not None for each in self.took) / len(self.took)


def run() -> str:
    """Raises DrillError where pages wait too long, too few are answered or memory grows."""
    with installed() as system:
        return measure(system)


def measure(system: Installation) -> str:
    """The same on an installation that is there. Raises DrillError."""
    office = system.use("vanphong", system.new_account("vanphong", "Văn phòng", "office"))
    _make_lot(system)
    _warm(office["cookies"])
    calm_staff, calm_qr = _visit(CALM, office["cookies"])
    before = _memory(system)
    command = [sys.executable, str(_ATTACKERS), HOST, *map(str, (ATTACK, IDLE, SLOW, FLOODING))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as attackers:
        sampled: list[dict[str, float]] = []
        sampling = Timer(_SETTLED, lambda: sampled.append(_memory(system)))
        sampling.start()
        staff, qr = _visit(ATTACK - 5, office["cookies"])
        memory = _memory(system)
        attacked: dict[str, int] = json.loads(attackers.communicate()[0])
    answers = sum(count for status, count in attacked.items() if status.isdigit())
    if min(attacked.get("idle", 0) / IDLE, attacked.get("slow", 0) / SLOW, answers / FLOODING) < 1:
        raise DrillError(f"the machine was too busy for the attack: {attacked}")
    sampling.join()
    ratio, settled = staff.p95() / calm_staff.p95(), sampled[0]
    growth = max(memory.get(name, 0) / size for name, size in before.items() if name != _NGINX)
    connection = (memory[_NGINX] - before[_NGINX]) * 1024 / (IDLE + SLOW + FLOODING)
    drift = sum(memory.values()) / sum(settled.values())
    sizes = ", ".join(
        f"{name} {size:.0f} → {settled.get(name, 0):.0f} after {_SETTLED:.0f} s → {memory.get(name, 0):.0f}"
        for name, size in before.items()
    )
    figures = (
        f"staff p95 {calm_staff.p95():.0f} → {staff.p95():.0f} ms ({ratio:.2f} ×, at most {_GREATEST_RATIO}; {staff.answered():.1%} answered), "
        f"QR pages {qr.answered():.1%} answered (at least {_LEAST_ANSWERED:.0%}), p95 {calm_qr.p95():.0f} → {qr.p95():.0f} ms, "
        f"memory {sizes} MB: the service {growth:.2f} × (at most {_GREATEST_GROWTH}), nginx {connection:.0f} kB for each connection "
        f"(at most {_GREATEST_CONNECTION:.0f}), while all are open {drift:.2f} × (at most {_GREATEST_DRIFT}), "
        f"connections and answers of the attackers {attacked}"
    )
    if (
        ratio > _GREATEST_RATIO
        or qr.answered() < _LEAST_ANSWERED
        or growth > _GREATEST_GROWTH
        or connection > _GREATEST_CONNECTION
        or drift > _GREATEST_DRIFT
        or staff.answered() < 1
    ):
        raise DrillError(figures)
    return figures


def _make_lot(system: Installation) -> None:
    key = (
        system.debian.run(f"khcn shell --verbosity 0 --command '{MAKE_PARTY}'")
        .stdout.strip()
        .splitlines()[-1]
    )
    connection = Connection("127.0.0.1")
    headers = {"Host": HOST, "Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection.request("POST", "/epcis/capture", document_of(event_of("LO-01")), headers)
    answer = connection.getresponse()
    if answer.status != 202:  # noqa: PLR2004 -- accepted
        raise DrillError(f"capture: {answer.status} {answer.read()[:500]!r}")
    until = time.monotonic() + 30
    visitor = Visitor("127.0.0.13", (_QR_PAGE,), 0)
    while visitor._ask(_QR_PAGE) != _OK:  # noqa: SLF001 -- ours
        if time.monotonic() > until:
            raise DrillError("the page of the lot does not come")
        time.sleep(0.5)


def _warm(cookies: str) -> None:
    """What every process and thread loads with its first pages is not counted as growth: a day's visitors ask for all of them."""
    pages = (*_STAFF_PAGES, *PATHS)
    visitors = [
        Visitor(f"127.0.0.{20 + n}", pages[n % len(pages) :] + pages, WARM, Cookie=cookies)
        for n in range(_VISITORS)
    ]
    for each in visitors:
        each.start()
    for each in visitors:
        each.join()


def _visit(seconds: float, cookies: str) -> tuple[Visitor, Visitor]:
    staff = Visitor("127.0.0.1", _STAFF_PAGES, seconds, Cookie=cookies)
    consumer = Visitor("127.0.0.13", (_QR_PAGE,), seconds)
    for each in (staff, consumer):
        each.start()
    for each in (staff, consumer):
        each.join()
    return staff, consumer


def _memory(system: Installation) -> dict[str, float]:
    """By program, the megabytes of the service and of nginx, shared ones counted once."""
    found: Counter[str] = Counter()
    namespace = Path(f"/proc/{system.debian.leader}/ns/pid").readlink()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            is_ours = (process / "ns" / "pid").readlink() == namespace
            program = (process / "comm").read_text().strip()
            if is_ours and program in _PROCESSES:
                lines = (process / "smaps_rollup").read_text().splitlines()
                found[program] += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        except OSError:  # it has ended meanwhile
            continue
    return {program: kilobytes / 1024 for program, kilobytes in sorted(found.items())}
