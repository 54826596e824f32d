"""How much work of many seconds one server process does at the same time: reading and planning workbooks, printing.

The server answers with four threads. Two may do such work and one more may wait for them, so that one is always left for
pages that take no time. Any further request is answered at once: it can be sent again in a moment; nothing of it has been begun.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator

RETRY_AFTER: Final = 15  # seconds, for the header of the answer


class Busy(Exception):  # noqa: N818 -- no fault: the server has other work of the same kind
    """No place became free in time. The request has changed nothing and can be sent again (HTTP 503)."""

    def __str__(self) -> str:
        """The sentence for the person who asked."""
        return _(
            "Máy chủ đang đọc tệp hoặc in giấy cho nhiều người cùng lúc. Chưa có gì được ghi; đợi khoảng %(seconds)d giây rồi "
            "làm lại."
        ) % {"seconds": RETRY_AFTER}


class Places:
    """``at_once`` threads work, ``waiting`` more wait up to ``seconds`` for one of them to end."""

    def __init__(self, *, at_once: int, waiting: int, seconds: float) -> None:
        self._free = threading.BoundedSemaphore(at_once)
        self._admitted = threading.BoundedSemaphore(at_once + waiting)
        self._seconds = seconds
        self._inside = threading.local()

    @contextmanager
    def one(self) -> Iterator[None]:
        """A place for the work inside. Work inside other work has its place already. Raises :class:`Busy`."""
        if getattr(self._inside, "any", False):
            yield
            return
        if not self._admitted.acquire(blocking=False):
            raise Busy
        try:
            if not self._free.acquire(timeout=self._seconds):
                raise Busy
            self._inside.any = True
            try:
                yield
            finally:
                self._inside.any = False
                self._free.release()
        finally:
            self._admitted.release()


PLACES: Final = Places(at_once=2, waiting=1, seconds=10)
