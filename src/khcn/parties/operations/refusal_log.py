"""Refusals in the change log: the first at once, those after it as one count (docs/adr/0042).

Three bounds, so that nobody fills the log or slows the database by being refused: a process writes the count of one place once a
minute at most, an account has so many places, and what is counted is logged once an hour.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import F

from khcn.kernel.audit.events import OF_SECURITY, log_event
from khcn.kernel.audit.models import LoggedAction
from khcn.kernel.refusals.attempts import AttemptKind
from khcn.kernel.request_quotas import PausedCounts
from khcn.kernel.text.language import in_vietnamese
from khcn.parties.models import RefusalCount
from khcn.parties.operations.counted_events import LONGEST_COUNT, log_due_counts

if TYPE_CHECKING:
    from datetime import datetime

MOST_PLACES: Final = 20
"""Counted separately for one account or key; refusals at further places are counted together."""
_QUIET: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class RefusedPlace:
    """Who was refused what, where."""

    subject: str
    label: str
    kind: AttemptKind
    place: str


COUNTED: Final = PausedCounts()
"""By :class:`RefusedPlace`."""
_MOST_SUBJECTS: Final = 1_000
_places: OrderedDict[str, OrderedDict[tuple[AttemptKind, str], float]] = OrderedDict()
_lock: Final = Lock()


def distinct_place(refused: RefusedPlace, *, now: float | None = None) -> RefusedPlace:
    """The place itself, or all others together where the subject has had so many within the last hour: a walk over addresses
    causes one write a minute, and not one for each. Known to this process alone.
    """
    moment = time.monotonic() if now is None else now
    key = (refused.kind, refused.place)
    with _lock:
        places = _places.pop(refused.subject, OrderedDict())
        _places[refused.subject] = places
        while len(_places) > _MOST_SUBJECTS:
            _places.popitem(last=False)
        while places and moment - next(iter(places.values())) > LONGEST_COUNT.total_seconds():
            places.popitem(last=False)
        if key not in places and len(places) >= MOST_PLACES:
            return replace(refused, place="")
        places.setdefault(key, moment)
    return refused


@in_vietnamese
def count_refusal(refused: RefusedPlace, number: int, *, where: str, at: datetime) -> None:
    """Write so many refusals of one kind at one place."""
    with transaction.atomic():
        of_subject = RefusalCount.objects.filter(subject=refused.subject)
        mine = of_subject.filter(kind=refused.kind)
        if mine.filter(place=refused.place).update(count=F("count") + number, last_at=at):
            return
        place = refused.place if of_subject.count() < MOST_PLACES else ""
        if not place and mine.filter(place="").update(count=F("count") + number, last_at=at):
            return
        row = RefusalCount(
            subject=refused.subject, label=refused.label, kind=refused.kind, place=place, where=where, count=number,
            first_at=at, last_at=at,
        )  # fmt: skip
        RefusalCount.objects.bulk_create([row], ignore_conflicts=True)
        _log(row, f"{_what(row)}, từ {where}" if where else _what(row), at)


@in_vietnamese
def log_counted_refusals(*, at: datetime) -> None:
    """Log the counts of places that have been quiet for a while, or counted for an hour."""
    log_due_counts(
        RefusalCount,
        lambda row, instants: _log(row, f"{_what(row)}: {row.count} lần, {instants}", at),
        quiet=_QUIET,
        at=at,
    )


def _what(row: RefusalCount) -> str:
    words = str(AttemptKind(row.kind).words).capitalize()
    return f"{words} ({row.place or 'nhiều chỗ khác'})"


def _log(row: RefusalCount, text: str, at: datetime) -> None:
    log_event(OF_SECURITY, LoggedAction.DENIED, label=row.label, object_id=row.subject, at=at, text=text)
