"""Whether public pages may be read from the standby of the own database, which is a little behind it (docs/adr/0033).

The standby is asked only while it follows: at most once a second a process notes how far the log of the primary has come, and
how much of it the standby has replayed. It is near where it has replayed what the primary had a given number of seconds ago. A recall
is therefore on a page at most so much later.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from time import monotonic
from typing import Final

from django.conf import settings
from django.db import Error, connections

from khcn.trace.store.database.sql import Sql, fetch
from khcn.trace.store.database.stores import OWN

log = logging.getLogger(__name__)

REPLICA: Final = "replica"
"""The alias of the standby's database."""

LOOK_SECONDS: Final = 1
"""For so long what was found about the standby holds."""

AWAY_SECONDS: Final = 5
"""For so long a standby that did not answer is not asked again."""

_WRITTEN: Final = Sql("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn")
_REPLAYED: Final = Sql("SELECT pg_last_wal_replay_lsn() - '0/0'::pg_lsn WHERE pg_is_in_recovery()")


class ReplicaWatch:
    """What a process knows about the standby."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next_look = float("-inf")
        self._is_near = False
        self._written: deque[tuple[float, int]] = deque()  # when the log of the primary had come how far

    def alias(self) -> str:
        """The database that a public page is read from now: the standby, or the primary."""
        if REPLICA not in connections.settings:
            return OWN
        if monotonic() >= self._next_look:
            if not self._lock.acquire(blocking=False):
                return OWN  # another request looks; what was found before may be long ago
            try:
                self._look()
            finally:
                self._lock.release()
        return REPLICA if self._is_near else OWN

    def failed(self, fault: BaseException) -> None:
        """A statement did not get its answer from the standby."""
        self._is_near = False
        self._next_look = monotonic() + AWAY_SECONDS
        connections[REPLICA].close()
        log.warning("the standby is not asked: %s", str(fault) or type(fault).__name__)

    def _look(self) -> None:
        now = monotonic()
        ((written,),) = fetch(_WRITTEN)
        self._written.append((now, int(written)))
        try:
            replayed = fetch(_REPLAYED, REPLICA)
        except Error as fault:
            self.failed(fault)
            return
        reached = int(replayed[0][0] or 0) if replayed else -1  # no row: it is no standby any more
        followed = float("-inf")
        while self._written and self._written[0][1] <= reached:
            followed = self._written.popleft()[0]
        if followed > float("-inf"):
            self._written.appendleft((followed, reached))
        oldest = now - settings.REPLICA_SECONDS
        self._is_near = followed >= oldest
        while len(self._written) > 1 and self._written[1][0] < oldest:
            self._written.popleft()  # too long ago to make it near
        self._next_look = now + LOOK_SECONDS


WATCH: Final = ReplicaWatch()
