"""Memory of one real web worker after real pages, read from the operating system."""

from __future__ import annotations

import os
import urllib.request
from typing import TYPE_CHECKING

from django.conf import settings
from django.test import Client

from bench.measure import Bar
from bench.service import Service

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.parties.models import User

ROUNDS = 20


def signed_in_cookie(user: User) -> str:
    """A session as the sign-in page makes it."""
    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _get(address: str, cookie: str) -> None:
    """Raises RuntimeError where another page than the asked one answers, such as that of signing in."""
    request = urllib.request.Request(address, headers={"Cookie": cookie})  # noqa: S310 -- our own loopback server
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        answer.read()
        if answer.url != address:
            raise RuntimeError(f"{address} led to {answer.url}")


def worker_memory(user: User, pages: Sequence[str]) -> Bar:
    """Largest resident size that a web worker reached while serving ``pages`` again and again."""
    cookie = signed_in_cookie(user)
    with Service(settings.DATA, database_url=os.environ.get("DATABASE_URL"), workers=1) as service:
        for _round in range(ROUNDS):
            for path in pages:
                _get(service.address + path, cookie)
        largest = service.peak_megabytes(service.web_workers())
    return Bar("bộ nhớ lớn nhất của một tiến trình web", largest, 150, "MB", f"{ROUNDS * len(pages)} trang")
