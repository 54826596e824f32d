"""Figures of terms that begin with the acceptance count what was late on their day, whatever is decided after it."""

from datetime import date, timedelta

import pytest

from khcn.kernel.actors import Role
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.deadlines.operations import extend_deadline, stop_deadline
from khcn.kernel.indicators import Period
from khcn.kernel.indicators.registry import registry as indicators
from tests.factories.base import an_actor
from tests.factories.reference import RuleParameterFactory
from tests.factories.science import ProgressCheckFactory, ScienceTaskFactory, TaskMilestoneFactory

pytestmark = pytest.mark.django_db
ACCEPTED_ON, LAST_DAY, LATE_ON = date(2026, 3, 2), date(2026, 4, 1), date(2026, 9, 30)
AFTER = date(2026, 10, 5)
HEAD = an_actor(Role.HEAD, "QLKH", user_id=9)
# The figure, the term, its rule, and the milestone that meets it.
TERMS = {
    "TH-01": ("science.registration", "science.registration_days", "registered"),
    "TH-02": ("science.settlement", "science.settlement_days", "settled"),
    "TH-03": ("science.liquidation", "science.liquidation_days", "liquidated"),
}
every_term = pytest.mark.parametrize("code", TERMS)


def accepted(code, **rule):
    _term, of_rule, _met = TERMS[code]
    RuleParameterFactory(code=of_rule, value=30, unit="day", **rule)
    task = ScienceTaskFactory(planned_start_on=date(2024, 1, 1), planned_end_on=date(2025, 12, 31))
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2024, 1, 1))
    TaskMilestoneFactory(task=task, kind="accepted_province", on=ACCEPTED_ON)
    return task


def late_on(code, day):
    figure, period = indicators[code], Period(day.replace(day=1), day + timedelta(days=1), day.year)
    rows = sorted(figure.records(period).values_list("pk", flat=True))
    assert figure.value(period) == len(rows)
    return rows


def extended(task, code):
    until = date(2026, 12, 31)
    extend_deadline(
        record=task, term=TERMS[code][0], until=until, day=AFTER, reason="x", paper="12/QĐ", paper_on=AFTER,
        actor=HEAD, on=AFTER,
    )  # fmt: skip


LATER = {
    "extended": extended,
    "met": lambda task, code: TaskMilestoneFactory(task=task, kind=TERMS[code][2], on=AFTER),
    "contract terminated": lambda task, _code: TaskMilestoneFactory(task=task, kind="terminated", on=AFTER),
    "dossier submitted again": lambda task, _code: TaskMilestoneFactory(task=task, kind="dossier_submitted", on=AFTER),
    "another rule": lambda _task, code: RuleParameterFactory(
        code=TERMS[code][1], value=900, unit="day", valid_from=AFTER
    ),
    "stored rows that wait": lambda _task, _code: Deadline.objects.update(is_stale=True, due_on=date(2027, 1, 1)),
}  # fmt: skip


@every_term
@pytest.mark.parametrize("later", LATER)
def test_what_comes_after_a_day_does_not_change_what_was_late_on_it(code, later):
    task = accepted(code, valid_to=AFTER)
    days = (LAST_DAY, LAST_DAY + timedelta(days=1), LATE_ON)
    assert [late_on(code, day) for day in days] == [[], [task.pk], [task.pk]]
    LATER[later](task, code)
    assert [late_on(code, day) for day in days] == [[], [task.pk], [task.pk]]


@every_term
def test_a_term_that_was_met_extended_or_ended_by_a_day_was_not_late_on_it(code):
    task = accepted(code)
    extended(task, code)
    assert [late_on(code, day) for day in (LATE_ON, AFTER, date(2027, 1, 1))] == [[task.pk], [], [task.pk]]
    TaskMilestoneFactory(task=task, kind=TERMS[code][2], on=date(2027, 1, 4))
    assert [late_on(code, date(2027, 1, day)) for day in (3, 4)] == [[task.pk], []]


@every_term
def test_without_a_rule_nothing_is_late(code):
    task = accepted(code, valid_from=date(2027, 1, 1))
    assert late_on(code, date(2027, 6, 1)) == []
    assert Deadline.objects.get(subject_id=task.pk, kind=TERMS[code][0]).due_on is None


def test_a_withdrawn_certificate_is_waited_for_again_from_its_day_on():
    task = accepted("TH-01")
    TaskMilestoneFactory(task=task, kind="registered", on=date(2026, 3, 20))
    assert late_on("TH-01", LATE_ON) == []
    TaskMilestoneFactory(task=task, kind="deregistered", on=AFTER)
    days = (LATE_ON, AFTER + timedelta(days=30), AFTER + timedelta(days=31))
    assert [late_on("TH-01", day) for day in days] == [[], [], [task.pk]]


def test_a_term_that_begins_anew_counts_without_what_was_done_to_the_one_before():
    task = accepted("TH-01")
    values = {"record": task, "term": "science.registration", "reason": "chờ bổ sung", "actor": HEAD}
    extend_deadline(
        until=date(2026, 5, 15),
        day=date(2026, 3, 10),
        on=date(2026, 3, 10),
        paper="12/QĐ",
        paper_on=date(2026, 3, 10),
        **values,
    )
    stop_deadline(day=date(2026, 3, 20), on=date(2026, 3, 20), **values)
    TaskMilestoneFactory(task=task, kind="registered", on=date(2026, 4, 1))
    TaskMilestoneFactory(task=task, kind="deregistered", on=AFTER)
    row = Deadline.objects.get(kind="science.registration")
    assert (row.met_on, row.stopped_since, row.due_on) == (None, None, date(2026, 11, 4))


def test_an_extension_of_one_check_does_not_hold_for_the_next():
    RuleParameterFactory(code="science.check_months", value=6, unit="month")
    task = ScienceTaskFactory(planned_start_on=date(2024, 1, 1), planned_end_on=date(2027, 12, 31))
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2024, 1, 1))
    extend_deadline(
        record=task, term="science.check", until=date(2024, 8, 30), day=date(2024, 6, 3), reason="x", paper="12/QĐ",
        paper_on=date(2024, 6, 3), actor=HEAD, on=date(2024, 6, 3),
    )  # fmt: skip
    assert Deadline.objects.get(kind="science.check").due_on == date(2024, 8, 30)
    ProgressCheckFactory(task=task, kind="periodic", checked_on=date(2024, 7, 5))
    assert Deadline.objects.get(kind="science.check").due_on == date(2025, 1, 6)  # the 5th is a Sunday
