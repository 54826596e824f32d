"""On which days facts of a task may stand, and from which day a decided change holds."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from khcn.kernel.actors import Role
from khcn.kernel.jobs.daily import all_daily
from khcn.kernel.jobs.recurring import JobContext
from khcn.kernel.jobs.worker import perform_work
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import ValidationContext, Write, save_row
from khcn.science.enums import AmendmentKind, MilestoneKind
from khcn.science.models import ScienceTask, TaskMilestone
from khcn.science.operations import (
    TaskRefused,
    amend_task,
    correct_milestone,
    record_milestone,
    remove_amendment,
    remove_milestone,
)
from khcn.science.operations.amendments import AmendmentWriter
from khcn.science.queries import task_on
from tests.factories.base import an_actor
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.reference import GradeFactory
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory

pytestmark = pytest.mark.django_db
STAFF, HEAD = an_actor(Role.OFFICER, "QLKH"), an_actor(Role.HEAD, "QLKH")
TODAY, TOMORROW, EFFECT = date(2026, 1, 5), date(2026, 1, 6), date(2028, 1, 1)
JOB = "khcn.science.jobs.take_effect_today"


@pytest.fixture
def task():
    return TaskMilestoneFactory(kind="contract_signed", on=date(2022, 3, 1)).task


def record(task, kind, on, **given):
    return record_milestone(
        task=task, kind=MilestoneKind(kind), reached_on=on, actor=STAFF, on=TODAY, **given
    )


def change_host(task, host, **given):
    return amend_task(
        task=task,
        kind=AmendmentKind.CHANGE_HOST,
        decided_on=given.pop("decided_on", TODAY),
        new_organisation=host,
        actor=STAFF,
        on=TODAY,
        **given,
    )


def run_job(on):
    perform_work(JOB, JobContext(lambda: datetime(on.year, on.month, on.day, 5, tzinfo=UTC)))


def now(task):
    return ScienceTask.objects.get(pk=task.pk)


# --------------------------------------------------------------------------------- the day of effect


def test_a_new_host_is_the_tasks_from_the_day_of_effect_and_not_before(task):
    assert JOB in {each.path for each in all_daily()}
    old, new, person = task.host, OrganisationFactory(), PersonFactory()
    change_host(task, new, effective_on=EFFECT)
    amend_task(
        task=task,
        kind=AmendmentKind.CHANGE_PI,
        decided_on=TODAY,
        effective_on=EFFECT,
        new_person=person,
        actor=STAFF,
        on=TODAY,
    )
    run_job(date(2027, 12, 31))
    assert (now(task).host, task_on(now(task), on=date(2027, 12, 31)).host) == (old, old)
    assert task_on(now(task), on=EFFECT).host == new  # also before the job has run
    run_job(EFFECT)
    run_job(EFFECT)
    assert (now(task).host, now(task).principal_investigator) == (new, person)
    assert task_on(now(task), on=date(2027, 12, 31)).host == old


def test_changes_that_wait_for_each_other_take_effect_in_order_when_days_were_missed(task):
    first, second = OrganisationFactory(), OrganisationFactory()
    change_host(task, first, decided_on=date(2026, 1, 4), effective_on=date(2026, 2, 1))
    change_host(task, second, effective_on=date(2026, 3, 1))
    run_job(date(2026, 4, 1))
    assert now(task).host == second


@pytest.mark.parametrize("in_force", [False, True])
def test_a_change_is_taken_back_before_and_after_its_day_of_effect(task, in_force):
    old, new = task.host, OrganisationFactory()
    change = change_host(task, new, effective_on=EFFECT)
    if in_force:
        run_job(EFFECT)
    remove_amendment(amendment=change, reason="nhầm", actor=STAFF, on=EFFECT if in_force else TODAY)
    run_job(EFFECT)
    assert now(task).host == old


def test_an_import_that_has_taken_effect_later_is_not_undone_without_its_effect(task):
    new = OrganisationFactory()
    change = change_host(task, new, effective_on=EFFECT)
    removed = {"task_id": task.pk, "kind": change.kind, "new_organisation_id": new.pk}
    run_job(EFFECT)
    type(change).objects.filter(pk=change.pk)._raw_delete("default")
    assert ["đã có hiệu lực" in why for _task, why in AmendmentWriter().violations([removed])] == [True]


# ------------------------------------------------------------------------------------ days of facts


def test_what_is_still_to_come_is_not_recorded(task):
    with pytest.raises(TaskRefused, match="Ngày 06/01/2026 chưa đến") as refusal:
        record(task, "dossier_submitted", TOMORROW)
    assert list(refusal.value.fields) == ["on"]
    with pytest.raises(TaskRefused, match="chưa đến"):
        change_host(task, OrganisationFactory(), decided_on=TOMORROW)
    made = record(task, "dossier_submitted", TODAY)
    with pytest.raises(TaskRefused, match="chưa đến"):
        correct_milestone(
            milestone=made,
            kind=MilestoneKind.DOSSIER_SUBMITTED,
            reached_on=TOMORROW,
            reason="nhầm",
            actor=STAFF,
            on=TODAY,
        )
    paper = TaskMilestone(task=task, kind="accepted_province", on=TOMORROW, taken_over=True)
    with pytest.raises(TaskRefused, match="chưa đến"):
        save_row(register_of(TaskMilestone), paper, actor=HEAD, on=TODAY)
    assert [each.kind for each in task.milestones.order_by("on")] == ["contract_signed", "dossier_submitted"]


@pytest.mark.parametrize("kind", ["registered", "recognised", "handed_over", "conclusions_met", "settled"])
def test_what_follows_from_acceptance_comes_after_it(task, kind):
    with pytest.raises(TaskRefused, match="trước đó phải có một trong các mốc: “Nghiệm thu cấp tỉnh”"):
        record(task, kind, date(2023, 6, 1))
    accepted = record(task, "accepted_province", date(2023, 6, 1))
    with pytest.raises(TaskRefused, match="phải sau mốc “Nghiệm thu cấp tỉnh” ngày 01/06/2023"):
        record(task, kind, date(2023, 5, 31))
    record(task, kind, date(2023, 6, 1))
    with pytest.raises(TaskRefused, match="dựa vào nó"):
        remove_milestone(milestone=accepted, reason="nhầm", actor=STAFF, on=TODAY)


def test_a_fact_long_before_the_task_is_refused(task):
    with pytest.raises(TaskRefused, match="quá xa trước khi nhiệm vụ bắt đầu"):
        record(task, "budget_appraised", date(1990, 1, 1))
    record(task, "budget_appraised", date(2017, 1, 1))


def test_papers_may_lack_the_acceptance_but_not_contradict_its_day():
    lacking = ScienceTaskFactory()
    paper = TaskMilestone(task=lacking, kind="registered", on=date(2023, 6, 1), taken_over=True)
    save_row(register_of(TaskMilestone), paper, actor=HEAD, on=TODAY)
    late = TaskMilestone(task=lacking, kind="accepted_province", on=date(2023, 7, 1), taken_over=True)
    with pytest.raises(TaskRefused, match="không còn đúng thứ tự"):
        save_row(register_of(TaskMilestone), late, actor=HEAD, on=TODAY)


def test_rows_of_one_file_on_one_day_are_judged_in_the_order_of_the_law(task):
    rows = [
        Write(TaskMilestone(task=task, kind=kind, on=date(2023, 6, 1)))
        for kind in ("registered", "accepted_province")
    ]
    assert list(register_of(TaskMilestone).writer.validate(rows, ValidationContext(STAFF, TODAY))) == []


def test_an_acceptance_has_a_grade_while_there_is_a_scale(task):
    grade = GradeFactory()
    with pytest.raises(TaskRefused, match="phải có xếp loại") as refusal:
        record(task, "accepted_province", date(2023, 6, 1))
    assert list(refusal.value.fields) == ["grade"]
    record(task, "accepted_province", date(2023, 6, 1), grade=grade)
    paper = TaskMilestone(
        task=ScienceTaskFactory(), kind="accepted_province", on=date(2023, 6, 1), taken_over=True
    )
    save_row(register_of(TaskMilestone), paper, actor=HEAD, on=TODAY)


@pytest.mark.parametrize("day", [date(2020, 1, 1), date(2023, 8, 30)])
def test_the_dossier_is_not_due_before_the_work_ends(day):
    task = ScienceTaskFactory()
    task.planned_dossier_on = day
    with pytest.raises(ValidationError, match="Hạn nộp hồ sơ nghiệm thu đứng trước"):
        task.full_clean()
    task.planned_dossier_on = date(2023, 8, 31)
    task.full_clean()
