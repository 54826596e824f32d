"""The actions that follow from the steps of a stored workflow: in every channel, and with the public words outside."""

from datetime import date

import orjson
import pytest
from django.test import Client

from khcn.kernel.access.scopes import READING, OwnOrganisation
from khcn.kernel.actors import Role, acting
from khcn.kernel.refusals import NotPermitted
from khcn.kernel.registers.registry import register_of
from khcn.kernel.workflow.models import WorkflowStep
from khcn.science.models import AmendmentRequest, TaskAmendment
from khcn.science.register.base import DEPARTMENT
from tests.factories.reference import LegalDocumentFactory, RuleParameterFactory
from tests.factories.science import AmendmentRequestFactory, ScienceTaskFactory, TaskMilestoneFactory
from tests.security.tenants import Tenant
from tests.web.conftest import account, form_values, tree, words

pytestmark = pytest.mark.django_db
BASE = "/science/amendment-requests/"


@pytest.fixture
def request_(db):
    task = ScienceTaskFactory(title="Trồng nấm", planned_end_on=date(2023, 8, 31))
    TaskMilestoneFactory(task=task, on=date(2022, 3, 1))
    return AmendmentRequestFactory(task=task, before="31/08/2023")


def dialog(record, name):
    return f"{BASE}{record.pk}/actions/{name}/"


def call(client, record, name, values, **headers):
    body = orjson.dumps(values)
    headers = {"If-Match": "*", **headers}
    return client.post(f"/api{dialog(record, name)}", body, content_type="application/json", headers=headers)


def test_the_steps_are_the_actions_with_their_inputs(officer, request_):
    found = officer.get(f"/api{BASE}{request_.pk}/actions/").json()["items"]
    assert {each["name"]: (each["label"], each["inputs"].get("required")) for each in found} == {
        "approve": ("Quyết định điều chỉnh", ["decided_on"]),
        "refuse": ("Không chấp thuận đề nghị", ["reason"]),
        "withdraw": ("Rút đề nghị", ["reason"]),
        "correct-day": ("Đính chính ngày đề nghị", ["requested_on", "reason"]),
    }
    links = tree(officer.get(f"{BASE}{request_.pk}/")).xpath("//main//a/@href")
    assert {dialog(request_, name) for name in ("approve", "refuse", "withdraw")} <= set(links)
    assert officer.get(dialog(request_, "reopen")).status_code == 404  # the program takes this step


def test_a_refusal_loses_nothing_that_was_typed(sign_in, request_):
    officer = sign_in(Role.HEAD)
    values = form_values(tree(officer.get(dialog(request_, "approve"))))
    stale = {**values, "decided_on": "1/1/2022", "effective_on": "5/1/2022", "still_meant": "on"}
    sent = officer.post(dialog(request_, "approve"), stale)  # before it was asked for
    assert sent.status_code == 422
    assert "Ngày quyết định đứng trước ngày đề nghị 01/03/2023" in words(sent)
    again = form_values(tree(sent))
    assert (again["decided_on"], again["effective_on"], again["still_meant"]) == (
        "1/1/2022",
        "5/1/2022",
        "on",
    )
    request_.refresh_from_db()
    assert (request_.state, WorkflowStep.objects.count(), TaskAmendment.objects.count()) == ("pending", 0, 0)
    done = officer.post(
        dialog(request_, "approve"),
        {**again, "decided_on": "1/4/2023", "effective_on": "", "decision": f"#{LegalDocumentFactory().pk}"},
    )
    assert (done.status_code, done["Location"]) == (303, f"{BASE}{request_.pk}/")


def test_of_two_dialogs_the_second_learns_what_the_first_did(officer, request_):
    first = form_values(tree(officer.get(dialog(request_, "refuse"))))
    second = form_values(tree(officer.get(dialog(request_, "withdraw"))))
    assert officer.post(dialog(request_, "refuse"), {**first, "reason": "chưa đủ"}).status_code == 303
    late = officer.post(dialog(request_, "withdraw"), {**second, "reason": "giữ chữ này"})
    assert late.status_code == 409
    assert form_values(tree(late))["reason"].strip() == "giữ chữ này"
    tag = officer.get(f"/api{BASE}{request_.pk}/")["ETag"]
    over = call(officer, request_, "withdraw", {"reason": "x"}, **{"If-Match": tag})
    assert (over.status_code, over.json()["code"]) == (409, "guard")
    assert over.json()["detail"] == (
        "Không thực hiện được bước “Rút đề nghị”: hồ sơ đang ở trạng thái “không chấp thuận”."
    )
    assert list(WorkflowStep.objects.values_list("name", "actor_label")) == [
        ("refuse", account(Role.OFFICER, "QLKH").actor.label)
    ]


def test_the_version_moves_with_the_state(officer, request_):
    before = officer.get(f"/api{BASE}{request_.pk}/")
    assert before.json()["state"] == {"value": "pending", "label": "chờ quyết định"}
    version = {"If-Match": before["ETag"]}
    assert call(officer, request_, "refuse", {"reason": "chưa đủ"}, **version).status_code == 200
    after = officer.get(f"/api{BASE}{request_.pk}/")
    assert after["ETag"] != before["ETag"]
    assert after.json()["state"] == {"value": "refused", "label": "không chấp thuận"}
    assert call(officer, request_, "withdraw", {"reason": "x"}, **version).status_code == 412


def test_several_are_refused_one_after_the_other(officer, request_):
    settled = AmendmentRequestFactory(task=request_.task, requested_on=date(2023, 2, 1), state="withdrawn")
    address = f"{BASE}actions/refuse/"
    values = {**form_values(tree(officer.get(address))), "pk": [request_.pk, settled.pk], "reason": "chưa đủ"}
    done = words(officer.post(address, values))
    assert "Đã thực hiện “Không chấp thuận đề nghị”." in done
    assert "hồ sơ đang ở trạng thái “đã rút”" in done
    assert list(AmendmentRequest.objects.order_by("requested_on").values_list("state", flat=True)) == [
        "withdrawn",
        "refused",
    ]


def facts(page):
    """What the page says of the record, by heading."""
    found = zip(*(tree(page).xpath(f"//main//dl/div/{each}") for each in ("dt", "dd")), strict=True)
    return {name.text_content(): " ".join(value.text_content().split()) for name, value in found}


def test_the_page_shows_state_term_and_the_amendment_that_came_of_it(sign_in, request_):
    officer = sign_in(Role.HEAD)
    RuleParameterFactory(code="science.request_days", value=10, unit="day")
    badge = "//*[@class='page-head']//*[contains(@class, 'badge')]/text()"
    page = officer.get(f"{BASE}{request_.pk}/")
    assert tree(page).xpath(badge) == ["chờ quyết định"]
    assert facts(page)["Trước khi đề nghị"] == "31/08/2023"
    assert (
        call(
            officer,
            request_,
            "approve",
            {"decided_on": "2023-04-01", "decision": {"id": LegalDocumentFactory().pk}},
        ).status_code
        == 200
    )
    page = officer.get(f"{BASE}{request_.pk}/")
    amendment = TaskAmendment.objects.get()
    assert tree(page).xpath(badge) == ["đã quyết định"]
    assert amendment.get_absolute_url() in tree(page).xpath("//main//dd/a/@href")
    assert facts(page)["Tình trạng"] == "đang có hiệu lực"
    assert facts(page)["Giải quyết đề nghị điều chỉnh"].startswith("13/03/2023 xong, chậm 19 ngày")
    history = words(officer.get(f"{BASE}{request_.pk}/history/"))
    assert "Quyết định điều chỉnh" in history
    assert "chờ quyết định → sau: đã quyết định" in history
    seen = officer.get(f"/api{BASE}{request_.pk}/").json()
    assert seen["outcome"] == {
        "from_host": False,
        "before": "31/08/2023",
        "amendment": {"id": amendment.pk, "name": str(amendment)},
    }
    assert seen["derived"]["standing"] == "in_force"


def test_the_list_is_filtered_by_how_requests_stand(officer, request_):
    AmendmentRequestFactory(task=request_.task, requested_on=date(2023, 2, 1), state="withdrawn")
    found = officer.get(f"/api{BASE}?standing=pending").json()["items"]
    assert {each["shown"]["standing"] for each in found} == {"chờ quyết định"}


def test_steps_are_rows_of_the_permission_page(sign_in):
    page = words(sign_in(Role.ADMIN, "VP").get("/permissions/"))
    for label in ("Quyết định điều chỉnh", "Không chấp thuận đề nghị", "Rút đề nghị"):
        assert label in page


# ------------------------------------------------------------------------------------- people outside


@pytest.fixture
def tenant(db):
    return Tenant("a")


def outside(tenant):
    client = Client()
    client.force_login(tenant.account)
    return client


def test_people_outside_read_the_public_words(tenant):
    request = AmendmentRequest.objects.get(task=tenant.task)
    client = outside(tenant)
    pages = [
        client.get(address)
        for address in (BASE, f"{BASE}{request.pk}/", f"/api{BASE}", f"/api{BASE}{request.pk}/")
    ]
    texts = [page.json() if "json" in page["Content-Type"] else words(page) for page in pages]
    for text in map(str, texts):
        assert "đang xem xét" in text
        assert "chờ quyết định" not in text
    (option,) = tree(pages[0]).xpath("//select[@name='standing']/option[@value='approved']/text()")
    assert option == "được chấp thuận"
    officer = Client()
    officer.force_login(account(Role.OFFICER, "QLKH"))
    assert call(officer, request, "refuse", {"reason": "lý do nội bộ"}).status_code == 200
    assert "lý do nội bộ" not in words(client.get(f"{BASE}{request.pk}/"))


def test_an_account_from_outside_may_be_allowed_to_act_on_its_own(tenant, monkeypatch):
    other, verbs = Tenant("b"), READING | {"act"}
    scope = DEPARTMENT | OwnOrganisation("task__host", verbs=verbs)
    monkeypatch.setattr(type(register_of(AmendmentRequest)), "scope", scope)
    own, foreign = (AmendmentRequest.objects.get(task=each.task) for each in (tenant, other))
    client = outside(tenant)
    assert call(client, foreign, "withdraw", {"reason": "x"}).status_code == 404
    done = call(client, own, "withdraw", {"reason": "không cần nữa"})
    assert done.status_code == 200, done.content
    states = AmendmentRequest.objects.values_list("pk", "state")
    assert dict(states) == {own.pk: "withdrawn", foreign.pk: "pending"}
    refused = call(client, own, "withdraw", {"reason": "x"})
    assert "“đã rút đề nghị”" in refused.json()["detail"]
    assert WorkflowStep.objects.count() == 1
    step = {"workflow": "amendment_request", "name": "withdraw", "source": "pending", "target": "withdrawn"}
    with acting(tenant.account.actor), pytest.raises(NotPermitted):
        WorkflowStep.objects.create(
            **step, object_id=foreign.pk, effective_on=date(2023, 9, 14), actor_label="thử"
        )
