"""Every figure: the number is its list, the list has pages, and time cuts it where the window says."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from khcn.kernel.audit import projections
from khcn.kernel.fields.paths import field_at
from khcn.kernel.indicators import Basis, Period, Share, registry
from khcn.kernel.registers.registry import has_register, registers
from tests.conformance.counted import EVENTS, noise
from tests.conformance.worlds import WORLDS

FIGURES = list(registry)
CODES = [figure.code for figure in FIGURES]
OF_STATES = [figure for figure in FIGURES if figure.basis is Basis.STOCK]
OF_EVENTS = [figure for figure in FIGURES if figure.basis is not Basis.STOCK]
every_figure = pytest.mark.parametrize("figure", FIGURES, ids=CODES)
every_event_figure = pytest.mark.parametrize("figure", OF_EVENTS, ids=[figure.code for figure in OF_EVENTS])

# A window of each regime: nine months 15/12–14/9, and a quarter of the calendar.
WINDOWS = [
    Period(date(2022, 12, 15), date(2023, 9, 15), 2023),
    Period(date(2023, 4, 1), date(2023, 7, 1), 2023),
]
ONE_DAY = timedelta(days=1)
every_window = pytest.mark.parametrize(
    "window", WINDOWS, ids=lambda window: f"{window.start}–{window.last_day}"
)


@pytest.fixture(autouse=True)
def without_rows_that_follow(request, monkeypatch):
    """Figures count records: no search table and no stored deadline follows what the tests of one figure write."""
    if hasattr(request.node, "callspec") and "figure" in request.node.callspec.params:
        monkeypatch.setattr(projections, "_projections", [])


def makers_of(figure):
    if figure.code not in EVENTS:
        pytest.fail(f"figure {figure.code} has no example: add one to EVENTS in tests/<area>/counted.py")
    return EVENTS[figure.code]


def measured(figure, rows):
    """The figure over rows, worked out without the database."""
    if isinstance(figure.measure, Share):
        return round(Decimal(100 * sum(getattr(row, figure.measure.column) for row in rows)) / len(rows), 2)
    return sum(getattr(row, figure.measure.column) for row in rows) if figure.measure.column else len(rows)


@every_event_figure
@every_window
@pytest.mark.django_db
def test_counts_what_lies_in_the_window_and_nothing_beside_it(figure, window):
    counted, others = makers_of(figure)
    inside = [window.start, window.start + ONE_DAY, window.last_day]
    outside = [window.start - ONE_DAY, window.end]
    wanted = [counted(day) for day in inside]
    for day in outside:
        counted(day)
    for day in (*inside, *outside):
        for make in others:
            make(day)
    noise()
    rows = list(figure.rows(window))
    assert sorted(row.pk for row in rows) == sorted(record.pk for record in wanted)
    read = figure.counted(window)
    assert figure.value(window) == read.value == measured(figure, rows) > 0
    assert read.ids == tuple(row.pk for row in rows)
    assert len(read.lines) == len(rows)
    assert all(line.strip() for line in read.lines)


@every_event_figure
@pytest.mark.django_db
def test_two_adjacent_windows_make_their_union(figure):
    counted, _others = makers_of(figure)
    first = Period(date(2022, 12, 15), date(2023, 6, 15), 2023)
    second = Period(date(2023, 6, 15), date(2023, 12, 15), 2023)
    whole = Period(first.start, second.end, 2023)
    for day in (first.start, first.last_day, second.start, second.last_day):
        counted(day)
    ids = [set(figure.counted(window).ids) for window in (first, second, whole)]
    assert [len(each) for each in ids] == [2, 2, 4]
    assert ids[0] | ids[1] == ids[2]
    if figure.basis is Basis.FLOW:
        assert figure.value(first) + figure.value(second) == figure.value(whole)


@every_event_figure
@pytest.mark.django_db
def test_a_list_costs_the_same_for_one_and_three_records(figure):
    counted, _others = makers_of(figure)
    window = WINDOWS[0]

    def queries():
        with CaptureQueriesContext(connection) as asked:
            figure.counted(window)
        return len(asked)

    counted(date(2023, 2, 1))
    one = queries()
    counted(date(2023, 2, 2))
    counted(date(2023, 2, 3))
    assert queries() == one == 1
    with CaptureQueriesContext(connection) as asked:
        figure.value(window)
    assert len(asked) == 1


def test_worlds_name_no_unknown_figure():
    meant = {code for _build, world in WORLDS.values() for codes in world.values() for code in codes}
    assert meant == {figure.code for figure in OF_STATES}
    assert set(EVENTS) == {figure.code for figure in OF_EVENTS}


@every_figure
@pytest.mark.django_db
def test_an_empty_figure_is_zero_and_one_query(figure):
    window = WINDOWS[0]
    with CaptureQueriesContext(connection) as asked:
        assert figure.value(window) == 0
    assert len(asked) <= 1  # Django asks nothing where the conditions exclude each other
    assert figure.counted(window) == type(figure.counted(window))(0, (), ())


@every_figure
def test_each_counted_record_has_a_page(figure):
    assert has_register(figure.model)


@every_figure
def test_figure_is_described_for_people(figure):
    for text in (figure.label, figure.unit, figure.definition):
        assert str(text).strip()
    assert str(figure.definition).endswith(".")
    assert str(figure.definition).startswith(("Đếm", "Cộng"))
    assert figure.owner
    for column in figure.table:
        assert str(column.heading).strip()
        assert column.width_mm > 0
    assert sum(column.width_mm for column in figure.table) <= 165  # text width of an A4 page (NĐ 30/2020)


@every_figure
def test_business_date_is_a_date(figure):
    if figure.date_path:
        assert field_at(figure.model, figure.date_path).get_internal_type() == "DateField"


def test_codes_are_unique_and_each_statement_has_one_figure():
    declared = [indicator.code for register in registers() for indicator in register.indicators]
    assert len(set(declared)) == len(declared)
    assert sorted(declared) == sorted(CODES)
    statements = [statement for figure in FIGURES for statement in figure.figure_ids]
    assert len(set(statements)) == len(statements)
    assert "F004" not in statements


def test_every_countable_statement_of_the_science_part_has_a_figure():
    """F001–F058 of the inventory, save F004, which is the number of a form and counts nothing."""
    bound = {statement for figure in FIGURES for statement in figure.figure_ids}
    assert {f"F{number:03d}" for number in range(1, 59)} - bound == {"F004"}


def _statement(rows):
    """None where a computed condition finds that there are no rows."""
    try:
        return rows.query.sql_with_params()
    except EmptyResultSet:
        return None


@every_figure
@pytest.mark.django_db
def test_the_records_of_a_figure_follow_from_the_period_alone(figure):
    """The SQL of a figure is prepared once for each period, so that what makes it may ask neither database nor clock."""
    with CaptureQueriesContext(connection) as asked:
        first = [figure.records(window) for window in WINDOWS]
    assert len(asked) == 0
    with time_machine.travel("2031-05-06", tick=False), override("en"):
        again = [figure.records(window) for window in WINDOWS]
    assert [_statement(each) for each in again] == [_statement(each) for each in first]
    assert [figure.value(window) for window in WINDOWS] == [figure.value(window) for window in WINDOWS]
