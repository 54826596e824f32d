"""The chain of ``demo/trace``, sent to the EPCIS interface as the parties' own programs would, and the label to scan."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import segno
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

from khcn.kernel.actors import SYSTEM
from khcn.trace.models import ApiKey, TraceParty
from khcn.trace.operations.api_keys import issue_key, revoke_key

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from django.http.response import HttpResponseBase

LABEL: Final = "/01/09521200000030/10/MD-230110/21/MD2301100001"
"""What the label of the packet says that was sold (demo/trace/README.md)."""

_LABEL_FILE: Final = "tem-mien-dong"
_KEY: Final = "nạp dữ liệu dùng thử"
_REVOKED_BEFORE: Final = date(2999, 12, 31)


class DemoDataError(RuntimeError):
    """A document of the chain is not taken; the text says which and why."""


@dataclass(frozen=True, slots=True)
class CapturedChain:
    """Events that are new, and events that were there already."""

    accepted: int
    duplicates: int


def _ask(handler: WSGIHandler, method: str, path: str, key: str, body: bytes = b"") -> HttpResponseBase:
    """Put one request through the whole application, without a server."""
    host = settings.ALLOWED_HOSTS[0]
    request = WSGIRequest(
        {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/ld+json" if body else "",
            "HTTP_AUTHORIZATION": f"Bearer {key}",
            "HTTP_HOST": host,
            "SERVER_NAME": host,
            "SERVER_PORT": "443" if settings.HTTPS else "80",
            "wsgi.url_scheme": "https" if settings.HTTPS else "http",
            "wsgi.input": io.BytesIO(body),
        }
    )
    return handler.get_response(request)


def _send(handler: WSGIHandler, key: str, name: str, body: bytes) -> CapturedChain:
    """Capture one document and look at its job. Raises `DemoDataError` where anything is refused."""
    sent = _ask(handler, "POST", "/epcis/capture", key, body)
    if sent.status_code != 202:  # noqa: PLR2004 -- accepted
        raise DemoDataError(f"{name}: {sent.status_code} {_content(sent).decode()}")
    job = json.loads(_content(_ask(handler, "GET", sent.headers["Location"], key)))
    if not job["success"]:
        raise DemoDataError(f"{name}: {job['errors']}")
    return CapturedChain(job["accepted"], job["duplicates"])


def _content(response: HttpResponseBase) -> bytes:
    return b"".join(response)


def capture_chain(*, folder: Path, at: datetime) -> CapturedChain:
    """Send each document with a key of its sender; the keys are revoked when all is told.

    Raises:
        DemoDataError: a document is not taken whole, or its sender is no trace party.
    """
    handler = WSGIHandler()
    keys: dict[str, str] = {}
    accepted = duplicates = 0
    try:
        for file in sorted(folder.glob("*.json")):
            body = file.read_bytes()
            gln = json.loads(body)["sender"].rpartition("/")[2]
            if gln not in keys:
                party = TraceParty.objects.filter(gln=gln).first()
                if party is None:
                    raise DemoDataError(f"{file.name}: {gln} is no trace party")
                keys[gln] = issue_key(party=party, label=_KEY, actor=SYSTEM, at=at, until=_REVOKED_BEFORE)
            captured = _send(handler, keys[gln], file.name, body)
            accepted += captured.accepted
            duplicates += captured.duplicates
    finally:
        for key in ApiKey.objects.filter(label=_KEY, revoked_at__isnull=True):
            revoke_key(key=key, actor=SYSTEM, at=at)
    return CapturedChain(accepted, duplicates)


def write_label(*, output: Path, address: str) -> Path:
    """The QR code of the label, as a picture for the screen and one for the printer. Gives the first.

    Args:
        output: folder for the files.
        address: of the server, without a slash at its end.
    """
    symbol = segno.make(address + LABEL, error="m", micro=False)
    output.mkdir(parents=True, exist_ok=True)
    picture = output / f"{_LABEL_FILE}.png"
    symbol.save(str(picture), scale=8, border=4)
    symbol.save(str(picture.with_suffix(".svg")), scale=8, border=4)
    return picture
