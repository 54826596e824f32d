"""Stores with very many events, filled by the store's own bulk writer and kept for the next run."""

from __future__ import annotations

import json
import shutil
import time
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone

from bench.trace import events, raw
from bench.trace.messages import Note
from bench.trace.party import SENDER, party
from khcn.trace.models import CaptureJob
from khcn.trace.store.encoding.stored_texts import event_of
from khcn.trace.store.event_writing import write_events

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from khcn.trace.models import TraceParty

PER_TRANSACTION = 10 * events.CHAPTER
REPORTED_EVERY = 500_000
# With all rows and indexes, and how many are stored in a second: measured at 10⁶ events.
BYTES_PER_EVENT = {"sqlite": 4_000, "postgresql": 6_000}
PER_SECOND = {"sqlite": 4_000, "postgresql": 3_000}
SPARE = 1.5  # the log of writes and what a sort needs come on top
CAREFREE = "PRAGMA synchronous=OFF", "PRAGMA cache_size=-524288", "PRAGMA wal_autocheckpoint=20000"


def is_filled(count: int) -> bool:
    """Whether the configured database holds the store of ``count`` events, whole."""
    return CaptureJob.objects.filter(success=True, accepted=count).exists()


def disk(engine: str, count: int, folder: Path) -> tuple[float, float]:
    """Gigabytes that are free, and that a new store of ``count`` events asks for."""
    return shutil.disk_usage(folder).free / 1e9, count * BYTES_PER_EVENT[engine] * SPARE / 1e9


def fill(trade: events.Trade, count: int) -> Iterator[Note]:
    """Fill the configured database with whole chapters; what an earlier run left unfinished is removed first."""
    raw.empty()
    CaptureJob.objects.all().delete()
    vendor = connection.vendor
    minutes, gigabytes = count / PER_SECOND[vendor] / 60, count * BYTES_PER_EVENT[vendor] / 1e9
    yield Note(f"nạp {count:,} sự kiện vào {vendor}: khoảng {minutes:.0f} phút, {gigabytes:.1f} GB")
    if vendor == "sqlite":
        with connection.cursor() as cursor:
            for statement in CAREFREE:  # a store that breaks off is filled anew
                cursor.execute(statement)
    started = time.monotonic()
    owner = party(SENDER)
    now = timezone.now()
    job = CaptureJob.objects.create(party=owner, created_at=now, finished_at=now)
    for first in range(0, count, PER_TRANSACTION):
        _write(trade, first, min(PER_TRANSACTION, count - first), owner, job)
        stored = first + PER_TRANSACTION
        if stored % REPORTED_EVERY == 0:
            yield Note(f"{stored:,} sự kiện, {stored / (time.monotonic() - started):,.0f} sự kiện/s")
    with connection.cursor() as cursor:
        if vendor == "sqlite":
            cursor.execute("PRAGMA analysis_limit=1000")  # else it reads every index from end to end
        cursor.execute("ANALYZE")
        if vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    job.success, job.accepted, job.dispatch_round = True, count, 1
    job.save()


def _write(trade: events.Trade, first: int, count: int, owner: TraceParty, job: CaptureJob) -> None:
    found = []
    for tree in trade.world(first, count):
        if "ilmd" in tree:
            tree["@context"] = (
                events.CONTEXT
            )  # a stored event stands alone (khcn.trace.store.encoding.stored_texts)
        found.append(event_of(json.dumps(tree)))
    with transaction.atomic():
        write_events(found, at=found[-1].event_time, owner=owner.pk, job=job.pk)


def size_on_disk() -> int:
    """Bytes of the configured database."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        (found,) = cursor.fetchone()
    return int(found)
