"""The clocks of a task: due days by rule and calendar, what met them, and the words of the page."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khcn.kernel.calendar.working import WorkingCalendar
from khcn.reference.models import RuleParameter
from khcn.science.queries import clocks, plus_months, term_end, timeline
from tests.factories.reference import LegalDocumentFactory, RuleParameterFactory, WorkingDayExceptionFactory
from tests.factories.science import (
    ProgressCheckFactory,
    ScienceTaskFactory,
    TaskAmendmentFactory,
    TaskMilestoneFactory,
    TaskWorkshopFactory,
)

# Days off of 2023 that matter below; Saturdays and Sundays are off by themselves.
CALENDAR = WorkingCalendar({date(2023, 9, 1): False, date(2023, 9, 4): False}, frozenset({2022, 2023, 2024}))


def rule(code, value, unit="day", **fields):
    return RuleParameterFactory(code=f"science.{code}", value=value, unit=unit, **fields)


@pytest.fixture
def rules(db):
    document = LegalDocumentFactory(number="11/2014/TT-BKHCN")
    rule("dossier_days", 30, legal_document=document)
    rule("registration_days", 30, valid_to=date(2023, 7, 1))
    rule("registration_days", 10, unit="working_day", valid_from=date(2023, 7, 1))
    rule("check_months", 6, unit="month")
    rule("settlement_days", 60)
    return document


def task_with(*milestones, **fields):
    task = ScienceTaskFactory(planned_start_on=date(2022, 3, 1), planned_end_on=date(2023, 6, 30), **fields)
    for kind, on in (("contract_signed", date(2022, 3, 1)), *milestones):
        TaskMilestoneFactory(task=task, kind=kind, on=on)
    return task


def by_name(task, on):
    return {clock.name: clock for clock in clocks(task, on=on, calendar=CALENDAR)}


def test_a_running_task_waits_for_its_end_the_next_check_and_the_dossier(rules):
    found = by_name(task_with(), date(2023, 5, 1))
    assert list(found) == ["execution", "check", "dossier"]
    assert found["execution"].due_on == date(2023, 6, 30)
    assert found["check"].due_on == date(2022, 9, 1)
    assert found["check"].days_late == 242
    assert found["dossier"].due_on == date(2023, 7, 31)  # 30/7 is a Sunday
    assert found["dossier"].basis == rules
    assert found["execution"].basis is None


def test_a_check_starts_the_next_one_and_money_checks_do_not(rules):
    task = task_with()
    ProgressCheckFactory(task=task, checked_on=date(2022, 11, 15))
    ProgressCheckFactory(task=task, checked_on=date(2023, 4, 1), kind="finance")
    ProgressCheckFactory(task=task, checked_on=date(2023, 5, 2))  # after the day asked for
    assert by_name(task, date(2023, 5, 1))["check"].due_on == date(2023, 5, 15)
    assert by_name(task, date(2023, 5, 2))["check"].due_on == date(2023, 11, 2)


def test_extensions_move_execution_and_dossier_apart(rules):
    task = task_with()
    TaskAmendmentFactory(task=task, decided_on=date(2023, 6, 1), new_end_on=date(2023, 12, 29))
    found = by_name(task, date(2023, 6, 1))
    assert (found["execution"].due_on, found["dossier"].due_on) == (date(2023, 12, 29), date(2024, 1, 29))
    assert by_name(task, date(2023, 5, 31))["execution"].due_on == date(2023, 6, 30)
    TaskAmendmentFactory(
        task=task,
        kind="extend_submission",
        decided_on=date(2023, 6, 2),
        old_end_on=None,
        new_end_on=date(2024, 4, 30),
    )
    found = by_name(task, date(2023, 6, 2))
    assert (found["execution"].due_on, found["dossier"].due_on) == (date(2023, 12, 29), date(2024, 4, 30))
    assert found["dossier"].rule is None


def test_a_dossier_day_that_an_extension_has_overtaken_holds_no_more(rules):
    task = task_with(planned_dossier_on=date(2023, 7, 15))
    assert by_name(task, date(2023, 6, 1))["dossier"].due_on == date(2023, 7, 15)
    TaskAmendmentFactory(task=task, decided_on=date(2023, 6, 1), new_end_on=date(2023, 12, 29))
    assert by_name(task, date(2023, 5, 31))["dossier"].due_on == date(2023, 7, 15)
    assert by_name(task, date(2023, 6, 1))["dossier"].due_on == date(2024, 1, 29)


def test_acceptance_starts_three_clocks_under_the_rules_of_its_day(rules):
    task = task_with(
        ("dossier_submitted", date(2023, 7, 28)),
        ("accepted_province", date(2023, 8, 31)),
        ("registered", date(2023, 9, 20)),
    )
    found = by_name(task, date(2023, 9, 30))
    assert list(found) == ["execution", "dossier", "registration", "settlement", "liquidation"]
    assert (found["execution"].met_on, found["execution"].days_late) == (date(2023, 7, 28), 28)
    assert (found["dossier"].met_on, found["dossier"].days_late) == (date(2023, 7, 28), 0)
    # 10 working days after Thursday 31/8/2023 with 01/9 and 04/9 off: 5/9 is the first, 18/9 the tenth.
    assert (found["registration"].due_on, found["registration"].days_late) == (date(2023, 9, 18), 2)
    assert found["settlement"].due_on == date(2023, 10, 30)
    assert found["liquidation"].due_on is None  # nobody has entered that rule
    before = by_name(task, date(2023, 9, 19))["registration"]
    assert (before.met_on, before.days_late) == (None, 1)


def test_a_clock_says_in_words_how_it_stands(rules):
    task = task_with(("accepted_province", date(2023, 8, 31)), ("registered", date(2023, 9, 20)))
    said = {name: (clock.tone, clock.text) for name, clock in by_name(task, date(2023, 9, 30)).items()}
    assert said == {
        "execution": ("warn", "xong, chậm 62 ngày"),
        "dossier": ("warn", "xong, chậm 31 ngày"),
        "registration": ("warn", "xong, chậm 2 ngày"),
        "settlement": ("warn", "còn 30 ngày"),
        "liquidation": ("", "chưa nhập thời hạn theo quy định"),
    }
    assert by_name(task, date(2023, 9, 29))["settlement"].tone == ""
    assert by_name(task, date(2023, 10, 30))["settlement"].text == "còn 0 ngày"
    late = by_name(task, date(2023, 10, 31))["settlement"]
    assert (late.tone, late.text) == ("bad", "quá hạn 1 ngày")


def test_nothing_is_waited_for_once_a_task_was_ended_early(rules):
    task = task_with(("terminated", date(2023, 5, 9)))
    assert list(by_name(task, date(2023, 5, 8))) == ["execution", "check", "dossier"]
    assert by_name(task, date(2023, 5, 9)) == {}


def test_a_task_without_dates_has_no_clock(rules):
    task = ScienceTaskFactory(planned_start_on=None, planned_end_on=None)
    assert clocks(task, on=date(2023, 5, 1), calendar=CALENDAR) == []


@pytest.mark.django_db
def test_the_calendar_is_read_from_its_table():
    rule("settlement_days", 1, unit="working_day")
    WorkingDayExceptionFactory(on=date(2023, 9, 1))
    task = task_with(("accepted_province", date(2023, 8, 31)))
    found = {clock.name: clock.due_on for clock in clocks(task, on=date(2023, 9, 5))}
    assert found["settlement"] == date(2023, 9, 4)


@pytest.mark.parametrize(
    ("value", "unit", "end"),
    [
        (30, "day", date(2023, 10, 2)),  # 30/9 is a Saturday
        (10, "working_day", date(2023, 9, 18)),
        (1, "month", date(2023, 10, 2)),  # August is longer than September, whose last day is that Saturday
        (1, "year", date(2024, 8, 31)),  # a Saturday too, but the table of 2024 is not filled in
    ],
)
def test_terms_end_by_unit_and_calendar(value, unit, end):
    calendar = WorkingCalendar(CALENDAR.days, frozenset({2023}))
    assert term_end(date(2023, 8, 31), RuleParameter(value=value, unit=unit), calendar) == end


def test_working_days_of_a_year_without_table_count_monday_to_friday():
    empty = WorkingCalendar({}, frozenset())
    assert term_end(date(2023, 8, 31), RuleParameter(value=10, unit="working_day"), empty) == date(
        2023, 9, 14
    )


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 240))
def test_months_are_added_as_months(day, months):
    later = plus_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
    if later.day < day.day:
        assert plus_months(day.replace(day=1), months + 1).toordinal() - later.toordinal() == 1


@pytest.mark.django_db
def test_timeline_puts_everything_in_the_order_of_days():
    task = task_with(("accepted_province", date(2023, 6, 1)))
    TaskAmendmentFactory(task=task, decided_on=date(2023, 2, 1), reason="Mưa lũ")
    ProgressCheckFactory(task=task, checked_on=date(2023, 3, 1), findings="Đúng tiến độ")
    TaskWorkshopFactory(task=task, held_on=date(2023, 4, 1), title="Hội thảo đầu bờ")
    TaskMilestoneFactory(on=date(2023, 5, 1))  # of another task
    assert [(event.on, event.title, event.note, event.model) for event in timeline(task)] == [
        (date(2022, 3, 1), "Ký hợp đồng", "", "science.taskmilestone"),
        (date(2023, 2, 1), "Gia hạn thời gian thực hiện", "Mưa lũ", "science.taskamendment"),
        (date(2023, 3, 1), "Kiểm tra định kỳ", "Đúng tiến độ", "science.progresscheck"),
        (date(2023, 4, 1), "Hội thảo", "Hội thảo đầu bờ", "science.taskworkshop"),
        (date(2023, 6, 1), "Nghiệm thu cấp tỉnh", "", "science.taskmilestone"),
    ]
