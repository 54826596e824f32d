"""Days from days: months later, the end of a month, the end of a week; and the moments at which days begin and end here."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta

from django.utils import timezone


def plus_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def quarter_end(day: date) -> date:
    """The last day of a day's quarter."""
    return month_end(day.replace(day=1, month=day.month + -day.month % 3))


def year_end(day: date) -> date:
    """The last day of a day's year."""
    return day.replace(month=12, day=31)


def end_of_week(on: date) -> date:
    """The Sunday of the week of a day."""
    return on + timedelta(days=6 - on.weekday())


def start_of_day(day: date) -> datetime:
    """Midnight at which a day begins in the time zone of the installation."""
    return datetime.combine(day, time.min, timezone.get_current_timezone())


def end_of_day(day: date) -> datetime:
    """Midnight at which a day ends, which is the beginning of the next one."""
    return start_of_day(day + timedelta(days=1))


def last_day_before(moment: datetime) -> date:
    """The last day of which a part lies before a moment: what ends at midnight is good on the day that ends then."""
    return timezone.localtime(moment - timedelta(microseconds=1)).date()
