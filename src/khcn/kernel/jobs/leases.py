"""Leases of background work: one worker has a row until a moment, and when that has passed another may take it.

    LEASE = Lease(timedelta(minutes=5), attempts="attempts")
    if LEASE.acquire(due, row, at=turn.now()):   # of two workers exactly one
        ...
        LEASE.release(due, row)

Acquiring a lease is one conditional UPDATE, so that it needs no lock and no transaction of its own; nothing has to be tidied up
after a kill. The columns belong to the row that is leased.
"""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, connection
from django.db.models import F, Q

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime, timedelta

    from django.db.models import Model, QuerySet

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Lease:
    """How long a lease holds, and in which columns it is stored.

    ``column`` holds the moment until which the row is leased; with ``from_start`` the moment at which the lease began,
    for tables that are not ours. ``attempts`` is a column that counts leases. With ``growth`` a row that was leased
    before is leased that many times as long for each further attempt, so that workers which are killed for reasons of their
    own do not use up its attempts within minutes.
    """

    length: timedelta
    column: str = "leased_until"
    attempts: str = ""
    growth: int = 1
    from_start: bool = False

    def after(self, attempts: int) -> timedelta:
        """How long the lease of this attempt holds."""
        longer: int = self.growth ** (attempts - 1)
        return self.length * longer

    def _limit(self, at: datetime) -> datetime:
        return at - self.length if self.from_start else at

    def free(self, at: datetime) -> Q:
        """Rows that nobody has, or whose worker was lost."""
        return Q(**{f"{self.column}__isnull": True}) | self.lost(at)

    def lost(self, at: datetime) -> Q:
        """Rows whose lease has run out and was not released."""
        return Q(**{f"{self.column}__lte": self._limit(at)})

    def active(self, at: datetime) -> Q:
        """Rows that some worker has."""
        return Q(**{f"{self.column}__gt": self._limit(at)})

    def acquire(self, rows: QuerySet[Any], row: Model, *, at: datetime) -> bool:
        """Take a row, if it is among ``rows`` and free. The row in memory is changed as well."""
        values: dict[str, Any] = {self.column: at if self.from_start else at + self.length}
        counted = {self.attempts: F(self.attempts) + 1} if self.attempts else {}
        if not rows.filter(self.free(at), pk=row.pk).update(**values, **counted):
            return False
        setattr(row, self.column, values[self.column])
        if self.attempts:
            setattr(row, self.attempts, getattr(row, self.attempts) + 1)
        return True

    def take_back(self, rows: QuerySet[Any], row: Model, **values: Any) -> bool:
        """End the lease of a lost worker, if the row is still as it was read."""
        unmoved = rows.filter(pk=row.pk, **{self.column: getattr(row, self.column)})
        return bool(unmoved.update(**values))

    def release(self, rows: QuerySet[Any], pk: Any, **values: Any) -> None:
        """Give a row back, and store the result of the work in it."""
        rows.filter(pk=pk).update(**{self.column: None}, **values)

    def renew(self, rows: QuerySet[Any], row: Model, *, at: datetime) -> None:
        """Extend the lease of a row by its length."""
        attempts = getattr(row, self.attempts) if self.attempts else 1
        rows.filter(pk=row.pk).update(**{self.column: at + self.after(attempts)})

    @contextmanager
    def keep(
        self, rows: QuerySet[Any], row: Model, *, clock: Callable[[], datetime], every: timedelta
    ) -> Iterator[None]:
        """Renew the lease from a thread for as long as the work takes; after a kill it soon runs out."""
        done = threading.Event()

        def renewing() -> None:
            while True:
                try:
                    self.renew(rows, row, at=clock())
                except DatabaseError as problem:  # the lease runs out, and the work is begun again elsewhere
                    log.warning("lease of %s not renewed: %s", row, problem)
                if done.wait(every.total_seconds()):
                    connection.close()
                    return

        thread = threading.Thread(target=renewing, name="lease", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()
