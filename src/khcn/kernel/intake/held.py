"""The last plan of this process, kept until somebody writes anything: looking again, and writing, need no second reading.

Only a saving of time. A plan is found again only for the same file, account and language and only while the change log
has not moved; in every other case, and in every other process, the caller makes the plan anew.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from django.utils.translation import get_language

from khcn.kernel.audit.models import ChangeEntry

if TYPE_CHECKING:
    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.planning import Drawing

_BOOKKEEPING = ("kernel_intake.batch", "kernel_workflow.workflowstep")
_MOST_ROWS = 20_000  # about 50 MB

Key = tuple[str, "Actor", str | None, int]

_lock = threading.Lock()
_held: tuple[Key, Drawing] | None = None


def key_of(sha256: str, actor: Actor) -> Key:
    """What a plan depends on: the file, who asks, the language, and every record on file (by the log's newest row).

    On PostgreSQL a row with a smaller key may be committed after the newest one was seen. Such a plan is older than it
    seems; the writing finds that out record by record.
    """
    last = (
        ChangeEntry.objects.exclude(model__in=_BOOKKEEPING)
        .order_by("-pk")
        .values_list("pk", flat=True)
        .first()
    )
    return sha256, actor, get_language(), last or 0


def hold(key: Key, drawing: Drawing) -> None:
    """Keep a plan instead of the one kept before; very large ones are not kept."""
    global _held  # noqa: PLW0603 -- one slot for the process is the point
    small = sum(len(work.drafts) for work in drawing.works) <= _MOST_ROWS
    with _lock:
        _held = (key, drawing) if small else None


def look(key: Key) -> Drawing | None:
    """The kept plan, if it is still true. It stays; the caller only reads it."""
    with _lock:
        return _held[1] if _held is not None and _held[0] == key else None


def take(key: Key) -> Drawing | None:
    """The kept plan for writing. Its records are written once, so it is kept no longer."""
    global _held  # noqa: PLW0603 -- see hold
    with _lock:
        found = _held[1] if _held is not None and _held[0] == key else None
        _held = None
    return found
