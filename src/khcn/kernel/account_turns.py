"""That one account does not take the places that others wait for: it has one piece of such work at a time, and so many seconds of it."""

from __future__ import annotations

import math
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from khcn.kernel.bounded_process.places import TooOften
from khcn.kernel.request_quotas import TokenBuckets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_stubs_ext import StrPromise


class AccountTurns:
    """Of one kind of work: each account has `at_once` seconds of it, which come back at a rate of `per_second`.

    Args:
        per_second: seconds of work for each second that passes.
        at_once: seconds of work after a long time without any.
        busy: the sentence where the account's last piece is not finished, with `%(seconds)d`.
        spent: the sentence where it has had its seconds, with `%(seconds)d`.
    """

    RETRY_AFTER = 5

    def __init__(self, per_second: float, at_once: float, *, busy: StrPromise, spent: StrPromise) -> None:
        self._seconds = TokenBuckets(per_second, at_once)
        self._busy, self._spent = busy, spent
        self._working: set[int | None] = set()
        self._lock = threading.Lock()

    @contextmanager
    def one(self, account: int | None) -> Iterator[None]:
        """The work inside is the only one of the account. Raises TooOften."""
        if wait := self._seconds.take(account, 0):
            raise TooOften(self._spent, max(1, math.ceil(wait)))
        with self._lock:
            if account in self._working:
                raise TooOften(self._busy, self.RETRY_AFTER)
            self._working.add(account)
        try:
            yield
        finally:
            with self._lock:
                self._working.discard(account)

    def spend(self, account: int | None, seconds: float) -> None:
        """So long the work took."""
        self._seconds.take(account, seconds)

    def clear(self) -> None:
        """Forget the seconds of all accounts."""
        self._seconds.clear()
