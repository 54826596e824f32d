"""Findings: each fault once, with the input that causes it, in a folder that outlives the run."""

from __future__ import annotations

import hashlib
import json
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_OURS: Final = "/khcn/"
_LONGEST_NAME: Final = 60


class BrokenPropertyError(Exception):
    """A promise of our own that a value does not keep: a round trip that changes it, a text that is read as something else."""


@dataclass
class Findings:
    """Those of one stream, or of one target of it."""

    folder: Path
    of: str
    known: dict[str, int] = field(default_factory=dict)  # by key: bytes of the smallest input

    def raised(self, fault: BaseException, content: bytes) -> None:
        """Note an exception that nothing promises. Where it came from tells one fault from another."""
        frames = traceback.extract_tb(fault.__traceback__)
        ours = [each for each in frames if _OURS in each.filename] or frames
        place = f"{Path(ours[-1].filename).name}:{ours[-1].name}" if ours else ""
        broken = str(fault).partition("\n")[0] if isinstance(fault, BrokenPropertyError) else ""
        key = f"{type(fault).__name__} {broken or place}"
        self.note(key, content, "".join(traceback.format_exception(fault)))

    def note(self, key: str, content: bytes, words: str) -> None:
        """Keep the smallest input of each key."""
        if self.known.get(key, len(content) + 1) <= len(content):
            return
        self.known[key] = len(content)
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{self.of}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"
        (self.folder / f"{name}.input").write_bytes(content)
        about = {"of": self.of, "what": key, "words": words}
        (self.folder / f"{name}.json").write_text(
            json.dumps(about, ensure_ascii=False, indent=1), encoding="utf-8"
        )


def found_in(folder: Path) -> list[str]:
    """A line for each finding, with the file of its input; what the fuzzer itself wrote when it ended a process is one too."""
    lines = []
    for file in sorted(folder.glob("*")):
        if file.suffix == ".json":
            about = json.loads(file.read_text("utf-8"))
            lines.append(f"{about['of']}: {about['what'][:200]} ({file.with_suffix('.input').name})")
        elif file.suffix != ".input":
            lines.append(f"{file.name[:_LONGEST_NAME]}: the process was ended")
    return lines
