"""The end of execution is kept when the dossier is handed in within its own term: only that term says what is late."""

from datetime import date, timedelta

import pytest
from django.db.models import Exists, OuterRef

from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import Role
from khcn.kernel.deadlines.deadline_status import DeadlineStatus
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.deadlines.queries import deadlines_of, with_term
from khcn.kernel.indicators import Period
from khcn.kernel.indicators.registry import registry as indicators
from khcn.kernel.prepared_query import PreparedQuerySets
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.screens.deadline_work_items import deadline_work
from khcn.science.enums import MilestoneKind
from khcn.science.models import ScienceTask, TaskMilestone
from khcn.science.operations import record_milestone
from khcn.web.late_by_division import DeadlineFilter
from tests.factories.base import an_actor
from tests.factories.reference import RuleParameterFactory
from tests.factories.science import ScienceTaskFactory, TaskAmendmentFactory, TaskMilestoneFactory

pytestmark = pytest.mark.django_db
SUBJECT = "science.sciencetask"
ENDS_ON = date(2026, 6, 30)
OFFICER = an_actor(Role.OFFICER, "QLKH")


def running(**fields):
    task = ScienceTaskFactory(planned_start_on=date(2024, 7, 1), planned_end_on=ENDS_ON, **fields)
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2024, 7, 1))
    return task


def terms_on(task, day, today=None):
    found = {each.row.kind: each for each in deadlines_of(SUBJECT, task.pk, on=day, today=today or day)}
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


@pytest.mark.both
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


PAST = date(2026, 9, 30)


def figure_on(day):
    """NT-07 of the month up to a day, as a process keeps it: its value, the records of its page, those of its export."""
    figure, period = indicators["NT-07"], Period(day.replace(day=1), day + timedelta(days=1), day.year)
    rows = figure.records(period)
    listed = ScienceTask.objects.filter(pk__in=rows.order_by().values("pk"))
    return figure.value(period), sorted(rows.values_list("pk", flat=True)), sorted(each.pk for each in listed)


DECIDED_LATER = {
    "the dossier extended": ("extend_submission", date(2026, 12, 31)),
    "the execution extended": ("extend_duration", date(2026, 12, 31)),
}


@pytest.mark.parametrize("by_contract", [True, False])
@pytest.mark.parametrize("later", DECIDED_LATER)
def test_what_is_decided_after_a_period_does_not_change_how_many_were_late_in_it(by_contract, later):
    if not by_contract:
        RuleParameterFactory(code="science.dossier_days", value=30, unit="day")
    assert figure_on(PAST) == (0, [], [])  # asked before there was any: that answer is not kept
    task = running(planned_dossier_on=date(2026, 7, 30) if by_contract else None)
    assert figure_on(PAST) == (1, [task.pk], [task.pk])
    kind, until = DECIDED_LATER[later]
    TaskAmendmentFactory(
        task=task, kind=kind, decided_on=date(2026, 10, 5), old_end_on=None, new_end_on=until
    )
    assert figure_on(PAST) == (1, [task.pk], [task.pk])
    assert terms_on(task, PAST, today=date(2026, 10, 6))[1] == (
        "bad",
        "quá hạn 62 ngày",
    )  # as the page of the task says of that day
    assert figure_on(date(2026, 10, 5)) == (0, [], [])
    assert figure_on(date(2027, 3, 1)) == (1, [task.pk], [task.pk])


def test_a_dossier_that_was_within_its_term_on_a_past_day_was_not_late_whatever_came_after():
    RuleParameterFactory(code="science.dossier_days", value=30, unit="day")
    task = running()
    TaskAmendmentFactory(
        task=task, kind="extend_submission", decided_on=date(2026, 7, 20), old_end_on=None, new_end_on=date(2026, 9, 30)
    )  # fmt: skip
    assert [figure_on(day)[0] for day in (date(2026, 7, 31), PAST, date(2026, 10, 1))] == [0, 0, 1]
    TaskMilestoneFactory(task=task, kind="dossier_submitted", on=date(2026, 10, 8))
    assert [figure_on(day)[0] for day in (PAST, date(2026, 10, 7), date(2026, 10, 8))] == [0, 1, 0]


def test_a_rule_that_begins_later_does_not_change_a_past_figure_and_no_figure_waits_for_the_recomputation():
    RuleParameterFactory(code="science.dossier_days", value=30, unit="day", valid_to=date(2026, 9, 1))
    task = running()
    assert figure_on(PAST) == (1, [task.pk], [task.pk])
    RuleParameterFactory(code="science.dossier_days", value=200, unit="day", valid_from=date(2026, 9, 1))
    assert figure_on(PAST) == (1, [task.pk], [task.pk])
    Deadline.objects.update(is_stale=True, due_on=date(2027, 1, 1))
    assert figure_on(PAST) == (1, [task.pk], [task.pk])


@pytest.mark.both
def test_a_figure_of_rows_beside_a_late_task_is_asked_anew_each_time():
    """The number of a query set within which terms are computed: none is late at first, so the one statement asks for keys."""
    counted = PreparedQuerySets(
        lambda day: TaskMilestone.objects.filter(task__in=ScienceTask.objects.late_with_dossier(on=day))
    )
    beside = PreparedQuerySets(
        lambda day: TaskMilestone.objects.filter(
            Exists(ScienceTask.objects.late_with_dossier(on=day).filter(pk=OuterRef("task_id")))
        )
    )
    assert [each.count(PAST) for each in (counted, beside)] == [0, 0]
    for number in (1, 2):
        running(planned_dossier_on=date(2026, 7, 30))
        assert [each.count(PAST) for each in (counted, beside)] == [number, number]


BETWEEN = date(2026, 7, 15)  # the end of execution has passed, the day of the dossier has not
HEAD = an_actor(Role.HEAD, "QLKH", user_id=9)


def dossier_day_corrected(task, day, actor, on=BETWEEN):
    values = {"planned_dossier_on": day, "reason": "nhập nhầm"}
    run(action_to_run(register_of(ScienceTask), "correct"), register_of(ScienceTask), task.pk, values, actor=actor, on=on)  # fmt: skip


def terms_as_stored():
    return list(Deadline.objects.order_by("kind").values_list("kind", "due_on", "shown_until"))


@pytest.mark.parametrize("rule", [True, False])
@pytest.mark.parametrize("named_on", [date(2026, 7, 30), None])
def test_between_the_end_of_execution_and_the_dossier_the_head_alone_gives_more_time(rule, named_on):
    if rule:
        RuleParameterFactory(code="science.dossier_days", value=30, unit="day")
    task = running(planned_dossier_on=named_on)
    before, later = terms_as_stored(), date(2026, 9, 30)
    with pytest.raises(Refused, match=r"“Kết thúc thực hiện” .* đã qua ngày 30/06/2026") as refusal:
        dossier_day_corrected(task, later, OFFICER)
    assert (refusal.value.code, terms_as_stored()) == ("late", before)
    dossier_day_corrected(task, later, HEAD)
    assert ("science.execution", ENDS_ON, later) in terms_as_stored()


@pytest.mark.parametrize("on", [date(2026, 6, 30), BETWEEN])
def test_an_earlier_day_for_the_dossier_and_any_day_before_the_end_need_no_head(on):
    task = running(planned_dossier_on=date(2026, 7, 30))
    day = date(2026, 7, 20) if on == BETWEEN else date(2026, 8, 30)
    dossier_day_corrected(task, day, OFFICER, on)
    assert ("science.execution", ENDS_ON, day) in terms_as_stored()


def test_a_dossier_handed_in_within_its_term_is_recorded_by_the_officer_after_the_end_of_execution():
    task = running(planned_dossier_on=date(2026, 7, 30))
    record_milestone(
        task=task, kind=MilestoneKind.DOSSIER_SUBMITTED, reached_on=BETWEEN, actor=OFFICER, on=date(2026, 7, 20)
    )  # fmt: skip
    with pytest.raises(Refused) as refusal:  # and what was handed in late is not made one in time
        dossier_day_corrected(late_with_its_dossier(), date(2026, 9, 30), OFFICER, date(2026, 9, 1))
    assert refusal.value.code == "late"


def late_with_its_dossier():
    task = running(planned_dossier_on=date(2026, 7, 30))
    TaskMilestoneFactory(task=task, kind="dossier_submitted", on=date(2026, 8, 20))
    return task


def test_a_stop_does_not_move_the_days_of_the_contract_and_says_so():
    task = running(planned_dossier_on=date(2026, 7, 30))
    TaskMilestoneFactory(task=task, kind="suspended", on=date(2026, 6, 15))
    TaskMilestoneFactory(task=task, kind="resumed", on=date(2026, 8, 15))
    day = date(2026, 8, 30)
    assert {
        each.row.kind: (each.text, each.explanation)
        for each in deadlines_of(SUBJECT, task.pk, on=day, today=day)
        if each.row.kind == "science.dossier"
    } == {
        "science.dossier": (
            "quá hạn 31 ngày",
            [
                "Ngày 30/07/2026 do hợp đồng, quyết định ấn định.",
                "Tạm dừng từ ngày 15/06/2026 không dời ngày đã được ấn định; chỉ gia hạn mới dời.",
            ],
        )
    }
    assert "ghi thêm gia hạn" in action_to_run(register_of(ScienceTask), "record-milestone").help_text
