"""Entries of the change log: what a write looked like before and after, and how it is stored.

The instances are :class:`~khcn.kernel.audit.audited.Audited`, whose methods call these functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from khcn.kernel.actors import current_act
from khcn.kernel.audit.digests_and_seals import digest_of, seal_keys
from khcn.kernel.audit.insert_and_update_statements import insert_rows
from khcn.kernel.audit.models import ChangeEntry, LoggedAction
from khcn.kernel.audit.projections import update_projections
from khcn.kernel.text.language import vietnamese

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db import models

LONGEST_LABEL = 150  # of a name that the log keeps
LONGEST_REASON = 300


def entry_of(
    action: LoggedAction,
    instance: models.Model,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    *,
    label: str = "",
    at: datetime | None = None,
) -> ChangeEntry:
    """What the log says about a write of this act; stored by :func:`append_entries`. One statement for many rows has one ``at``."""
    act = current_act()
    return ChangeEntry(
        at=at or timezone.now(),
        actor_id=act.actor.user_id,
        actor_label=(act.actor.own_label or act.actor.label)[:LONGEST_LABEL],
        on_behalf_of=act.actor.on_behalf_of[:LONGEST_LABEL],
        reason=act.reason[:LONGEST_REASON],
        batch=act.batch,
        action=action,
        model=instance._meta.label_lower,
        object_id=str(instance.pk),
        object_label=(label or vietnamese(instance))[:300],
        before=before,
        after=after,
    )


def append_entries(entries: Sequence[ChangeEntry]) -> None:
    """Store entries in the caller's transaction, so that no write goes unlogged. The sealer chains them afterwards."""
    if not entries:
        return
    key = seal_keys()[0]
    for entry in entries:
        entry.digest = digest_of(entry, key)
    insert_rows(ChangeEntry, entries)


def log_change(instance: Any, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Log a write that was made as a conditional UPDATE, in the transaction that made it."""
    append_entries([entry_of(LoggedAction.UPDATE, instance, before, after)])
    update_projections(type(instance), written=[instance])


def log_state_changes(instances: Sequence[Any], before: Mapping[int, str], state: str) -> None:
    """The same for many records of one model that have another state now; `before`: by their keys."""
    append_entries(
        [
            entry_of(LoggedAction.UPDATE, each, {"state": before[each.pk]}, {"state": state})
            for each in instances
        ]
    )
    update_projections(type(instances[0]), written=instances)
