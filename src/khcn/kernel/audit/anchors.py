"""The head of the chain, kept outside the database: in a file that is only added to.

A person who can write to the database can cut the log off at its end and set the head back. An anchor that has left the
database says how far the chain once went and what its seal was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils import timezone

from khcn.kernel.audit.chain_head import plain_end_of_head, read_chain_head
from khcn.kernel.audit.digests_and_seals import mac, seal_keys
from khcn.kernel.durable_writes import make_folder, sync_file, sync_folder

if TYPE_CHECKING:
    from pathlib import Path

_FIELDS: Final = 5
_FIELDS_BEFORE: Final = 4  # lines that are older than the position of the last link without digest
_SHORT: Final = 16
_TAIL: Final = 1000  # bytes; a line has about 180


@dataclass(frozen=True, slots=True)
class Anchor:
    """How far the chain went at an instant, and its seal there."""

    at: datetime
    position: int
    seal: str
    plain_to: int | None = None  # the last position whose link has no digest (`ChainHead.plain_to`)

    @property
    def short(self) -> str:
        """For paper: 16 hex digits and the local day."""
        return f"{self.seal[:_SHORT]} {timezone.localdate(self.at):%d/%m/%Y}"

    def content(self) -> str:
        """The line without its signature."""
        content = f"{self.at.isoformat(timespec='seconds')} {self.position} {self.seal}"
        return content if self.plain_to is None else f"{content} {self.plain_to}"

    def line(self) -> str:
        """A line of the file: instant, position, seal, end of links without digest, and a signature with the installation's secret."""
        return f"{self.content()} {mac(seal_keys()[0], self.content().encode())}"


def read_line(line: str) -> Anchor | None:
    """The anchor of a line; None for a line that was not written by this installation."""
    parts = line.split()
    if len(parts) not in {_FIELDS_BEFORE, _FIELDS}:
        return None
    try:
        plain_to = int(parts[3]) if len(parts) == _FIELDS else None
        anchor = Anchor(datetime.fromisoformat(parts[0]), int(parts[1]), parts[2], plain_to)
    except ValueError:
        return None
    signed = any(mac(key, anchor.content().encode()) == parts[-1] for key in seal_keys())
    return anchor if signed and anchor.at.tzinfo is not None else None


def read_file(path: Path) -> tuple[list[Anchor], list[int]]:
    """The anchors of a file, and the numbers of lines that are none. Raises OSError."""
    anchors, wrong = [], []
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        anchor = read_line(line)
        if anchor is None:
            wrong.append(number)
        else:
            anchors.append(anchor)
    return anchors, wrong


def take_anchor(*, at: datetime) -> Anchor | None:
    """The present head as an anchor; None while nothing is sealed."""
    head = read_chain_head()
    return Anchor(at, head.position, head.seal, plain_end_of_head(head)) if head.position else None


def append_anchor(anchor: Anchor) -> None:
    """Add a line to the installation's file, and return when it is on the disk."""
    path: Path = settings.ANCHORS
    is_new = not path.exists()
    make_folder(path.parent, mode=0o700)
    with path.open("a", encoding="utf-8") as file:
        file.write(anchor.line() + "\n")
        sync_file(file)
    if is_new:
        sync_folder(path.parent)


def last_anchor() -> Anchor | None:
    """The newest anchor of the installation's file; only the end of the file is read."""
    path: Path = settings.ANCHORS
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        lines = file.read().decode("utf-8", "replace").splitlines()
    return read_line(lines[-1]) if lines else None
