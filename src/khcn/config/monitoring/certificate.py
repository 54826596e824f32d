"""Until when the certificate of the public address is good. Looked at every few minutes, however often it is asked for."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from django.conf import settings

from khcn.config.doctor.web import certificate_of

if TYPE_CHECKING:
    from datetime import datetime

_PATIENCE: Final = 2.0  # seconds that a page waits for it
_GOOD_FOR: Final = 600.0  # seconds
_PORT_OF_HTTPS: Final = 443


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was seen: a day, or why there was none."""

    host: str
    expires: datetime | None = None
    problem: str = ""


_looking = threading.Lock()
_last: list[tuple[float, Certificate]] = []


def public_certificate() -> Certificate | None:
    """None where the public address is not one of HTTPS, or another thread looks for the first time."""
    url = urlsplit(settings.PUBLIC_URL)
    if url.scheme != "https" or not url.hostname:
        return None
    last = _last[-1] if _last else None
    if last is not None and time.monotonic() - last[0] < _GOOD_FOR:
        return last[1]
    if not _looking.acquire(blocking=False):
        return last[1] if last is not None else None
    try:
        found = _look(url.hostname, url.port or _PORT_OF_HTTPS)
        _last[:] = [(time.monotonic(), found)]
        return found
    finally:
        _looking.release()


def _look(host: str, port: int) -> Certificate:
    try:
        return Certificate(host, certificate_of(host, port, patience=_PATIENCE).expires)
    except OSError as fault:
        return Certificate(host, problem=str(fault))
