"""What waits for a person: lines that the packages offer, for the work list, the home page and the morning's e-mail.

A provider takes the actor and the day and returns at most :data:`MOST` lines, in a number of queries that does not grow
with them. The composition root lists the providers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Any, Final

from khcn.kernel.calendar.day_arithmetic import end_of_week

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

    from khcn.kernel.actors import Actor

MOST: Final = 50  # lines of one provider: a page is to be worked through, not to be searched


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One line: what has to be done, on which record, until when, and where that is done."""

    what: StrOrPromise
    title: str
    url: str
    due_on: date | None = None
    at: time | None = None  # the hour of that day, of what takes place at an hour
    place: str = ""
    due_text: str = ""
    note: StrOrPromise = ""
    icon: str = "list-check"
    key: str = ""  # names the line in reminders; what is to be reminded of again has another key


@dataclass(frozen=True, slots=True)
class ProvidedItems:
    """Lines of one provider, and how many there are beyond them."""

    items: tuple[WorkItem, ...]
    more: int = 0


def first_lines(waiting: QuerySet[Any], line: Callable[[Any], WorkItem]) -> ProvidedItems:
    """A line for each of the first records that wait, in their order; they are counted only where there are more."""
    rows = list(waiting[: MOST + 1])
    more = waiting.count() - MOST if len(rows) > MOST else 0
    return ProvidedItems(tuple(line(each) for each in rows[:MOST]), more)


@dataclass(frozen=True, slots=True)
class WorkList:
    """All that waits for somebody on a day, by urgency. Lines without a day come with what is due this week."""

    late: tuple[WorkItem, ...] = ()
    this_week: tuple[WorkItem, ...] = ()
    later: tuple[WorkItem, ...] = ()
    more: int = 0

    @property
    def count(self) -> int:
        """Lines shown."""
        return len(self.late) + len(self.this_week) + len(self.later)

    @property
    def first(self) -> tuple[WorkItem, ...]:
        """The most urgent lines, for the home page."""
        return (*self.late, *self.this_week, *self.later)[:5]


_providers: list[Callable[[Actor, date], ProvidedItems]] = []
_for_outside: list[Callable[[Actor, date], ProvidedItems]] = []


def register_work_provider(
    provider: Callable[[Actor, date], ProvidedItems], *, outside: bool = False
) -> None:
    """Let the work list ask ``provider`` for its lines. ``outside``: also for accounts of outside organisations, on their home page."""
    for providers in (_providers, _for_outside) if outside else (_providers,):
        if provider not in providers:
            providers.append(provider)


def work_of(actor: Actor, *, on: date) -> WorkList:
    """Everything that waits for an actor on a day, the oldest first."""
    offered = [provider(actor, on) for provider in (_for_outside if actor.is_outside else _providers)]
    items = sorted(
        (item for each in offered for item in each.items),
        key=lambda item: (
            item.due_on or end_of_week(on),
            item.at or time.min,
            str(item.what),
            item.title,
        ),
    )
    return WorkList(
        late=_where(items, lambda day: day is not None and day < on),
        this_week=_where(items, lambda day: day is None or on <= day <= end_of_week(on)),
        later=_where(items, lambda day: day is not None and day > end_of_week(on)),
        more=sum(each.more for each in offered),
    )


def _where(items: Iterable[WorkItem], wanted: Callable[[date | None], bool]) -> tuple[WorkItem, ...]:
    return tuple(item for item in items if wanted(item.due_on))
