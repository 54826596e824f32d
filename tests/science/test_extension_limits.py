"""When an amendment may be decided: after the task was determined and asked for, and within what the rules allow."""

import re
from datetime import date

import pytest

from khcn.kernel.actors import Role
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.science.enums import AmendmentKind
from khcn.science.models import ScienceTask, TaskAmendment
from khcn.science.operations import TaskRefused, amend_task
from khcn.science.operations.extensions import MONTHS, MOST
from khcn.science.operations.requests import amend_as_requested
from tests.factories.base import an_actor
from tests.factories.parties import PersonFactory
from tests.factories.reference import LegalDocumentFactory, RuleParameterFactory
from tests.factories.science import AmendmentRequestFactory, ScienceTaskFactory, TaskMilestoneFactory
from tests.kernel.papers_given import OFFICER
from tests.science.channels import import_problems, run_action

pytestmark = pytest.mark.django_db
TODAY = date(2023, 12, 1)
HEAD = an_actor(Role.HEAD, "QLKH")
WORDS = {"actor": HEAD, "on": TODAY}  # the head moves a term that has passed


def amend(task, kind, day, **given):
    if kind.startswith("extend_"):
        given["decision"] = LegalDocumentFactory(issued_on=day)
    return amend_task(task=task, kind=AmendmentKind(kind), decided_on=day, **given, **WORDS)


@pytest.fixture
def running():
    task = ScienceTaskFactory(planned_end_on=date(2023, 8, 31))
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
    return task


@pytest.fixture
def limited():
    """From 2023 on: one extension, twelve months. Before, two."""
    RuleParameterFactory(code=MOST, value=2, valid_from=date(2014, 1, 1), valid_to=date(2023, 1, 1))
    RuleParameterFactory(code=MOST, value=1, valid_from=date(2023, 1, 1))
    RuleParameterFactory(code=MONTHS, value=12, valid_from=date(2014, 1, 1))


@pytest.mark.usefixtures("limited")
def test_a_task_is_extended_as_often_as_the_rule_of_the_day_allows(running):
    amend(running, "extend_duration", date(2022, 5, 4), new_end_on=date(2023, 10, 31))
    amend(running, "extend_duration", date(2022, 12, 31), new_end_on=date(2023, 11, 30))
    with pytest.raises(TaskRefused, match=r"đã có 2 lần .*nhiều nhất 1 lần.*science.extensions_most"):
        amend(running, "extend_duration", date(2023, 5, 4), new_end_on=date(2023, 12, 31))
    amend(running, "extend_submission", date(2023, 5, 4), new_end_on=date(2024, 1, 31))  # counted apart
    row = {
        "task": running.code, "kind": "Gia hạn thời gian thực hiện", "decided_on": "04/05/2023", "new_end_on": "31/12/2023",
    }  # fmt: skip
    assert "nhiều nhất 1 lần" in " ".join(import_problems(TaskAmendment, row, OFFICER, TODAY))


@pytest.mark.usefixtures("limited")
def test_all_extensions_together_are_no_longer_than_the_rule_allows(running):
    with pytest.raises(TaskRefused, match=r"nhiều nhất 12 tháng, đến 31/08/2024"):
        amend(running, "extend_duration", date(2022, 5, 4), new_end_on=date(2024, 9, 1))
    amend(running, "extend_duration", date(2022, 5, 4), new_end_on=date(2024, 3, 1))
    with pytest.raises(TaskRefused, match=r"Thời hạn ban đầu là 31/08/2023"):
        amend(running, "extend_duration", date(2022, 6, 4), new_end_on=date(2024, 9, 1))
    amend(running, "extend_duration", date(2022, 6, 4), new_end_on=date(2024, 8, 31))
    from_paper = TaskAmendment(
        task=running,
        kind="extend_duration",
        decided_on=date(2023, 7, 4),
        new_end_on=date(2025, 8, 31),
        taken_over=True,
    )
    save_row(
        register_of(TaskAmendment), from_paper, actor=an_actor(Role.HEAD), on=TODAY
    )  # decided under rules that may not be on record


ENDS_ON, LATEST = date(2023, 8, 31), date(2024, 8, 31)
FAR = r"31/12/2026 sau ngày kết thúc 31/08/2023 quá 12 tháng \(nhiều nhất đến 31/08/2024\).*science.extension_months"


def dossier_day(channel, day):
    """A task gets its day of the dossier, and that ends up on record."""
    if channel == "new":
        task = ScienceTaskFactory.build(
            planned_end_on=ENDS_ON, planned_dossier_on=day, host=None, principal_investigator=None
        )
        save_row(register_of(ScienceTask), task, **WORDS)
    elif channel == "form":
        task = ScienceTaskFactory(planned_end_on=ENDS_ON)
        stored = ScienceTask.objects.get(pk=task.pk)
        stored.planned_dossier_on = day
        save_row(register_of(ScienceTask), stored, **WORDS)
    else:
        task = ScienceTaskFactory(planned_end_on=ENDS_ON)
        TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
        run_action(task, "correct", HEAD, TODAY, planned_dossier_on=day, reason="nhập nhầm")
    return ScienceTask.objects.get().planned_dossier_on


@pytest.mark.usefixtures("limited")
@pytest.mark.parametrize("channel", ["new", "form", "correction"])
def test_the_day_of_the_dossier_is_no_further_from_the_end_than_an_extension_may_go(channel):
    with pytest.raises(TaskRefused, match=FAR) as refusal:
        dossier_day(channel, date(2026, 12, 31))
    assert list(refusal.value.fields) == ["planned_dossier_on"]


@pytest.mark.usefixtures("limited")
@pytest.mark.parametrize("channel", ["new", "form", "correction"])
def test_the_last_day_that_an_extension_may_reach_is_taken_for_the_dossier(channel):
    assert dossier_day(channel, LATEST) == LATEST


@pytest.mark.parametrize("channel", ["new", "form", "correction"])
def test_without_a_rule_the_dossier_may_be_due_on_any_later_day(channel):
    assert dossier_day(channel, date(2026, 12, 31)) == date(2026, 12, 31)


@pytest.mark.usefixtures("limited")
def test_a_workbook_says_the_same_of_the_day_of_the_dossier():
    task = ScienceTaskFactory(planned_end_on=ENDS_ON)
    row = {"code": task.code, "title": task.title, "planned_dossier_on": "31/12/2026"}
    assert re.search(FAR, " ".join(import_problems(ScienceTask, row, OFFICER, TODAY)))


@pytest.mark.usefixtures("limited")
def test_a_far_day_that_is_on_record_does_not_stop_other_changes():
    ScienceTaskFactory(planned_end_on=ENDS_ON, planned_dossier_on=date(2026, 12, 31))
    stored = ScienceTask.objects.get()
    stored.note = "sửa ghi chú"
    save_row(register_of(ScienceTask), stored, **WORDS)
    assert ScienceTask.objects.get().note == "sửa ghi chú"


def test_without_a_rule_nothing_limits_an_extension(running):
    amend(running, "extend_duration", date(2022, 5, 4), new_end_on=date(2026, 9, 1))
    amend(running, "extend_duration", date(2022, 6, 4), new_end_on=date(2027, 9, 1))


@pytest.mark.parametrize("kind", ["change_pi", "change_host", "add_site"])
def test_a_task_is_not_amended_before_it_is_determined(kind):
    task = ScienceTaskFactory()
    given = {
        "change_pi": {"new_person": PersonFactory()},
        "change_host": {"new_organisation": ScienceTaskFactory().host},
        "add_site": {"new_text": "Thêm một xã"},
    }[kind]
    with pytest.raises(TaskRefused, match="mới ghi nhận"):
        amend(task, kind, date(2022, 2, 1), **given)
    TaskMilestoneFactory(task=task, kind="determined", on=date(2022, 1, 5))
    with pytest.raises(TaskRefused, match="mới ghi nhận"):
        amend(task, kind, date(2022, 1, 4), **given)
    amend(task, kind, date(2022, 1, 5), **given)


def test_a_request_is_not_decided_before_it_was_made(running):
    request = AmendmentRequestFactory(
        task=running, kind="add_site", requested_on=date(2022, 8, 1), new_text="Thêm một xã"
    )
    words = {"request": request, "still_meant": True, **WORDS}
    with pytest.raises(Refused, match="trước ngày đề nghị 01/08/2022"):
        amend_as_requested(decided_on=date(2022, 7, 20), **words)
    assert amend_as_requested(decided_on=date(2022, 8, 1), **words).decided_on == date(2022, 8, 1)
