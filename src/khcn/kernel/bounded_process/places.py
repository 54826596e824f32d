"""How much long work one server process does at the same time: reading and planning workbooks, printing, hashing passwords.

The server answers with five threads, of which long work has three and previews of files one, so that one is left for pages that
take no time. Any further request is answered at once: it can be sent again in a moment; nothing of it has been begun.
"""

from __future__ import annotations

import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_stubs_ext import StrPromise


class Busy(Exception):  # noqa: N818 -- no fault: the server has other work of the same kind
    """No place became free in time. The request has changed nothing and can be sent again (HTTP 503)."""

    status = 503
    words: StrPromise
    retry_after: int

    def __init__(self, words: StrPromise, retry_after: int) -> None:
        """``words`` for the person who asked; ``retry_after`` seconds, for the header of the answer."""
        super().__init__(words, retry_after)
        self.words = words
        self.retry_after = retry_after

    def __str__(self) -> str:
        """The sentence for the person who asked."""
        return str(self.words) % {"seconds": self.retry_after}


class TooOften(Busy):
    """One account has had so much of this work lately that it waits. Nothing of the request was begun."""

    status = 429


class Places:
    """``at_once`` threads work, ``waiting`` more wait up to ``seconds`` for one of them to end.

    Each of them takes one of the threads for long work, where ``threads`` are given; they are shared with work of other kinds.
    """

    def __init__(
        self,
        words: StrPromise,
        *,
        at_once: int,
        waiting: int,
        seconds: float,
        retry_after: int,
        threads: threading.BoundedSemaphore | None = None,
    ) -> None:
        self._busy = (words, retry_after)
        self._free = threading.BoundedSemaphore(at_once)
        self._admitted = threading.BoundedSemaphore(at_once + waiting)
        self._seconds = seconds
        self._threads = threads

    @contextmanager
    def one(self) -> Iterator[None]:
        """A place for the work inside. Work inside other work has its place already. Raises :class:`Busy`."""
        if getattr(_thread, "has_place", False):
            yield
            return
        with ExitStack() as taken:
            self._take(self._admitted, 0, taken)
            if self._threads is not None:
                self._take(self._threads, 0, taken)
            self._take(self._free, self._seconds, taken)
            _thread.has_place = True
            try:
                yield
            finally:
                _thread.has_place = False

    def _take(self, places: threading.BoundedSemaphore, seconds: float, taken: ExitStack) -> None:
        """One of these until the end of ``taken``. Raises :class:`Busy`."""
        if not places.acquire(timeout=seconds):
            raise Busy(*self._busy)
        taken.callback(places.release)


_thread = threading.local()  # what each thread has
_THREADS: Final = threading.BoundedSemaphore(3)

_FILES: Final = _(
    "Máy chủ đang đọc tệp hoặc in giấy cho nhiều người cùng lúc. Chưa có gì được ghi; đợi khoảng %(seconds)d giây rồi "
    "làm lại."
)
PLACES: Final = Places(_FILES, at_once=2, waiting=1, seconds=10, retry_after=15, threads=_THREADS)
# Reading attached files for search, which nobody waits for: it takes none of the places that people wait for.
SEARCHED_FILES: Final = Places(_FILES, at_once=1, waiting=0, seconds=0, retry_after=15)

# Pages of attached files, which people leaf through: however many do, uploads, papers and sign-ins have their threads. Who
# waits for the place does so no longer than most pages take.
PREVIEWS: Final = Places(
    _("Máy chủ đang vẽ trang tệp cho người khác. Đợi khoảng %(seconds)d giây rồi bấm xem lại."),
    at_once=1,
    waiting=1,
    seconds=2,
    retry_after=5,
)

# Checks of passwords, which take the time of a hash each. Browsers that nobody has signed in with share one place, however
# many they are; the others, and people who have signed in, never wait for them. Their place takes no thread of long work:
# few come to it, because each browser has its own number of failures (khcn.parties.operations.sign_in_limits).
_PASSWORDS: Final = _(
    "Máy chủ đang kiểm tra mật khẩu của nhiều người cùng lúc nên chưa làm được việc này. Chưa có gì được ghi; đợi khoảng "
    "%(seconds)d giây, gõ lại mật khẩu nếu có rồi gửi lại."
)
PASSWORDS_FROM_UNKNOWN_BROWSERS: Final = Places(
    _PASSWORDS, at_once=1, waiting=1, seconds=1, retry_after=5, threads=_THREADS
)
# Sign-ins by an identity provider, which wait for another machine: one at a time, and never long.
PROVIDER: Final = Places(
    _(
        "Nhiều người đang đăng nhập bằng tài khoản định danh cùng lúc. Đợi khoảng %(seconds)d giây rồi thử lại, hoặc đăng nhập bằng "
        "mật khẩu."
    ),
    at_once=1,
    waiting=1,
    seconds=1,
    retry_after=5,
    threads=_THREADS,
)
PASSWORDS: Final = Places(_PASSWORDS, at_once=1, waiting=1, seconds=5, retry_after=5)
# Passwords typed in a session: who is signed in never takes the place of who wants to be.
PASSWORDS_IN_SESSION: Final = Places(_PASSWORDS, at_once=1, waiting=1, seconds=5, retry_after=5)
