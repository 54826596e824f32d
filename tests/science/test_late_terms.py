"""A term that has passed is not moved by the officers of the late division: not by a field, a request's day or an amendment."""

from datetime import date

import pytest

from khcn.kernel.actors import Role
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import ValidationContext, removal_violations
from khcn.science.models import AmendmentRequest, ScienceTask, TaskAmendment
from tests.factories.base import an_actor
from tests.factories.reference import LegalDocumentFactory, RuleParameterFactory
from tests.factories.science import AmendmentRequestFactory, ScienceTaskFactory, TaskMilestoneFactory
from tests.science.channels import api_refusal, form_refusals, import_problems, run_action

pytestmark = pytest.mark.django_db(transaction=True)
ENDED, TODAY, LATER = date(2023, 6, 30), date(2024, 6, 1), date(2031, 1, 1)
OFFICER, HEAD = an_actor(Role.OFFICER, "QLKH"), an_actor(Role.HEAD, "QLKH", user_id=8)


@pytest.fixture
def task():
    RuleParameterFactory(code="science.dossier_days", value=30)
    RuleParameterFactory(code="science.request_days", value=60)
    made = ScienceTaskFactory(planned_end_on=ENDED, planned_dossier_on=None)
    TaskMilestoneFactory(task=made, kind="contract_signed", on=date(2022, 3, 1))
    return made


def due(record, kind):
    return Deadline.objects.get(
        subject_model=record._meta.label_lower, subject_id=record.pk, kind=kind
    ).due_on


def refused(record, name, actor, match, /, on=TODAY, **values):
    with pytest.raises(Refused, match=match) as refusal:
        run_action(record, name, actor, on, **values)
    return list(refusal.value.fields)


def test_an_empty_day_of_the_dossier_is_filled_in_by_a_correction_only(task):
    before = due(task, "science.dossier")
    assert before < TODAY
    change = {"planned_dossier_on": LATER}
    for actor in (OFFICER, HEAD):
        assert "“Đính chính nhiệm vụ”" in api_refusal(task, actor, TODAY, **change)
        stored = ScienceTask.objects.get(pk=task.pk)
        assert "“Đính chính nhiệm vụ”" in " ".join(form_refusals(stored, actor, TODAY, **change))
        row = {"code": task.code, "planned_dossier_on": "1/1/2031"}
        assert "“Đính chính nhiệm vụ”" in " ".join(import_problems(ScienceTask, row, actor, TODAY))
    correction = {**change, "reason": "ghi thiếu"}
    refused(task, "correct", OFFICER, "lãnh đạo phòng", **correction)
    assert due(task, "science.dossier") == before
    run_action(task, "correct", HEAD, TODAY, **correction)
    assert (ScienceTask.objects.get().corrected, due(task, "science.dossier")) == (True, LATER)


def test_a_task_with_a_late_term_is_taken_from_the_department_by_the_head_only(task):
    correction = {"managing_side": "host", "reason": "ghi nhầm"}
    refused(task, "correct", OFFICER, "lãnh đạo phòng", **correction)
    run_action(task, "correct", OFFICER, TODAY, managing_side="delegated", reason="ghi nhầm")
    run_action(task, "correct", HEAD, TODAY, **correction)
    assert ScienceTask.objects.get().managing_side == "host"


def test_a_term_that_has_not_passed_is_corrected_by_an_officer(task):
    run_action(task, "correct", OFFICER, date(2023, 6, 1), planned_end_on=date(2023, 9, 30), reason="gõ nhầm")
    assert due(task, "science.execution") == date(2023, 9, 30)


def test_the_day_of_a_request_is_corrected_with_a_reason_and_of_an_overdue_one_by_the_head(task):
    request = AmendmentRequestFactory(task=task, requested_on=date(2023, 3, 1))
    before = due(request, "science.request")
    change = {"requested_on": date(2024, 5, 30)}
    for actor in (OFFICER, HEAD):
        assert "“Đính chính ngày đề nghị”" in api_refusal(request, actor, TODAY, **change)
        stored = AmendmentRequest.objects.get()
        assert "“Đính chính ngày đề nghị”" in " ".join(form_refusals(stored, actor, TODAY, **change))
    correction = {**change, "reason": "gõ nhầm"}
    refused(request, "correct-day", OFFICER, "lãnh đạo phòng", **correction)
    refused(request, "correct-day", HEAD, "chưa tới", reason="x", requested_on=date(2024, 6, 2))
    assert due(request, "science.request") == before
    run_action(request, "correct-day", HEAD, TODAY, **correction)
    request.refresh_from_db()
    assert (request.requested_on, request.corrected) == (date(2024, 5, 30), True)
    run_action(request, "correct-day", OFFICER, TODAY, requested_on=date(2024, 5, 29), reason="gõ nhầm")
    run_action(request, "withdraw", OFFICER, TODAY, reason="chủ trì rút")
    refused(request, "correct-day", HEAD, "đã được giải quyết", **correction)


@pytest.mark.parametrize(
    ("actor", "on", "expected"),
    [(OFFICER, date(2023, 3, 15), 0), (OFFICER, TODAY, 1), (HEAD, TODAY, 0)],
)
def test_an_overdue_request_is_deleted_by_the_head_only(task, actor, on, expected):
    request = AmendmentRequestFactory(task=task, requested_on=date(2023, 3, 1))
    register, context = register_of(AmendmentRequest), ValidationContext(actor, on)
    for taking_back in (False, True):
        found = list(removal_violations(register, [request], context, taking_back=taking_back))
        assert len(found) == expected


@pytest.mark.parametrize("kind", ["extend_duration", "extend_submission"])
def test_an_extension_names_its_document_and_of_a_passed_term_is_recorded_by_the_head(task, kind):
    document = LegalDocumentFactory(issued_on=date(2023, 6, 1))
    values = {"kind": kind, "decided_on": date(2023, 6, 1), "new_end_on": date(2023, 12, 31)}
    early = date(2023, 6, 15)
    assert refused(task, "amend", OFFICER, "phải chọn văn bản", on=early, **values) == ["decision"]
    late = LegalDocumentFactory(issued_on=date(2024, 6, 2))
    assert refused(task, "amend", HEAD, "chưa ban hành", decision=late, **values) == ["decision"]
    row = {
        "task": task.code,
        "kind": TaskAmendment(kind=kind).get_kind_display(),
        "decided_on": "1/6/2023",
        "new_end_on": "31/12/2023",
    }
    assert "phải chọn văn bản" in " ".join(import_problems(TaskAmendment, row, OFFICER, TODAY))
    refused(task, "amend", OFFICER, "lãnh đạo phòng", decision=document, **values)
    row["decision"] = document.number
    assert "lãnh đạo phòng" in " ".join(import_problems(TaskAmendment, row, OFFICER, TODAY))
    assert not TaskAmendment.objects.exists()
    run_action(task, "amend", HEAD, TODAY, decision=document, **values)
    amendment = TaskAmendment.objects.get()
    assert "“Bỏ điều chỉnh ghi nhầm”" in api_refusal(amendment, OFFICER, TODAY, decision=None)


def test_a_request_for_an_extension_is_approved_with_the_document_and_when_late_by_the_head(task):
    request = AmendmentRequestFactory(task=task, requested_on=date(2023, 5, 1), before="30/06/2023")
    values = {"decided_on": date(2023, 6, 1)}
    refused(request, "approve", HEAD, "phải chọn văn bản", **values)
    values["decision"] = LegalDocumentFactory(issued_on=date(2023, 6, 1))
    refused(request, "approve", OFFICER, "lãnh đạo phòng", **values)
    run_action(request, "approve", HEAD, TODAY, **values)
    assert TaskAmendment.objects.get().decision == values["decision"]


def test_before_the_term_has_passed_an_officer_records_an_extension(task):
    document = LegalDocumentFactory(issued_on=date(2023, 6, 1))
    run_action(
        task,
        "amend",
        OFFICER,
        date(2023, 6, 15),
        kind="extend_duration",
        decided_on=date(2023, 6, 1),
        new_end_on=date(2023, 12, 31),
        decision=document,
    )
    assert due(task, "science.execution") == date(2023, 12, 31)
