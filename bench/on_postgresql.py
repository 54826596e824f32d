"""Parts of the bench on a PostgreSQL server of their own, each in a process of its own: ``python -m bench.on_postgresql PART``."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import django

from bench.measure import Bar
from bench.service import ROOT
from bench.trace.engines import postgresql
from bench.trace.messages import received, tell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PARTS: Final = ("deadlines", "approvals")


def bars(folder: Path, part: str) -> Iterator[Bar]:
    """What one of `PARTS` measures. Raises CalledProcessError when it fails."""
    with postgresql(folder) as engine:
        if engine is None:
            yield Bar(f"{part} (PostgreSQL)", None, 0, "", "không có PostgreSQL trên máy này")
            return
        done = subprocess.run(  # noqa: S603 -- ourselves
            [sys.executable, "-m", "bench.on_postgresql", part],
            cwd=ROOT,
            env=engine.environment(part),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    for message in map(received, done.stdout.splitlines()):
        if isinstance(message, Bar):
            yield message


def main() -> None:
    """Measure on the database of DATABASE_URL, and print a line for each bar."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khcn.config.settings")
    django.setup()
    from django.core.management import call_command  # local: settings first

    from bench import deadlines, papers  # local: settings first
    from bench.command import measuring_account  # local: settings first
    from khcn.config.static import collect_static  # local: settings first

    call_command("migrate", verbosity=0)
    collect_static()
    if sys.argv[1] == "deadlines":
        deadlines.restore()
        found = deadlines.overdue(measuring_account())
    else:
        found = papers.beside_approvals(processes=4, writers=16, pause=1.0)
    for bar in found:
        tell(bar)


if __name__ == "__main__":
    main()
