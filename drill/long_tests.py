"""Tests of the suite in their long forms: kills at many more points, many more random writes, pages within two seconds of an attack.

The suite carries out the short forms. Files of tests say which environment variable gives the number, and what holds.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from drill.steps import DrillError, is_short
from tools import postgres, run_tests

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class LongForm:
    """Files of tests, and how often they do what they do, or how fast: the variable that says so, its value here and in the short form."""

    what: str
    files: tuple[str, ...]
    variable: str
    times: int
    short: int
    itself: bool = False
    """The tests choose their databases themselves, so one run is enough."""

    @property
    def asked(self) -> int:
        """How often in this run."""
        return self.short if is_short() else self.times


KILLS: Final = (
    LongForm(
        "kills in issues and approvals (R4, R7)",
        ("tests/security/test_paper_kills.py",),
        "KHCN_KILLS",
        50,
        10,
    ),
    LongForm(
        "kills in imports (R1)",
        ("tests/security/test_kill.py",),
        "KHCN_KILLS",
        40,
        8,
        itself=True,
    ),
    LongForm(
        "kills in captures and deliveries",
        ("tests/trace/served/test_kill_capture.py", "tests/trace/test_worker.py"),
        "KHCN_KILLS",
        200,
        12,
        itself=True,
    ),
)
ATTACKS: Final = (
    LongForm(
        "seconds at most for each page while the service is attacked",
        ("tests/trace/served/test_attacks.py",),
        "KHCN_PAGE_SECONDS",
        2,
        5,
        itself=True,
    ),
)
WRITES: Final = (
    LongForm(
        "sequences of writes to tasks",
        ("tests/science/test_reachable_states.py",),
        "KHCN_SEQUENCES",
        2000,
        200,
    ),
    LongForm(
        "sequences of writes to requests, proposals, assigned work, mergers, terms and papers",
        ("tests/science/test_reachable_records.py",),
        "KHCN_SEQUENCES",
        2000,
        200,
    ),
    LongForm(
        "worlds of tasks whose terms of past days are asked for and computed",
        ("tests/science/test_terms_of_past_days.py",),
        "KHCN_WORLDS",
        20,
        4,
    ),
)


def run_kills() -> str:
    """Raises DrillError where a kill left something that is neither nothing nor all."""
    return _carry_out(KILLS)


def run_attacks() -> str:
    """Raises DrillError where a page had to be waited for. Measures time: the machine does nothing else."""
    return _carry_out(ATTACKS)


def run_writes() -> str:
    """Raises DrillError where writes brought a record into a state that its rules cannot reach."""
    return _carry_out(WRITES)


def passed_tests(text: str) -> str:
    """ "4 passed", of the last line that pytest printed. Raises DrillError where it ran no test or left one out."""
    found = re.search(r"(\d+) passed(?!.*\d+ skipped)", text.splitlines()[-1]) if text.strip() else None
    if found is None:
        raise DrillError(f"no test was carried out, or one was left out: {text[-2000:]}")
    return f"{found[1]} tests passed"


def _carry_out(forms: Sequence[LongForm]) -> str:
    """One after the other, each on both databases at once; gives the figures of all. Raises DrillError."""
    binaries = postgres.find_binaries()
    if binaries is None:
        raise DrillError("needs PostgreSQL (Debian: postgresql)")
    figures: list[str] = []
    faults: list[str] = []
    with tempfile.TemporaryDirectory(prefix="khcn-long-") as name, postgres.server(binaries) as address:
        run_tests.migrate(binaries, address)
        for form in forms:
            passed, found = _run(form, address, Path(name))
            print(f"  {found}", flush=True)
            (figures if passed else faults).append(found)
    if faults:
        raise DrillError("; ".join(faults))
    return "; ".join(figures)


def _run(form: LongForm, address: str, folder: Path) -> tuple[bool, str]:
    """Whether all tests passed, and what is to be said of it."""
    migrated = {run_tests.MIGRATED_POSTGRESQL: address, form.variable: str(form.asked)}
    runs = {"SQLite": migrated, "PostgreSQL": {**migrated, "DATABASE_URL": address}}
    if form.itself:
        runs = {"both databases": migrated}
    started = time.monotonic()
    logs = {name: folder / f"{form.files[0].replace('/', '-')}-{name}.log" for name in runs}
    processes = {}
    for name, more in runs.items():
        with logs[name].open("wb") as log:
            processes[name] = subprocess.Popen(
                pytest_command(form.files, on_postgresql="DATABASE_URL" in more),
                cwd=run_tests.ROOT,
                env=run_tests.environment(**more),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
    ended = {}
    for name, process in processes.items():
        status = process.wait()
        text = logs[name].read_text("utf-8", "replace")
        ended[name] = status == 0, passed_tests(text) if status == 0 else text[-6000:]
    passed = all(each for each, _text in ended.values())
    details = ", ".join(f"{name}: {text}" for name, (_passed, text) in ended.items())
    return (
        passed,
        f"{form.asked} {form.what} on each database ({details}) in {time.monotonic() - started:.0f} s",
    )


def pytest_command(files: Sequence[str], *, on_postgresql: bool) -> list[str]:
    """In one process, without the limit of time of a test."""
    # a long form exceeds the time limit of a test; its captured log would fill the report
    form = ["-q", "-n0", "-p", "no:cacheprovider", "-o", "faulthandler_timeout=0", "--show-capture=no"]
    form += ["--migrations", "--reuse-db"] if on_postgresql else []
    return [sys.executable, "-m", "pytest", *form, *files]
