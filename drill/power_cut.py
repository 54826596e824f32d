"""The power fails while papers are issued and reports approved (R3): what was acknowledged is there, the rest wholly or not at all.

Database and files lie on a disk that forgets what was not synced (`volatile_disk`). Each cut is of a fresh disk, at a random moment; the
data that are left are opened by the same program on an ordinary disk. As a control the same is done with syncs that do nothing, which has
to lose what was acknowledged. KHCN_CUTS: how many on each database (50; 10 in the short form).
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import IO, TYPE_CHECKING, Final

from bench.service import environment
from drill.installation import CHECKOUT
from drill.steps import DrillError, is_short
from tools import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

CUTS, CUTS_OF_SHORT_FORM, CONTROLS = 50, 10, 4
_SYSTEM_PYTHON: Final = "/usr/bin/python3"
_DISK: Final = Path(__file__).with_name("volatile_disk.py")
_OPERATIONS: Final = ("issue", "approve")
_EACH: Final = 3  # of each kind until the program of one round ends by itself
_MOUNTED_WITHIN: Final = 20.0


def run() -> str:
    """Raises DrillError where something acknowledged is missing, something is there by half, or the control loses nothing."""
    _require()
    os.environ["KHCN_PROVINCE"] = "19"
    cuts = int(os.environ.get("KHCN_CUTS", CUTS_OF_SHORT_FORM if is_short() else CUTS))
    binaries = postgres.find_binaries()
    figures = []
    for engine in ("sqlite", "postgresql") if binaries else ("sqlite",):
        with tempfile.TemporaryDirectory(prefix="khcn-cut-", dir="/var/tmp") as name:
            drill = _Drill(Path(name), binaries if engine == "postgresql" else None)
            longest = drill.prepare()
            chance = random.Random(cuts)  # noqa: S311 -- when to cut
            rounds = [
                drill.cut(number, chance.uniform(0.05, longest), keeps_some=number % 2 == 1)
                for number in range(cuts)
            ]
            if faults := [
                f"{engine}, cut {n} ({each.when}): {each.fault}"
                for n, each in enumerate(rounds)
                if each.fault
            ]:
                raise DrillError(f"{len(faults)} of {cuts}: {faults[:3]}")
            figures.append(
                f"{engine}: {cuts} cuts, {sum(each.interrupted for each in rounds)} in the middle of an operation, "
                f"{sum(each.acknowledged for each in rounds)} operations acknowledged and all there"
            )
            if engine == "sqlite":
                figures.append(_control(drill, longest))
    return "; ".join(figures)


def _control(drill: _Drill, longest: float) -> str:
    """Syncs that do nothing: where anything had been acknowledged it has to be missing."""
    rounds = [
        drill.cut(
            number, longest * (number + 2) / (CONTROLS + 2), keeps_some=number % 2 == 1, before=("eatmydata",)
        )
        for number in range(CONTROLS)
    ]
    meaningful = [each for each in rounds if each.acknowledged]
    unnoticed = [each for each in meaningful if not each.fault]
    if unnoticed or not meaningful:
        raise DrillError(
            f"without syncs {len(unnoticed)} of {len(meaningful)} cuts lost nothing: the drill shows nothing"
        )
    return f"control without syncs: {len(meaningful)} of {len(meaningful)} cuts lost or damaged data"


def _require() -> None:
    if os.geteuid() != 0 or not Path("/dev/fuse").exists():
        raise DrillError("needs root and /dev/fuse: it mounts a disk of its own")
    library = [_SYSTEM_PYTHON, "-c", "import fusepy"]
    if (
        subprocess.run(library, check=False, capture_output=True).returncode
        or shutil.which("eatmydata") is None
    ):
        raise DrillError("needs fusepy and eatmydata (Debian: python3-fusepy, fuse3, eatmydata)")


@dataclass
class _Round:
    """What came of one cut."""

    acknowledged: int = 0
    interrupted: bool = False  # an operation was under way
    when: str = ""
    fault: str = ""


@dataclass
class _Drill:
    """One database and its files, as they are before each cut."""

    folder: Path
    binaries: Path | None  # of PostgreSQL
    faults: Path = field(init=False)

    def __post_init__(self) -> None:
        """The account of PostgreSQL passes through."""
        self.folder.chmod(0o755)
        self.faults = self.folder / "faults.log"

    @contextlib.contextmanager
    def _database(self, data: Path) -> Iterator[str]:
        if self.binaries is None:
            yield f"sqlite:///{data / 'khcn.sqlite3'}"
            return
        with postgres.server(self.binaries, durable=True, stored_in=data / "pg") as address:
            yield address

    @contextlib.contextmanager
    def _program(self, data: Path, address: str, before: tuple[str, ...] = ()) -> Iterator[_Program]:
        command = [*before, sys.executable, "-m", "tests.security.paper_killed"]
        with (
            self.faults.open("w") as faults,
            subprocess.Popen(
                command, cwd=CHECKOUT, env=environment(data / "khcn", address), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=faults, text=True, start_new_session=True,
            ) as process,
        ):  # fmt: skip
            assert process.stdin is not None
            assert process.stdout is not None
            yield _Program(process.stdin, process.stdout, process)
            if process.poll() is None:
                process.stdin.close()
                process.wait(60)

    def prepare(self) -> float:
        """Make the data that each cut begins with; gives how many seconds all operations of a round take on the disk of the drill."""
        base = self.folder / "base"
        base.mkdir(mode=0o755)
        (base / "khcn").mkdir()
        with self._database(base) as address, self._program(base, address) as program:
            program.ask("prepare")
        if program.statuses != [0]:
            raise DrillError(self.faults.read_text()[-3000:])
        with (
            self._disk() as (_disk, mounted),
            self._database(mounted) as address,
            self._program(mounted, address) as program,
        ):
            program.start()
            started = time.monotonic()
            for operation in _OPERATIONS * _EACH:
                program.ask(f"{operation} 0")
            took = time.monotonic() - started
        if program.statuses != [0] * _EACH * len(_OPERATIONS):
            raise DrillError(f"{program.statuses}: {self.faults.read_text()[-3000:]}")
        return took

    @contextlib.contextmanager
    def _disk(self) -> Iterator[tuple[subprocess.Popen[str], Path]]:
        mounted = self.folder / "mounted"
        mounted.mkdir(exist_ok=True)
        command = [_SYSTEM_PYTHON, str(_DISK), str(self.folder / "base"), str(mounted)]
        disk = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            until = time.monotonic() + _MOUNTED_WITHIN
            while not mounted.is_mount():
                if disk.poll() is not None or time.monotonic() > until:
                    raise DrillError("the disk of the drill was not mounted")
                time.sleep(0.02)
            yield disk, mounted
        finally:
            subprocess.run(["umount", "--lazy", str(mounted)], check=False)
            disk.kill()
            disk.wait()

    def cut(self, number: int, after: float, *, keeps_some: bool, before: tuple[str, ...] = ()) -> _Round:
        """One cut ``after`` seconds of work; with ``keeps_some`` chance decides what of the unsynced is there all the same."""
        left = self.folder / "left"
        shutil.rmtree(left, ignore_errors=True)
        with self._disk() as (disk, mounted), contextlib.ExitStack() as stack:
            address = stack.enter_context(self._database(mounted))
            program = stack.enter_context(self._program(mounted, address, before))
            program.start()
            work = Thread(
                target=program.ask_all, args=([f"{each} 0" for each in _OPERATIONS * _EACH],), daemon=True
            )
            work.start()
            time.sleep(after)
            assert disk.stdin is not None
            assert disk.stdout is not None
            acknowledged = len(program.statuses)
            disk.stdin.write(f"cut {left} {number + 1 if keeps_some else 0}\n")
            disk.stdin.flush()
            when = disk.stdout.readline().strip()
            program.kill()
            work.join()
        found = _Round(acknowledged, program.asked > program.statuses.count(0), when)
        found.fault = self._judge(left, acknowledged, program.asked)
        print(
            f"  {number}: after {after:.2f} s, {when}, {found.acknowledged} acknowledged{': ' + found.fault[:200] if found.fault else ''}",
            flush=True,
        )
        return found

    def _judge(self, left: Path, acknowledged: int, asked: int) -> str:
        """What is wrong with the data that are left; empty where nothing is."""
        if self.binaries is None and (left / "khcn.sqlite3").exists():
            with contextlib.closing(sqlite3.connect(left / "khcn.sqlite3")) as database:
                try:
                    if (answer := database.execute("PRAGMA integrity_check").fetchall()) != [("ok",)]:
                        return f"integrity_check: {answer[:3]}"
                except sqlite3.DatabaseError as fault:
                    return f"the database does not open: {fault}"
        try:
            with self._database(left) as address, self._program(left, address) as program:
                program.ask("judge")
        except postgres.ServerError as fault:
            return f"the server does not start: {str(fault)[-500:]}"
        if program.statuses != [0]:
            return self.faults.read_text()[-700:]
        states = program.answers[-1]["states"]
        done = {"issue": states.count("issued"), "approve": states.count("approved")}
        least, most = (
            {each: len(range(n, count, 2)) for n, each in enumerate(_OPERATIONS)}
            for count in (acknowledged, asked)
        )
        if any(not least[each] <= done[each] <= most[each] for each in _OPERATIONS):
            return f"acknowledged {least}, asked for {most}, on record {done}"
        return ""


class _Program:
    """Does one operation after the other, each in a process forked for it."""

    def __init__(self, stdin: IO[str], stdout: IO[str], process: subprocess.Popen[str]) -> None:
        self._stdin, self._stdout, self._process = stdin, stdout, process
        self.asked = 0
        self.statuses: list[int] = []
        self.answers: list[dict[str, list[str]]] = []

    def ask(self, line: str) -> None:
        """Wait until it is done, or the program is gone."""
        self.asked += 1
        with contextlib.suppress(OSError, ValueError):
            self._stdin.write(f"{line}\n")
            self._stdin.flush()
            for printed in self._stdout:
                answer = json.loads(printed)
                if "status" in answer:
                    self.statuses.append(answer["status"])
                    return
                self.answers.append(answer)

    def start(self) -> None:
        """Return when the program is loaded."""
        self.ask("ready")
        self.asked, self.statuses = 0, []

    def ask_all(self, lines: list[str]) -> None:
        """One after the other, while each succeeds."""
        for line in lines:
            self.ask(line)
            if len(self.statuses) < self.asked or self.statuses[-1]:
                return

    def kill(self) -> None:
        """With all its children."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, 9)
        self._process.wait()
