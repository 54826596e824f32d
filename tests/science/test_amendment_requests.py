"""Requests for amendments: pending, decided, in force; stale ones are shown to the person who decides."""

from datetime import date

import orjson
import pytest

from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.workflow.models import WorkflowStep
from khcn.science.models import AmendmentRequest, ScienceTask, TaskAmendment
from khcn.science.operations import TaskRefused
from khcn.science.operations.amendments import remove_amendment
from khcn.science.operations.requests import stale_notice
from khcn.science.queries import task_on, with_standing
from tests.factories.base import an_actor
from tests.factories.parties import PersonFactory
from tests.factories.reference import LegalDocumentFactory, RuleParameterFactory
from tests.factories.science import AmendmentRequestFactory, ScienceTaskFactory, TaskMilestoneFactory

pytestmark = pytest.mark.django_db
STAFF, TODAY = an_actor(Role.OFFICER, "QLKH"), date(2023, 6, 1)


@pytest.fixture
def task():
    made = ScienceTaskFactory(planned_end_on=date(2023, 8, 31))
    TaskMilestoneFactory(task=made, kind="contract_signed", on=date(2022, 3, 1))
    return made


def take(request, name, **values):
    """One step, as the button takes it."""
    register = register_of(AmendmentRequest)
    return run(action_to_run(register, name), register, request.pk, values, actor=STAFF, on=TODAY)


def approve(request, **more):
    more.setdefault("decision", LegalDocumentFactory())
    outcome = take(request, "approve", decided_on=date(2023, 4, 1), **more)
    return TaskAmendment.objects.get(pk=outcome.result_pk)


def test_a_decision_makes_an_amendment_in_force_from_its_day_of_effect(task):
    request = AmendmentRequestFactory(task=task, before="31/08/2023")
    amendment = approve(request, effective_on=date(2023, 5, 1))
    request.refresh_from_db()
    assert (request.state, request.amendment, amendment.old_end_on) == (
        "approved",
        amendment,
        date(2023, 8, 31),
    )
    assert list(TaskAmendment.objects.in_force(on=date(2023, 4, 30))) == []
    assert list(TaskAmendment.objects.in_force(on=date(2023, 5, 1))) == [amendment]
    assert task_on(task, on=date(2023, 4, 30)).due_on == date(2023, 8, 31)
    assert ScienceTask.objects.with_deadlines(on=date(2023, 5, 1)).get().due_on == date(2023, 12, 31)
    step = WorkflowStep.objects.get()
    assert (step.name, step.actor_label, step.effective_on) == ("approve", STAFF.label, date(2023, 4, 1))


def test_a_stale_request_needs_a_word_of_whoever_decides(task):
    request = AmendmentRequestFactory(
        task=task,
        kind="change_pi",
        new_end_on=None,
        new_person=PersonFactory(full_name="Người Mới"),
        before=str(task.principal_investigator),
    )
    assert stale_notice(request, actor=STAFF, on=TODAY) == ""
    task.principal_investigator = PersonFactory(full_name="Người Giữa")
    with acting(SYSTEM):
        task.save()
    assert "nay là “Người Giữa”" in stale_notice(request, actor=STAFF, on=TODAY)
    with pytest.raises(TaskRefused) as refusal:
        approve(request)
    assert list(refusal.value.fields) == ["still_meant"]
    assert not TaskAmendment.objects.exists()
    approve(request, still_meant=True)
    assert TaskAmendment.objects.get().old_person.full_name == "Người Giữa"


def test_what_the_rules_refuse_leaves_the_request_pending(task):
    request = AmendmentRequestFactory(task=task, new_end_on=date(2023, 1, 1), before="31/08/2023")
    with pytest.raises(TaskRefused, match="muộn hơn"):
        approve(request)
    request.refresh_from_db()
    assert (request.state, request.amendment) == ("pending", None)


@pytest.mark.parametrize(("step", "state"), [("refuse", "refused"), ("withdraw", "withdrawn")])
def test_a_settled_request_is_settled_for_good(task, step, state):
    request = AmendmentRequestFactory(task=task, before="31/08/2023")
    version = request.updated_at
    take(request, step, reason="hồ sơ chưa đủ")
    request.refresh_from_db()
    assert request.state == state
    assert request.updated_at > version
    for again in (lambda: take(request, step, reason="lại"), lambda: approve(request)):
        with pytest.raises(Refused) as refusal:
            again()
        assert refusal.value.code == "guard"
    assert not TaskAmendment.objects.exists()
    assert list(WorkflowStep.objects.values_list("name", "note")) == [(step, "hồ sơ chưa đủ")]


def test_a_request_whose_amendment_was_a_mistake_waits_again(task):
    request = AmendmentRequestFactory(task=task, before="31/08/2023")
    amendment = approve(request)
    request.refresh_from_db()
    remove_amendment(amendment=amendment, reason="ghi nhầm", actor=STAFF, on=TODAY)
    request.refresh_from_db()
    assert (request.state, request.amendment) == ("pending", None)
    assert list(WorkflowStep.objects.order_by("pk").values_list("name", "note")) == [
        ("approve", ""),
        ("reopen", "ghi nhầm"),
    ]
    assert approve(request).old_end_on == date(2023, 8, 31)


def test_the_term_of_a_request_is_started_and_met_by_its_steps(task):
    RuleParameterFactory(code="science.request_days", value=10, unit="day")
    request = AmendmentRequestFactory(task=task, before="31/08/2023")

    def term():
        row = Deadline.objects.get(kind="science.request", subject_id=request.pk)
        return row.starts_on, row.due_on, row.met_on

    assert term() == (date(2023, 3, 1), date(2023, 3, 13), None)  # the 11th is a Saturday
    amendment = approve(request)
    assert term() == (date(2023, 3, 1), date(2023, 3, 13), date(2023, 4, 1))
    remove_amendment(amendment=amendment, reason="ghi nhầm", actor=STAFF, on=TODAY)
    assert term() == (date(2023, 3, 1), date(2023, 3, 13), None)  # it was never decided


def test_how_a_request_stands_on_a_day(task):
    request = AmendmentRequestFactory(task=task, before="31/08/2023")
    amendment = approve(request, effective_on=date(2023, 5, 1))
    days = [date(2023, 3, 31), date(2023, 4, 1), date(2023, 4, 30), date(2023, 5, 1)]
    assert standing_on(days) == ["pending", "approved", "approved", "in_force"]
    remove_amendment(amendment=amendment, reason="ghi nhầm", actor=STAFF, on=TODAY)
    assert standing_on([date(2023, 4, 1), TODAY]) == ["approved", "pending"]


def standing_on(days):
    rows = AmendmentRequest.objects.all()
    return [with_standing(rows, day).values_list("standing", flat=True).get() for day in days]


def test_the_dialog_shows_what_has_changed_and_the_interface_decides(client, task):
    from tests.web.conftest import account, words

    client.force_login(account(Role.HEAD, "QLKH"))  # the term has passed long ago
    sent = {
        "task": {"id": task.pk},
        "kind": "extend_duration",
        "requested_on": "2023-03-01",
        "new_end_on": "2023-12-31",
    }
    made = client.post(
        "/api/science/amendment-requests/", orjson.dumps(sent), content_type="application/json"
    )
    assert made.status_code == 201, made.content
    request = AmendmentRequest.objects.get()
    assert request.before == "31/08/2023"
    address = f"/science/amendment-requests/{request.pk}/actions/approve/"
    dialog = words(client.get(address))  # what is decided about, before and after
    assert "Khi đề nghị" not in dialog
    for shown in ("Gia hạn thời gian thực hiện", "Thời hạn đề nghị31/12/2023", "Trước khi đề nghị31/08/2023"):
        assert shown in dialog
    done = client.post(
        f"/api{address}",
        orjson.dumps({"decided_on": "2023-04-01", "decision": {"id": LegalDocumentFactory().pk}}),
        content_type="application/json",
        headers={"If-Match": "*"},
    )
    assert done.status_code == 200, done.content
    assert "hồ sơ đang ở trạng thái “đã quyết định”." in words(client.get(address))
    changed = client.patch(
        f"/api/science/amendment-requests/{request.pk}/",
        orjson.dumps({"new_end_on": "2030-12-31"}),
        content_type="application/json",
        headers={"If-Match": "*"},
    )
    assert (changed.status_code, changed.json()["code"]) == (422, "owned")
