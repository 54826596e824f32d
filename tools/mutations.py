"""`./khcn mutations [names]`: make each change of tests/security/mutations.toml in a copy of the tree and run the test that is named
for it. A test that stays green is named, and the command fails.

Those for PostgreSQL need its server, which is started as for `./khcn test`; without one they are left out, and that is said.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tools import check_leaks, postgres  # noqa: E402  # the root has just been put on the path

LIST = ROOT / "tests" / "security" / "mutations.toml"
FAILED = 1  # pytest's exit status where tests failed; others mean that it did not come so far
LINKED = (".venv", "node_modules")
LAST_LINES = 15


def copy_tree(target: Path) -> None:
    """What git tracks or would add; what set-up has made is linked."""
    for path in check_leaks.listed(ROOT):
        if path.is_file() and not path.is_symlink():
            place = target / path.relative_to(ROOT)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, place)
    for name in LINKED:
        (target / name).symlink_to((ROOT / name).resolve())


def change(target: Path, mutation: dict[str, Any], *, back: bool = False) -> None:
    """Make a change in the copy, or take it back."""
    path = target / mutation["file"]
    before, after = (mutation[name] for name in (("after", "before") if back else ("before", "after")))
    path.write_text(path.read_text("utf-8").replace(before, after, 1), "utf-8")


def run_tests(target: Path, tests: list[str], address: str) -> subprocess.CompletedProcess[str]:
    """Run tests of the copy, until one fails."""
    env = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "PYTEST_ADDOPTS"}
    }
    env |= {"PYTHONPATH": str(target / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    env |= {"DATABASE_URL": address} if address else {}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    command += ["--migrations"] if address else []
    return subprocess.run(command, cwd=target, env=env, capture_output=True, text=True, check=False)


def main(names: list[str]) -> int:
    """Returns how many changes no test has seen, as far as an exit status can; 101 where a test fails without any change."""
    known = tomllib.loads(LIST.read_text("utf-8"))["mutation"]
    chosen = [each for each in known if not names or each["name"] in names]
    with contextlib.ExitStack() as stack:
        target = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="khcn-mutations-")))
        copy_tree(target)
        addresses = {"": ""}
        binaries = postgres.find_binaries()
        if binaries and any(each.get("database") for each in chosen):
            addresses["postgresql"] = stack.enter_context(postgres.server(binaries))
        if not are_green(target, chosen, addresses):
            return 101
        survivors = [each["name"] for each in chosen if not is_seen(target, each, addresses)]
    print(
        f"{len(chosen)} thay đổi, {len(survivors)} không thấy / changes, not seen: {', '.join(survivors) or '-'}"
    )
    return min(len(survivors), 100)


def are_green(target: Path, chosen: list[dict[str, Any]], addresses: dict[str, str]) -> bool:
    """Whether all the tests pass in the copy as it is: otherwise a red one would say nothing."""
    for database, address in addresses.items():
        tests = sorted({each["test"] for each in chosen if each.get("database", "") == database})
        done = run_tests(target, tests, address) if tests else None
        if done and done.returncode:
            print(
                "Không sửa gì mà đã đỏ / red without any change",
                *done.stdout.splitlines()[-LAST_LINES:],
                sep="\n",
            )
            return False
    return True


def is_seen(target: Path, each: dict[str, Any], addresses: dict[str, str]) -> bool:
    """Make one change, run its test, take it back."""
    print(f"{each['bar']} {each['name']} … ", end="", flush=True)
    if (database := each.get("database", "")) not in addresses:
        print("bỏ qua, không có PostgreSQL / left out, no PostgreSQL", flush=True)
        return True
    change(target, each)
    done = run_tests(target, [each["test"]], addresses[database])
    change(target, each, back=True)
    if done.returncode == FAILED:
        print(f"đỏ / red: {each['test']}", flush=True)
        return True
    print("KHÔNG THẤY / NOT SEEN", *done.stdout.splitlines()[-LAST_LINES:], sep="\n", flush=True)
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
