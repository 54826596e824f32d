"""When a scheduled subscription runs (EPCIS 2.0, 8.2.5.3 QuerySchedule; ``query-schedule.json``).

Six fields, each a list of numbers and ranges: ``{"hour": "1", "minute": "5"}``, ``{"dayOfWeek": "[1-5],7"}``. A run is
at every second, local time, that matches all given fields. A missing field is no condition; but fields finer than the
finest given field take their first value: "hour 1, minute 5" is once a day at 01:05:00, not sixty times in that minute.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final, NoReturn

from khcn.epcis import QueryError

# From coarse to fine, with the allowed numbers. Day of the week and day of the month are both conditions on days.
RANGES: Final = {
    "month": range(1, 13),
    "dayOfMonth": range(1, 32),
    "dayOfWeek": range(1, 8),  # 1 is Monday
    "hour": range(24),
    "minute": range(60),
    "second": range(60),
}
_ELEMENT: Final = re.compile(r"(\d{1,2})|\[(\d{1,2})-(\d{1,2})\]", re.ASCII)
_DAYS_LOOKED_AT: Final = 366 * 41  # within 41 years every date falls on every day of the week
LONGEST_TEXT: Final = 400


def _refuse(field: str, vi: str, en: str) -> NoReturn:
    raise QueryError("SubscriptionControlsException", field, vi, en)


def _element(text: str, allowed: range) -> range | None:
    """``7`` or ``[1-5]``; None where it is neither, or holds what is not allowed."""
    match = _ELEMENT.fullmatch(text)
    if match is None:
        return None
    low = int(match[1] or match[2])
    high = int(match[1] or match[3])
    return range(low, high + 1) if low in allowed and high in allowed and low <= high else None


def _numbers(field: str, value: object) -> tuple[int, ...]:
    allowed = RANGES[field]
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    elements: list[range | None] = [None]
    if isinstance(text, str) and len(text) <= LONGEST_TEXT:
        elements = [_element(part, allowed) for part in text.split(",")]
    found = {number for element in elements if element for number in element}
    if None in elements:
        _refuse(
            f"schedule.{field}",
            f'{field} của lịch chỉ nhận số từ {allowed[0]} đến {allowed[-1]}, ví dụ "1", "1,5" hay "[1-5]".',
            f"{value!r} is no list of numbers and [ranges] from {allowed[0]} to {allowed[-1]}",
        )
    return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class Schedule:
    """The numbers allowed in each field, sorted."""

    month: tuple[int, ...]
    day_of_month: tuple[int, ...]
    day_of_week: tuple[int, ...]
    hour: tuple[int, ...]
    minute: tuple[int, ...]
    second: tuple[int, ...]

    def has_day(self, day: date) -> bool:
        """Whether the date fields allow this day."""
        return (
            day.month in self.month and day.day in self.day_of_month and day.isoweekday() in self.day_of_week
        )

    def first_time(self, earliest: time) -> time | None:
        """The first time of day, to the second, that is not before ``earliest``."""
        for hour in self.hour:
            if hour < earliest.hour:
                continue
            for minute in self.minute:
                if (hour, minute) < (earliest.hour, earliest.minute):
                    continue
                for second in self.second:
                    if time(hour, minute, second) >= earliest:
                        return time(hour, minute, second)
        return None


def parse_schedule(raw: object, *, zone: tzinfo) -> Schedule:
    """Parse a schedule sent by a client.

    Raises:
        QueryError: ``SubscriptionControlsException`` for an unknown field, a number out of range, no field at all, or
            days that do not exist (30 February).
    """
    if not isinstance(raw, Mapping) or not raw:
        _refuse(
            "schedule",
            'Lịch phải có ít nhất một trường, ví dụ {"hour": "1", "minute": "5"}.',
            "a schedule is an object with at least one field",
        )
    unknown = sorted(str(field) for field in raw if field not in RANGES)
    if unknown:
        _refuse(
            f"schedule.{unknown[0]}",
            f"Lịch không có trường “{unknown[0]}”; các trường là {', '.join(RANGES)}.",
            f"a schedule has no field {unknown[0]!r}",
        )
    fields = list(RANGES)
    finest = max(fields.index(field) for field in raw)
    given = {field: _numbers(field, value) for field, value in raw.items()}
    parts = []
    for place, field in enumerate(fields):
        allowed = RANGES[field]
        free = (allowed[0],) if place > finest and field != "dayOfWeek" else tuple(allowed)
        parts.append(given.get(field, free))
    schedule = Schedule(*parts)
    if next_run(schedule, after=datetime(2000, 1, 1, tzinfo=zone), zone=zone) is None:
        _refuse("schedule", "Lịch này không bao giờ tới: không có ngày nào như vậy.", "there is no such day")
    return schedule


def next_run(schedule: Schedule, *, after: datetime, zone: tzinfo) -> datetime | None:
    """The first instant after ``after`` that matches every field in local time; None where there is none."""
    start = after.astimezone(zone).replace(microsecond=0, tzinfo=None) + timedelta(seconds=1)
    day, earliest = start.date(), start.time()
    for _look in range(_DAYS_LOOKED_AT):
        found = schedule.first_time(earliest) if schedule.has_day(day) else None
        if found is not None:
            return datetime.combine(day, found, tzinfo=zone)
        day, earliest = day + timedelta(days=1), time.min
    return None
