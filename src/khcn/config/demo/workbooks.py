"""What ``demo/divisions.toml`` says: the workbooks of the divisions, in the order of import."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class DivisionFile:
    """One workbook: whose it is, which account hands it in, and the registers on its sheets in order."""

    name: str
    username: str
    registers: tuple[str, ...]
    taken_over: bool = False  # history from before the system, entered by the head


def division_files(folder: Path) -> list[DivisionFile]:
    """What ``divisions.toml`` says, in the order of import."""
    content = tomllib.loads((folder / "divisions.toml").read_text("utf-8"))
    return [
        DivisionFile(each["file"], each["user"], tuple(each["registers"]), each.get("taken_over", False))
        for each in content["workbook"]
    ]
