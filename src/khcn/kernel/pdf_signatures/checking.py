"""Looks at the signatures of a PDF file, in a process of its own, because the sender of the file is not trusted."""

from __future__ import annotations

import logging
import re
from base64 import b64encode
from typing import TYPE_CHECKING, Final

import orjson
from django.conf import settings

from khcn.kernel.bounded_process import ProcessFailed, ProcessLimits, run_bounded
from khcn.kernel.pdf_signatures.findings import SignatureFinding, SignatureVerdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

log = logging.getLogger(__name__)

PROCESS: Final = "khcn.kernel.pdf_signatures.checking_process"
LIMITS: Final = ProcessLimits(seconds=20, cpu_seconds=8, memory=768 * 2**20, answer=2**20)
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")  # a letter of a name (ISO 32000-2, 7.3.5)
_MARK: Final = b"/ByteRange"  # in every signature, never compressed (ISO 32000-2, 12.8.1)


def check_signatures(content: bytes, *, at: datetime) -> list[SignatureFinding]:
    """The signatures of a file, in the order in which they were made; none for one without.

    Roots and lists of revoked certificates are those of the settings; nothing is fetched.
    """
    if _MARK not in _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content):
        return []
    asked = {
        "at": at.isoformat(),
        "roots": list(_contents(settings.SIGNATURE_ROOTS)),
        "revoked": list(_contents(settings.SIGNATURE_CRLS)),
    }
    try:
        found = orjson.loads(run_bounded(PROCESS, orjson.dumps(asked) + b"\n" + content, LIMITS))
    except ProcessFailed:
        return [SignatureFinding(SignatureVerdict.UNREADABLE)]
    return [SignatureFinding.from_json(each) for each in found]


def _contents(place: Path | None) -> Iterator[str]:
    """A file, or the files of a folder; what cannot be read is noted for the operator and left out."""
    if place is None:
        return
    for file in sorted(place.iterdir()) if place.is_dir() else [place]:
        try:
            yield b64encode(file.read_bytes()).decode()
        except OSError as fault:
            log.warning("%s cannot be read: %s", file, fault)
