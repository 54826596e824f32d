"""The loop that runs recurring work: a thread for each lane, each run on its own, under the system's name.

What a run raises is logged and costs the others nothing; a database that is away for a while is waited for. Nothing
here survives the process, so it may be killed at any moment.
"""

from __future__ import annotations

import inspect
import logging
import os
import threading
import time
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import InterfaceError, OperationalError, close_old_connections, connections
from django.utils.module_loading import import_string

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.jobs.failures import record_failure, record_success
from khcn.kernel.jobs.memory import give_freed_memory_back_now
from khcn.kernel.jobs.recurring import JobContext, all_recurring

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from khcn.kernel.jobs.recurring import Recurring

log = logging.getLogger(__name__)

NONE: Final = timedelta(0)
FIRST_PAUSE: Final = timedelta(seconds=1)  # after a failure; doubled with each further one
LONGEST_PAUSE: Final = timedelta(seconds=30)
LONGEST_AWAY: Final = timedelta(seconds=5)  # the same for a database that does not answer
LOOK: Final = 0.2  # seconds between two looks at the parent and at the signals
# What is looked for so seldom, or has run so long, gives its connection back: one that waits costs some megabytes with SQLite
# (the schema, pages, statements), and a process of the server with PostgreSQL.
SELDOM: Final = timedelta(seconds=2)
LONG: Final = 1.0  # seconds
GRACE: Final = 25.0  # seconds that a run in progress has to come to an end


class Lane(threading.Thread):
    """Runs the work of one lane, each piece when its time has come."""

    def __init__(self, name: str, work: Iterable[Recurring], context: JobContext) -> None:
        super().__init__(name=name, daemon=True)
        self.context = context
        self.due = dict.fromkeys(work, 0.0)
        self.failures: dict[Recurring, int] = defaultdict(int)
        self.succeeded: set[Recurring] = set()  # in this process: nothing that was noted before is left

    def run(self) -> None:
        """Until the context says to stop."""
        while not self.context.stopping.is_set():
            for work, due in list(self.due.items()):
                if due <= time.monotonic() and not self.context.stopping.is_set():
                    pause = self.once(work)
                    self.due[work] = time.monotonic() + pause.total_seconds()
            self.context.stopping.wait(max(0.0, min(self.due.values()) - time.monotonic()))
        close_old_connections()

    def once(self, work: Recurring) -> timedelta:
        """Do one piece of work. Returns how long to leave it alone."""
        close_old_connections()
        longest, began = LONGEST_PAUSE, time.monotonic()
        try:
            with acting(SYSTEM, f"Công việc nền {work.path}"):
                more = perform_work(work.path, self.context)
        except (OperationalError, InterfaceError) as problem:
            log.warning("%s: database: %s", work.path, str(problem).strip())
            longest = LONGEST_AWAY
        except Exception as problem:
            log.exception("%s failed", work.path)
            record_failure(work.path, problem, at=self.context.now())
            self.succeeded.discard(work)
        else:
            if self.failures.pop(work, 0):
                log.info("%s works again", work.path)
            if work not in self.succeeded:
                record_success(work.path)
                self.succeeded.add(work)
            return NONE if more is True else work.every
        finally:
            long = time.monotonic() - began > LONG
            if long or min(each.every for each in self.due) >= SELDOM:
                connections.close_all()  # of this thread
            else:
                close_old_connections()
            if long:
                give_freed_memory_back_now()
        self.failures[work] += 1
        pause: timedelta = FIRST_PAUSE * 2 ** min(self.failures[work] - 1, 10)
        return min(longest, max(work.every, pause))


class Background:
    """All lanes of one worker process."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.context = JobContext(clock)
        by_lane: dict[str, list[Recurring]] = defaultdict(list)
        for work in all_recurring():
            by_lane[work.lane].append(work)
        self.lanes = [Lane(name, work, self.context) for name, work in by_lane.items()]
        self.asked = False  # a plain flag: locks are not safe in a signal handler

    def stop(self) -> None:
        """Begin nothing new; what is running may end. May be called by a signal handler."""
        self.asked = True

    def run(self, parent: int | None = None) -> bool:
        """Work until :meth:`stop`, or until the process ``parent`` is no longer our parent.

        Returns whether every lane came to an end in the time allowed.
        """
        for lane in self.lanes:
            lane.start()
        while not self.asked:
            time.sleep(LOOK)
            if parent is not None and os.getppid() != parent:
                log.info("the process that started this worker is gone")
                self.stop()
        self.context.stopping.set()
        until = time.monotonic() + GRACE
        for lane in self.lanes:
            lane.join(max(0.0, until - time.monotonic()))
        return not any(lane.is_alive() for lane in self.lanes)


def perform_work(path: str, context: JobContext) -> object:
    """Call the function at ``path``, with the context if it takes one. Raises what it raises."""
    function = import_string(path)
    return function(context) if inspect.signature(function).parameters else function()
