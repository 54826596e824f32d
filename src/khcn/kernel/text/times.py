"""Times of day as Vietnamese officials type and print them: "14 giờ 00". To the minute, of the day as the clock here shows it."""

from __future__ import annotations

import re
from datetime import time
from typing import Final

from django.utils.translation import gettext_lazy as _

from khcn.kernel.text.fold import strip_diacritics
from khcn.kernel.text.text_problem import TextProblem

_DAY, _HOUR, _MINUTE = 24 * 3600, 3600, 60  # seconds
_NOON: Final = 12
# What Excel writes beside a time of twelve hours, in English and in Vietnamese, and what people write.
_HALF: Final = r"(?: ?(?:(?P<morning>am|sa|sang)|(?P<afternoon>pm|ch|chieu)))?"
_FORMS: Final = (
    re.compile(
        r"(?:luc )?(?P<hours>\d{1,2}) ?(?:h|g|gio)(?: ?(?:(?P<minutes>\d\d)(?: ?(?:'|p|ph|phut))?|(?P<few>\d) ?(?:p|ph|phut)))?"
        + _HALF,
        re.ASCII,
    ),
    re.compile(
        r"(?:luc )?(?P<hours>\d{1,2}) ?: ?(?P<minutes>\d\d)(?::(?P<seconds>\d\d(?:\.\d{1,6})?))?" + _HALF,
        re.ASCII,
    ),
)


class TimeProblem(TextProblem):
    """A time that could not be read; says what to type."""


def _problem(typed: str) -> TimeProblem:
    return TimeProblem(
        "unreadable_time",
        _(
            "Chưa đọc được “%(value)s” thành giờ trong ngày. Gõ giờ từ 0 đến 23, phút từ 00 đến 59, ví dụ 14 giờ 30, 14h30 hoặc "
            "14:30."
        ),
        {"value": typed},
    )


def parse_time(typed: str) -> time:
    """Read a time of day: "14 giờ 30", "14 giờ", "14h30", "8g15", "14:30", "14:30:00" (a cell of Excel), "2:30 CH".

    Raises:
        TimeProblem: anything else, with a sentence for the person. A number alone is no time, and minutes have two digits
            ("14h5" may be five past or ten to).
    """
    plain = strip_diacritics(typed).rstrip(" .,;")
    found = next((match for form in _FORMS if (match := form.fullmatch(plain))), None)
    if found is None:
        raise _problem(typed)
    parts = found.groupdict()
    hours, minutes = int(parts["hours"]), int(parts["minutes"] or parts.get("few") or 0)
    if parts["morning"]:
        hours = hours if hours < _NOON else hours - _NOON if hours == _NOON else 24
    elif parts["afternoon"] and hours < _NOON:
        hours += _NOON
    if minutes >= _MINUTE:
        raise _problem(typed)
    return _to_the_minute(hours * _HOUR + minutes * _MINUTE + float(parts.get("seconds") or 0), typed)


def time_of_part(part: float, typed: str) -> time:
    """The time that Excel keeps as a part of a day, from 0 to less than 1. Raises :class:`TimeProblem`."""
    return _to_the_minute(part * _DAY, typed)


def _to_the_minute(seconds: float, typed: str) -> time:
    """Excel's parts of a day are off by less than a second."""
    whole = round(seconds)
    if whole % _MINUTE or not 0 <= whole < _DAY:
        raise _problem(typed)
    return time(whole // _HOUR, whole % _HOUR // _MINUTE)


def format_time(value: time) -> str:
    """For screens, cells and papers: "14 giờ 00", "08 giờ 30". :func:`parse_time` reads it back."""
    return f"{value.hour:02d} giờ {value.minute:02d}"
