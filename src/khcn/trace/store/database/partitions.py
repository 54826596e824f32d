"""The months of ``trace_event`` on PostgreSQL: made ahead of time, beside running captures."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Final

from django.db import OperationalError, connection, transaction

from khcn.trace.store.database import postgres
from khcn.trace.store.database.months import FIRST_YEAR, months

logger = logging.getLogger(__name__)

AHEAD: Final = 2  # years for which there are months
_PATIENCE: Final = "2s"


def wanted_months(at: datetime) -> list[tuple[str, int, int]]:
    """Table and bounds of each month that there must be at some time."""
    first = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
    now = at.astimezone(UTC)
    last = now.replace(day=1, year=now.year + AHEAD)
    return [(f"trace_event_{name}", start, end) for name, start, end in months(first, last)]


def ensure_months(*, at: datetime) -> list[str]:
    """Make the months up to two years from now that are not there; gives the new ones. On SQLite there are none.

    Events of such a month that came before it was made lie in the default partition and are moved. Captures wait
    meanwhile, and questions that look into that partition; where one of these takes long the month is left for the
    next time. May run in several processes at once.
    """
    if connection.vendor != "postgresql":
        return []
    there = _there()
    made = []
    for table, start, end in wanted_months(at):
        if table in there:
            continue
        try:
            if _make(table, start, end):
                made.append(table)
        except OperationalError as problem:  # the lock was not to be had in time
            logger.warning("partition %s is left for the next time: %s", table, problem)
            break
    if made:
        logger.info("partitions made: %s", ", ".join(made))
    return made


def _there() -> set[str]:
    # From the catalogue's rows: a look-up by name may still not know what another process has just made.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid "
            "WHERE inhparent = 'trace_event'::regclass"
        )
        return {name for (name,) in cursor.fetchall()}


def _make(table: str, start: int, end: int) -> bool:
    """One month, in a transaction of its own; False where another process has made it meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{_PATIENCE}'")
        # Alone: an event on its way into the default partition would be refused there once its month is attached.
        postgres.begin(alone=True)
        if table in _there():
            return False
        # ATTACH lets questions go on, which CREATE … PARTITION OF would not.
        cursor.execute(f"CREATE TABLE {table} (LIKE trace_event INCLUDING ALL)")
        cursor.execute("LOCK TABLE trace_event_default IN ACCESS EXCLUSIVE MODE")
        cursor.execute(
            f"WITH moved AS (DELETE FROM trace_event_default WHERE event_time >= {start} AND event_time < {end} "
            f"RETURNING *) INSERT INTO {table} SELECT * FROM moved"
        )
        cursor.execute(
            f"ALTER TABLE trace_event ATTACH PARTITION {table} FOR VALUES FROM ({start}) TO ({end})"
        )
    return True
