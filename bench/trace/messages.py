"""What a process that measures one database tells the one that started it: bars, figures and notes, a line each."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from typing import Any

from bench.measure import Bar


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that another bar needs, by its name."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Note:
    """A line for people."""

    text: str

    def __str__(self) -> str:
        return f"  … {self.text}"


Message = Bar | Figure | Note
KINDS: dict[str, Any] = {kind.__name__: kind for kind in (Bar, Figure, Note)}


def tell(message: Message) -> None:
    """Write it on standard output, at once."""
    sys.stdout.write(json.dumps({type(message).__name__: asdict(message)}) + "\n")
    sys.stdout.flush()


def received(line: str) -> Message:
    """A message from its line. Raises ValueError for a line that is none."""
    found: Any = json.loads(line)
    ((name, fields),) = found.items()
    message: Message = KINDS[name](**fields)
    return message
