"""``khcn serve`` on a folder and a database of its own: started, watched, killed and measured from outside."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parents[1]
BACK_WITHIN: Final = 120  # seconds; on a machine that does much else


class ServiceError(RuntimeError):
    """The service did not come up, or what was run beside it failed; the text holds the end of its log."""


def environment(data: Path, database_url: str | None = None) -> dict[str, str]:
    """What a process needs to work on that folder and database; without a URL it is the folder's SQLite file."""
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    own = {
        "KHCN_DATA": str(data),
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
        "DJANGO_SETTINGS_MODULE": "khcn.config.settings",
    }
    return {**inherited, **own, **({"DATABASE_URL": database_url} if database_url else {})}


class Service:
    """The web server with its workers, in a session of its own. Finds its processes through /proc (Linux)."""

    def __init__(
        self, data: Path, *, database_url: str | None = None, workers: int = 2, options: tuple[str, ...] = ()
    ) -> None:
        self.data, self.options = data, ("--workers", str(workers), *options)
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port: int = found.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.env = environment(data, database_url)
        self.process: subprocess.Popen[bytes] | None = None
        self.log_file = data / "server.log"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        self.stop()

    def run(self, *arguments: str) -> str:
        """What ``python -m ARGUMENTS`` prints beside the service. Raises ServiceError when it fails."""
        done = subprocess.run(  # noqa: S603 -- our own modules
            [sys.executable, "-m", *arguments],
            env=self.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ServiceError(done.stdout[-1000:] + done.stderr[-3000:])
        return done.stdout

    def start(self) -> None:
        """Start it and wait until it answers. Raises ServiceError, with nothing left running, when it does not."""
        self._launch()
        try:
            self.wait()
        except ServiceError:
            self.stop()
            raise

    def _launch(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "khcn", "serve"]
        with (self.log_file).open("a") as log:
            self.process = subprocess.Popen(  # noqa: S603 -- ourselves
                [*command, "--port", str(self.port), *self.options],
                env=self.env,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait(self) -> None:
        """Until the database answers through the service; started again where it gave up, as a supervisor does.

        Raises ServiceError after `BACK_WITHIN` seconds.
        """
        until = time.monotonic() + BACK_WITHIN
        while time.monotonic() < until:
            if (
                self.process is None or self.process.poll() is not None
            ):  # its workers died one after the other
                self._launch()
            try:
                with urllib.request.urlopen(f"{self.address}/readyz", timeout=5) as answer:  # noqa: S310 -- ours
                    if answer.status == HTTPStatus.OK:  # the lines after "ok" are notes for operators
                        return
            except OSError:
                time.sleep(0.05)
        raise ServiceError(f"not up within {BACK_WITHIN} s: {self.log()[-3000:]}")

    def log(self) -> str:
        """What the service wrote so far."""
        return (self.log_file).read_text(encoding="utf-8", errors="replace")

    def processes(self) -> dict[int, str]:
        """Process id and name of everything that the service runs; its supervisor has the name of Python."""
        return dict(self._processes())

    def _processes(self) -> Iterator[tuple[int, str]]:
        if self.process is None:
            return
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                state, _parent, _group, session = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
                name = (folder / "comm").read_text(encoding="utf-8").strip()
            except OSError:  # it ended meanwhile
                continue
            if session == str(self.process.pid) and state != "Z":
                yield int(folder.name), name

    def web_workers(self) -> list[int]:
        """The processes that answer requests."""
        return self._named("khcn-web")

    def background_workers(self) -> list[int]:
        """The processes that do background work."""
        return self._named("khcn-work")

    def _named(self, wanted: str) -> list[int]:
        return sorted(pid for pid, name in self._processes() if name == wanted)

    def peak_megabytes(self, pids: list[int]) -> float:
        """The largest resident size that one of the processes ever had."""
        found = [
            re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="utf-8"))
            for pid in pids
        ]
        return max((int(each[1]) / 1024 for each in found if each), default=0.0)

    def forget_peaks(self) -> None:
        """Let the largest sizes count from now on."""
        for pid in self.processes():
            Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="utf-8")

    def kill(self, pids: list[int]) -> None:
        """End processes as a lack of memory would."""
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def kill_all(self) -> None:
        """End the whole service at once, as a power cut would."""
        if self.process is None:
            return
        while found := list(self.processes()):
            self.kill(found)
            time.sleep(0.001)
        self.process.wait()

    def stop(self) -> None:
        """Leave nothing running."""
        if self.process is not None and self.process.poll() is None:
            self.kill_all()
