"""Hours of generated input (S37): documents and texts to our parsers, requests to the service, attempts at SQL injection.

Three streams, as slices of seconds or minutes that take turns, as many at once as there are processors. What is found, and
what coverage was reached, stays in a folder of the checkout, so that the next run goes on from there. The tools are installed
into an environment of that folder from a lock of their own: nothing else needs them.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
import venv
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench.service import Service
from drill.fuzzing.found import found_in
from drill.fuzzing.targets import GUARDED, MODULES, ROOT
from drill.steps import DrillError, is_short
from tools import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER: Final = ROOT / ".khcn" / "fuzz"
MINUTES, SHORT_MINUTES = 240.0, 8.0
LOCK: Final = ROOT / "drill" / "fuzz-requirements.lock"
_OLDEST: Final = (3, 12)  # atheris has no wheel for Python 3.11
_PARSER, _SHORT_PARSER = 60.0, 8.0  # seconds of a slice
_SERVED, _SHORT_SERVED = 420.0, 90.0
_PATIENCE: Final = 300.0  # seconds that a process may take beyond its slice, to load the program and to end


@dataclass(frozen=True, slots=True)
class Slice:
    """One process that works for some seconds."""

    stream: str
    name: str
    seconds: float


@dataclass
class Tally:
    """What all slices came to."""

    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    slices: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def run() -> str:
    """Raises DrillError where something was found; the text names the files that do it."""
    if sys.version_info < _OLDEST:
        raise DrillError("needs Python 3.12 or newer, for which atheris is built")
    binaries = postgres.find_binaries()
    if binaries is None:
        raise DrillError("needs PostgreSQL (Debian: postgresql)")
    python = _environment()
    for name in ("found", "counts"):
        shutil.rmtree(FOLDER / name, ignore_errors=True)
        (FOLDER / name).mkdir(parents=True)
    started = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="khcn-fuzz-") as place,
        postgres.server(binaries) as address,
    ):
        service = Service(Path(place) / "data", database_url=address)
        service.env["KHCN_PROVINCE"] = "06"  # that of the demonstration
        service.run("khcn", "demo", "--no-serve")
        with service:
            tally = _worked_off(python, service)
    return _judged(tally, time.monotonic() - started)


def _environment() -> Path:
    """The Python of the folder's own environment: the tools of the lock, and beside them the packages of the checkout."""
    home = FOLDER / "env"
    python, stamp = home / "bin" / "python", home / "stamp"
    made_of = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()
    if stamp.exists() and stamp.read_text("utf-8") == made_of:
        return python
    shutil.rmtree(home, ignore_errors=True)
    venv.create(home, with_pip=False)
    uv = Path(sys.executable).with_name("uv")
    command: list[str | Path] = [uv, "pip", "sync", "--quiet", "--python", python, "--require-hashes", LOCK]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DrillError(f"the tools of {LOCK.name} could not be installed: {done.stderr[-1000:]}")
    [packages] = home.glob("lib/python*/site-packages")
    (packages / "khcn.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    stamp.write_text(made_of, encoding="utf-8")
    return python


def _slices() -> list[Slice]:
    """One turn of each."""
    parser, served = (_SHORT_PARSER, _SHORT_SERVED) if is_short() else (_PARSER, _SERVED)
    parsers = [Slice("parsers", name, parser) for name in MODULES]
    half = len(parsers) // 2
    return [
        Slice("requests", "api", served),
        *parsers[:half],
        Slice("requests", "pages", served),
        *parsers[half:],
        Slice("injection", "injection", served),
    ]


def minutes() -> float:
    """How long the drill works: four hours, or as many minutes as the environment says."""
    return float(os.environ.get("KHCN_FUZZ_MINUTES", SHORT_MINUTES if is_short() else MINUTES))


def _worked_off(python: Path, service: Service) -> Tally:
    """Slices in turn until the time is over, one for each processor at once."""
    tally, lock = Tally(), threading.Lock()
    turns = itertools.cycle(_slices())
    until = time.monotonic() + minutes() * 60

    def work() -> None:
        while (rest := until - time.monotonic()) > 1:
            with lock:
                piece = next(turns)
            started = time.monotonic()
            fault = _carried_out(python, service, piece, min(piece.seconds, rest))
            with lock:
                tally.seconds[piece.stream] += time.monotonic() - started
                tally.slices[piece.stream] += 1
                tally.faults += [fault] if fault else []

    with ThreadPoolExecutor() as workers:
        for each in [workers.submit(work) for _processor in os.sched_getaffinity(0)]:
            each.result()
    return tally


def _carried_out(python: Path, service: Service, piece: Slice, seconds: float) -> str:
    """Words for a process that did not work as it should; what it found is in the folder."""
    until = time.monotonic() + seconds
    while (rest := int(until - time.monotonic())) > 0:
        arguments = {
            "parsers": ["drill.fuzzing.parsers", piece.name, str(rest), str(FOLDER)],
            "requests": [f"drill.fuzzing.{piece.name}", service.address, str(rest), str(FOLDER)],
            "injection": ["drill.fuzzing.injection", service.address, str(rest), str(FOLDER)],
        }[piece.stream]
        with (FOLDER / f"{piece.name}.log").open("w", encoding="utf-8") as log:
            process = subprocess.Popen(
                [python, "-m", *arguments],
                cwd=ROOT,
                env={**service.env, "RUST_BACKTRACE": "0"},
                stdout=log,
                stderr=log,
            )
            try:
                code = process.wait(rest + _PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                return f"{piece.name} did not end"
        if code == 0:
            return ""
        if not _was_ended_by_an_input(python, service, piece.name):
            return f"{piece.name} ended with {code}: {(FOLDER / f'{piece.name}.log').read_text('utf-8', 'replace')[-500:]}"
    return ""


def _was_ended_by_an_input(python: Path, service: Service, name: str) -> bool:
    """Whether the fuzzer has written down which one. One that the guard of uploads refuses in good order is no finding."""
    files = [each for each in (FOLDER / "found").glob(f"{name}-*") if not each.suffix]
    if name in GUARDED:
        for each in files:
            again: list[str | Path] = [python, "-m", "drill.fuzzing.guarded", name, each, FOLDER]
            with contextlib.suppress(subprocess.TimeoutExpired):
                done = subprocess.run(
                    again, cwd=ROOT, env=service.env, check=False, timeout=_PATIENCE, capture_output=True
                )
                if done.returncode == 0:
                    each.unlink()
    return bool(files)


def _counted(name: str) -> Iterator[dict[str, int]]:
    for file in sorted((FOLDER / "counts").glob(f"{name}-*.json")):
        yield json.loads(file.read_text("utf-8"))


def _judged(tally: Tally, seconds: float) -> str:
    tried = Counter[str]()
    for name in (*MODULES, "api", "pages", "injection"):
        tried[name] += sum(each["tried"] for each in _counted(name))
    hours = ", ".join(f"{stream} {spent / 3600:.2f}" for stream, spent in sorted(tally.seconds.items()))
    figures = (
        f"{sum(tally.seconds.values()) / 3600:.2f} process-hours in {seconds / 3600:.2f} hours ({hours}); tried: "
        + ", ".join(f"{name} {count:,}" for name, count in tried.items())
        + f"; load {os.getloadavg()[0]:.1f}"
    )
    found = [*found_in(FOLDER / "found"), *tally.faults]
    idle = [name for name, count in tried.items() if not count]
    if found or idle:
        raise DrillError(
            f"{figures}; {len(found)} findings in {FOLDER / 'found'}: {'; '.join(found)}"
            + (f"; not tried at all: {', '.join(idle)}" if idle else "")
        )
    return f"{figures}; 0 findings"
