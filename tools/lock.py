"""Make the lock files anew from requirements*.in and package.json: `.venv/bin/python tools/lock.py [--upgrade]`.

Neither lock names a host: pip, uv and npm take the packages from whatever registry the machine is set to use and
check them by hash.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"


def lock_python(name: str, *extra: str, oldest: str = "3.11") -> None:
    """Pin every package of NAME.in with its hashes, for all platforms and every Python from the oldest on."""
    compile_ = [str(BIN / "uv"), "pip", "compile", "--quiet", "--universal", "--python-version", oldest]
    form = ["--generate-hashes", "--no-header", "--no-emit-index-url", "--no-emit-find-links"]
    subprocess.run([*compile_, *form, *extra, f"{name}.in", "-o", f"{name}.lock"], cwd=ROOT, check=True)


def lock_node() -> None:
    """Pin the browser assets and drop the authors' donation addresses, the only addresses npm leaves in."""
    npm = [str(BIN / "npm"), "install", "--package-lock-only", "--ignore-scripts"]
    subprocess.run(npm, cwd=ROOT, check=True)
    path = ROOT / "package-lock.json"
    lock = json.loads(path.read_text(encoding="utf-8"))
    for package in lock["packages"].values():
        package.pop("funding", None)
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    upgrade = ["--upgrade"] if "--upgrade" in sys.argv[1:] else []
    lock_python("requirements", *upgrade)
    # the run-time lock is a constraint: both locks name the same version of everything they share
    lock_python("requirements-dev", "--constraint", "requirements.lock", *upgrade)
    # the tools of one drill, beside the packages of development and in an environment of their own (drill/fuzz.py)
    lock_python("drill/fuzz-requirements", "--constraint", "requirements-dev.lock", *upgrade, oldest="3.12")
    lock_node()


if __name__ == "__main__":
    main()
