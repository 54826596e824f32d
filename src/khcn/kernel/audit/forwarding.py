"""Entries of the change log as lines of the service's log, which another machine collects (docs/adr/0042).

A line says what was done to which record, by whom and when, with position and seal in the chain, and no value of the record: who
keeps the lines can show later that an entry was changed or taken away, and has no personal data by it. Each entry is written at
least once: a process that is killed between the lines and the note of how far it came writes some of them again.
"""

from __future__ import annotations

import logging
from typing import Final

from django.db import transaction

from khcn.kernel.audit.models import ChainLink, ChangeEntry, ForwardedLog
from khcn.kernel.query_chunks import chunks

log = logging.getLogger("khcn.change_log")

AT_ONCE: Final = 1250
"""Lines of one run, which comes every five seconds: journald drops what is more than 10,000 in 30 seconds."""


def forward_sealed_entries() -> int:
    """Write the next lines; returns how many."""
    reached = ForwardedLog.objects.filter(pk=1).values_list("position", flat=True).first() or 0
    if not ChainLink.objects.filter(position__gt=reached).exists():
        return 0  # without a lock: on SQLite others would wait for nothing
    with transaction.atomic():
        ForwardedLog.objects.get_or_create(pk=1)
        row = ForwardedLog.objects.select_for_update().get(pk=1)
        links = list(ChainLink.objects.filter(position__gt=row.position).order_by("position")[:AT_ONCE])
        entries: dict[int, ChangeEntry] = {}
        for part in chunks([each.entry for each in links]):
            rows = ChangeEntry.objects.filter(pk__in=part).defer("before", "after", "object_label", "reason")
            entries.update((row.pk, row) for row in rows)
        for link in links:
            _write(link, entries.get(link.entry))
        if links:
            row.position = links[-1].position
            row.save()
    return len(links)


def _write(link: ChainLink, entry: ChangeEntry | None) -> None:
    if entry is None:  # somebody has deleted it, which verification reports
        log.warning(
            "entry %d of the change log is gone", link.position, extra={"fields": {"seal": link.seal}}
        )
        return
    fields = {
        "position": link.position,
        "seal": link.seal,
        "at": entry.at.isoformat(),
        "by": entry.actor_id or "",
        "action": entry.action,
        "model": entry.model,
        "record": entry.object_id,
        "batch": entry.batch.hex,
    }
    log.info(
        "entry %d of the change log: %s %s %s",
        link.position,
        entry.action,
        entry.model,
        entry.object_id,
        extra={"fields": fields},
    )
