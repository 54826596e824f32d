"""Caches the last plan of this process, so that a second preview and the confirmation need not read the file again.

Only an optimisation. A cached plan is used only for the same file, account and language, and only while the change log
has no newer row; otherwise, and in every other process, the plan is made again.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from django.utils.translation import get_language

from khcn.kernel.audit.events import EVENT_KINDS
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.intake.models import Decision, SheetLayout

if TYPE_CHECKING:
    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.plans.plan_making import PreparedImport

_BOOKKEEPING = ("kernel_intake.batch", "kernel_workflow.workflowstep", *EVENT_KINDS)
_MOST_ROWS = 20_000  # about 50 MB

Key = tuple[str, "Actor", str | None, int]

_lock = threading.Lock()
_cached: tuple[Key, PreparedImport] | None = None


def plan_key(sha256: str, actor: Actor) -> Key:
    """What a plan depends on: the file, the account, the language, and all stored records (by the newest row of the log).

    On PostgreSQL a row with a smaller key may be committed after the newest one was read. Then the plan is older than its
    key says; the writing detects that record by record.
    """
    last = (
        ChangeEntry.objects.exclude(model__in=_BOOKKEEPING)
        .order_by("-pk")
        .values_list("pk", flat=True)
        .first()
    )
    return sha256, actor, get_language(), last or 0


def has_changed_since(key: Key, prepared: PreparedImport) -> bool:
    """Is the log newer than the plan for a register that the plan was made from, or for what was decided
    about words and sheets?

    Narrower than the key of the cache: a large file takes seconds to plan, and other registers are written meanwhile. The
    rules of the department, which may look anywhere, are asked again when the rows are locked.
    """
    return ChangeEntry.objects.filter(pk__gt=key[-1], model__in=models_of(prepared)).exists()


def models_of(prepared: PreparedImport) -> set[str]:
    """The registers whose records a plan was made from, and what was decided about words and sheets."""
    models = {Decision._meta.label_lower, SheetLayout._meta.label_lower}
    for draft_sheet in (*prepared.draft_sheets, *prepared.action_sheets):
        models.add(draft_sheet.model._meta.label_lower)
        targets = (column.field.related_model for column in draft_sheet.columns.values())
        models |= {model._meta.label_lower for model in targets if model is not None}
    return models


def store_plan(key: Key, prepared: PreparedImport) -> None:
    """Replace the cached plan; very large plans are not cached."""
    global _cached  # noqa: PLW0603 -- one slot for the process is the point
    small = sum(len(draft_sheet.drafts) for draft_sheet in prepared.draft_sheets) <= _MOST_ROWS
    with _lock:
        _cached = (key, prepared) if small else None


def cached_plan(key: Key) -> PreparedImport | None:
    """The cached plan, if it is still valid. It stays in the cache, so the caller must not change it."""
    with _lock:
        return _cached[1] if _cached is not None and _cached[0] == key else None


def take_plan(key: Key) -> PreparedImport | None:
    """The cached plan for writing. Its records are written only once, so it is removed from the cache."""
    global _cached  # noqa: PLW0603 -- one plan for the process, see store_plan
    with _lock:
        found = _cached[1] if _cached is not None and _cached[0] == key else None
        _cached = None
    return found
