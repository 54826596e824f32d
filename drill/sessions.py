"""People are signed in and work, with pauses for thought: 1,000 on two processors (R5): no error, nobody waits, memory stays.

Those who ask have processors of their own, as people have their own machines. A machine of two processors gives one to the
service and its database, and five hundred people ask it: one queue for one processor waits longer than one for two.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Final

from bench.service import Service
from drill.steps import DrillError, is_short
from drill.traffic import Observer, Visitors, World, observed
from tools import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

SESSIONS, SECONDS = 500, 600.0
"""Sessions for each processor of the service, of which it has two at most."""
SHORT_SESSIONS, SHORT_SECONDS = 100, 60.0
THINK: Final = 10.0  # seconds
WRITES: Final = 0.1  # of all requests
P95, P99 = 500, 1500  # milliseconds, at most
GROWTH: Final = (
    1.05  # of memory from the second fifth of the time to the last; the short form is too short for it
)


def processors() -> tuple[set[int], set[int]]:
    """Those of the service, and those of who asks; the same where the machine has only one."""
    found = sorted(os.sched_getaffinity(0))
    of_service = max(1, min(2, len(found) - 1))
    return set(found[:of_service]), set(found[of_service:] or found)


@contextlib.contextmanager
def on_processors(chosen: set[int]) -> Iterator[None]:
    """What runs or starts in the block runs on these."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, chosen)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def run() -> str:
    """Raises DrillError where a request fails or waits too long, or memory grows."""
    binaries = postgres.find_binaries()
    if binaries is None:
        raise DrillError("needs PostgreSQL (Debian: postgresql)")
    serving, asking = processors()
    sessions, seconds = (SHORT_SESSIONS, SHORT_SECONDS) if is_short() else (SESSIONS, SECONDS)
    count = sessions * len(serving)
    with (
        on_processors(serving),
        tempfile.TemporaryDirectory(prefix="khcn-sessions-") as name,
        postgres.server(binaries, durable=True) as address,
    ):
        service = Service(Path(name) / "data", database_url=address)
        world = World.of(service, count)
        with service, on_processors(asking):
            visitors, observer = Visitors(service, world, WRITES), Observer(service)
            asyncio.run(observed(observer, seconds / 60, visitors.think_and_visit(seconds, THINK)))
    answers = visitors.answers
    first, last = (mean(each.kilobytes for each in observer.part(*part)) for part in ((0.2, 0.4), (0.8, 1)))
    figures = (
        f"{count} sessions for {seconds:.0f} s: {answers.describe()} (at most {P95} and {P99}), {len(answers.took) / seconds:.0f} /s, "
        f"memory {first / 1024:.0f} → {last / 1024:.0f} MB, {len(serving)} processors for the service, load {os.getloadavg()[0]:.1f}"
    )
    if answers.faults() or answers.percentile(95) > P95 or answers.percentile(99) > P99:
        raise DrillError(f"{figures}; {answers.first_faults}")
    if last > GROWTH * first and not is_short():
        raise DrillError(figures)
    return figures
