"""A thousand people are signed in and work, with pauses for thought, on one machine (R5): no error, nobody waits, memory stays."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path
from statistics import mean
from typing import Final

from bench.service import Service
from drill.steps import DrillError, is_short
from drill.traffic import Observer, Visitors, World, observed
from tools import postgres

SESSIONS, SECONDS = 1000, 600.0
SHORT_SESSIONS, SHORT_SECONDS = 200, 60.0
THINK: Final = 10.0  # seconds
WRITES: Final = 0.1  # of all requests
P95, P99 = 500, 1500  # milliseconds, at most
GROWTH: Final = (
    1.05  # of memory from the second fifth of the time to the last; the short form is too short for it
)


def run() -> str:
    """Raises DrillError where a request fails or waits too long, or memory grows."""
    binaries = postgres.find_binaries()
    if binaries is None:
        raise DrillError("needs PostgreSQL (Debian: postgresql)")
    count, seconds = (SHORT_SESSIONS, SHORT_SECONDS) if is_short() else (SESSIONS, SECONDS)
    with (
        tempfile.TemporaryDirectory(prefix="khcn-sessions-") as name,
        postgres.server(binaries, durable=True) as address,
    ):
        service = Service(Path(name) / "data", database_url=address)
        world = World.of(service, count)
        with service:
            visitors, observer = Visitors(service, world, WRITES), Observer(service)
            asyncio.run(observed(observer, seconds / 60, visitors.think_and_visit(seconds, THINK)))
    answers = visitors.answers
    first, last = (mean(each.kilobytes for each in observer.part(*part)) for part in ((0.2, 0.4), (0.8, 1)))
    figures = (
        f"{count} sessions for {seconds:.0f} s: {answers.describe()} (at most {P95} and {P99}), {len(answers.took) / seconds:.0f} /s, "
        f"memory {first / 1024:.0f} → {last / 1024:.0f} MB, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"
    )
    if answers.faults() or answers.percentile(95) > P95 or answers.percentile(99) > P99:
        raise DrillError(f"{figures}; {answers.first_faults}")
    if last > GROWTH * first and not is_short():
        raise DrillError(figures)
    return figures
