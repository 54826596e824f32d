"""Which request a thread takes next, and which is refused because too many wait or come from one sender."""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from waitress.task import ThreadedTaskDispatcher

from khcn.config.serving.refusals import OverloadedError, TooManyRequestsError
from khcn.config.serving.senders import Queue, network_of, person_of, queue_of, sender_of
from khcn.kernel.request_quotas import PausedCounts, TokenBuckets

if TYPE_CHECKING:
    from collections.abc import Callable

    from waitress.utilities import Error

    from khcn.config.server_limits import ServerLimits
    from khcn.config.serving.connections import Connection
    from khcn.config.serving.look_ups import LookUp

log = logging.getLogger(__name__)

_FEW_THREADS: Final = 2


class Dispatcher(ThreadedTaskDispatcher):
    """Threads take the requests of people who are signed in in the order in which they came, and all others only while one thread
    is left for those people. Of the threads for all others, sign-ins leave one too, and so do programs: the answer to one may take
    seconds, and what strangers ask for is short.

    The others wait in three queues, which threads look at in turn: anybody can send sign-ins and questions for public pages
    without end, and in one queue with the pages a hundred of them would come before each page. Where a queue is full, what comes is
    refused at once: public pages and bulk work are given up first, and the pages of people last. Sign-ins have a queue for each
    network, and for each browser that somebody has signed in with: no network fills or delays those of the others.
    """

    def __init__(self, limits: ServerLimits) -> None:
        super().__init__()
        # Of two threads none can be left for people alone, where sign-ins must leave one for everybody else.
        self._free = limits.threads - 1 if limits.threads > _FEW_THREADS else limits.threads
        self._free_for = dict.fromkeys((Queue.SIGN_INS, Queue.PROGRAMS), max(1, self._free - 1))
        self._most_waiting = limits.waiting_requests
        self._of_one_person = limits.account_requests_at_once
        self._quotas = TokenBuckets(limits.address_requests_per_second, limits.address_requests_at_once)
        self._refused = PausedCounts()
        self._people: dict[object, _Person] = {}
        self._queues = {
            queue: _Turns(limits.waiting_requests)
            for queue in (Queue.SIGN_INS, Queue.PROGRAMS, Queue.STRANGERS)
        }

    def is_free_of_people(self) -> bool:
        """Whether no thread works for people: while one does, what others do takes the processor from them."""
        return not self._people

    def add_task(self, task: Any, answer: Callable[[], None] | None = None) -> None:
        """Let a thread answer the first request of a connection.

        `answer`: answers it at once. It is called for strangers alone, within the quota of their network.
        """
        request = task.requests[0]
        if request.error is not None:
            super().add_task(task)
            return
        network = network_of(str(task.addr[0]), request)
        queue = queue_of(request, network)
        if queue is Queue.PEOPLE:
            self._add_person(task, person_of(request))
            return
        sender = sender_of(request, network) if queue is Queue.SIGN_INS else network
        if queue is not Queue.PROGRAMS and sender is not None and (wait := self._quotas.take(sender)):
            if number := self._refused.add(network):
                log.warning("%d requests of %s were refused: beyond the quota of an address", number, network)
            self._refuse(task, TooManyRequestsError(wait))
            return
        if answer is not None and queue is Queue.STRANGERS:
            answer()
            return
        with self.lock:
            is_taken = self._queues[queue].add(task, sender if queue is Queue.SIGN_INS else None)
        if is_taken:
            self._next()
        else:
            self._refuse(task, OverloadedError(""))

    def add_look_up(self, task: LookUp) -> Error | None:
        """Let a thread find out who sends a large body: one more request of a stranger, who the sender may be. Returns why not."""
        network = network_of(str(task.connection.addr[0]), task.request)
        if network is not None and (wait := self._quotas.take(network)):
            return TooManyRequestsError(wait)
        with self.lock:
            is_taken = self._queues[Queue.STRANGERS].add(task, None)
        if not is_taken:
            return OverloadedError("")
        self._next()
        return None

    def _add_person(self, task: Connection, who: object) -> None:
        """A few requests of one account at a time, in whatever sessions: what it sends beyond that waits behind them, and not before
        everybody else.
        """
        with self.lock:
            person = self._people.setdefault(who, _Person())
            has_to_wait = bool(who) and person.running >= self._of_one_person
            is_refused = has_to_wait and len(person.waiting) >= self._most_waiting
            if not has_to_wait:
                person.running += 1
            elif not is_refused:
                person.waiting.append(task)
        if is_refused:
            self._refuse(task, OverloadedError(""))
        elif not has_to_wait:
            super().add_task(_Waited(task, partial(self._person_answered, who)))

    def _person_answered(self, who: object) -> None:
        with self.lock:
            person = self._people[who]
            following = person.waiting.popleft() if person.waiting else None
            if following is None:
                person.running -= 1
                if not person.running:
                    del self._people[who]
        if following is not None:
            super().add_task(_Waited(following, partial(self._person_answered, who)))

    def _refuse(self, task: Connection, error: Error) -> None:
        """The answer takes a thread no time; the connection ends with it."""
        task.requests[0].error = error
        task.refused = True
        super().add_task(task)

    def _next(self) -> None:
        with self.lock:
            if not self._free:
                return
            queue = next(
                (queue for queue, waiting in self._queues.items() if waiting and self._may_take(queue)), None
            )
            if queue is None:
                return
            self._count(queue, -1)
            connection = self._queues[queue].take()
            self._queues[queue] = self._queues.pop(queue)  # the others come before it the next time
        super().add_task(_Waited(connection, partial(self._answered, queue)))

    def waiting(self) -> dict[str, int]:
        """How many requests wait for a thread, by where they wait. Those of people wait with the threads themselves."""
        with self.lock:
            found = {queue.value: len(waiting) for queue, waiting in self._queues.items()}
            behind = sum(len(each.waiting) for each in self._people.values())
            found[Queue.PEOPLE.value] = max(0, len(self.queue) + behind)
        return found

    def _may_take(self, queue: Queue) -> bool:
        return self._free_for.get(queue, 1) > 0

    def _count(self, queue: Queue, change: int) -> None:
        self._free += change
        if queue in self._free_for:
            self._free_for[queue] += change

    def _answered(self, queue: Queue) -> None:
        with self.lock:
            self._count(queue, 1)
        self._next()


class _Turns:
    """Connections that wait, a number of each sender at most; senders take turns."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._of_senders: OrderedDict[str | None, deque[Connection | LookUp]] = OrderedDict()

    def __len__(self) -> int:
        return sum(map(len, self._of_senders.values()))

    def __bool__(self) -> bool:
        return bool(self._of_senders)  # a sender without a waiting request is not in it

    def add(self, connection: Connection | LookUp, sender: str | None) -> bool:
        """Whether there is room for another one of this sender."""
        waiting = self._of_senders.setdefault(sender, deque())
        if len(waiting) >= self._most:
            return False
        waiting.append(connection)
        return True

    def take(self) -> Connection | LookUp:
        """The first one of the sender whose turn it is."""
        sender, waiting = self._of_senders.popitem(last=False)
        connection = waiting.popleft()
        if waiting:
            self._of_senders[sender] = waiting
        return connection


@dataclass(slots=True)
class _Person:
    """What one account has in threads, and what waits behind it."""

    running: int = 0
    waiting: deque[Connection] = field(default_factory=deque)


@dataclass(frozen=True, slots=True)
class _Waited:
    connection: Connection | LookUp
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
