"""Requests of persons: two working days to answer, fifteen or twenty to carry out, one extension; each step logged."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.record_versions import version_of
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.workflow.models import WorkflowStep
from khcn.privacy.enums import RequestKind
from khcn.privacy.models import DataRequest
from khcn.reference.models import RuleParameter
from khcn.reference.operations import prefill_years
from tests.factories.base import an_actor
from tests.factories.privacy import DataRequestFactory
from tests.web.conftest import words

pytestmark = pytest.mark.django_db
OFFICE = an_actor(Role.OFFICE, "VP")
THURSDAY = date(2026, 6, 4)


@pytest.fixture(autouse=True)
def law(rules):
    prefill_years(years=[2026], actor=SYSTEM)


def take(request, name, on, **values):
    register = register_of(DataRequest)
    run(action_to_run(register, name), register, request.pk, values, actor=OFFICE, on=on)
    request.refresh_from_db()
    return request


def terms(request):
    """Kind to last day and day on which it was met."""
    rows = Deadline.objects.filter(subject_model="privacy.datarequest", subject_id=request.pk)
    return {row.kind.removeprefix("privacy."): (row.due_on, row.met_on) for row in rows}


def received(kind=RequestKind.WITHDRAW, on=THURSDAY, **more):
    return DataRequestFactory(kind=kind, received_on=on, **more)


def test_two_working_days_to_answer_and_fifteen_days_to_carry_out():
    request = received()
    # Friday and Monday are working days; the fifteenth day is a Friday.
    assert terms(request) == {"answer": (date(2026, 6, 8), None), "carry_out": (date(2026, 6, 19), None)}


def test_days_off_do_not_count_as_working_days():
    """Of the Thursday before the National Day, the second working day is the next Thursday."""
    request = received(on=date(2026, 8, 27))
    assert terms(request)["answer"] == (date(2026, 9, 3), None)


@pytest.mark.parametrize(
    ("kind", "third_party", "term", "days"),
    [
        (RequestKind.WITHDRAW, False, "carry_out", 15),
        (RequestKind.RESTRICT, True, "carry_out_elsewhere", 20),
        (RequestKind.OBJECT, True, "carry_out_elsewhere", 20),
        (RequestKind.ERASE, False, "carry_out", 15),
        (RequestKind.ACCESS, True, "provide", 10),
        (RequestKind.CORRECT, False, "provide", 10),
    ],
)
def test_what_is_asked_for_and_whether_others_have_to_act_decide_the_term(kind, third_party, term, days):
    monday = date(2026, 6, 8)
    request = received(kind, monday, third_party=third_party)
    end = monday + timedelta(days=days)
    while end.weekday() > 4:
        end += timedelta(days=1)
    assert {name: due for name, (due, _met) in terms(request).items() if name != "answer"} == {term: end}


def test_the_terms_are_dated_data():
    with acting(SYSTEM):
        rule = RuleParameter.objects.get(code="privacy.carry_out_days")
        rule.value = 5
        rule.save()
    assert terms(received())["carry_out"] == (date(2026, 6, 9), None)


def test_the_way_of_a_request_is_on_record_step_by_step():
    request = received()
    take(request, "answer", date(2026, 6, 5), answered_on=date(2026, 6, 5), answer="Sở sẽ xóa trong 15 ngày.")
    assert (request.state, request.answered_on) == ("answered", date(2026, 6, 5))
    assert terms(request)["answer"] == (date(2026, 6, 8), date(2026, 6, 5))
    assert terms(request)["carry_out"] == (date(2026, 6, 19), None)
    take(request, "carry-out", date(2026, 6, 18), closed_on=date(2026, 6, 17), result="Đã xóa.")
    assert (request.state, request.closed_on, request.result) == ("done", date(2026, 6, 17), "Đã xóa.")
    assert terms(request)["carry_out"] == (date(2026, 6, 19), date(2026, 6, 17))
    steps = WorkflowStep.objects.filter(workflow="data_request").order_by("pk")
    assert [(each.name, each.effective_on, each.actor_label) for each in steps] == [
        ("answer", date(2026, 6, 5), OFFICE.label),
        ("carry_out", date(2026, 6, 17), OFFICE.label),
    ]


def answered(**more):
    request = received(**more)
    return take(request, "answer", THURSDAY, answered_on=THURSDAY, answer="Sở đã nhận.")


def test_a_request_is_extended_once_and_by_fifteen_days_at_most():
    request = answered()
    for late in (date(2026, 6, 19), date(2026, 7, 7)):
        with pytest.raises(Refused) as refused:
            take(request, "extend", date(2026, 6, 16), extended_to=late, reason="hồ sơ nhiều")
        assert list(refused.value.fields) == ["extended_to"]
    assert terms(request)["carry_out"] == (date(2026, 6, 19), None)
    take(request, "extend", date(2026, 6, 16), extended_to=date(2026, 7, 3), reason="hồ sơ nhiều")
    assert terms(request)["carry_out"] == (date(2026, 7, 3), None)
    with pytest.raises(Refused, match="đã gia hạn một lần"):
        take(request, "extend", date(2026, 6, 17), extended_to=date(2026, 7, 6), reason="vẫn nhiều")
    assert request.state == "answered"


@pytest.mark.parametrize("step", ["refuse", "withdraw"])
def test_a_request_ends_with_a_reason_and_both_terms_are_met(step):
    request = received()
    with pytest.raises(Refused):
        take(request, step, date(2026, 6, 5), closed_on=date(2026, 6, 5), reason=" ")
    take(request, step, date(2026, 6, 5), closed_on=date(2026, 6, 5), reason="không xác định được người gửi")
    assert (request.closed_on, request.result) == (date(2026, 6, 5), "không xác định được người gửi")
    assert terms(request) == {
        "answer": (date(2026, 6, 8), date(2026, 6, 5)),
        "carry_out": (date(2026, 6, 19), date(2026, 6, 5)),
    }


@pytest.mark.parametrize(
    "days", [{"answered_on": date(2026, 6, 3)}, {"answered_on": date(2026, 6, 6)}], ids=["before", "to come"]
)
def test_no_step_stands_before_the_one_before_it_nor_in_the_future(days):
    with pytest.raises(Refused) as refused:
        take(received(), "answer", date(2026, 6, 5), answer="x", **days)
    assert list(refused.value.fields) == ["answered_on"]
    assert not WorkflowStep.objects.exists()


def test_a_request_cannot_be_carried_out_before_the_person_is_answered():
    with pytest.raises(Refused, match="mới nhận"):
        take(received(), "carry-out", THURSDAY, closed_on=THURSDAY, result="x")


def test_what_was_answered_is_neither_changed_nor_deleted(sign_in, clock):
    request = answered()
    client = sign_in(Role.OFFICE, "VP")
    typed = {
        "code": request.code,
        "kind": "access",
        "received_on": "20/11/2026",
        "content": "khác",
        "requester_name": request.requester_name,
        "version": version_of(request),
    }
    client.post(f"/privacy/requests/{request.pk}/edit/", typed)
    client.post(f"/privacy/requests/{request.pk}/delete/", {"version": version_of(request)})
    stored = DataRequest.objects.get()
    assert (stored.kind, stored.received_on) == (RequestKind.WITHDRAW, THURSDAY)


def test_an_overdue_request_is_moved_by_no_officer(sign_in, clock):
    """Another kind of request has another term: it would not look late any more."""
    request = received(on=date(2026, 11, 2))
    client = sign_in(Role.OFFICE, "VP")
    assert terms(request)["carry_out"] == (date(2026, 11, 17), None)
    typed = {
        "code": request.code,
        "kind": "withdraw",
        "received_on": "27/11/2026",
        "content": request.content,
        "requester_name": request.requester_name,
    }
    page = client.post(f"/privacy/requests/{request.pk}/edit/", {**typed, "version": version_of(request)})
    assert page.status_code == 422
    request.refresh_from_db()
    assert request.received_on == date(2026, 11, 2)


def test_late_requests_wait_on_the_work_list_of_the_office(sign_in, clock):
    request = received(on=date(2026, 11, 2))
    page = sign_in(Role.OFFICE, "VP").get(reverse("work-list"))
    assert str(request) in words(page)
    assert str(request) not in words(sign_in(Role.OFFICER, "QLKH").get(reverse("work-list")))


def test_a_request_is_read_by_those_who_answer_it(sign_in, clock):
    request = received(requester_name="Nguyễn Văn Thử", requester_identity="001099000001")
    address = f"/privacy/requests/{request.pk}/"
    assert sign_in(Role.OFFICER, "QLKH").get(address).status_code == 403
    text = words(sign_in(Role.LEADER, "BGD").get(address))
    assert "•••••••••001" in text
    assert "001099000001" not in text
