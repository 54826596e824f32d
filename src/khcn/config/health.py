"""Two addresses for those who watch the service: does it live, and could it serve a person now."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse

if TYPE_CHECKING:
    from django.http import HttpRequest

log = logging.getLogger(__name__)


def alive(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """The database answers a read, within the request's own transaction; 503 otherwise."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        log.exception("database does not answer")
        return HttpResponse("database", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
