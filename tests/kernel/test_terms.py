"""When terms end: golden cases against a second counter, under three time zones of the server, and properties."""

import csv
import os
import time
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khcn.kernel.calendar.day_arithmetic import plus_months
from khcn.kernel.calendar.terms import EventKind, Term, TermEvent, TermExactness, TermUnit, end_of_term
from khcn.kernel.calendar.working_days import WorkingCalendar
from tests.kernel import day_counter

DAY = timedelta(days=1)
GOLDEN = [*csv.DictReader(Path(__file__).with_name("terms_golden.csv").read_text("utf-8").splitlines())]
CALENDAR = WorkingCalendar(
    {**dict.fromkeys(day_counter.OFF, False), **dict.fromkeys(day_counter.WORKED, True)},
    frozenset(range(2022, 2028)),
    provisional=frozenset(day_counter.UNANNOUNCED),
)
ZONES = ("UTC", "America/New_York", "Asia/Ho_Chi_Minh")


def stop(since, until=None):
    events = [TermEvent(since, EventKind.STOP)]
    return [*events, TermEvent(until, EventKind.RESUME)] if until else events


def read_stops(text):
    for span in filter(None, text.split(";")):
        since, _slash, until = span.partition("/")
        yield date.fromisoformat(since), date.fromisoformat(until) if until else None


def end(start, amount, unit="working_day", events=(), exactness="day", calendar=CALENDAR):
    return end_of_term(
        start,
        Term(amount, TermUnit(unit)),
        calendar=calendar,
        events=events,
        exactness=TermExactness(exactness),
    )


@pytest.fixture(params=ZONES)
def server_zone(request, monkeypatch):
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def test_the_golden_file_is_large_enough_and_has_no_case_twice():
    keys = [tuple(row[name] for name in ("start", "amount", "unit", "exactness", "stops")) for row in GOLDEN]
    assert len(set(keys)) >= 200


def test_golden_cases_hold_in_every_zone_of_the_server(server_zone):
    assert os.environ["TZ"] == server_zone
    differences = []
    for row in GOLDEN:
        start, amount = date.fromisoformat(row["start"]), int(row["amount"])
        stops = list(read_stops(row["stops"]))
        events = [event for since, until in stops for event in stop(since, until)]
        found = end(start, amount, row["unit"], events, row["exactness"]).due_on
        second = day_counter.count(start, amount, row["unit"], stops, row["exactness"] == "month")
        golden = date.fromisoformat(row["due"]) if row["due"] else None
        if not found == second == golden:
            differences.append((row, found, second))
    assert differences == []


@pytest.mark.parametrize(
    ("start", "amount", "unit", "due"),
    [
        (date(2023, 8, 31), 10, "working_day", date(2023, 9, 18)),  # the seed's example
        (date(2024, 1, 31), 1, "month", date(2024, 2, 29)),
        (date(2023, 8, 31), 1, "month", date(2023, 10, 2)),  # 30/9 is a Saturday
        (date(2023, 8, 31), 30, "day", date(2023, 10, 2)),
        (date(2024, 3, 30), 45, "day_before", date(2024, 2, 7)),  # 14/2 is Tết; the working day before
        (date(2024, 2, 29), 1, "year", date(2025, 2, 28)),
        (date(2023, 2, 10), 0, "quarter_end", date(2023, 3, 31)),
        (date(2023, 11, 10), 1, "month_end", date(2024, 1, 2)),  # 31/12 is a Sunday, 1/1 a holiday
    ],
)
def test_cases_worked_out_by_hand(start, amount, unit, due):
    assert end(start, amount, unit).due_on == due


# -------------------------------------------------------------------------------- stops and extensions


def test_a_stop_that_lasts_leaves_no_day_and_says_how_many_are_left():
    found = end(date(2023, 8, 31), 10, events=stop(date(2023, 9, 6)))
    assert (found.due_on, found.stopped_since) == (None, date(2023, 9, 6))
    assert found.steps[-1] == {"step": "stopped", "since": "2023-09-06", "left": 8}


@pytest.mark.parametrize(
    ("since", "until", "listed"),
    [
        (date(2023, 3, 1), date(2023, 5, 1), False),  # over before the term begins
        (date(2023, 3, 1), date(2023, 8, 31), False),  # over on the day that does not count
        (date(2023, 8, 30), date(2023, 9, 5), True),
        (date(2023, 9, 6), date(2023, 9, 11), True),
    ],
)
def test_only_stops_that_touch_the_term_are_part_of_how_it_was_found(since, until, listed):
    steps = [each["step"] for each in end(date(2023, 8, 31), 10, events=stop(since, until)).steps]
    assert ("stop" in steps) is listed


def test_an_extension_names_the_day_and_later_stops_push_it_on():
    extended = TermEvent(date(2023, 9, 15), EventKind.EXTEND, date(2023, 9, 29), "chờ ý kiến")
    earlier = TermEvent(date(2023, 9, 12), EventKind.EXTEND, date(2023, 12, 29))
    assert end(date(2023, 8, 31), 10, events=[extended, earlier]).due_on == date(2023, 9, 29)
    stopped = [*stop(date(2023, 9, 20), date(2023, 9, 22)), extended]
    assert end(date(2023, 8, 31), 10, events=stopped).due_on == date(2023, 10, 3)
    # What happened before the decision is contained in the day that it names.
    before = [*stop(date(2023, 9, 6), date(2023, 9, 11)), extended]
    assert end(date(2023, 8, 31), 10, events=before).due_on == date(2023, 9, 29)


def test_a_fixed_day_stays_where_it_is_while_the_work_is_stopped():
    found = end(date(2023, 12, 31), 0, "fixed", stop(date(2023, 9, 6)))
    assert (found.due_on, found.stopped_since) == (date(2023, 12, 31), date(2023, 9, 6))
    resumed = end(date(2023, 12, 31), 0, "fixed", stop(date(2023, 9, 6), date(2023, 10, 6)))
    assert (resumed.due_on, resumed.stopped_since) == (date(2023, 12, 31), None)
    for each in (found, resumed):
        assert each.steps[1:] == ({"step": "not_moved", "since": "2023-09-06"},)


@pytest.mark.parametrize(
    ("since", "decided_on", "not_moved"),
    [
        (date(2023, 9, 6), date(2023, 9, 7), []),  # the decision knew of the stop
        (date(2023, 9, 7), date(2023, 9, 7), ["2023-09-07"]),
        (date(2024, 3, 30), date(2023, 9, 7), ["2024-03-30"]),
        (date(2024, 3, 31), date(2023, 9, 7), []),  # the day itself is the last one, and was over
    ],
)
def test_of_a_named_day_the_stops_that_it_does_not_take_in_are_named(since, decided_on, not_moved):
    events = [*stop(since), TermEvent(decided_on, EventKind.EXTEND, date(2024, 3, 31))]
    steps = end(date(2023, 12, 31), 0, "fixed", events).steps
    assert [each["since"] for each in steps if each["step"] == "not_moved"] == not_moved


@pytest.mark.parametrize(
    ("start", "amount", "unit", "years"),
    [
        (date(2023, 12, 20), 5, "working_day", ()),
        (date(2025, 12, 20), 15, "working_day", (2026,)),
        (date(2027, 12, 20), 15, "working_day", (2027, 2028)),
        (date(2027, 12, 20), 30, "day", (2028,)),  # only the day on which it ends is asked about
        (date(2030, 1, 1), 0, "fixed", ()),
    ],
)
def test_years_that_are_not_announced_make_a_date_provisional(start, amount, unit, years):
    assert end(start, amount, unit).provisional == years


def test_a_negative_term_is_refused():
    with pytest.raises(ValueError, match="-1"):
        end(date(2023, 9, 14), -1)


# ------------------------------------------------------------------------------------------ properties

starts = st.dates(date(2022, 1, 1), date(2026, 6, 30))
amounts = st.integers(0, 60)
counted = st.sampled_from(["day", "working_day", "month", "month_end", "quarter_end"])


@st.composite
def spans(draw):
    """Up to three stops after each other, with their resumptions."""
    days = sorted(draw(st.lists(st.dates(date(2022, 1, 1), date(2027, 6, 30)), max_size=6, unique=True)))
    return [
        event for since, until in zip(days[::2], days[1::2], strict=False) for event in stop(since, until)
    ]


@given(starts, amounts)
def test_add_n_then_count_is_n(start, amount):
    due = end(start, amount).due_on
    assert sum(start < day <= due for day in day_counter.WORKING) == amount


@given(starts, amounts, counted, spans())
def test_a_longer_term_never_ends_earlier(start, amount, unit, events):
    assert end(start, amount, unit, events).due_on <= end(start, amount + 1, unit, events).due_on


@given(starts, amounts, st.sampled_from(["day", "working_day"]), spans())
def test_a_later_start_never_ends_earlier(start, amount, unit, events):
    assert end(start, amount, unit, events).due_on <= end(start + DAY, amount, unit, events).due_on
    assert end(start, amount, "month").due_on <= end(start + DAY, amount, "month").due_on


@given(starts, amounts, counted, spans(), st.randoms())
def test_the_order_in_which_events_were_entered_does_not_matter(start, amount, unit, events, dice):
    events = [*events, TermEvent(start + 30 * DAY, EventKind.EXTEND, start + 90 * DAY), *events]
    mixed = list(events)
    dice.shuffle(mixed)
    assert end(start, amount, unit, mixed) == end(start, amount, unit, events)


@given(starts, amounts, counted, spans())
def test_stops_never_shorten_a_term_and_it_ends_outside_of_them(start, amount, unit, events):
    due = end(start, amount, unit, events).due_on
    assert due >= end(start, amount, unit).due_on
    days = [event.on for event in events]
    assert due == start or not any(since < due <= until for since, until in list(pairwise(days))[::2])


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 240))
def test_months_are_added_as_months(day, months):
    later = plus_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
    if later.day < day.day:
        assert plus_months(day.replace(day=1), months + 1).toordinal() - later.toordinal() == 1
