"""Health checks for monitoring: ``/healthz`` (the process answers) and ``/readyz`` (the database answers too)."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.utils import timezone

from khcn.kernel.backup.condition import backup_condition
from khcn.kernel.deadlines.startup_checks import missing_rules
from khcn.kernel.jobs.heartbeat import last_heartbeat
from khcn.kernel.ui.view_decorators import open_to_outside_accounts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

log = logging.getLogger(__name__)


@open_to_outside_accounts
@login_not_required
@transaction.non_atomic_requests
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers, whether or not the database does."""
    return HttpResponse("ok", content_type="text/plain")


@open_to_outside_accounts
@login_not_required
@transaction.non_atomic_requests  # with ATOMIC_REQUESTS the request would fail before 503 can be returned
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers a read; 503 otherwise. The first line says so, the others are notes for the person who watches."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
            lines = ["ok", *_notes()]
    except DatabaseError:
        log.exception("database does not answer")
        return HttpResponse("database", status=503, content_type="text/plain")
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def _notes() -> Iterator[str]:
    """What does not hinder pages, but has to be corrected: no scheduler, old backups, or rules that deadlines miss."""
    beat = last_heartbeat()
    yield f"scheduler: {beat.isoformat(timespec='seconds') if beat else 'never'}"
    saved = backup_condition(at=timezone.now())
    for name, last in (("backup", saved.last_backup), ("restore rehearsal", saved.last_rehearsal)):
        yield f"{name}: {last.finished_at.isoformat(timespec='seconds') if last else 'never'}"
    if saved.warnings:
        yield "backup warning: " + "; ".join(" ".join(each.split()) for each in saved.warnings)
    if missing := missing_rules(on=timezone.localdate()):
        yield f"missing rules: {', '.join(missing)}"
