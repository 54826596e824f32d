"""What the application server loads."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import get_resolver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khcn.config.settings")
_django = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 -- loads every view now and not while the first visitor waits


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request (PEP 3333).

    The server sends a list in one step; what it has to iterate over it asks for again and again, each time in line for
    the interpreter.
    """
    response = _django(environ, start_response)
    if not isinstance(response, HttpResponse):  # a file, or what is made while it is sent
        if environ["REQUEST_METHOD"] == "HEAD":  # the server would send the file
            response.close()
            return []
        return response
    try:
        return [response.content]
    finally:
        response.close()
