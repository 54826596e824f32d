"""Instants in EPCIS: RFC 3339 date-times with an offset and any number of fraction digits.

`datetime` has only microseconds: ``…00.9999999Z`` would not survive a round trip, and could not be rounded to
milliseconds correctly. Hence this class, which keeps the original text and the instant.
"""

import re
from datetime import UTC, date, datetime, timedelta
from functools import total_ordering
from typing import Final

from khcn.epcis.errors import ConversionError, EpcisError
from khcn.epcis.text_cache import TextCache

_PATTERN: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))?", re.ASCII
)
_OF_XML: Final = re.compile(
    r"(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?",
    re.ASCII,
)
# The usual form: all but the day is in its range.
_USUAL: Final = re.compile(
    r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.(\d+))?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
).fullmatch
_HAS_OFFSET: Final = re.compile(r"(?:[Zz]|[+-]\d\d:\d\d)$")
_EPOCH: Final = date(1970, 1, 1).toordinal()
_START: Final = datetime(1970, 1, 1, tzinfo=UTC)
DAY, HOUR, MINUTE = 86400, 3600, 60
LAST_HOUR, LAST_MINUTE, LEAP_SECOND = 23, 59, 60
_MILLIS, _MICRO_DIGITS = 1000, 6
_CYCLE_YEARS, _CYCLE_DAYS = 400, 146_097


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


_DATE: Final = len("2026-10-09")
_IS_DAY: Final = TextCache(_is_day, 1024)


@total_ordering
class Time:
    """An instant with the text it was written as.

    Two times are equal when they are the same instant, however written: ``10:00:00Z`` is ``11:00:00.000+01:00``.
    A text without an offset is read as UTC (XML 1.2 documents have such; `rules` reports them).

    Raises:
        EpcisError: the text is no date-time of the proleptic Gregorian calendar.
    """

    __slots__ = ("fraction", "seconds", "text")

    text: str
    seconds: int
    """Whole seconds since 1970-01-01T00:00:00Z; a leap second counts as the second after it."""
    fraction: str
    """Digits after the point without trailing zeros, so that strings compare as the fractions do."""

    def __init__(self, text: str) -> None:
        usual = _USUAL(text)
        if usual and _IS_DAY[text[:_DATE]]:
            since = datetime.fromisoformat(text) - _START
            fraction = usual[1]
            object.__setattr__(self, "text", text)
            object.__setattr__(self, "seconds", since.days * DAY + since.seconds)
            object.__setattr__(self, "fraction", fraction.rstrip("0") if fraction else "")
        else:
            self._read(text)

    def _read(self, text: str) -> None:
        found = _PATTERN.fullmatch(text)
        if not found:
            raise EpcisError(f"not a date-time with an offset: {text[:100]!r}")
        year, month, day, hour, minute, second, fraction, sign, east, past = found.groups()
        try:
            days = date(int(year), int(month), int(day)).toordinal() - _EPOCH
        except ValueError:
            raise EpcisError(f"there is no such day: {text[:100]!r}") from None
        offset = 0
        if sign:
            offset = int(east) * HOUR + int(past) * MINUTE
            if sign == "-":
                offset = -offset
        hours, minutes, seconds = int(hour), int(minute), int(second)
        if hours > LAST_HOUR or minutes > LAST_MINUTE or seconds > LEAP_SECOND:
            raise EpcisError(f"there is no such time of day: {text[:100]!r}")
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "seconds", days * DAY + hours * HOUR + minutes * MINUTE + seconds - offset)
        object.__setattr__(self, "fraction", (fraction or "").rstrip("0"))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Time does not change ({name})")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a Time does not change ({name})")

    def __reduce__(self) -> tuple[type["Time"], tuple[str]]:
        return Time, (self.text,)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Time):
            return NotImplemented
        return self.seconds == other.seconds and self.fraction == other.fraction

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Time):
            return NotImplemented
        return (self.seconds, self.fraction) < (other.seconds, other.fraction)

    def __hash__(self) -> int:
        return hash((self.seconds, self.fraction))

    def __repr__(self) -> str:
        return f"Time({self.text!r})"

    def __str__(self) -> str:
        return self.text

    def to_datetime(self) -> datetime:
        """The instant in UTC, cut off after microseconds."""
        micro = int(self.fraction[:_MICRO_DIGITS].ljust(_MICRO_DIGITS, "0"))
        return datetime.fromtimestamp(0, UTC) + timedelta(seconds=self.seconds, microseconds=micro)

    def to_xml(self) -> str:
        """As `xsd:dateTime`: the text, or where XML has none like it (a leap second, an offset over 14 hours) the instant in UTC.

        Raises:
            ConversionError: there it is in no year from 1 to 9999.

        >>> Time("2026-10-08T08:00:00.5+15:30").to_xml()
        '2026-10-07T16:30:00.5Z'
        """
        text = self.text.upper()
        if _OF_XML.fullmatch(text):
            return text
        try:
            instant = datetime.fromtimestamp(0, UTC) + timedelta(seconds=self.seconds)
        except OverflowError:
            raise ConversionError(f"{self.text} is in no year that XML can hold here") from None
        fraction = f".{self.fraction}" if self.fraction else ""
        return f"{instant.year:04}-{instant:%m-%dT%H:%M:%S}{fraction}Z"

    def to_milliseconds(self) -> str:
        """UTC text with three fraction digits, for the event hash (CBV 2.0, 8.9.1).

        Digits after the sixth are cut, then half a millisecond goes to the even neighbour, as the reference
        implementation does; rounding carries into the seconds, where the reference raises ValueError.

        >>> Time("2022-01-01T06:59:59.9996+07:00").to_milliseconds()
        '2022-01-01T00:00:00.000Z'
        """
        micro = int(self.fraction[:_MICRO_DIGITS].ljust(_MICRO_DIGITS, "0"))
        milli, rest = divmod(micro, _MILLIS)
        if rest > _MILLIS // 2 or (rest == _MILLIS // 2 and milli % 2):
            milli += 1
        carry, milli = divmod(milli, _MILLIS)
        days, second = divmod(self.seconds + carry, DAY)
        # An offset or the carry may leave the years 1 to 9999; the calendar repeats every 400 years.
        cycle, day_of_cycle = divmod(days + _EPOCH - 1, _CYCLE_DAYS)
        day = date.fromordinal(day_of_cycle + 1)
        hour, second = divmod(second, HOUR)
        minute, second = divmod(second, MINUTE)
        year = day.year + cycle * _CYCLE_YEARS
        return f"{year:04}-{day.month:02}-{day.day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z"


def is_date_time(text: str) -> bool:
    """Whether text is a date-time of RFC 3339: what the JSON schema's format ``date-time`` asks for.

    A sixtieth second is only allowed where a leap second can be, at 23:59:60 UTC.
    """
    if _USUAL(text):
        return _IS_DAY[text[:_DATE]]
    found = _PATTERN.fullmatch(text)
    if not found or text[_DATE] == " " or not _HAS_OFFSET.search(text):
        return False
    hour, minute, second, east, past = (int(found[part] or 0) for part in (4, 5, 6, 9, 10))
    if (
        hour > LAST_HOUR
        or minute > LAST_MINUTE
        or second > LEAP_SECOND
        or east > LAST_HOUR
        or past > LAST_MINUTE
    ):
        return False
    try:
        date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return False
    if second == LEAP_SECOND:
        offset = east * MINUTE + past
        utc = hour * MINUTE + minute - (offset if found[8] == "+" else -offset)
        return utc % (24 * MINUTE) == 24 * MINUTE - 1
    return True
