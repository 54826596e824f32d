"""Every figure: the number is its list, the list has pages, and time cuts it where the window says."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
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
# Distinct things over which states stretch unite over windows, but have no day of their own: worlds say which are counted.
IN_WORLDS = {code for _build, world in WORLDS.values() for codes in world.values() for code in codes}
OF_EVENTS = [
    figure
    for figure in FIGURES
    if figure.basis is Basis.FLOW or (figure.basis is Basis.TOUCHED and figure.code not in IN_WORLDS)
]

# A window of each regime: nine months 15/12–14/9, and a quarter of the calendar in it.
NINE_MONTHS = Period(date(2022, 12, 15), date(2023, 9, 15), 2023)
QUARTER = Period(date(2023, 4, 1), date(2023, 7, 1), 2023)
WINDOWS = [NINE_MONTHS, QUARTER]
ONE_DAY = timedelta(days=1)
# The nine months in two parts, of which the second begins with the quarter.
BEFORE_QUARTER = Period(NINE_MONTHS.start, QUARTER.start, 2023)
FROM_QUARTER = Period(QUARTER.start, NINE_MONTHS.end, 2023)
# The days at each edge, and beside it; and of them those that each figure is asked for: of one window the first edge, of the other the last.
DAYS = sorted(
    {day for window in WINDOWS for day in (window.start - ONE_DAY, window.start, window.last_day, window.end)}
)
FEW_DAYS = [NINE_MONTHS.start - ONE_DAY, NINE_MONTHS.start, QUARTER.last_day, QUARTER.end, NINE_MONTHS.end]
# What is the same code for many figures is asked of one of each kind at every edge and of parts of a window.
ASKED_MORE = list(
    {
        (figure.basis, type(figure.measure), bool(figure.table)): figure for figure in reversed(OF_EVENTS)
    }.values()
)


@pytest.fixture(scope="class")
def among_others(django_db_setup, django_db_blocker):
    """Records of no figure of events, made once. No search table and no stored deadline follows what these tests write: figures
    count records.
    """
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(projections, "_projections", [])
        noise()
        yield
        transaction.set_rollback(True)


def makers_of(figure):
    if figure.code not in EVENTS:
        pytest.fail(f"figure {figure.code} has no example: add one to EVENTS in tests/<area>/counted.py")
    return EVENTS[figure.code]


def measured(figure, rows):
    """The figure over rows, worked out without the database."""
    if isinstance(figure.measure, Share):
        return round(Decimal(100 * sum(getattr(row, figure.measure.column) for row in rows)) / len(rows), 2)
    return sum(getattr(row, figure.measure.column) for row in rows) if figure.measure.column else len(rows)


class TestFiguresOfEvents:
    @pytest.mark.parametrize("figure", OF_EVENTS, ids=[figure.code for figure in OF_EVENTS])
    @pytest.mark.django_db
    def test_counts_what_lies_in_its_windows_and_nothing_beside_it(self, figure, among_others):
        counted, others = makers_of(figure)
        is_asked_more = figure in ASKED_MORE
        wanted = {day: counted(day).pk for day in (DAYS if is_asked_more else FEW_DAYS)}
        for make in others:
            make(NINE_MONTHS.start)
            make(QUARTER.last_day)
        found = {}
        for window in (*WINDOWS, *((BEFORE_QUARTER, FROM_QUARTER) if is_asked_more else ())):
            with CaptureQueriesContext(connection) as asked:
                read = figure.counted(window)
            assert len(asked) == 1, window  # whether it lists two records or six
            with CaptureQueriesContext(connection) as asked:
                value = figure.value(window)
            assert len(asked) == 1, window
            inside = sorted(pk for day, pk in wanted.items() if window.start <= day < window.end)
            assert sorted(read.ids) == inside, window
            rows = list(figure.rows(window))
            assert value == read.value == measured(figure, rows) > 0
            assert read.ids == tuple(row.pk for row in rows)
            assert len(read.lines) == len(rows)
            assert all(line.strip() for line in read.lines)
            found[window] = value
        if figure.basis is Basis.FLOW and is_asked_more:
            assert found[BEFORE_QUARTER] + found[FROM_QUARTER] == found[NINE_MONTHS]


def test_examples_and_worlds_name_no_unknown_figure():
    assert set(EVENTS) == {figure.code for figure in OF_EVENTS}
    assert set(EVENTS) | IN_WORLDS == set(CODES)
    assert not set(EVENTS) & IN_WORLDS


@pytest.mark.django_db
def test_an_empty_figure_is_zero_and_one_query():
    window = NINE_MONTHS
    for figure in FIGURES:
        with CaptureQueriesContext(connection) as asked:
            assert figure.value(window) == 0, figure.code
        assert len(asked) <= 1, figure.code  # Django asks nothing where the conditions exclude each other
        assert figure.counted(window) == type(figure.counted(window))(0, (), ()), figure.code


def test_each_counted_record_has_a_page():
    assert [figure.code for figure in FIGURES if not has_register(figure.model)] == []


def test_figures_are_described_for_people():
    for figure in FIGURES:
        for text in (figure.label, figure.unit, figure.definition, figure.owner):
            assert str(text).strip(), figure.code
        assert str(figure.definition).endswith("."), figure.code
        assert str(figure.definition).startswith(("Đếm", "Cộng", "Lấy")), figure.code
        for column in figure.table:
            assert str(column.heading).strip(), figure.code
            assert column.width_mm > 0, figure.code
        # text width of an A4 page (NĐ 30/2020)
        assert sum(column.width_mm for column in figure.table) <= 165, figure.code


def test_business_dates_are_dates():
    for figure in FIGURES:
        if figure.date_path:
            kind = field_at(figure.model, figure.date_path).get_internal_type()
            assert kind == "DateField", figure.code


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


@pytest.mark.django_db
def test_the_records_of_a_figure_follow_from_the_period_alone():
    """The SQL of a figure is prepared once for each period, so that what makes it may ask neither database nor clock."""

    def statements():
        with CaptureQueriesContext(connection) as asked:
            found = [(figure, figure.records(window)) for figure in FIGURES for window in WINDOWS]
        assert [each["sql"] for each in asked] == []
        return [(figure.code, _statement(rows)) for figure, rows in found]

    first = statements()
    with time_machine.travel("2031-05-06", tick=False), override("en"):
        assert statements() == first
