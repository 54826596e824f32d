"""When a term ends: one pure function of its events, the version of its rule and the calendar.

A result is never made from an earlier result. A caller that wants to know the end of a term passes everything that
happened to it, and gets the date together with the steps that led to it; so entering an event late, or correcting one,
gives the same date as entering it in time.

How days are counted (Bộ luật Dân sự 2015 art. 147–148; docs/adr/0013):

- The day from which a term counts is not counted itself.
- Months and years end on the same day of a later month, or on its last day where that month is shorter. They count
  from the original start, whatever was added in between.
- A term in days, months or years that ends on a day off ends on the next working day. "n days before" a day ends on
  the working day before, because fewer than n days would be left otherwise.
- A stop takes effect after its day, a resumption after its day: the days between, the day of resumption included, do
  not count. Both are counted by the calendar of the term itself.
- An extension names the new last day. Stops that begin later push that day on as well.
- A term that is known by its month, quarter or year only ends with it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from khcn.kernel.calendar.day_arithmetic import month_end, plus_months, quarter_end, year_end

if TYPE_CHECKING:
    from collections.abc import Iterable

    from khcn.kernel.calendar.working_days import WorkingCalendar

_ONE_DAY = timedelta(days=1)
_MONTHS_OF_A_QUARTER = 3


class TermUnit(StrEnum):
    """What the number of a term counts. ``FIXED`` is no counting at all: the day itself is known."""

    FIXED = "fixed"
    DAY = "day"
    WORKING_DAY = "working_day"
    MONTH = "month"
    YEAR = "year"
    DAY_BEFORE = "day_before"
    MONTH_END = "month_end"
    QUARTER_END = "quarter_end"


class TermExactness(StrEnum):
    """How exactly a day is known: by itself, or only by its month, quarter or year."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_LAST_DAY_OF = {
    TermExactness.MONTH: month_end,
    TermExactness.QUARTER: quarter_end,
    TermExactness.YEAR: year_end,
}


class EventKind(StrEnum):
    """What may happen to a term while it runs."""

    STOP = "stop"
    RESUME = "resume"
    EXTEND = "extend"


class TermEvent(NamedTuple):
    """One dated event. ``until`` is the new last day of an extension."""

    on: date
    kind: EventKind
    until: date | None = None
    reason: str = ""


class Term(NamedTuple):
    """As much of a rule as counting needs."""

    amount: int
    unit: TermUnit


class Stop(NamedTuple):
    """Days that do not count: after ``since`` up to and including ``until``; without ``until`` the stop lasts."""

    since: date
    until: date | None

    def covers(self, day: date) -> bool:
        """Is ``day`` one of the days that do not count?"""
        return self.since < day and (self.until is None or day <= self.until)


Step = dict[str, str | int]
"""One step of the explanation, as plain values: stored with the date and put into words when it is shown."""


@dataclass(frozen=True, slots=True)
class TermEnd:
    """Where a term ends, and how that was found.

    ``due_on`` is None while a stop lasts that began inside the term. ``provisional`` names the years whose days off
    were needed and are not announced yet.
    """

    due_on: date | None
    exactness: TermExactness = TermExactness.DAY
    stopped_since: date | None = None
    provisional: tuple[int, ...] = ()
    steps: tuple[Step, ...] = ()


def _stops_of(events: Iterable[TermEvent]) -> list[Stop]:
    """Stops and resumptions as spans, whatever the order in which they were entered.

    On one day a stop and a resumption may meet: where the term was stopped, it is resumed first and stopped again;
    where it ran, it is stopped and resumed at once.
    """
    days: defaultdict[date, set[EventKind]] = defaultdict(set)
    for event in events:
        if event.kind is not EventKind.EXTEND:
            days[event.on].add(event.kind)
    found: list[Stop] = []
    since: date | None = None
    for day in sorted(days):
        kinds = days[day]
        if since is not None and EventKind.RESUME in kinds:
            found.append(Stop(since, day))
            since = day if EventKind.STOP in kinds else None
        elif since is None and kinds == {EventKind.STOP}:
            since = day
    if since is not None:
        found.append(Stop(since, None))
    return found


class _StillStoppedError(Exception):
    """The count came to a stop that lasts."""

    def __init__(self, stop: Stop, left: int) -> None:
        super().__init__(stop)
        self.stop, self.left = stop, left


@dataclass(slots=True)
class _Count:
    """Counting days by a calendar and around stops; remembers which years were needed and are not announced."""

    calendar: WorkingCalendar
    stops: list[Stop]
    unannounced: set[int] = field(default_factory=set)
    in_working_days: bool = False

    def is_working_day(self, day: date) -> bool:
        if not self.calendar.is_announced(day.year):
            self.unannounced.add(day.year)
        return self.calendar.is_working_day(day)

    def _stop_at(self, day: date, left: int) -> Stop | None:
        found = next((stop for stop in self.stops if stop.covers(day)), None)
        if found is not None and found.until is None:
            raise _StillStoppedError(found, left)
        return found

    def end(self, start: date, number: int) -> date:
        """The day on which ``number`` days are counted, from the day after ``start``."""
        if not self.in_working_days and not self.stops:
            return start + timedelta(days=number)
        day = start
        while number:
            day += _ONE_DAY
            stop = self._stop_at(day, number)
            if stop is not None and stop.until is not None:
                day = stop.until
            elif not self.in_working_days or self.is_working_day(day):
                number -= 1
        return day

    def number(self, start: date, end: date) -> int:
        """How many days count after ``start`` up to and including ``end``, were there no stops."""
        days = (end - start).days
        if not self.in_working_days:
            return max(days, 0)
        return sum(self.is_working_day(start + timedelta(days=n)) for n in range(1, days + 1))

    def roll_forward(self, day: date) -> date:
        """``day`` if it is worked, else the next working day that no stop covers."""
        while not self.is_working_day(day) or self._stop_at(day, 0):
            day += _ONE_DAY
        return day

    def roll_back(self, day: date) -> date:
        """``day`` if it is worked, else the working day before."""
        while not self.is_working_day(day):
            day -= _ONE_DAY
        return day


def _raw_end(start: date, term: Term) -> date:
    """The last day of a term that is not counted in working days, before it is moved to a working day."""
    amount, unit = term
    if unit is TermUnit.MONTH:
        return plus_months(start, amount)
    if unit is TermUnit.YEAR:
        return plus_months(start, 12 * amount)
    if unit is TermUnit.MONTH_END:
        return month_end(plus_months(start.replace(day=1), amount))
    if unit is TermUnit.QUARTER_END:
        last_month = start.month + (-start.month) % _MONTHS_OF_A_QUARTER
        return month_end(plus_months(date(start.year, last_month, 1), _MONTHS_OF_A_QUARTER * amount))
    return start + timedelta(days=amount)


def end_of_term(
    start: date,
    term: Term,
    *,
    calendar: WorkingCalendar,
    events: Iterable[TermEvent] = (),
    exactness: TermExactness = TermExactness.DAY,
) -> TermEnd:
    """When a term ends that counts from ``start`` (for "n days before": the day before which it counts).

    ``events`` may come in any order. ``exactness`` says how exactly ``start`` is known. A year that the calendar does
    not hold, or holds provisionally, makes the result provisional: Monday to Friday are then taken for working days.

    Raises:
        ValueError: the term has a negative length.
    """
    if term.amount < 0:
        message = f"a term has no negative length: {term.amount}"
        raise ValueError(message)
    known = sorted(set(events))
    stops = _stops_of(known)
    last_day_of = _LAST_DAY_OF.get(exactness)
    if last_day_of is not None:
        start = last_day_of(start)
    steps: list[Step] = [
        {"step": "start", "on": start.isoformat(), "amount": term.amount, "unit": term.unit.value}
    ]
    count = _Count(calendar, stops, in_working_days=term.unit is TermUnit.WORKING_DAY)
    extension = max((each for each in known if each.kind is EventKind.EXTEND and each.until), default=None)
    try:
        due_on = (
            _extended_end(count, extension, steps) if extension else _plain_end(count, start, term, steps)
        )
    except _StillStoppedError as still:
        steps.append({"step": "stopped", "since": still.stop.since.isoformat(), "left": still.left})
        return TermEnd(
            None, exactness, still.stop.since, tuple(sorted(count.unannounced)), (*steps, *_mark(count))
        )
    steps.extend(_stop_steps(stops, start, due_on, term, extension))
    if last_day_of is not None:
        due_on = last_day_of(due_on)
        steps.append({"step": exactness.value, "on": due_on.isoformat()})
    lasting = stops[-1] if stops and stops[-1].until is None and not _moves(term) else None
    return TermEnd(
        due_on,
        exactness,
        lasting.since if lasting else None,
        tuple(sorted(count.unannounced)),
        (*steps, *_mark(count)),
    )


def _stop_steps(
    stops: list[Stop], start: date, due_on: date, term: Term, extension: TermEvent | None
) -> list[Step]:
    """The stops that moved the end; of a day that is named, those that did not, unless its extension was decided later."""
    if term.unit is TermUnit.FIXED:
        named = [stop for stop in stops if stop.since < due_on]
        return [
            {"step": "not_moved", "since": stop.since.isoformat()}
            for stop in named
            if extension is None or stop.since >= extension.on
        ]
    return [
        {"step": "stop", "since": stop.since.isoformat(), "until": stop.until.isoformat()}
        for stop in stops
        if stop.until and stop.until > start and stop.since < due_on and _moves(term)
    ]


def _moves(term: Term) -> bool:
    """Does a stop move the end of such a term? Not where the day is fixed or counted backwards."""
    return term.unit not in {TermUnit.FIXED, TermUnit.DAY_BEFORE}


def _mark(count: _Count) -> list[Step]:
    return [{"step": "provisional", "year": year} for year in sorted(count.unannounced)]


def _plain_end(count: _Count, start: date, term: Term, steps: list[Step]) -> date:
    if term.unit is TermUnit.FIXED:
        return start
    if term.unit is TermUnit.WORKING_DAY:
        return count.end(start, term.amount)
    if term.unit is TermUnit.DAY_BEFORE:
        raw = start - timedelta(days=term.amount)
        due_on = count.roll_back(raw)
    else:
        raw = count.end(start, (_raw_end(start, term) - start).days)
        due_on = count.roll_forward(raw)
    if due_on != raw:
        steps.append({"step": "moved", "from": raw.isoformat(), "to": due_on.isoformat()})
    return due_on


def _extended_end(count: _Count, extension: TermEvent, steps: list[Step]) -> date:
    until = extension.until
    assert until is not None  # noqa: S101 -- the caller took an extension that names a day
    steps.append(
        {
            "step": "extended",
            "on": extension.on.isoformat(),
            "until": until.isoformat(),
            "reason": extension.reason,
        }
    )
    unit_moves = steps[0]["unit"] not in {TermUnit.FIXED.value, TermUnit.DAY_BEFORE.value}
    later = [stop for stop in count.stops if stop.since >= extension.on and stop.since < until]
    if not later or not unit_moves:
        return until
    after = _Count(count.calendar, later, count.unannounced, count.in_working_days)
    end = after.end(extension.on, after.number(extension.on, until))
    return end if count.in_working_days else after.roll_forward(end)
