"""The database server is killed under load, again and again (R2): what was acknowledged is there once, and the service goes on by itself."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from bench.service import Service
from drill.captures import MAKE_PARTY
from drill.failover import STORED, Writer
from drill.steps import DrillError, is_short
from tools import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

KILLS, KILLS_OF_SHORT_FORM = 20, 3
MOST: Final = 10.0  # seconds until everybody is acknowledged something again
_WRITERS: Final = 4


def run() -> str:
    """Raises DrillError where an acknowledged event is missing or there twice, writers stand longer, or an index is damaged."""
    binaries = postgres.find_binaries()
    if binaries is None:
        raise DrillError("needs PostgreSQL (Debian: postgresql)")
    os.environ["KHCN_PROVINCE"] = "19"
    kills, chance = KILLS_OF_SHORT_FORM if is_short() else KILLS, random.Random(0)  # noqa: S311 -- when to kill
    pauses: list[float] = []
    with (
        tempfile.TemporaryDirectory(prefix="khcn-kill-") as name,
        postgres.server(binaries, durable=True) as address,
    ):
        home = Path(unquote(address.rpartition("@")[2].partition("/")[0]))
        service = Service(Path(name) / "data", database_url=address)
        service.run("khcn", "init", "--administrator", "quantri", "--full-name", "Quản trị")
        key = service.run("khcn", "shell", "-c", MAKE_PARTY).strip().splitlines()[-1]
        ended = Event()
        writers = [Writer(service, key, number, ended) for number in range(_WRITERS)]
        with contextlib.ExitStack() as stack:
            stack.enter_context(service)
            for each in writers:
                each.start()
            for number in range(kills):
                time.sleep(chance.uniform(1, 3))
                command = _kill(home)
                at = time.monotonic()  # what is acknowledged from here on is by the next server
                stack.enter_context(_started_again(command, home))
                pauses.append(_wait_for_writers(writers, at, home))
                print(f"  {number}: written again after {pauses[-1]:.1f} s", flush=True)
            ended.set()
            for each in writers:
                each.join()
            stored = json.loads(service.run("khcn", "shell", "-c", STORED).strip().splitlines()[-1])
            _check_indexes(binaries, home)
            service.stop()
    acknowledged = [one for each in writers for one in each.acknowledged]
    lost = sorted(set(acknowledged) - set(stored))
    if lost or len(stored) != len(set(stored)):
        raise DrillError(f"{len(lost)} acknowledged events are missing: {lost[:5]}; {len(stored)} stored")
    return (
        f"{kills} × SIGKILL to all processes of PostgreSQL; {len(acknowledged)} events acknowledged, all stored once; "
        f"all writers went on after {max(pauses):.1f} s (at most {MOST:.0f}); pg_amcheck finds nothing"
    )


def _kill(home: Path) -> list[str]:
    """All processes of the server at once; gives its command line."""
    postmaster = int((home / "data" / "postmaster.pid").read_text().split()[0])
    command = [
        word.decode() for word in Path(f"/proc/{postmaster}/cmdline").read_bytes().split(b"\0") if word
    ]
    found = subprocess.run(
        ["pgrep", "--parent", str(postmaster)], capture_output=True, text=True, check=False
    )
    for pid in (postmaster, *map(int, found.stdout.split())):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(postmaster, 0)  # until then its number is in use, and the next server refuses to start
    time.sleep(0.2)  # the system takes back what they had
    return command


@contextlib.contextmanager
def _started_again(command: list[str], home: Path) -> Iterator[None]:
    """As the system's service manager does at once; with the server's own account, which its folder belongs to."""
    owner = (home / "data").stat()
    account: dict[str, Any] = (
        {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    )
    log = (home / "again.log").open("ab")
    with log:
        server = subprocess.Popen(
            command, cwd=home, env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"}, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            **account,
        )  # fmt: skip
    try:
        yield
    finally:
        server.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(20)


def _wait_for_writers(writers: list[Writer], at: float, home: Path) -> float:
    """Seconds until each has been acknowledged something again."""
    while not all(each.wrote_after(at) for each in writers):
        if time.monotonic() - at > MOST:
            refused = {each.last_refusal for each in writers if not each.wrote_after(at)}
            log = (home / "again.log").read_text("utf-8", "replace")
            raise DrillError(
                f"after {MOST:.0f} s somebody has not written again: {refused}; the server says {log[-1000:]}"
            )
        time.sleep(0.05)
    return max(min(moment for moment in each.times if moment > at) for each in writers) - at


def _check_indexes(binaries: Path, home: Path) -> None:
    command = [
        str(binaries / "pg_amcheck"),
        "--install-missing",
        "--heapallindexed",
        f"--host={home}",
        "--username=khcn",
        "khcn",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DrillError(f"pg_amcheck: {done.stdout[-1000:]}{done.stderr[-1000:]}")
