"""When a scheduled subscription runs: strictly later, at the first instant that meets every field."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khcn.epcis import QueryError
from khcn.trace.operations.schedules import RANGES, next_run, parse_schedule

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def run_after(raw, text):
    found = next_run(parse_schedule(raw, zone=ZONE), after=at(text), zone=ZONE)
    return found.astimezone(ZONE).replace(tzinfo=None).isoformat(sep=" ")


@pytest.mark.parametrize(
    ("raw", "after", "expected"),
    [
        ({"hour": "1", "minute": "5"}, "2026-10-09 00:00", "2026-10-09 01:05:00"),
        ({"hour": "1", "minute": "5"}, "2026-10-09 01:05", "2026-10-10 01:05:00"),  # strictly later
        ({"hour": "1", "minute": "5"}, "2026-10-09 01:04:59.999999", "2026-10-09 01:05:00"),
        ({"hour": 1, "minute": 5}, "2026-12-31 23:59", "2027-01-01 01:05:00"),
        ({"second": "0"}, "2026-10-09 01:05:00", "2026-10-09 01:06:00"),
        ({"second": "[0-59]"}, "2026-10-09 23:59:59", "2026-10-10 00:00:00"),
        ({"minute": "0,30"}, "2026-10-09 01:05", "2026-10-09 01:30:00"),
        ({"hour": "[8-10],14", "minute": "15"}, "2026-10-09 10:15", "2026-10-09 14:15:00"),
        (
            {"hour": "6", "second": "30"},
            "2026-10-09 06:00:30",
            "2026-10-09 06:01:30",
        ),  # any minute of that hour
        ({"dayOfMonth": "31"}, "2026-04-01 00:00", "2026-05-31 00:00:00"),  # April has 30 days
        ({"dayOfMonth": "31", "hour": "23"}, "2026-01-31 23:00", "2026-03-31 23:00:00"),
        ({"dayOfMonth": "[29-31]"}, "2026-02-01 00:00", "2026-03-29 00:00:00"),
        ({"dayOfMonth": "29", "month": "2"}, "2026-10-09 00:00", "2028-02-29 00:00:00"),
        (
            {"dayOfMonth": "29", "month": "2"},
            "2096-03-01 00:00",
            "2104-02-29 00:00:00",
        ),  # 2100 is no leap year
        ({"month": "3"}, "2026-10-09 00:00", "2027-03-01 00:00:00"),
        ({"dayOfWeek": "1"}, "2026-10-09 00:00", "2026-10-12 00:00:00"),  # Monday
        ({"dayOfWeek": "7", "hour": "5"}, "2026-10-11 05:00", "2026-10-18 05:00:00"),
        ({"month": "2", "dayOfWeek": "1"}, "2026-10-09 00:00", "2027-02-01 00:00:00"),
        ({"dayOfMonth": "13", "dayOfWeek": "5"}, "2026-10-09 00:00", "2026-11-13 00:00:00"),  # both must hold
        ({"month": "2", "dayOfMonth": "29", "dayOfWeek": "3"}, "2026-10-09 00:00", "2040-02-29 00:00:00"),
    ],
)
def test_the_next_run(raw, after, expected):
    assert run_after(raw, after) == expected


def test_the_clock_of_the_caller_may_be_in_any_zone():
    schedule = parse_schedule({"hour": "1", "minute": "5"}, zone=ZONE)
    found = next_run(
        schedule, after=datetime(2026, 10, 8, 18, 5, tzinfo=UTC), zone=ZONE
    )  # 01:05 of the 9th here
    assert found.astimezone(UTC) == datetime(2026, 10, 9, 18, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw",
    [
        None,
        {},
        [],
        "01:05",
        {"hours": "1"},
        {"hour": ""},
        {"hour": "24"},
        {"hour": "-1"},
        {"hour": "1-2"},
        {"hour": "[2-1]"},
        {"hour": "[1-24]"},
        {"hour": "1,,2"},
        {"hour": "1,"},
        {"hour": "*"},
        {"hour": "١"},
        {"hour": True},
        {"hour": 1.5},
        {"hour": None},
        {"hour": ["1"]},
        {"hour": "1," * 300 + "1"},
        {"minute": "60"},
        {"second": "60"},
        {"dayOfMonth": "0"},
        {"dayOfMonth": "32"},
        {"month": "13"},
        {"dayOfWeek": "0"},
        {"dayOfWeek": "8"},
        {"month": "2", "dayOfMonth": "30"},  # never comes
        {"month": "4,6,9,11", "dayOfMonth": "31"},
    ],
)
def test_what_is_no_schedule_is_refused(raw):
    with pytest.raises(QueryError) as refused:
        parse_schedule(raw, zone=ZONE)
    assert refused.value.kind == "SubscriptionControlsException"
    assert refused.value.parameter.startswith("schedule")


def written(numbers):
    """Some numbers as a client could write them."""
    return st.lists(
        st.one_of(
            st.sampled_from(list(numbers)).map(str),
            st.tuples(st.sampled_from(list(numbers)), st.sampled_from(list(numbers))).map(
                lambda pair: f"[{min(pair)}-{max(pair)}]"
            ),
        ),
        min_size=1,
        max_size=4,
    ).map(",".join)


def numbers_in(text):
    """The same read back in another way than the program's."""
    found = set()
    for part in text.split(","):
        low, _, high = part.strip("[]").partition("-")
        found |= set(range(int(low), int(high or low) + 1))
    return found


PARTS = {
    "month": lambda when: when.month,
    "dayOfMonth": lambda when: when.day,
    "dayOfWeek": lambda when: when.isoweekday(),
    "hour": lambda when: when.hour,
    "minute": lambda when: when.minute,
    "second": lambda when: when.second,
}
SCHEDULES = st.fixed_dictionaries({}, optional={field: written(RANGES[field]) for field in RANGES}).filter(
    bool
)
INSTANTS = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2150, 1, 1)).map(
    lambda when: when.replace(tzinfo=ZONE)
)


@given(SCHEDULES, INSTANTS)
@settings(max_examples=150, deadline=None)
def test_a_run_is_strictly_later_and_meets_every_field(raw, after):
    try:
        schedule = parse_schedule(raw, zone=ZONE)
    except QueryError:  # days that never come
        assert "dayOfMonth" in raw
        return
    found = next_run(schedule, after=after, zone=ZONE)
    assert found > after
    assert found.microsecond == 0
    for field, text in raw.items():
        assert PARTS[field](found) in numbers_in(text), field
    assert next_run(schedule, after=found - timedelta(microseconds=1), zone=ZONE) == found
    assert next_run(schedule, after=found, zone=ZONE) > found


@given(SCHEDULES, st.dates(date(2024, 2, 1), date(2024, 3, 31)))
@settings(max_examples=60, deadline=None)
def test_no_earlier_day_would_have_done(raw, day):
    try:
        schedule = parse_schedule(raw, zone=ZONE)
    except QueryError:
        return
    after = datetime.combine(day, datetime.min.time(), tzinfo=ZONE) - timedelta(seconds=1)
    found = next_run(schedule, after=after, zone=ZONE)
    passed = [day + timedelta(days=number) for number in range((found.date() - day).days)]
    date_fields = [field for field in ("month", "dayOfMonth", "dayOfWeek") if field in raw]
    first_of_month = list(raw) == ["month"]  # finer fields take their first value: the first of that month
    for earlier in passed:
        meets = all(PARTS[field](earlier) in numbers_in(raw[field]) for field in date_fields)
        assert not meets or (first_of_month and earlier.day != 1)
