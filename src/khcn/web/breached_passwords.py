"""Passwords of known breaches, in a file of the operator (docs/security.md): sorted lines that begin with a SHA-1 in hexadecimal.

The file may have tens of gigabytes; a line is found by halves, without reading the rest.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from pathlib import Path

_DIGEST: Final = 40  # characters


def is_breached(password: str, file: Path) -> bool:
    """Whether the file names the password. Raises OSError."""
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with file.open("rb") as lines:
        lines.seek(0, 2)
        low, high = 0, lines.tell()
        while low < high:
            middle = (low + high) // 2
            digest, following = _line_from(lines, middle)
            if digest == wanted:
                return True
            if digest and digest < wanted:
                low = following
            else:
                high = middle
        return False


def _line_from(lines: BinaryIO, place: int) -> tuple[bytes, int]:
    """The digest of the first line that begins at this place or after it, and where the next one begins; b"" at the end."""
    lines.seek(max(0, place - 1))
    if place:
        lines.readline()
    line = lines.readline()
    return line[:_DIGEST].upper(), lines.tell()
