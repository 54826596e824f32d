"""Which request a thread takes next, and which is refused because too many wait or come from one sender."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from waitress.task import ThreadedTaskDispatcher

from khcn.config.serving.refusals import OverloadedError, TooManyRequestsError
from khcn.config.serving.senders import Row, network_of, row_of, session_of
from khcn.kernel.request_quotas import TokenBuckets

if TYPE_CHECKING:
    from collections.abc import Callable

    from waitress.utilities import Error

    from khcn.config.serving.connections import Connection
    from khcn.config.serving.limits import ServerLimits


_FEW_THREADS: Final = 2
_OF_ONE_SESSION: Final = (
    2  # requests in threads of this process: a browser that loads a page and one that searches
)


class Dispatcher(ThreadedTaskDispatcher):
    """Threads take the requests of people who are signed in in the order in which they came, and all others only while one thread
    is left for those people. Of the threads for all others, sign-ins leave one too.

    The others wait in three rows, which threads look at in turn: anybody can send sign-ins and questions for public pages
    without end, and in one row with the pages a hundred of them would come before each page. Where a row is full, what comes is
    refused at once: public pages and bulk work are given up first, and the pages of people last.
    """

    def __init__(self, limits: ServerLimits) -> None:
        super().__init__()
        # Of two threads none can be left for people alone, where sign-ins must leave one for everybody else.
        self._free = limits.threads - 1 if limits.threads > _FEW_THREADS else limits.threads
        self._free_for_sign_ins = max(1, self._free - 1)
        self._most_waiting = limits.waiting_requests
        self._quotas = TokenBuckets(limits.address_requests_per_second, limits.address_requests_at_once)
        self._people: dict[str, _Person] = {}
        self._rows: dict[Row, deque[Connection]] = {
            row: deque() for row in (Row.SIGN_INS, Row.PROGRAMS, Row.STRANGERS)
        }

    def add_task(self, task: Any) -> None:
        """Let a thread answer the first request of a connection."""
        request = task.requests[0]
        if request.error is not None:
            super().add_task(task)
            return
        network = network_of(task, request)
        row = row_of(request, network)
        if row is Row.PEOPLE:
            self._add_person(task, session_of(request))
        elif row is Row.STRANGERS and network is not None and (wait := self._quotas.take(network)):
            self._refuse(task, TooManyRequestsError(wait))
        elif row is not Row.SIGN_INS and len(self._rows[row]) >= self._most_waiting:
            self._refuse(task, OverloadedError(""))
        else:
            with self.lock:
                self._rows[row].append(task)
            self._next()

    def _add_person(self, task: Connection, session: str) -> None:
        """Two requests of one session at a time: what it sends beyond that waits behind them, and not before everybody else."""
        with self.lock:
            person = self._people.setdefault(session, _Person())
            is_full = bool(session) and person.running >= _OF_ONE_SESSION
            if is_full and len(person.waiting) >= self._most_waiting:
                refused = True
            else:
                refused = False
                if is_full:
                    person.waiting.append(task)
                else:
                    person.running += 1
        if refused:
            self._refuse(task, OverloadedError(""))
        elif not is_full:
            super().add_task(_Waited(task, partial(self._person_answered, session)))

    def _person_answered(self, session: str) -> None:
        with self.lock:
            person = self._people[session]
            following = person.waiting.popleft() if person.waiting else None
            if following is None:
                person.running -= 1
                if not person.running:
                    del self._people[session]
        if following is not None:
            super().add_task(_Waited(following, partial(self._person_answered, session)))

    def _refuse(self, task: Connection, error: Error) -> None:
        """The answer takes a thread no time; the connection ends with it."""
        task.requests[0].error = error
        task.refused = True
        super().add_task(task)

    def _next(self) -> None:
        with self.lock:
            if not self._free:
                return
            row = next((row for row, waiting in self._rows.items() if waiting and self._may_take(row)), None)
            if row is None:
                return
            self._count(row, -1)
            connection = self._rows[row].popleft()
            self._rows[row] = self._rows.pop(row)  # the others come before it the next time
        super().add_task(_Waited(connection, partial(self._answered, row)))

    def _may_take(self, row: Row) -> bool:
        return row is not Row.SIGN_INS or self._free_for_sign_ins > 0

    def _count(self, row: Row, change: int) -> None:
        self._free += change
        self._free_for_sign_ins += change if row is Row.SIGN_INS else 0

    def _answered(self, row: Row) -> None:
        with self.lock:
            self._count(row, 1)
        self._next()


@dataclass(slots=True)
class _Person:
    """What one session has in threads, and what waits behind it."""

    running: int = 0
    waiting: deque[Connection] = field(default_factory=deque)


@dataclass(frozen=True, slots=True)
class _Waited:
    connection: Connection
    answered: Callable[[], None]

    def service(self) -> None:
        """Called by a thread."""
        try:
            self.connection.service()
        finally:
            self.answered()

    def cancel(self) -> None:
        """Called when the server stops before a thread has come to it."""
        self.connection.cancel()
