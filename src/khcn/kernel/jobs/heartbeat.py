"""The heartbeat of the scheduler: operators see from it whether background work runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.kernel.jobs.models import Heartbeat

if TYPE_CHECKING:
    from datetime import datetime

    from khcn.kernel.jobs.recurring import JobContext


def record_heartbeat(context: JobContext) -> None:
    """Show that a scheduler runs. A lane of its own: a long job of another lane is no standstill."""
    Heartbeat.objects.update_or_create(pk=1, defaults={"at": context.now()})


def last_heartbeat() -> datetime | None:
    """When a scheduler last showed that it runs; None: never."""
    return Heartbeat.objects.filter(pk=1).values_list("at", flat=True).first()
