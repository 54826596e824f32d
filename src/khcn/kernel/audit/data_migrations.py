"""For data migrations: the models that these see are plain ones, whose writes nobody logs.

A record that a migration changes without logging it differs from the log for ever, and every verification names it.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps as present
from django.utils import timezone

from khcn.kernel.actors import SYSTEM
from khcn.kernel.audit.digests_and_seals import digest_of, seal_keys
from khcn.kernel.audit.insert_and_update_statements import insert_rows
from khcn.kernel.audit.logged_values import STAMPS, masked_value, snapshot
from khcn.kernel.audit.models import LoggedAction

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.apps.registry import Apps
    from django.db import models

CHUNK: Final = 500


def migrate_records(
    apps: Apps, rows: models.QuerySet[Any], *, reason: str, change: Callable[[Any], object] | None = None
) -> int:
    """Change audited records in a data migration and log each one that changes; gives how many there were.

    ``change`` is called with every row and sets what shall be otherwise. Without it the rows themselves are logged as
    they are, as new ones: for a table that is audited from this migration on. ``apps`` is what the migration was given;
    it must depend on ``("kernel_audit", "0001_initial")`` or a later one.
    """
    log, batch, number, last = _Log(apps, rows.model, reason), uuid.uuid4(), 0, 0
    ordered = rows.order_by("pk")
    while part := list(ordered.filter(pk__gt=last)[:CHUNK]):
        last = part[-1].pk
        entries = []
        for row in part:
            before = snapshot(row, STAMPS)
            if change is None:
                entries.append(log.entry(row, batch, None, before))
                continue
            change(row)
            after = snapshot(row, STAMPS)
            names = [name for name in after if before[name] != after[name]]
            if names:
                row.updated_at = timezone.now()
                row.save(update_fields=[*names, "updated_at"])
                old, new = ({name: side[name] for name in names} for side in (before, after))
                entries.append(log.entry(row, batch, old, new))
        log.append(entries)
        number += len(entries)
    return number


class _Log:
    """The log as it is at this migration, for rows of one model."""

    def __init__(self, apps: Apps, model: type[models.Model], reason: str) -> None:
        self.entries: Any = apps.get_model("kernel_audit", "ChangeEntry")
        self.reason = reason[:300]
        self.unlogged, self.masked = _closed(model._meta.label)

    def entry(self, row: Any, batch: uuid.UUID, before: dict[str, Any] | None, after: dict[str, Any]) -> Any:
        return self.entries(
            at=timezone.now(),
            actor_id=SYSTEM.user_id,
            actor_label=SYSTEM.label,
            reason=self.reason,
            batch=batch,
            action=LoggedAction.CREATE if before is None else LoggedAction.UPDATE,
            model=row._meta.label_lower,
            object_id=str(row.pk),
            before=None if before is None else self._logged(row, before),
            after=self._logged(row, after),
        )

    def append(self, entries: list[Any]) -> None:
        """Store entries, each under the label that its record last had: plain models have none of their own."""
        if not entries:
            return
        earlier = self.entries.objects.filter(
            model=entries[0].model, object_id__in=[each.object_id for each in entries]
        )
        labels = dict(earlier.order_by("pk").values_list("object_id", "object_label"))
        key = seal_keys()[0]
        for each in entries:
            each.object_label = labels.get(each.object_id, f"{each.model} {each.object_id}")
            each.digest = digest_of(each, key)
        insert_rows(self.entries, entries)

    def _logged(self, row: Any, values: dict[str, Any]) -> dict[str, Any]:
        return {
            name: masked_value(row, name, value) if name in self.masked else value
            for name, value in values.items()
            if name not in self.unlogged
        }


def _closed(label: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Columns that the present model does not log, and those whose value it does not log; none for a model that is gone."""
    try:
        model: Any = present.get_model(label)
    except LookupError:
        return (), ()
    return getattr(model, "unlogged", ()), getattr(model, "masked", ())
