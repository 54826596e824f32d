"""Health checks for monitoring: ``/healthz`` (the process answers) and ``/readyz`` (the database answers too)."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse

if TYPE_CHECKING:
    from django.http import HttpRequest

log = logging.getLogger(__name__)


@login_not_required
@transaction.non_atomic_requests
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers, whether or not the database does."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@transaction.non_atomic_requests  # with ATOMIC_REQUESTS the request would fail before 503 can be returned
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers a read; 503 otherwise."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        log.exception("database does not answer")
        return HttpResponse("database", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
