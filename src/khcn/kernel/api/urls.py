"""Addresses of the JSON interface, under ``api/``."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.db import transaction
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.csrf import csrf_exempt

from khcn.kernel.api import docs_pages
from khcn.kernel.api.endpoints import api
from khcn.kernel.deadlock_retry import repeat_on_deadlock
from khcn.kernel.ui.view_decorators import open_to_outside_accounts


def outside_transactions(view: Callable[..., Any]) -> Callable[..., Any]:
    """Reads must not wait for writers: the write transaction is opened by the operations that write. Where PostgreSQL breaks
    one off, because two waited for each other, the request is answered by a second try.
    """

    @open_to_outside_accounts
    @csrf_exempt  # the session key checks the token itself, and answers in JSON
    @transaction.non_atomic_requests
    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        return repeat_on_deadlock(partial(view, *args, **kwargs))

    return wrapped


def _register_addresses() -> list[URLPattern | URLResolver]:
    """The operations, each outside the request's own transaction; below the address of their register, so that an address is
    not compared with a thousand others.
    """
    found: list[URLPattern | URLResolver] = []
    below: dict[str, list[URLPattern | URLResolver]] = {}
    for each in api.addresses():
        if isinstance(each, URLPattern):
            area, register, *rest = (*str(each.pattern).split("/", 2), "")
            base, tail = (f"{area}/{register}/", rest[0]) if len(rest) > 1 else (str(each.pattern), "")
            view = outside_transactions(each.callback)
            below.setdefault(base, []).append(path(tail, view, each.default_args, each.name))
        else:
            found.append(each)
    return [*found, *(path(base, include(inside)) for base, inside in below.items())]


urlpatterns: list[URLPattern | URLResolver] = [
    *docs_pages.page_patterns,
    path("", include((_register_addresses(), "api"))),
]
