"""What drills have in common: how one fails, and the commands of a guide."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class DrillError(Exception):
    """Something did not hold; the text says what was expected and what came."""


def is_short() -> bool:
    """The short form (``--short``), where a drill has one."""
    return os.environ.get("KHCN_DRILL") == "short"


def commands_of(guide: Path) -> dict[str, list[str]]:
    """The blocks of shell commands below each heading of a Markdown file, in order. What stands in a block of another kind is not typed."""
    found: dict[str, list[str]] = {}
    heading = ""
    for part in re.split(r"^(###? .*)$", guide.read_text("utf-8"), flags=re.MULTILINE):
        if part.startswith(("## ", "### ")):
            heading = part.lstrip("#").strip()
        else:
            found[heading] = re.findall(r"^```sh\n(.*?)^```", part, flags=re.MULTILINE | re.DOTALL)
    return {heading: blocks for heading, blocks in found.items() if blocks}
