"""What is edited at a task keeps to what is on record of it; a slip is corrected, in every state."""

from datetime import date

import pytest

from khcn.kernel.actions import dependents
from khcn.kernel.indicators import Indicator
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.reports.freezing.contradictions import SignedReports
from khcn.reports.freezing.replacement import replace_report
from khcn.science.documents import CERTIFICATE
from khcn.science.enums import AmendmentKind, MilestoneKind, TaskLevel
from khcn.science.models import ProgressCheck, ScienceTask, TaskMilestone
from khcn.science.operations import amend_task, correct_task, record_milestone
from khcn.science.operations.history import history_of
from tests.factories.reference import LegalDocumentFactory
from tests.factories.science import ProgressCheckFactory, ScienceTaskFactory, TaskMilestoneFactory
from tests.kernel.papers_given import OFFICER, accepted_task, draft, issue
from tests.reports.conftest import OFFICE
from tests.reports.signed_given import a_signed_report
from tests.science.channels import api_refusal, form_refusals, import_problems

pytestmark = pytest.mark.django_db
TODAY = date(2026, 1, 5)
WORDS = {"reason": "gõ nhầm", "actor": OFFICER, "on": TODAY}


@pytest.fixture
def national():
    task = ScienceTaskFactory(level=TaskLevel.NATIONAL, start_year=2022, planned_start_on=None)
    for kind, day in (("contract_signed", date(2022, 3, 1)), ("accepted_national", date(2023, 12, 1))):
        TaskMilestoneFactory(task=task, kind=kind, on=day)
    return task


@pytest.mark.parametrize(
    ("name", "value", "cell"),
    [
        ("level", "province", "Cấp tỉnh"),
        ("start_year", 2049, 2049),
        ("managing_side", "central", "Trung ương quản lý"),
    ],
)
def test_level_year_and_side_of_a_task_with_milestones_are_corrected_and_not_edited(
    national, name, value, cell
):
    wanted = "sửa bằng nút “Đính chính nhiệm vụ”"
    for reported in (
        " ".join(form_refusals(ScienceTask.objects.get(pk=national.pk), OFFICER, TODAY, **{name: value})),
        api_refusal(national, OFFICER, TODAY, **{name: value}),
        " ".join(import_problems(ScienceTask, {"code": national.code, name: cell}, OFFICER, TODAY)),
    ):
        assert wanted in reported


def test_a_correction_is_refused_where_milestones_would_not_be_allowed_any_more(national):
    for changed, reported in (
        ({"level": TaskLevel.PROVINCE}, "Chỉ nhiệm vụ cấp quốc gia có mốc “Nghiệm thu cấp quốc gia”"),
        ({"start_year": 2049}, "đứng quá xa trước khi nhiệm vụ bắt đầu"),
    ):
        with pytest.raises(Refused, match=reported) as refused:
            correct_task(task=national, **changed, **WORDS)
        assert list(refused.value.fields) == list(changed)
    correct_task(task=national, start_year=2023, **WORDS)
    assert ScienceTask.objects.get(pk=national.pk).start_year == 2023
    assert history_of(national).violations() == []


@pytest.mark.parametrize("year", [1990, 2024, 2049])
def test_the_year_of_a_task_goes_with_its_first_day(year):
    task = accepted_task(code="A", start_year=2022, planned_start_on=date(2022, 3, 1))
    with pytest.raises(Refused) as refused:
        correct_task(task=task, start_year=year, **WORDS)
    assert list(refused.value.fields) == ["start_year"]
    correct_task(task=task, start_year=2023, **WORDS)
    early = ScienceTaskFactory(code="B", start_year=2022, planned_start_on=date(2022, 3, 1))
    advice = "không khớp với “thực hiện từ năm"
    assert advice in " ".join(form_refusals(early, OFFICER, TODAY, start_year=year))
    early.refresh_from_db()
    assert advice in api_refusal(early, OFFICER, TODAY, start_year=year)
    row = {"code": "B", "start_year": year}
    assert advice in " ".join(import_problems(ScienceTask, row, OFFICER, TODAY))
    made = ScienceTaskFactory.build(start_year=year, planned_start_on=date(2022, 3, 1), host=None)
    made.principal_investigator = None
    with pytest.raises(Refused, match=advice):
        save_row(register_of(ScienceTask), made, actor=OFFICER, on=TODAY)


def test_the_first_day_is_not_filled_in_or_emptied_around_the_rule():
    task = ScienceTaskFactory(start_year=2029, planned_start_on=date(2022, 1, 1))
    TaskMilestoneFactory(task=task, kind="determined", on=date(2022, 2, 1))
    assert "quá xa" in " ".join(form_refusals(task, OFFICER, TODAY, planned_start_on=None))


def test_before_its_first_milestone_the_level_is_edited_and_the_milestones_follow_it():
    task = ScienceTaskFactory(level=TaskLevel.PROVINCE)
    assert form_refusals(task, OFFICER, TODAY, level="national") == []
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
    record_milestone(
        task=task, kind=MilestoneKind.ACCEPTED_NATIONAL, reached_on=date(2023, 1, 1), actor=OFFICER, on=TODAY
    )


def test_a_slip_in_the_dates_after_the_contract_is_corrected_and_the_certificate_prints_the_right_day():
    task = accepted_task(planned_start_on=date(2022, 1, 1), planned_end_on=date(2052, 12, 31))
    assert "“Đính chính nhiệm vụ”" in " ".join(
        form_refusals(ScienceTask.objects.get(pk=task.pk), OFFICER, TODAY, planned_end_on=date(2022, 12, 31))
    )
    correct_task(task=task, planned_start_on=date(2022, 2, 1), planned_end_on=date(2022, 12, 31), **WORDS)
    stored = ScienceTask.objects.get(pk=task.pk)
    assert (stored.planned_start_on, stored.planned_end_on, stored.corrected) == (
        date(2022, 2, 1), date(2022, 12, 31), True,
    )  # fmt: skip
    data = CERTIFICATE.context(stored, TODAY)
    assert (data["started"], data["ended"]) == ("01/02/2022", "31/12/2022")


@pytest.mark.django_db(transaction=True)
def test_a_correction_leaves_what_a_certificate_in_force_prints():
    task = accepted_task()
    issue(draft(task))
    task = ScienceTask.objects.get(pk=task.pk)
    with pytest.raises(Refused, match=r"01/GCN-SKHCN” đang có hiệu lực.*“Thay thế”"):
        correct_task(task=task, planned_end_on=date(2025, 1, 1), **WORDS)
    correct_task(task=task, planned_dossier_on=date(2025, 2, 1), **WORDS)


@pytest.mark.parametrize(
    ("model", "path"), [(ScienceTask, ""), (TaskMilestone, "task__"), (ProgressCheck, "task__")]
)
def test_a_correction_is_refused_only_where_a_frozen_report_would_count_otherwise(
    national, monkeypatch, model, path
):
    ProgressCheckFactory(task=national)

    def rows(_period):
        return model.objects.filter(**{f"{path}start_year": 2022})

    report = a_signed_report("X", *rows(None))
    counted = Indicator("X", "Số nhiệm vụ", rows, "nhiệm vụ")
    assert dependents._signed_contents == [SignedReports()]
    monkeypatch.setattr(dependents, "_signed_contents", [SignedReports({"X": counted})])
    with pytest.raises(Refused, match=f"{report} đã dùng bản ghi này"):
        correct_task(task=national, start_year=2023, **WORDS)
    assert ScienceTask.objects.get(pk=national.pk).start_year == 2022
    correct_task(task=national, planned_end_on=date(2024, 1, 1), **WORDS)

    made = replace_report(signed=report, actor=OFFICE, on=TODAY)
    correct_task(task=national, planned_end_on=date(2024, 2, 1), **WORDS)
    assert not made.relying_corrections.exists()
    correct_task(task=national, start_year=2023, **WORDS)
    relied = made.relying_corrections.values_list("model", "record_id")
    assert list(relied) == [("science.sciencetask", national.pk)]


def test_an_empty_end_is_filled_in_before_the_day_that_it_was_extended_to():
    task = ScienceTaskFactory(planned_end_on=None, planned_start_on=None)
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
    amend_task(
        task=task, kind=AmendmentKind.EXTEND_DURATION, decided_on=date(2023, 1, 1),
        new_end_on=date(2023, 12, 31), decision=LegalDocumentFactory(), actor=OFFICER, on=TODAY,
    )  # fmt: skip
    stored = ScienceTask.objects.get(pk=task.pk)
    reported = " ".join(form_refusals(stored, OFFICER, TODAY, planned_end_on=date(2024, 6, 30)))
    assert "“Gia hạn thời gian thực hiện” ngày 01/01/2023 đã ghi dựa vào nội dung này" in reported
    stored = ScienceTask.objects.get(pk=task.pk)
    assert form_refusals(stored, OFFICER, TODAY, planned_end_on=date(2023, 6, 30)) == []
    assert TaskMilestone.objects.filter(task=task).count() == 1
