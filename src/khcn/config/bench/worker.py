"""Memory of one real web worker after real pages, read from the operating system."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from khcn.config.bench.measure import Bar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.parties.models import User

ROUNDS = 20


class WorkerError(RuntimeError):
    """The server did not start, or a page did not answer."""


def signed_in_cookie(user: User) -> str:
    """A session as the login page makes it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"sessionid={session.session_key}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _get(address: str, cookie: str) -> int:
    request = urllib.request.Request(address, headers={"Cookie": cookie})  # noqa: S310 -- our own loopback server
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        answer.read()
        status: int = answer.status
        return status


def _wait(address: str) -> None:
    for _attempt in range(100):
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310
        except OSError:
            time.sleep(0.2)
        else:
            return
    message = "the server did not start"
    raise WorkerError(message)


def _resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) if found else 0


def _children(pid: int) -> list[int]:
    return [
        int(stat.parent.name)
        for stat in Path("/proc").glob("[0-9]*/stat")
        if stat.read_text().rpartition(")")[2].split()[1] == str(pid)
    ]


def worker_memory(user: User, pages: Sequence[str]) -> Bar:
    """Largest resident size that a web worker reached while serving ``pages`` again and again."""
    cookie, port = signed_in_cookie(user), _free_port()
    base = f"http://127.0.0.1:{port}"
    command = [
        str(Path(sys.executable).with_name("granian")),
        *(
            "--interface",
            "wsgi",
            "--workers",
            "1",
            "--blocking-threads",
            "2",
            "--no-ws",
            "--log-level",
            "error",
        ),
        *("--port", str(port), "khcn.config.wsgi:application"),
    ]
    with subprocess.Popen(command, env={**os.environ}, start_new_session=True) as server:  # noqa: S603 -- our own
        try:
            _wait(base + "/song")
            for _round in range(ROUNDS):
                for path in pages:
                    _get(base + path, cookie)
            largest = max((_resident(pid) for pid in _children(server.pid)), default=_resident(server.pid))
        finally:
            os.killpg(server.pid, signal.SIGTERM)
    return Bar(
        "bộ nhớ lớn nhất của một tiến trình web", largest / 1024, 150, "MB", f"{ROUNDS * len(pages)} trang"
    )
