"""What is done again and again, declared as data: here what is looked for all the time, in `daily` what is due once a day.

    recurring("khcn.trace.jobs.answer_job", every=timedelta(seconds=0.3))   # in <area>/jobs.py
    daily("khcn.trace.jobs.make_partitions_job", at=time(1, 15))

The areas' ``jobs.py`` are read by one autodiscovery at start-up; the kernel knows no area. A function named here takes
nothing, or one argument, the :class:`JobContext`. Several workers may run at once, and one may be killed at any moment: what
is declared with `recurring` must lease what it works on, and what is declared with `daily` is leased for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta


class DuplicateWorkError(ValueError):
    """Two declarations for one function."""


@dataclass(frozen=True, slots=True)
class JobContext:
    """One run of recurring work: the clock, and whether the worker is about to stop."""

    clock: Callable[[], datetime]
    stopping: Event = field(default_factory=Event)

    def now(self) -> datetime:
        """The instant, to be handed on as ``at=``."""
        return self.clock()


@dataclass(frozen=True, slots=True)
class Recurring:
    """Work that is looked for all the time. Those of one lane take turns, lanes do not wait for each other.

    A function that returns True has more to do and is called again at once.
    """

    path: str
    every: timedelta
    lane: str


_recurring: dict[str, Recurring] = {}


_declared: set[str] = set()


def declare_once(path: str) -> None:
    """Note the path of a declaration, recurring or daily. Raises :class:`DuplicateWorkError` for a second one."""
    if path in _declared:
        raise DuplicateWorkError(path)
    _declared.add(path)


def recurring(path: str, *, every: timedelta, lane: str = "") -> None:
    """Declare work to be looked for ``every`` so often, in a lane of its own unless one is named."""
    declare_once(path)
    _recurring[path] = Recurring(path, every, lane or path)


def all_recurring() -> list[Recurring]:
    """All work that is declared with :func:`recurring`."""
    return list(_recurring.values())
