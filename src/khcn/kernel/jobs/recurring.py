"""What is done again and again, declared as data.

    recurring("khcn.trace.jobs.send_answers", every=timedelta(seconds=0.3))   # in <area>/jobs.py
    daily("khcn.trace.jobs.make_partitions", at=time(1, 15))

The areas' ``jobs.py`` are read by one autodiscovery at start-up; the kernel knows no area. A function named here takes
nothing, or one argument, the :class:`JobContext`. Several workers may run at once, and one may be killed at any moment: what
is declared with `recurring` must claim what it works on, and what is declared with `daily` is claimed for it.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING

from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, time, timedelta


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


@dataclass(frozen=True, slots=True)
class Daily:
    """Work that is done once a day, at a local time or as soon after it as a worker is there."""

    path: str
    at: time


_recurring: dict[str, Recurring] = {}
_daily: dict[str, Daily] = {}


def _declare_once(path: str) -> None:
    if path in _recurring or path in _daily:
        raise DuplicateWorkError(path)


def recurring(path: str, *, every: timedelta, lane: str = "") -> None:
    """Declare work to be looked for ``every`` so often, in a lane of its own unless one is named."""
    _declare_once(path)
    _recurring[path] = Recurring(path, every, lane or path)


def daily(path: str, *, at: time) -> None:
    """Declare work to be done once a day at a local time."""
    _declare_once(path)
    _daily[path] = Daily(path, at)


def all_recurring() -> list[Recurring]:
    """All work that is declared with :func:`recurring`."""
    return list(_recurring.values())


def all_daily() -> list[Daily]:
    """All work that is declared with :func:`daily`."""
    return list(_daily.values())


def perform(path: str, context: JobContext) -> object:
    """Call the function at ``path``, with the context if it takes one. Raises what it raises."""
    function = import_string(path)
    return function(context) if inspect.signature(function).parameters else function()
