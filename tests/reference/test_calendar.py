"""Working days: the official days off of 2023-2026 typed by hand, golden terms on them, and properties."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khcn.kernel.actors import SYSTEM
from khcn.kernel.calendar.terms import Term, TermUnit, end_of_term
from khcn.kernel.calendar.working_days import WorkingCalendar
from khcn.reference.operations import prefill_year
from khcn.reference.queries import working_calendar

DAY = timedelta(days=1)


def span(first, last):
    return [first + n * DAY for n in range((last - first).days + 1)]


def end(calendar, start, number, unit=TermUnit.WORKING_DAY):
    return end_of_term(start, Term(number, unit), calendar=calendar).due_on


def working_days(calendar, first, last):
    """Those after `first` up to `last`."""
    return [day for day in span(first + DAY, last) if calendar.is_working_day(day)]


# From the yearly announcements, not from the library: (first, last) of each break, weekends included.
OFF = {
    2023: [
        (date(2023, 1, 1), date(2023, 1, 2)),
        (date(2023, 1, 20), date(2023, 1, 26)),
        (date(2023, 4, 29), date(2023, 5, 3)),
        (date(2023, 9, 1), date(2023, 9, 4)),
    ],
    2024: [
        (date(2024, 1, 1), date(2024, 1, 1)),
        (date(2024, 2, 8), date(2024, 2, 14)),
        (date(2024, 4, 18), date(2024, 4, 18)),
        (date(2024, 4, 27), date(2024, 5, 1)),
        (date(2024, 8, 31), date(2024, 9, 3)),
    ],
    2025: [
        (date(2025, 1, 1), date(2025, 1, 1)),
        (date(2025, 1, 25), date(2025, 2, 2)),
        (date(2025, 4, 5), date(2025, 4, 7)),
        (date(2025, 4, 30), date(2025, 5, 4)),
        (date(2025, 8, 30), date(2025, 9, 2)),
    ],
}
WORKED_SATURDAYS = {2023: [], 2024: [date(2024, 5, 4)], 2025: [date(2025, 4, 26)]}


@pytest.fixture
def filled(db):
    for year in range(2022, 2027):
        prefill_year(year=year, actor=SYSTEM)
    return working_calendar()


@pytest.mark.parametrize("year", OFF)
def test_every_day_of_the_year_is_as_announced(filled, year):
    off = {day for first, last in OFF[year] for day in span(first, last)} - set(WORKED_SATURDAYS[year])
    wrong = [
        day
        for day in span(date(year, 1, 1), date(year, 12, 31))
        if filled.is_working_day(day)
        != (day not in off and (day.weekday() < 5 or day in WORKED_SATURDAYS[year]))
    ]
    assert wrong == []


def test_2026_has_nine_days_of_tet_and_a_worked_saturday(filled):
    assert [day for day in span(date(2026, 2, 13), date(2026, 2, 23)) if filled.is_working_day(day)] == [
        date(2026, 2, 13),
        date(2026, 2, 23),
    ]
    assert filled.is_working_day(date(2026, 8, 22))
    assert not filled.is_working_day(date(2026, 8, 31))


@pytest.mark.parametrize(
    ("start", "number", "due"),
    [
        (date(2023, 8, 31), 10, date(2023, 9, 18)),  # the seed's test vector: day 1 is Tue 5/9
        (date(2023, 8, 31), 1, date(2023, 9, 5)),
        (date(2023, 9, 2), 1, date(2023, 9, 5)),  # received on a day off
        (date(2023, 1, 19), 1, date(2023, 1, 27)),  # over Tết
        (date(2023, 1, 19), 5, date(2023, 2, 2)),
        (date(2023, 4, 28), 1, date(2023, 5, 4)),
        (date(2022, 12, 30), 1, date(2023, 1, 3)),  # over New Year
        (date(2024, 5, 3), 1, date(2024, 5, 4)),  # a worked Saturday counts
        (date(2025, 4, 25), 2, date(2025, 4, 28)),
        (date(2026, 8, 21), 1, date(2026, 8, 22)),
        (date(2026, 8, 28), 1, date(2026, 9, 3)),
        (date(2023, 9, 14), 0, date(2023, 9, 14)),
    ],
)
def test_terms_in_working_days(filled, start, number, due):
    assert end(filled, start, number) == due


@pytest.mark.parametrize(
    ("start", "number", "due"),
    [
        (date(2023, 9, 14), 25, date(2023, 10, 9)),
        (date(2023, 8, 25), 7, date(2023, 9, 5)),  # day 7 is 1/9, off until 4/9
        (date(2023, 9, 14), 2, date(2023, 9, 18)),  # day 2 is a Saturday
        (date(2024, 5, 1), 3, date(2024, 5, 4)),  # a worked Saturday may be the last day
        (date(2023, 9, 1), 0, date(2023, 9, 5)),
        (date(2023, 9, 5), 0, date(2023, 9, 5)),
    ],
)
def test_terms_in_calendar_days_end_on_a_working_day(filled, start, number, due):
    assert end(filled, start, number, TermUnit.DAY) == due


# ------------------------------------------------------------------------------------------ properties

offs = st.dictionaries(st.dates(date(2023, 1, 1), date(2023, 12, 31)), st.booleans(), max_size=60)
starts = st.dates(date(2023, 1, 1), date(2023, 12, 31))


def calendar_with(days):
    return WorkingCalendar(days, frozenset(range(2022, 2026)))


@given(offs, starts, st.integers(0, 120))
def test_add_n_then_count_is_n(days, start, number):
    calendar = calendar_with(days)
    due = end(calendar, start, number)
    assert len(working_days(calendar, start, due)) == number
    assert number == 0 or calendar.is_working_day(due)


@given(offs, starts, st.integers(0, 60), st.integers(0, 60))
def test_terms_add_up_and_grow(days, start, first, second):
    calendar = calendar_with(days)
    middle = end(calendar, start, first)
    assert end(calendar, middle, second) == end(calendar, start, first + second)
    assert end(calendar, start, first) <= end(calendar, start + DAY, first)
    assert end(calendar, start, first) < end(calendar, start, first + 1)


@given(offs, starts, st.integers(0, 60))
def test_a_term_in_calendar_days_ends_on_the_first_working_day_from_its_last(days, start, number):
    calendar = calendar_with(days)
    last = start + number * DAY
    due = end(calendar, start, number, TermUnit.DAY)
    assert working_days(calendar, last - DAY, due) == [due]


# ------------------------------------------------------------------------------------------ the table


def test_an_empty_year_is_not_a_year_without_holidays(filled):
    assert filled.years == frozenset(range(2022, 2027))
    over_new_year = end_of_term(date(2026, 12, 31), Term(1, TermUnit.WORKING_DAY), calendar=filled)
    assert (over_new_year.due_on, over_new_year.provisional) == (date(2027, 1, 1), (2027,))


def test_a_week_without_work_is_refused():
    with pytest.raises(ValueError, match="week"):
        WorkingCalendar({}, frozenset({2023}), frozenset())
