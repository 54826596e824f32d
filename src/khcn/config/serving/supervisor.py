"""Forks the processes of the service from one that has loaded the program, and forks them again whenever they end.

The supervisor itself serves nothing and runs no threads: what it does cannot fail by a request.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NoReturn

from khcn.config.serving.linux import end_with, name_process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

log = logging.getLogger(__name__)

LOOK: Final = 0.1  # seconds between two looks at the processes
SHORT_LIFE: Final = (
    10.0  # seconds: a process that ended sooner is forked again after a pause that doubles each time
)
FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 10.0
GRACE: Final = 30.0  # seconds that the processes get to end; they limit themselves to less
_STOPPING: Final = {signal.SIGTERM, signal.SIGINT}


@dataclass(slots=True)
class Child:
    """One place for a process. ``run`` is given the supervisor's process id."""

    name: str
    run: Callable[[int], None]
    pid: int = 0  # 0: not running
    due: float = 0.0  # when to fork it
    forked_at: float = 0.0
    pause: float = 0.0

    def postpone(self, now: float) -> None:
        """It does not run: say when to fork it."""
        is_short = now - self.forked_at < SHORT_LIFE
        self.pause = min(LONGEST_PAUSE, max(FIRST_PAUSE, self.pause * 2)) if is_short else FIRST_PAUSE
        self.pid, self.due = 0, now + self.pause


class Supervisor:
    """Keeps all children running until SIGTERM or SIGINT."""

    def __init__(self, children: list[Child], *, ended: Callable[[int], None] = lambda _pid: None) -> None:
        """``ended`` is given the id of each process that has."""
        self.children = children
        self._ended = ended
        self.stop_requested = 0  # how often; a plain number: locks are not safe in a signal handler

    def request_stop(self, *_arguments: Any) -> None:
        """Signal handler."""
        self.stop_requested += 1

    def run(self) -> None:
        """Until a signal says to stop; then until all children have ended."""
        for each in _STOPPING:
            signal.signal(each, self.request_stop)
        while not self.stop_requested:
            for child in self.children:
                if not child.pid and child.due <= time.monotonic():
                    self.fork(child)
            time.sleep(LOOK)
            self.collect()
        self.stop()

    def fork(self, child: Child) -> None:
        """Start its process."""
        supervisor = os.getpid()
        sys.stdout.flush()
        sys.stderr.flush()
        child.forked_at = time.monotonic()
        with _signals_blocked():
            try:
                child.pid = os.fork()
            except OSError as fault:  # no memory, too many processes
                child.postpone(time.monotonic())
                log.error("%s cannot be forked: %s; next try in %.1f s", child.name, fault, child.pause)  # noqa: TRY400 -- it is
                return
            if not child.pid:
                _live(child, supervisor)

    def collect(self) -> None:
        """Note which children have ended, and when to fork them again."""
        for child in self.children:
            if not child.pid:
                continue
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if not pid:
                continue
            child.postpone(time.monotonic())
            self._ended(pid)
            if not self.stop_requested:
                code = os.waitstatus_to_exitcode(status)
                log.error(
                    "%s %s ended with status %s; another follows in %.1f s",
                    child.name,
                    pid,
                    code,
                    child.pause,
                )

    def stop(self) -> None:
        """Ask the children to end; kill those that do not in time, or when a second signal comes."""
        self._send(signal.SIGTERM)
        until, requested = time.monotonic() + GRACE, self.stop_requested
        while any(child.pid for child in self.children):
            if time.monotonic() > until or self.stop_requested > requested:
                log.warning("processes that did not end are killed")
                self._send(signal.SIGKILL)
            time.sleep(LOOK)
            self.collect()

    def _send(self, number: signal.Signals) -> None:
        for child in self.children:
            if child.pid:
                os.kill(child.pid, number)


@contextmanager
def _signals_blocked() -> Iterator[None]:
    """A signal that comes while a child has not yet its own handlers waits for them instead of being lost."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)


def _live(child: Child, supervisor: int) -> NoReturn:
    """The life of a forked process; it never returns to what called the supervisor.

    Ctrl-C reaches every process of the terminal. It is the supervisor that then tells the others, once; a handler rather than
    SIG_IGN, which the programs started from here would inherit.
    """
    code = 1
    try:
        end_with(supervisor)
        name_process(child.name)
        signal.signal(signal.SIGINT, lambda *_arguments: None)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        child.run(supervisor)
        code = 0
    except BaseException:
        log.exception("%s %s", child.name, os.getpid())
    finally:
        logging.shutdown()
        sys.stdout.flush()
        os._exit(code)
