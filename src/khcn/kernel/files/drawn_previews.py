"""What was drawn of stored files lately, in the memory of this process: files never change, so nothing is drawn twice."""

from __future__ import annotations

import time
from base64 import b64encode
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

_BYTES_OF_ENTRY: Final = 1_000  # of one without a picture, about
_MOST_FILES: Final = 10_000  # whose number of pages is known


@dataclass(frozen=True, slots=True)
class FilePreview:
    """One page as a picture (PNG), or the blocks of a Word file: ``{"text", "is_heading"}`` or ``{"rows"}``."""

    page: int = 1
    pages: int = 1
    picture: bytes = b""
    blocks: tuple[dict[str, Any], ...] = ()
    is_cut: bool = False

    @property
    def address(self) -> str:
        """The picture as a part of the page, so that no address gives it to anything else."""
        return f"data:image/png;base64,{b64encode(self.picture).decode()}"


@dataclass(frozen=True, slots=True)
class DrawnPreview:
    """One page that was drawn, of ``size`` bytes; or None, which says until ``ends`` that it could not be drawn."""

    preview: FilePreview | None
    size: int
    ends: float  # seconds of time.monotonic()


class DrawnPreviews:
    """Pages by their files, up to ``most_bytes`` of them; those that nobody has looked at for longest go first."""

    def __init__(self, *, most_bytes: int, failed_seconds: float) -> None:
        self._most_bytes, self._failed_seconds = most_bytes, failed_seconds
        self._drawn: OrderedDict[tuple[str, int], DrawnPreview] = OrderedDict()
        self._pages: OrderedDict[str, int] = OrderedDict()  # of files of which a page was drawn
        self._bytes = 0
        self._lock = Lock()

    def find(self, file: str, page: int) -> DrawnPreview | None:
        """What is known of the page nearest to ``page``; None where it has to be drawn."""
        with self._lock:
            key = file, min(max(page, 1), self._pages.get(file, max(page, 1)))
            found = self._drawn.get(key)
            if found is None or (found.preview is None and found.ends <= time.monotonic()):
                return None
            self._drawn.move_to_end(key)
            return found

    def store(self, file: str, page: int, preview: FilePreview | None, size: int) -> DrawnPreview:
        """Store what came of drawing ``page``, which took ``size`` bytes."""
        made = DrawnPreview(preview, size + _BYTES_OF_ENTRY, time.monotonic() + self._failed_seconds)
        with self._lock:
            if preview is not None:
                page = preview.page
                self._pages[file] = preview.pages
                while len(self._pages) > _MOST_FILES:
                    self._pages.popitem(last=False)
            before = self._drawn.pop((file, max(page, 1)), None)
            self._drawn[file, max(page, 1)] = made
            self._bytes += made.size - (before.size if before is not None else 0)
            while self._bytes > self._most_bytes:
                _key, last = self._drawn.popitem(last=False)
                self._bytes -= last.size
        return made

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._drawn.clear()
            self._pages.clear()
            self._bytes = 0
