"""A second opinion on terms: walks a typed list of days, one by one, and shares no code with the program.

The days off are those of the yearly announcements (2026: with the swap of 02/01 and 10/01; 2027: expected, not yet
announced), typed by hand as (first, last) of each break, weekends included.
"""

from datetime import date, timedelta

DAY = timedelta(days=1)
BREAKS = """
2022-01-01 2022-01-03
2022-01-29 2022-02-06
2022-04-09 2022-04-11
2022-04-30 2022-05-03
2022-09-01 2022-09-04
2023-01-01 2023-01-02
2023-01-20 2023-01-26
2023-04-29 2023-05-03
2023-09-01 2023-09-04
2024-01-01 2024-01-01
2024-02-08 2024-02-14
2024-04-18 2024-04-18
2024-04-27 2024-05-01
2024-08-31 2024-09-03
2025-01-01 2025-01-01
2025-01-25 2025-02-02
2025-04-05 2025-04-07
2025-04-30 2025-05-04
2025-08-30 2025-09-02
2026-01-01 2026-01-04
2026-02-14 2026-02-22
2026-04-25 2026-04-27
2026-04-30 2026-05-03
2026-08-29 2026-09-02
2026-11-24 2026-11-24
2027-01-01 2027-01-03
2027-02-04 2027-02-10
2027-04-16 2027-04-18
2027-04-30 2027-05-03
2027-09-02 2027-09-05
2027-11-24 2027-11-24
"""
WORKED = {date(2024, 5, 4), date(2025, 4, 26), date(2026, 1, 10), date(2026, 8, 22)}
FIRST, LAST = date(2022, 1, 1), date(2029, 12, 31)  # 2028 and 2029: nothing known but weekends
UNANNOUNCED = {2026, 2027}


def every_day():
    day = FIRST
    while day <= LAST:
        yield day
        day += DAY


OFF = {
    day
    for line in BREAKS.split("\n")
    if line
    for day in every_day()
    if date.fromisoformat(line.split()[0]) <= day <= date.fromisoformat(line.split()[1])
} - WORKED
WORKING = [day for day in every_day() if day in WORKED or (day.weekday() < 5 and day not in OFF)]
_IS_WORKING = set(WORKING)


def same_day_later(start, months):
    year, month = start.year, start.month
    for _each in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for day in range(start.day, 0, -1):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    raise AssertionError


def last_of_month(day):
    while (day + DAY).month == day.month:
        day += DAY
    return day


def raw_length(start, amount, unit):
    """Days of a term that is not counted in working days."""
    if unit == "month":
        return (same_day_later(start, amount) - start).days
    if unit == "year":
        return (same_day_later(start, 12 * amount) - start).days
    if unit == "month_end":
        return (last_of_month(same_day_later(start.replace(day=1), amount)) - start).days
    if unit == "quarter_end":
        first = date(start.year, {1: 3, 2: 6, 3: 9, 4: 12}[(start.month + 2) // 3], 1)
        return (last_of_month(same_day_later(first, 3 * amount)) - start).days
    return amount


def count_from_day(start, amount, unit, stops):
    if unit == "fixed":
        return start
    if unit == "day_before":
        day = start
        for _each in range(amount):
            day -= DAY
        while day not in _IS_WORKING:
            day -= DAY
        return day

    def counts(day):
        return day > start and not any(s < day and (u is None or day <= u) for s, u in stops)

    if unit == "working_day":
        after = [day for day in WORKING if counts(day)]
        return start if amount == 0 else after[amount - 1] if len(after) >= amount else None
    length = raw_length(start, amount, unit)
    after = [day for day in every_day() if counts(day)]
    raw = start if length == 0 else after[length - 1] if len(after) >= length else None
    return raw and next((day for day in WORKING if day >= raw and (day == start or counts(day))), None)


def count(start, amount, unit, stops=(), month_only=False):
    """The last day of a term, or None while a stop lasts. ``stops``: (day, day of resumption or None)."""
    if not month_only:
        return count_from_day(start, amount, unit, stops)
    day = count_from_day(last_of_month(start), amount, unit, stops)
    return day and last_of_month(day)
