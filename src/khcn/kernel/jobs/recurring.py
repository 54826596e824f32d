"""What is done again and again, declared as data: here what is looked for all the time, in `daily` what is due once a day.

    recurring("khcn.trace.jobs.deliver", every=timedelta(seconds=0.3), title=_("Gửi sự kiện"))   # in <area>/jobs.py
    daily("khcn.trace.jobs.make_partitions_job", at=time(1, 15), title=_("Chuẩn bị bảng"))

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

    from django_stubs_ext import StrOrPromise


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


_titles: dict[str, StrOrPromise] = {}


def name_work(path: str, title: StrOrPromise) -> None:
    """Say what people call the work at a path: what is declared here has a name, and what only comes from the queue gets it so.

    Raises :class:`DuplicateWorkError` for a second declaration of one path.
    """
    if path in _titles:
        raise DuplicateWorkError(path)
    _titles[path] = title


def title_of_work(path: str) -> str:
    """What the work at a path is called; the path itself where it has no name."""
    return str(_titles.get(path, path))


def recurring(path: str, *, every: timedelta, title: StrOrPromise, lane: str = "") -> None:
    """Declare work to be looked for ``every`` so often, in a lane of its own unless one is named."""
    name_work(path, title)
    _recurring[path] = Recurring(path, every, lane or path)


def all_recurring() -> list[Recurring]:
    """All work that is declared with :func:`recurring`."""
    return list(_recurring.values())
