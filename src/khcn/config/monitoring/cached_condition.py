"""The last look at the condition, so that a thousand questions in a second cost one look every few seconds."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils import timezone

from khcn.config.monitoring.condition import AlarmCode, SystemCondition, look

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

_FIRST_LOOK: Final = 10.0  # seconds that others wait for the first one of all
_TOO_OLD: Final = 45.0
"""Seconds: where no look has come to an end for so long, the database hangs."""


class CachedCondition:
    """Of one process. Of several threads that ask at once, one looks and the others get what was found before."""

    def __init__(
        self,
        look: Callable[[datetime], SystemCondition] = look,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = timezone.now,
    ) -> None:
        self._look, self._clock, self._now = look, clock, now
        self._looking = threading.Lock()
        self._last: tuple[float, SystemCondition] | None = None

    def get(self) -> SystemCondition:
        """What was found at most ``settings.CONDITION_SECONDS`` ago, or what a look that is under way has not yet replaced."""
        if (last := self._last) is not None and self._is_fresh(last):
            return last[1]
        patience = 0.0 if last is not None else _FIRST_LOOK
        if not self._looking.acquire(timeout=patience):
            return self._meanwhile()
        try:
            last = self._last
            if last is None or not self._is_fresh(last):
                began = self._clock()
                last = self._last = (began, self._look(self._now()))
            return last[1]
        finally:
            self._looking.release()

    def _is_fresh(self, last: tuple[float, SystemCondition]) -> bool:
        return self._clock() - last[0] < settings.CONDITION_SECONDS

    def _meanwhile(self) -> SystemCondition:
        """While another thread looks."""
        last = self._last
        if last is not None and self._clock() - last[0] < _TOO_OLD:
            return last[1]
        found = SystemCondition(self._now())
        found.raise_alarm(AlarmCode.DATABASE, "TimeoutError")
        return found


CONDITION: Final = CachedCondition()
