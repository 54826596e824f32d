"""What thirty-two clients did at once is checked as a whole, as Jepsen does (R22): no number lost, doubled or out of order, totals
of money constant, one chair at a time.

The operations are the product's own: numbers from books (each an append to a list; some transactions roll back), money moved between two
tasks as an import of a workbook writes it, roles of council members swapped by their action, or given and taken by the form, where
the rule "one chair" is decided by other rows: write skew, if it were not locked. Every tenth operation reads totals.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from bench.service import environment
from drill.history_clients import LOCKS, PROCESSES, THREADS
from drill.steps import DrillError, is_short
from tools import postgres

OPERATIONS, OPERATIONS_OF_SHORT_FORM = 100_000, 10_000
SHARE_OF_SQLITE: Final = 10  # one writer at a time: a tenth of the operations
BROKEN: Final = 1_500  # operations, of each variant without a lock


def run() -> str:
    """Raises DrillError where a history does not hold, or one without a lock holds."""
    binaries = postgres.find_binaries()
    if binaries is None:
        raise DrillError("needs PostgreSQL (Debian: postgresql)")
    operations = OPERATIONS_OF_SHORT_FORM if is_short() else OPERATIONS
    figures = []
    with tempfile.TemporaryDirectory(prefix="khcn-history-") as name:
        folder = Path(name)
        with postgres.server(binaries) as address:
            figures.append(f"PostgreSQL: {_in_words(carry_out(folder, address, operations))}")
        lite = f"sqlite:///{folder / 'khcn.sqlite3'}"
        figures.append(f"SQLite: {_in_words(carry_out(folder, lite, operations // SHARE_OF_SQLITE))}")
        for lock in LOCKS:
            with postgres.server(binaries) as address:
                found = carry_out(folder, address, BROKEN, without=lock)["faults"]
            if not found:
                raise DrillError(f"without the lock of {lock} nothing was found: the check shows nothing")
            figures.append(f"without the lock of {lock}: {found[0]}")
    return "; ".join(figures)


def carry_out(folder: Path, address: str, operations: int, without: str = "") -> dict[str, Any]:
    """Let the clients work, on a database that is new or migrated; gives what was found. Raises DrillError."""
    command = [
        sys.executable,
        "-m",
        "drill.history_clients",
        str(operations),
        *(["--without", without] if without else []),
    ]
    done = subprocess.run(
        command, env=environment(folder, address), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise DrillError(done.stdout[-500:] + done.stderr[-3000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _in_words(found: dict[str, Any]) -> str:
    if found["faults"]:
        raise DrillError(f"{len(found['faults'])} faults: {found['faults'][:5]}")
    done = ", ".join(f"{count} {name}" for name, count in sorted(found["counts"].items()))
    return f"{done} by {PROCESSES * THREADS} clients in {found['seconds']:.0f} s, nothing wrong"
