"""Each sync of the disk takes two seconds (R17): nobody who only reads waits for it, every write is stored or refused in words, the
operator is informed, and without the delay everything is as before. SQLite, then PostgreSQL; `strace` delays the calls.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

import psycopg

from bench.service import Service
from drill.place import DOCUMENT, NO_ROOM, PAGES, QR_PAGE, REFUSED, Place
from drill.steps import DrillError
from drill.use_installation import Browser
from tools import postgres

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DELAY: Final = 2.0  # seconds
FOR_SECONDS: Final = 40.0
CALM_SECONDS: Final = 10.0
BACK_WITHIN: Final = 10.0  # seconds (R17)
_LONGEST: Final = 60.0  # seconds for a write
_BETWEEN: Final = 0.3  # seconds between two pages of the reader


class _Writer(Thread):
    """Writes one thing after the other while the disk is slow; how long each took, and what was answered wrongly."""

    def __init__(self, write: Callable[[], tuple[int, str]], shown: str, ended: Event) -> None:
        super().__init__(daemon=True)
        self._write, self._shown, self._ended = write, shown, ended
        self.took: list[float] = []
        self.refused = 0
        self.faults: list[str] = []

    def run(self) -> None:
        while not self._ended.is_set():
            began = time.monotonic()
            try:
                status, text = self._write()
            except OSError as fault:
                self.faults.append(str(fault))
                return
            self.took.append(time.monotonic() - began)
            if status < REFUSED:
                continue
            self.refused += 1
            if status != NO_ROOM or self._shown not in text:
                self.faults.append(f"{status}: {text[:500]}")


def run() -> str:
    """Raises DrillError where a page waits for the disk, a write is lost or answered wrongly, or the operator learns nothing of it."""
    if os.geteuid() != 0 or shutil.which("strace") is None:
        raise DrillError("needs root and strace (Debian: strace)")
    binaries = postgres.find_binaries()
    if binaries is None:
        raise DrillError("needs PostgreSQL (Debian: postgresql)")
    os.environ["KHCN_PROVINCE"] = "19"
    with tempfile.TemporaryDirectory(prefix="khcn-slow-") as name:
        service = Service(Path(name) / "sqlite")
        reported = f"SQLite: {_try(service, lambda: list(service.processes()))}"
        with postgres.server(binaries, durable=True) as address:
            other = Service(Path(name) / "postgresql", database_url=address)
            home = Path(unquote(address.rpartition("@")[2].partition("/")[0]))
            reported += f". PostgreSQL: {_try(other, lambda: _servers(address, home))}"
    return reported


def _servers(address: str, home: Path) -> list[int]:
    postmaster = int((home / "data" / "postmaster.pid").read_text().split()[0])
    with psycopg.connect(address) as connection:
        others = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE pid != pg_backend_pid()"
        ).fetchall()
    return [postmaster, *(pid for (pid,) in others)]


@contextlib.contextmanager
def _delayed(processes: list[int]) -> Iterator[None]:
    """Each call that waits for the disk waits longer, in these processes and in those that they fork."""
    calls = "fsync,fdatasync,sync_file_range"
    command = ["strace", "-f", "-qq", "-e", "signal=none", "-e", f"trace={calls}", "-o", "/dev/null"]
    command += ["-e", f"inject={calls}:delay_enter={round(DELAY * 1_000_000)}"]
    for pid in processes:
        command += ["-p", str(pid)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as tracer:
        time.sleep(2)
        if tracer.poll() is not None:
            raise DrillError(f"strace: {tracer.stderr.read().decode() if tracer.stderr else ''}")
        try:
            yield
        finally:
            tracer.terminate()


def _try(service: Service, processes: Callable[[], list[int]]) -> str:
    service.run("khcn", "init", "--administrator", "quantri", "--full-name", "Quản trị")
    with service:
        place = Place(service)
        reader = Browser("")
        reader.root = service.address
        reader.sign_in("vanphong", place.password)
        calm = _read(reader, time.monotonic() + CALM_SECONDS)
        ended = Event()
        writers = [
            _Writer(place.send_event, "", ended),
            _Writer(place.send_form, DOCUMENT["subject"], ended),
        ]
        with _delayed(processes()):
            for each in writers:
                each.start()
            read = _read(reader, time.monotonic() + FOR_SECONDS)
            reported = _what_the_operator_sees(place)
            ended.set()
            for each in writers:
                each.join(_LONGEST)
        back = _check(place, writers, read)
        place.compare()
    took = [each for writer in writers for each in writer.took]
    return (
        f"each sync {DELAY:.0f} s for {FOR_SECONDS:.0f} s: {len(read)} pages in {max(read)[0]:.2f} s at most (one sync takes {DELAY:.0f}; {max(calm)[0]:.2f} s without the delay), {len(took)} writes in "
        f"{max(took):.1f} s at most, {sum(each.refused for each in writers)} refused in words, what was acknowledged is there once; {reported}; back "
        f"after {back:.1f} s (at most {BACK_WITHIN:.0f})"
    )


def _read(reader: Browser, until: float) -> list[tuple[float, str]]:
    """The seconds of each page that was opened."""
    took = []
    while time.monotonic() < until:
        for page in (*PAGES, QR_PAGE):
            began = time.monotonic()
            try:
                reader.open(page)
            except urllib.error.HTTPError as fault:
                raise DrillError(f"{page} was answered {fault.code} while the disk was slow") from fault
            took.append((time.monotonic() - began, page))
            time.sleep(_BETWEEN)
    return took


def _what_the_operator_sees(place: Place) -> str:
    status, content = place.readiness()
    probe = content.get("figures", {}).get("database_probe_seconds", 0.0)
    if status != NO_ROOM and probe < DELAY / 2:
        raise DrillError(f"readiness was answered {status}, a write in {probe:.2f} s")
    printed = place.doctor()
    if "Ghi cơ sở dữ liệu: Ghi một dòng mất" not in printed or "LƯU Ý   Ghi cơ sở dữ liệu" not in printed:
        raise DrillError(f"doctor does not name the slow disk: {printed}")
    return f"readiness measures {probe:.1f} s for a write, doctor names it"


def _check(place: Place, writers: list[_Writer], read: list[tuple[float, str]]) -> float:
    """Gives the seconds until both kinds of writes are stored again. Raises DrillError."""
    faults = [fault for each in writers for fault in each.faults]
    if faults or any(each.is_alive() or not each.took for each in writers):
        raise DrillError(f"writes: {faults or 'one did not end'}")
    slowest, page = max(read)
    if slowest > DELAY:
        late = sum(took > DELAY for took, _page in read)
        raise DrillError(
            f"{page} took {slowest:.2f} s, {late} of {len(read)} pages more than {DELAY:.0f}: they wait for the disk"
        )
    began = time.monotonic()
    for send in (place.send_form, place.send_event):
        status, text = send()
        if status >= REFUSED:
            raise DrillError(f"with a quick disk {send.__name__} was answered {status}: {text[:500]}")
    if (back := time.monotonic() - began) > BACK_WITHIN:
        raise DrillError(f"with a quick disk two writes took {back:.1f} s")
    return back
