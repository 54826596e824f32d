"""Two hours of use at 30 requests a second, beside captures and background work (R23): no error, no growth."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Final

from bench.service import Service
from drill.captures import MAKE_PARTY, capture
from drill.steps import DrillError, is_short
from drill.traffic import Observer, Visitors, World, observed
from tools import postgres

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS, SHORT_SECONDS = 7200.0, 300.0
PER_SECOND: Final = 30.0
SESSIONS: Final = 100
WRITES: Final = 0.05
EVERY: Final = 5.0  # seconds between two looks, and two captures
SLOPE: Final = 1.0  # megabytes an hour, of the full form: five minutes are too short for it
FILES: Final = 2.0  # descriptors that the last quarter has more, on the average
_REFUSED: Final = 400


def run() -> str:
    """Raises DrillError where a request fails, descriptors or memory grow."""
    binaries = postgres.find_binaries()
    if binaries is None:
        raise DrillError("needs PostgreSQL (Debian: postgresql)")
    seconds = SHORT_SECONDS if is_short() else SECONDS
    with (
        tempfile.TemporaryDirectory(prefix="khcn-soak-") as name,
        postgres.server(binaries, durable=True) as address,
    ):
        service = Service(Path(name) / "data", database_url=address)
        world = World.of(service, SESSIONS)
        key = service.run("khcn", "shell", "-c", MAKE_PARTY).strip().splitlines()[-1]
        with service:
            visitors, observer, captured = Visitors(service, world, WRITES), Observer(service), list[int]()

            async def work() -> None:
                capturing = asyncio.create_task(_capture(captured, lambda lot: capture(service, key, lot)[0]))
                await visitors.keep_asking(seconds, PER_SECOND)
                capturing.cancel()

            asyncio.run(observed(observer, EVERY, work()))
            tracebacks = service.log().count("Traceback")
    return _judged(visitors, observer, captured, tracebacks, seconds)


async def _capture(captured: list[int], send: Callable[[str], int]) -> None:
    """An event each five seconds: each is a job of the background worker as well."""
    while True:
        captured.append(await asyncio.to_thread(send, f"BEN-{len(captured)}"))
        await asyncio.sleep(EVERY)


def _judged(
    visitors: Visitors, observer: Observer, captured: list[int], tracebacks: int, seconds: float
) -> str:
    answers = visitors.answers
    files = [mean(each.files for each in observer.part(*part)) for part in ((0.25, 0.5), (0.75, 1))]
    memory = [mean(each.kilobytes for each in observer.part(*part)) / 1024 for part in ((0.1, 0.2), (0.9, 1))]
    refused = sum(status >= _REFUSED for status in captured)
    figures = (
        f"{seconds:.0f} s at {PER_SECOND:.0f} /s: {answers.describe()}; {len(captured)} captures, {refused} refused; {tracebacks} tracebacks; "
        f"memory {memory[0]:.0f} → {memory[1]:.0f} MB, slope {observer.slope():+.1f} MB an hour (at most {SLOPE:.0f}{', not judged in the short form' if is_short() else ''}), "
        f"descriptors {files[0]:.1f} → {files[1]:.1f}, load {os.getloadavg()[0]:.1f}"
    )
    grows = files[1] > files[0] + FILES or (observer.slope() > SLOPE and not is_short())
    if answers.faults() or refused or tracebacks or grows:
        raise DrillError(f"{figures}; {answers.first_faults}")
    return figures
