"""All code checks one after another, each on its own line: `./khcn check-code`; with --fix, format instead."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent

CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ruff check", ("ruff", "check", ".")),
    ("ruff format", ("ruff", "format", "--check", ".")),
    ("import contracts", ("lint-imports",)),
    ("types", ("mypy",)),
    ("sizes", ("python", "tools/check_size.py")),
    ("local imports", ("python", "tools/check_local_imports.py")),
    ("leaks", ("python", "tools/check_leaks.py")),
    ("migrations", ("python", "-m", "django", "makemigrations", "--check", "--dry-run")),
)
FIXES = (
    ("ruff format", ("ruff", "format", ".")),
    ("ruff check --fix", ("ruff", "check", "--fix", ".")),
)


def environment() -> dict[str, str]:
    """The test settings on an empty database in memory: the checks touch nobody's data."""
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return {**env, "PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "khcn.config.test"}


def run(checks: tuple[tuple[str, tuple[str, ...]], ...]) -> list[str]:
    """Run each; print one line for each and the whole output of those that fail. Returns the names of these."""
    failed = []
    for number, (name, (program, *arguments)) in enumerate(checks, 1):
        print(f"[{number}/{len(checks)}] {name} … ", end="", flush=True)
        started = time.monotonic()
        done = subprocess.run(
            [str(BIN / program), *arguments],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        seconds = f"{time.monotonic() - started:.1f} s"
        print(
            f"ok, {seconds}" if done.returncode == 0 else f"FAILED, {seconds}\n{done.stdout.rstrip()}",
            flush=True,
        )
        if done.returncode:
            failed.append(name)
    return failed


def main() -> int:
    failed = run(FIXES if "--fix" in sys.argv[1:] else CHECKS)
    if failed:
        print(f"Chưa đạt / failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
