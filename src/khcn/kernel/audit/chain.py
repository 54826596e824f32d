"""Hash chain of the change log: an entry seals the one before it, so edits, gaps and reorderings show."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Protocol

import orjson

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable
    from datetime import datetime


class Entry(Protocol):
    """What the chain needs to know of a log entry."""

    pk: int
    at: datetime
    batch: uuid.UUID
    previous: str
    seal: str


GENESIS = "0" * 64
CUT_OFF = -1
SEALED_FIELDS = (
    "at",
    "actor_id",
    "actor_label",
    "reason",
    "batch",
    "action",
    "model",
    "object_id",
    "object_label",
    "before",
    "after",
)


def canonical(entry: Entry) -> bytes:
    """The bytes that are hashed: sorted JSON of every field that means something."""
    content: dict[str, Any] = {name: getattr(entry, name) for name in SEALED_FIELDS}
    content["at"] = entry.at.isoformat(timespec="microseconds")
    content["batch"] = str(entry.batch)
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def seal(previous: str, entry: Entry) -> str:
    """SHA-256 over the previous seal and the entry's content, as 64 hex digits."""
    return hashlib.sha256(previous.encode() + canonical(entry)).hexdigest()


def first_break(entries: Iterable[Entry], *, expected_head: str | None = None) -> int | None:
    """Primary key of the first entry that does not follow from the one before; ``None`` when all hold.

    ``expected_head`` is a seal that the chain must hold: the stored head, or an anchor kept outside (printed or
    mailed). A chain that is whole in itself but does not reach it was cut off, reported as ``-1``. What was written
    after it, even while the chain is being walked, does not matter.
    """
    previous = GENESIS
    reached = expected_head in {None, GENESIS}
    for entry in entries:
        if entry.previous != previous or entry.seal != seal(previous, entry):
            return entry.pk
        previous = entry.seal
        reached = reached or previous == expected_head
    return None if reached else CUT_OFF
