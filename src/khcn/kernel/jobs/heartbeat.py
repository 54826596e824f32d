"""The heartbeat of the scheduler: operators see from it whether background work runs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from khcn.kernel.jobs.models import Heartbeat

if TYPE_CHECKING:
    from datetime import datetime

    from khcn.kernel.jobs.recurring import JobContext


EVERY: Final = timedelta(seconds=30)
SILENCE: Final = 3 * EVERY
"""Without a heartbeat for so long, background work stands still."""


def record_heartbeat(context: JobContext) -> None:
    """Show that a scheduler runs. A lane of its own: a long job of another lane is no standstill."""
    Heartbeat.objects.update_or_create(pk=1, defaults={"at": context.now()})


def last_heartbeat() -> datetime | None:
    """When a scheduler last showed that it runs; None: never."""
    return Heartbeat.objects.filter(pk=1).values_list("at", flat=True).first()
