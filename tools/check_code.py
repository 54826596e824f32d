"""All code checks, each on its own line: `./khcn check-code`; with --fix, format instead."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
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
    ("names", ("python", "tools/check_names.py")),
    ("field kinds", ("python", "tools/check_field_kinds.py")),
    ("operations", ("python", "tools/check_operations.py")),
    ("leaks", ("python", "tools/check_leaks.py")),
    ("scopes", ("python", "tools/check_scopes.py")),
    ("licences", ("python", "tools/check_licences.py")),
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


def run_one(program: str, *arguments: str) -> tuple[int, str, float]:
    """Run one check. Returns its exit status, what it wrote and the seconds it took."""
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
    return done.returncode, done.stdout.rstrip(), time.monotonic() - started


def run(checks: tuple[tuple[str, tuple[str, ...]], ...], at_once: int) -> list[str]:
    """Run all, so many at a time; print one line for each, in their order, and all that a failed one wrote.

    Returns the names of those that failed.
    """
    failed = []
    with ThreadPoolExecutor(at_once) as pool:
        running = [pool.submit(run_one, *command) for _, command in checks]
        for number, ((name, _), one) in enumerate(zip(checks, running, strict=True), 1):
            print(f"[{number}/{len(checks)}] {name} … ", end="", flush=True)
            status, output, seconds = one.result()
            print(f"FAILED, {seconds:.1f} s\n{output}" if status else f"ok, {seconds:.1f} s", flush=True)
            if status:
                failed.append(name)
    return failed


def main() -> int:
    failed = run(FIXES, 1) if "--fix" in sys.argv[1:] else run(CHECKS, os.cpu_count() or 1)
    if failed:
        print(f"Chưa đạt / failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
