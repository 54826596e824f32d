"""The yearly partitions of ``trace_event`` on PostgreSQL, created ahead of time while captures go on."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Final

from django.db import OperationalError, connection, transaction

from khcn.trace.store.database import postgres
from khcn.trace.store.database.year_bounds import FIRST_YEAR

logger = logging.getLogger(__name__)

AHEAD: Final = 2  # years
_LOCK_TIMEOUT: Final = "2s"


def wanted_years(at: datetime) -> range:
    """The years of event time for which there must be a partition at some time.

    PostgreSQL plans each question about events for every partition: with one for each month the plan took longer than the
    answer (docs/adr/0010).
    """
    return range(FIRST_YEAR, at.astimezone(UTC).year + AHEAD + 1)


def partition_of(year: int) -> str:
    """The table of the events of a year."""
    return f"trace_event_{year}"


def ensure_years(*, at: datetime) -> list[str]:
    """Create the missing partitions up to two years from now; returns the new ones. Does nothing on SQLite.

    Events of such a year that were captured before are moved out of the default partition. Captures wait meanwhile, and
    so do queries that read the default partition; when the lock is not granted in time, the year is left for the next
    run. May run in several processes at once.
    """
    if connection.vendor != "postgresql":
        return []
    existing = _existing()
    created = []
    for year in wanted_years(at):
        table = partition_of(year)
        if table in existing:
            continue
        try:
            if _create(year):
                created.append(table)
        except OperationalError as problem:  # the lock was not granted in time
            logger.warning("partition %s is left for the next time: %s", table, problem)
            break
    if created:
        logger.info("partitions made: %s", ", ".join(created))
    return created


def _existing() -> set[str]:
    # Reads the catalogue: a look-up by name may use a stale cache and miss what another process just created.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid "
            "WHERE inhparent = 'trace_event'::regclass"
        )
        return {name for (name,) in cursor.fetchall()}


def _create(year: int) -> bool:
    """Create one partition, in a transaction of its own; False where another process has created it meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
        # Exclusive: inserting into the default partition fails once the partition of that year is attached.
        postgres.lock_writers(exclusive=True)
        if partition_of(year) in _existing():
            return False
        cursor.execute("SELECT trace_make_year(%s)", [year])
    return True
