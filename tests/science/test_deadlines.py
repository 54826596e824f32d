"""The six terms of a task: days by rule and calendar, what met them, and that the stored rows follow every write."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.bulk_writes import bulk_change, bulk_insert
from khcn.kernel.audit.findings import FindingKind
from khcn.kernel.audit.log_verification import verify_log
from khcn.kernel.deadlines import computing, jobs, recomputing
from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.deadlines.models import Deadline, DeadlineChange, DeadlineEvent, DriftCheck
from khcn.kernel.deadlines.queries import deadlines_of
from khcn.kernel.deadlines.startup_checks import check_deadlines, missing_rules
from khcn.science.models import ScienceTask, TaskMilestone
from khcn.science.queries import task_on, timeline
from tests.factories.reference import LegalDocumentFactory, RuleParameterFactory, WorkingDayExceptionFactory
from tests.factories.science import (
    ProgressCheckFactory,
    ScienceTaskFactory,
    TaskAmendmentFactory,
    TaskMilestoneFactory,
    TaskWorkshopFactory,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)
SUBJECT = "science.sciencetask"
ALL = ["execution", "check", "dossier", "registration", "settlement", "liquidation"]


def rule(code, value, unit="day", **fields):
    return RuleParameterFactory(code=f"science.{code}", value=value, unit=unit, **fields)


@pytest.fixture
def rules(db):
    """Rules of 2023, and its two days off that matter below; Saturdays and Sundays are off by themselves."""
    for day in (date(2023, 9, 1), date(2023, 9, 4), date(2022, 9, 2), date(2024, 9, 2)):
        WorkingDayExceptionFactory(on=day)
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


def named(standings):
    return {each.row.kind.removeprefix("science."): each for each in standings}


def on_day(task, on):
    return named(deadlines_of(SUBJECT, task.pk, on=on, today=TODAY))


def stored(task):
    """The rows in the table, and a proof that they are what the records say."""
    following_from_records = {key[1]: row for key, row in computing.compute(SUBJECT, [task.pk]).items()}
    rows = {row.kind: row for row in Deadline.objects.filter(subject_model=SUBJECT, subject_id=task.pk)}
    assert {kind: row.due_on for kind, row in rows.items()} == {
        kind: row.due_on for kind, row in following_from_records.items()
    }
    return {kind.removeprefix("science."): row for kind, row in rows.items()}


# --------------------------------------------------------------------------------------- the six terms


def test_a_running_task_is_checked_every_six_months_and_hands_in_its_dossier(rules):
    found = on_day(task_with(), date(2022, 9, 1))
    assert {name: each.due_on for name, each in found.items()} == {
        "execution": date(2023, 6, 30),
        "check": date(2022, 9, 1),
        "dossier": date(2023, 7, 31),  # 30/7 is a Sunday
    }


def test_the_last_check_that_counts_starts_the_next(rules):
    task = task_with()
    ProgressCheckFactory(task=task, checked_on=date(2022, 11, 15))
    ProgressCheckFactory(task=task, checked_on=date(2023, 4, 1), kind="finance")
    ProgressCheckFactory(task=task, checked_on=date(2023, 5, 2))  # after the day asked for
    assert on_day(task, date(2023, 5, 1))["check"].due_on == date(2023, 5, 15)
    assert on_day(task, date(2023, 5, 2))["check"].due_on == date(2023, 11, 2)
    assert stored(task)["check"].due_on == date(2023, 11, 2)


def test_extensions_move_execution_and_dossier_apart(rules):
    task = task_with()
    TaskAmendmentFactory(task=task, decided_on=date(2023, 6, 1), new_end_on=date(2023, 12, 29))
    found = on_day(task, date(2023, 6, 1))
    assert (found["execution"].due_on, found["dossier"].due_on) == (date(2023, 12, 29), date(2024, 1, 29))
    assert on_day(task, date(2023, 5, 31))["execution"].due_on == date(2023, 6, 30)
    TaskAmendmentFactory(
        task=task,
        kind="extend_submission",
        decided_on=date(2023, 6, 2),
        old_end_on=None,
        new_end_on=date(2024, 4, 30),
    )
    found = on_day(task, date(2023, 6, 2))
    assert (found["execution"].due_on, found["dossier"].due_on) == (date(2023, 12, 29), date(2024, 4, 30))
    rows = stored(task)
    assert (rows["dossier"].due_on, rows["dossier"].rule_id) == (date(2024, 4, 30), None)
    assert [(each.old_due_on, each.new_due_on) for each in rows["execution"].changes.all()] == [
        (date(2023, 6, 30), date(2023, 12, 29))
    ]


def test_an_extension_moves_the_day_from_its_day_of_effect_as_the_list_has_it(rules):
    task = task_with()
    TaskAmendmentFactory(
        task=task, decided_on=date(2023, 6, 1), effective_on=date(2023, 6, 15), new_end_on=date(2023, 12, 29)
    )
    for day, due_on in ((date(2023, 6, 14), date(2023, 6, 30)), (date(2023, 6, 15), date(2023, 12, 29))):
        (row,) = ScienceTask.objects.with_deadlines(on=day)
        assert on_day(task, day)["execution"].due_on == row.due_on == task_on(task, on=day).due_on == due_on


def test_a_dossier_day_that_an_extension_has_overtaken_holds_no_more(rules):
    task = task_with(planned_dossier_on=date(2023, 7, 15))
    assert on_day(task, date(2023, 6, 1))["dossier"].due_on == date(2023, 7, 15)
    TaskAmendmentFactory(task=task, decided_on=date(2023, 6, 1), new_end_on=date(2023, 12, 29))
    assert on_day(task, date(2023, 5, 31))["dossier"].due_on == date(2023, 7, 15)
    assert on_day(task, date(2023, 6, 1))["dossier"].due_on == date(2024, 1, 29)


def test_acceptance_starts_three_terms_under_the_rules_of_its_day(rules):
    task = task_with(
        ("dossier_submitted", date(2023, 7, 28)),
        ("accepted_province", date(2023, 8, 31)),
        ("registered", date(2023, 9, 20)),
    )
    found = on_day(task, date(2023, 9, 30))
    assert list(found) == ["execution", "dossier", "registration", "settlement", "liquidation"]
    assert (found["execution"].met_on, found["execution"].days_late) == (date(2023, 7, 28), 0)
    assert (found["dossier"].met_on, found["dossier"].days_late) == (date(2023, 7, 28), 0)
    # 10 working days after Thursday 31/8/2023 with 01/9 and 04/9 off: 5/9 is the first, 18/9 the tenth.
    assert (found["registration"].due_on, found["registration"].days_late) == (date(2023, 9, 18), 2)
    assert found["settlement"].due_on == date(2023, 10, 30)
    assert found["liquidation"].text == "chưa nhập tham số quy định science.liquidation_days"
    before = on_day(task, date(2023, 9, 19))["registration"]
    assert (before.met_on, before.days_late) == (None, 1)


@pytest.mark.parametrize(("decided_on", "due_on"), [(20, date(2023, 9, 29)), (21, date(2023, 9, 18))])
def test_an_extension_counts_to_the_day_on_which_the_term_is_met(rules, decided_on, due_on):
    task = task_with(("accepted_province", date(2023, 8, 31)), ("registered", date(2023, 9, 20)))
    with acting(SYSTEM):
        DeadlineEvent.objects.create(
            subject_model=SUBJECT, subject_id=task.pk, kind="science.registration", event="extend",
            on=date(2023, 9, decided_on), until=date(2023, 9, 29), reason="chờ bổ sung",
        )  # fmt: skip
    assert stored(task)["registration"].due_on == due_on


def test_a_rule_holds_to_the_day_before_its_end_and_a_term_to_its_last_day(rules):
    rule("liquidation_days", 30, valid_to=date(2023, 8, 31))
    under, after = (task_with(("accepted_province", date(2023, 8, day))) for day in (30, 31))
    last = stored(under)["liquidation"].due_on
    assert (last, stored(after)["liquidation"].due_on) == (date(2023, 9, 29), None)
    liquidations = Deadline.objects.filter(kind="science.liquidation")
    assert [
        liquidations.late(on=last + timedelta(days=days)).values_list("subject_id", flat=True).first()
        for days in (0, 1)
    ] == [None, under.pk]


def test_a_term_says_in_words_how_it_stands_and_how_it_was_found(rules):
    task = task_with(("accepted_province", date(2023, 8, 31)), ("registered", date(2023, 9, 20)))
    shown = {name: (each.tone, each.text) for name, each in on_day(task, date(2023, 9, 30)).items()}
    assert shown == {
        "execution": ("warn", "xong, “Nộp hồ sơ nghiệm thu” chậm 31 ngày"),
        "dossier": ("warn", "xong, chậm 31 ngày"),
        "registration": ("warn", "xong, chậm 2 ngày"),
        "settlement": ("warn", "còn 30 ngày"),
        "liquidation": ("bad", "chưa nhập tham số quy định science.liquidation_days"),
    }
    found = on_day(task, date(2023, 9, 29))
    assert found["settlement"].tone == ""
    assert found["execution"].explanation == ["Ngày 30/06/2023 do hợp đồng, quyết định ấn định."]
    assert found["registration"].explanation == [
        "Tính từ ngày 31/08/2023, ngày đó không tính (Điều 147 Bộ luật Dân sự 2015): 10 ngày làm việc."
    ]
    assert on_day(task, date(2023, 10, 30))["settlement"].text == "đến hạn hôm nay"
    late = on_day(task, date(2023, 10, 31))["settlement"]
    assert (late.tone, late.text) == ("bad", "quá hạn 1 ngày")


def test_a_suspended_task_is_late_with_nothing_and_is_not_checked_for_that_time(rules):
    task = task_with(("suspended", date(2022, 6, 1)))
    rows = stored(task)
    assert (rows["execution"].due_on, rows["execution"].stopped_since) == (
        date(2023, 6, 30),
        date(2022, 6, 1),
    )
    assert (rows["check"].due_on, rows["check"].stopped_since) == (None, date(2022, 6, 1))
    assert not Deadline.objects.late(on=TODAY).exclude(kind="science.dossier").exists()
    TaskMilestoneFactory(task=task, kind="resumed", on=date(2022, 8, 1))
    rows = stored(task)
    # 92 days of the 184 were used by 1/6; the count goes on after 1/8
    assert (rows["check"].due_on, rows["check"].stopped_since) == (date(2022, 11, 1), None)
    assert rows["execution"].due_on == date(2023, 6, 30)


def test_nothing_is_waited_for_once_a_task_was_ended_early(rules):
    task = task_with(("terminated", date(2023, 5, 9)))
    assert list(on_day(task, date(2023, 5, 8))) == ["execution", "check", "dossier"]
    assert on_day(task, date(2023, 5, 9)) == {}
    assert stored(task) == {}


def test_a_task_without_dates_has_no_term(rules):
    task = ScienceTaskFactory(planned_start_on=None, planned_end_on=None)
    assert on_day(task, date(2023, 5, 1)) == stored(task) == {}


def test_tasks_that_others_manage_have_terms_that_wait_for_nobody(rules):
    mine, theirs = task_with(), task_with(level="national", managing_side="central")
    assert {row.owner_code for row in stored(mine).values()} == {"QLKH"}
    assert {row.owner_code for row in stored(theirs).values()} == {""}


def test_timeline_puts_everything_in_the_order_of_days():
    task = task_with(("accepted_province", date(2023, 6, 1)))
    TaskAmendmentFactory(task=task, decided_on=date(2023, 2, 1), reason="Mưa lũ")
    ProgressCheckFactory(task=task, checked_on=date(2023, 3, 1), findings="Đúng tiến độ")
    TaskWorkshopFactory(task=task, held_on=date(2023, 4, 1), title="Hội thảo đầu bờ")
    TaskMilestoneFactory(on=date(2023, 5, 1))  # of another task
    assert [(event.on, event.title, event.note, event.model) for event in timeline(task, actor=SYSTEM)] == [
        (date(2022, 3, 1), "Ký hợp đồng", "", "science.taskmilestone"),
        (date(2023, 2, 1), "Gia hạn thời gian thực hiện", "Mưa lũ", "science.taskamendment"),
        (date(2023, 3, 1), "Kiểm tra định kỳ", "Đúng tiến độ", "science.progresscheck"),
        (date(2023, 4, 1), "Hội thảo", "Hội thảo đầu bờ", "science.taskworkshop"),
        (date(2023, 6, 1), "Nghiệm thu cấp tỉnh", "", "science.taskmilestone"),
    ]


# ------------------------------------------------------------------------------ rows follow every write


def test_rows_follow_single_and_set_wise_writes_and_deletions(rules):
    task = task_with()
    with acting(SYSTEM):
        bulk_insert([TaskMilestone(task=task, kind="accepted_province", on=date(2023, 5, 4))])
        milestone = TaskMilestone.objects.get(kind="accepted_province")
        assert stored(task)["registration"].due_on == date(2023, 6, 5)  # 3/6 is a Saturday
        milestone.on = date(2023, 5, 5)
        bulk_change([milestone], ["on"])
        assert stored(task)["registration"].starts_on == date(2023, 5, 5)
        milestone.delete()
        assert "registration" not in stored(task)
        task.milestones.all().delete()
        task.delete()
    assert not Deadline.objects.exists()


def test_a_milestone_that_moves_to_another_task_leaves_the_first(rules):
    first, second = task_with(), task_with()
    milestone = TaskMilestoneFactory(task=first, kind="accepted_province", on=date(2023, 5, 4))
    with acting(SYSTEM):
        milestone.task = second
        milestone.save()
    assert ("registration" in stored(first), "registration" in stored(second)) == (False, True)


@pytest.mark.both
@pytest.mark.parametrize("at_once", [recomputing.AT_ONCE, 1])
def test_a_rule_shows_at_once_and_leaves_a_trace(rules, monkeypatch, at_once):
    monkeypatch.setattr(recomputing, "AT_ONCE", at_once)
    tasks = [task_with(("accepted_province", date(2023, 8, 31))) for _each in range(3)]
    assert {stored(task)["settlement"].due_on for task in tasks} == {date(2023, 10, 30)}
    found = next(each for each in registry_rules("science.settlement_days"))
    with acting(SYSTEM):
        found.value = 30
        found.save()
    # Whatever the job has done by now, a page shows the new day.
    assert {on_day(task, TODAY)["settlement"].due_on for task in tasks} == {date(2023, 10, 2)}
    assert Deadline.objects.filter(is_stale=True).exists() == (at_once == 1)
    with acting(SYSTEM):
        jobs.recompute_stale_job("reference.ruleparameter", str(found.pk))
    assert {stored(task)["settlement"].due_on for task in tasks} == {date(2023, 10, 2)}
    assert not Deadline.objects.filter(is_stale=True).exists()
    changes = DeadlineChange.objects.filter(deadline__kind="science.settlement")
    assert {(each.old_due_on, each.new_due_on, each.cause_model, each.cause_id) for each in changes} == {
        (date(2023, 10, 30), date(2023, 10, 2), "reference.ruleparameter", str(found.pk))
    }


def registry_rules(code):
    from khcn.reference.models import RuleParameter

    return RuleParameter.objects.filter(code=code)


def test_a_rule_that_is_entered_renamed_or_removed_moves_its_terms(rules):
    task = task_with(("accepted_province", date(2023, 8, 31)))
    assert stored(task)["liquidation"].due_on is None
    made = rule(
        "liquidation_days", 90, valid_from=date(2023, 8, 31)
    )  # in force from the day of the acceptance
    assert stored(task)["liquidation"].due_on == date(2023, 11, 29)
    with acting(SYSTEM):
        made.code = "science.other"
        made.save()
        assert stored(task)["liquidation"].due_on is None
        made.code = "science.liquidation_days"
        made.save()
        assert stored(task)["liquidation"].due_on == date(2023, 11, 29)
        made.delete()
    assert stored(task)["liquidation"].due_on is None


def test_a_day_off_that_is_entered_moved_or_removed_moves_the_terms_around_it(rules):
    task = task_with(("accepted_province", date(2023, 8, 31)))
    assert stored(task)["registration"].due_on == date(2023, 9, 18)
    day = WorkingDayExceptionFactory(on=date(2023, 9, 8))
    assert stored(task)["registration"].due_on == date(2023, 9, 19)
    with acting(SYSTEM):
        day.on = date(2024, 9, 9)
        day.save()
        assert stored(task)["registration"].due_on == date(2023, 9, 18)
        day.delete()
    assert stored(task)["registration"].due_on == date(2023, 9, 18)


def test_years_without_announcement_are_marked(rules):
    task = task_with(("accepted_province", date(2025, 12, 15)))
    row = stored(task)["registration"]
    assert (row.due_on, row.is_provisional) == (date(2025, 12, 29), True)  # 2025 has no row at all
    assert on_day(task, TODAY)["registration"].note == "dự kiến, chưa có lịch nghỉ chính thức"
    WorkingDayExceptionFactory(on=date(2025, 12, 24))
    row = stored(task)["registration"]
    assert (row.due_on, row.is_provisional) == (date(2025, 12, 30), False)
    WorkingDayExceptionFactory(on=date(2025, 1, 1), provisional=True)
    assert stored(task)["registration"].is_provisional


def test_queries_of_a_recomputation_do_not_grow_with_the_records(rules):
    def asked(tasks):
        for task in tasks:
            task.note = "x"
        with CaptureQueriesContext(connection) as found, acting(SYSTEM):
            bulk_change(tasks, ["note"])
        return len(found)

    one, many = [task_with()], [task_with() for _each in range(8)]
    assert asked(one) == asked(many)


# ------------------------------------------------------------------------------------- drift and checks


def test_the_verification_of_the_log_names_stored_deadlines_that_do_not_follow_from_the_records(
    rules, capsys
):
    task = task_with()
    assert verify_log().findings == []
    waiting = Deadline.objects.get(kind="science.execution")
    Deadline.objects.filter(pk=waiting.pk).update(is_stale=True, due_on=date(2000, 1, 1))
    assert verify_log().findings == []  # the law changed, and it is about to be computed again
    Deadline.objects.filter(pk=waiting.pk).update(is_stale=False, due_on=waiting.due_on)
    check = Deadline.objects.get(kind="science.check")
    Deadline.objects.filter(pk=check.pk).update(due_on=date(2000, 1, 1))
    Deadline.objects.filter(kind="science.dossier").delete()
    found = verify_log().findings
    assert [each.kind for each in found] == [FindingKind.DEADLINE_CHANGED] * 2
    kind = str(ScienceTask._meta.verbose_name)
    named = f"{kind[0].upper()}{kind[1:]} “{task}” (#{task.pk}), "
    due = f"{check.due_on:%d/%m/%Y}"
    assert f"đang lưu 01/01/2000, tính lại {due}" in found[0].what
    assert "đang lưu không có, tính lại" in found[1].what
    assert [each.what.startswith(named) for each in found] == [True, True]
    with pytest.raises(CommandError, match="2 chỗ không khớp"):
        call_command("verify_log")
    assert f"đang lưu 01/01/2000, tính lại {due}" in capsys.readouterr().out


@pytest.mark.both
def test_the_nightly_comparison_finds_tells_and_repairs_what_differs(rules):
    task = task_with()
    with acting(SYSTEM):
        jobs.deadline_drift_job()
        assert (DriftCheck.objects.first().compared, DriftCheck.objects.first().different) == (1, 0)
        Deadline.objects.filter(kind="science.check").update(due_on=date(2000, 1, 1))
        Deadline.objects.filter(kind="science.dossier").delete()
        ghost = Deadline.objects.get(kind="science.execution")
        ghost.pk, ghost.subject_id = None, task.pk + 1000
        ghost.save()
        jobs.deadline_drift_job()
    last = DriftCheck.objects.first()
    assert last.different == 3
    assert [each[0] for each in last.differences] == [
        f"science.sciencetask {task.pk} science.check",
        f"science.sciencetask {task.pk} science.dossier",
        f"science.sciencetask {task.pk + 1000} science.execution",
    ]
    assert set(stored(task)) == {"execution", "check", "dossier"}
    assert Deadline.objects.count() == 3


def test_every_rule_that_is_asked_for_is_shipped_and_the_command_enters_what_is_missing(monkeypatch, capsys):
    assert check_deadlines(None) == []
    assert missing_rules(on=TODAY) == sorted(registry.rule_codes())
    call_command("rules")
    assert missing_rules(on=TODAY) == []
    before = registry_rules("science.settlement_days").values_list("pk", flat=True)[0]
    call_command("rules")
    assert registry_rules("science.settlement_days").get().pk == before
    monkeypatch.setattr("khcn.reference.queries.shipped_rules", lambda: ({"code": "another"},))
    asked = [label for code in registry.rule_codes() for label in registry.asking(code)]
    assert [each.id for each in check_deadlines(None)] == ["khcn.deadlines.E001"] * len(asked)


def test_all_six_terms_run_under_the_shipped_rules():
    call_command("rules")
    running = task_with()
    accepted = task_with(("accepted_province", date(2023, 8, 31)))
    found = {**stored(running), **stored(accepted)}
    assert sorted(found) == sorted(ALL)
    assert all(row.due_on for row in found.values())
    assert ScienceTask.objects.count() == 2
