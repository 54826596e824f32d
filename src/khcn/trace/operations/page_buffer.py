"""Pages that were made and are not stored yet, in memory: a page that somebody reads writes nothing. Each process has its own."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from khcn.trace.queries.stored_pages import MadePage, PageAddress

MOST_PAGES: Final = 1_000
LONGEST: Final = 64 * 1024  # bytes of a page as it is stored


class WaitingPage(NamedTuple):
    """A page with the stamp that was read before it was made."""

    address: PageAddress
    stamp: int
    page: MadePage


class PageBuffer:
    """What is to be stored; what there is no room for is made again when it is asked for."""

    def __init__(self) -> None:
        self._waiting: dict[str, WaitingPage] = {}
        self._lock = Lock()

    def put(self, address: PageAddress, stamp: int, page: MadePage) -> None:
        """Have a page stored."""
        if len(page.compressed) > LONGEST:
            return
        with self._lock:
            if address.key in self._waiting or len(self._waiting) < MOST_PAGES:
                self._waiting[address.key] = WaitingPage(address, stamp, page)

    def take(self) -> list[WaitingPage]:
        """What is to be stored now; it is not in here any more."""
        with self._lock:
            found, self._waiting = self._waiting, {}
        return list(found.values())


PAGES: Final = PageBuffer()
"""The pages of this process."""
