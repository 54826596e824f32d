"""Two addresses for those who watch the service: does it live, and could it serve a person now."""

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
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers, whether or not the database does."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@transaction.non_atomic_requests  # the request's own transaction would fail before we could say 503
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers a read; 503 otherwise."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        log.exception("database does not answer")
        return HttpResponse("database", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
