"""Names of all variables that this program reads, so that one that was mistyped is noticed."""

from __future__ import annotations

import re
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from khcn.config.environment_numbers import EnvironmentNumbers

if TYPE_CHECKING:
    from collections.abc import Iterator

# Read by the programs that start this one, and between our own processes.
_OF_THE_LAUNCHER = {"KHCN_PYTHON", "KHCN_RESTORING", "KHCN_SETTINGS"}


def _of_numbers() -> Iterator[str]:
    for each in EnvironmentNumbers.__subclasses__():
        for field in fields(each):  # type: ignore[arg-type]  # all are dataclasses
            yield f"{each.prefix}{field.name.upper()}"


@cache
def known_variables() -> frozenset[str]:
    """Those that the settings name, and those of the numbers that an installation may change."""
    text = Path(__file__).with_name("settings.py").read_text("utf-8")
    return frozenset(re.findall(r'"(KHCN_[A-Z0-9_]+)"', text)) | frozenset(_of_numbers()) | _OF_THE_LAUNCHER
