"""Databases of the tests on PostgreSQL keep the months of events in which the tests have some.

An installation has more than a hundred. PostgreSQL plans each question about events and their goods for all of them, which
takes its server far longer than to answer it; an event of another month lies in the default partition and is found there.
"""

from datetime import UTC, datetime

FIRST = 2025
"""Year of the first month that stays; the last one is December of this year."""


def drop_other_months(cursor):
    """Drop the partitions of ``trace_event``, which are empty, before and after those years; the cursor is of PostgreSQL."""
    years = "|".join(str(year) for year in range(FIRST, datetime.now(UTC).year + 1))
    cursor.execute(
        "SELECT string_agg(inhrelid::regclass::text, ', ') FROM pg_inherits "
        f"WHERE inhparent = 'trace_event'::regclass AND inhrelid::regclass::text !~ '_({years})_|_default$'"
    )
    [(others,)] = cursor.fetchall()
    if others:  # with --nomigrations there are no partitions
        cursor.execute(f"DROP TABLE {others}")
