"""The end of execution is kept when the dossier is handed in within its own term: only that term says what is late."""

from datetime import date

import pytest

from khcn.kernel.actors import Role
from khcn.kernel.deadlines.deadline_status import DeadlineStatus
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.deadlines.queries import deadlines_of, with_term
from khcn.kernel.registers.deadline_work_items import deadline_work
from khcn.science.enums import MilestoneKind
from khcn.science.models import ScienceTask
from khcn.science.operations import record_milestone
from khcn.web.late_by_division import DeadlineFilter
from tests.factories.base import an_actor
from tests.factories.reference import RuleParameterFactory
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]
SUBJECT = "science.sciencetask"
ENDS_ON = date(2026, 6, 30)
OFFICER = an_actor(Role.OFFICER, "QLKH")


def running(**fields):
    task = ScienceTaskFactory(planned_start_on=date(2024, 7, 1), planned_end_on=ENDS_ON, **fields)
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2024, 7, 1))
    return task


def terms_on(task, day):
    found = {each.row.kind: each for each in deadlines_of(SUBJECT, task.pk, on=day, today=day)}
    return [
        (found[f"science.{name}"].tone, found[f"science.{name}"].text) for name in ("execution", "dossier")
    ]


# Day asked for, day of the dossier or None; then the two terms: the dossier is due by 30/07/2026, by contract or by rule.
GOLDEN = [
    (date(2026, 5, 1), None, ("", "còn 60 ngày"), ("", "còn 90 ngày")),
    (date(2026, 6, 30), None, ("warn", "đến hạn hôm nay"), ("warn", "còn 30 ngày")),
    (date(2026, 7, 1), None, ("", "đã đến hạn, chờ “Nộp hồ sơ nghiệm thu” đến 30/07/2026"), ("warn", "còn 29 ngày")),
    (date(2026, 7, 30), None, ("", "đã đến hạn, chờ “Nộp hồ sơ nghiệm thu” đến 30/07/2026"), ("warn", "đến hạn hôm nay")),
    (date(2026, 7, 31), None, ("bad", "“Nộp hồ sơ nghiệm thu” quá hạn 1 ngày"), ("bad", "quá hạn 1 ngày")),
    (date(2026, 7, 15), date(2026, 6, 30), ("ok", "xong, đúng hạn"), ("ok", "xong, đúng hạn")),
    (date(2026, 7, 15), date(2026, 7, 15), ("ok", "xong, đúng hạn"), ("ok", "xong, đúng hạn")),
    (date(2026, 7, 30), date(2026, 7, 30), ("ok", "xong, đúng hạn"), ("ok", "xong, đúng hạn")),
    (
        date(2026, 8, 9),
        date(2026, 8, 4),
        ("warn", "xong, “Nộp hồ sơ nghiệm thu” chậm 5 ngày"),
        ("warn", "xong, chậm 5 ngày"),
    ),
]  # fmt: skip


@pytest.mark.parametrize("by_contract", [True, False])
@pytest.mark.parametrize(("day", "handed_in_on", "execution", "dossier"), GOLDEN)
def test_the_end_of_execution_is_late_with_the_dossier_only(
    by_contract, day, handed_in_on, execution, dossier
):
    if by_contract:
        task = running(planned_dossier_on=date(2026, 7, 30))
    else:
        RuleParameterFactory(code="science.dossier_days", value=30, unit="day")
        task = running()
    if handed_in_on is not None:
        TaskMilestoneFactory(task=task, kind="dossier_submitted", on=handed_in_on)
    assert terms_on(task, day) == [execution, dossier]


def test_the_rule_of_the_day_of_the_end_says_until_when_a_dossier_is_waited_for():
    RuleParameterFactory(code="science.dossier_days", value=30, unit="day", valid_to=date(2026, 6, 30))
    RuleParameterFactory(code="science.dossier_days", value=10, unit="day", valid_from=date(2026, 6, 30))
    task = running()
    assert Deadline.objects.get(subject_id=task.pk, kind="science.execution").shown_until == date(2026, 7, 10)


def test_without_a_rule_or_a_day_for_the_dossier_the_end_of_execution_is_a_term_of_its_own():
    task = running()
    assert terms_on(task, date(2026, 7, 15))[0] == ("bad", "quá hạn 15 ngày")
    assert ScienceTask.objects.late_with_dossier(on=date(2026, 7, 15)).get() == task


@pytest.mark.parametrize(
    ("day", "late", "soon", "state", "due_on"),
    [
        (date(2026, 6, 29), [], ["science.execution"], "soon", ENDS_ON),
        (date(2026, 7, 15), [], ["science.dossier"], "soon", date(2026, 7, 30)),
        (date(2026, 7, 31), ["science.dossier"], [], "late", date(2026, 7, 30)),
    ],
)
def test_lists_name_one_late_term_of_a_task_without_its_dossier(day, late, soon, state, due_on):
    task = running(planned_dossier_on=date(2026, 7, 30))

    def listed(name):
        rows = DeadlineFilter(name, "", "").rows(Deadline.objects.exclude(kind="science.check"), day)
        return list(rows.order_by("due_on").values_list("kind", flat=True))

    assert (listed("late"), listed("soon")[:1]) == (late, soon)
    assert [
        each.title for each in deadline_work(OFFICER, day).items if each.what != "Kiểm tra định kỳ tiếp theo"
    ] == [str(task.short_name or task.title)] * len(late + soon)
    Deadline.objects.filter(kind="science.check").delete()
    row = with_term(ScienceTask.objects.filter(pk=task.pk), on=day).get()
    assert (row.term, row.next_due_on) == (state, due_on)
    assert ScienceTask.objects.late_with_dossier(on=day).count() == len(late)


def test_a_dossier_that_is_written_down_within_its_term_is_not_marked_as_entered_late():
    task = running(planned_dossier_on=date(2026, 7, 30))
    day = date(2026, 7, 15)
    record_milestone(task=task, kind=MilestoneKind.DOSSIER_SUBMITTED, reached_on=day, actor=OFFICER, on=day)
    rows = Deadline.objects.filter(subject_id=task.pk, kind__in=("science.execution", "science.dossier"))
    assert [(DeadlineStatus(row, day).text, row.met_in_time_entered_on) for row in rows] == [
        ("xong, đúng hạn", None)
    ] * 2
    assert not Deadline.objects.met_late().exists()
