"""Memory of one real web worker after real pages, read from the operating system."""

from __future__ import annotations

import os
import urllib.request
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from bench.measure import Bar
from bench.service import Service

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.parties.models import User

ROUNDS = 20


def signed_in_cookie(user: User) -> str:
    """A session as the login page makes it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"sessionid={session.session_key}"


def _get(address: str, cookie: str) -> int:
    request = urllib.request.Request(address, headers={"Cookie": cookie})  # noqa: S310 -- our own loopback server
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        answer.read()
        status: int = answer.status
        return status


def worker_memory(user: User, pages: Sequence[str]) -> Bar:
    """Largest resident size that a web worker reached while serving ``pages`` again and again."""
    cookie = signed_in_cookie(user)
    with Service(settings.DATA, database_url=os.environ.get("DATABASE_URL"), workers=1) as service:
        for _round in range(ROUNDS):
            for path in pages:
                _get(service.address + path, cookie)
        largest = service.peak_megabytes(service.web_workers())
    return Bar("bộ nhớ lớn nhất của một tiến trình web", largest, 150, "MB", f"{ROUNDS * len(pages)} trang")
