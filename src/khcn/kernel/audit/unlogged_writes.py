"""Writing what the log does not have, such as when a key was used last: nothing waits for it."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from django.db import OperationalError, connection, models, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from khcn.kernel.audit.audited import Audited


def note_last_use(
    model: type[Audited], pk: int, *, at: datetime, unless_after: datetime, **more: Any
) -> None:
    """Write ``last_used_at`` and ``more`` unless it was written after an instant. Of several requests at once the first one writes.

    Where SQLite has another writer at this moment, nothing is written, and a later request tries again.
    """
    due = models.Q(last_used_at=None) | models.Q(last_used_at__lt=unless_after)
    rows: models.QuerySet[Any] = models.QuerySet(model).filter(due, pk=pk)
    with without_waiting(), suppress(OperationalError), transaction.atomic():
        rows.update(last_used_at=at, **more)


@contextmanager
def without_waiting() -> Iterator[None]:
    """SQLite gives up at once where another connection writes, and not after half a minute."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    usual = int(float(connection.settings_dict["OPTIONS"].get("timeout", 5)) * 1000)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")
