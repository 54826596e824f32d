"""What the host of a task asks for on line: its own tasks, its own words, the day on which it comes; decided by the division alone."""

from datetime import timedelta

import orjson
import pytest
from django.test import Client
from django.utils import timezone

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.files.operations import store_file
from khcn.kernel.registers.models import Attachment
from khcn.parties.models import User
from khcn.science.models import AmendmentRequest
from khcn.science.work import request_work
from tests.factories.base import an_actor
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.reference import LegalDocumentFactory
from tests.factories.science import AmendmentRequestFactory, ScienceTaskFactory, TaskMilestoneFactory
from tests.web.conftest import account, form_values, tree, words

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
END, LATER = TODAY + timedelta(days=60), TODAY + timedelta(days=240)
REQUESTS = "/science/amendment-requests/"
STAFF = an_actor(Role.OFFICER, "QLKH")


def running_task(host, **more):
    task = ScienceTaskFactory(
        host=host,
        planned_start_on=TODAY - timedelta(days=300),
        planned_end_on=END,
        **more,
    )
    TaskMilestoneFactory(task=task, kind="contract_signed", on=TODAY - timedelta(days=300))
    return task


@pytest.fixture
def host():
    return OrganisationFactory(name="Viện Nghiên cứu Minh Họa")


@pytest.fixture
def task(host):
    return running_task(host)


@pytest.fixture
def clerk(host):
    with acting(SYSTEM):
        user = User.objects.create_user("vien", full_name="Người của viện", organisation=host)
    client = Client()
    client.force_login(user)
    return client


def day(of):
    return f"{of:%d/%m/%Y}"


def typed(client, task, **more):
    """The form as it begins, from the button of the task's page, with what is typed into it."""
    begun = form_values(tree(client.get(f"{REQUESTS}new/?task={task.pk}")))
    return {
        **begun,
        "kind": "extend_duration",
        "new_end_on": day(LATER),
        "reason": "Mưa lũ làm chậm vụ",
        **more,
    }


def ask(client, task, **more):
    return client.post(f"{REQUESTS}new/", typed(client, task, **more))


def over_json(client, address, **values):
    return client.post(
        f"/api{address}", orjson.dumps(values), content_type="application/json", headers={"If-Match": "*"}
    )


def test_an_extension_is_asked_for_by_the_host_and_granted_by_the_division(clerk, task, client):
    answer = ask(clerk, task)
    assert answer.status_code == 303, words(answer)
    request = AmendmentRequest.objects.get()
    assert (request.from_host, request.requested_on, request.before) == (True, TODAY, day(END))
    assert (
        Deadline.objects.filter(subject_id=request.pk, subject_model="science.amendmentrequest").count() == 1
    )
    [line] = request_work(STAFF, TODAY).items
    assert line.what == "Giải quyết đề nghị điều chỉnh"
    client.force_login(account(Role.OFFICER, "QLKH"))
    assert "Do tổ chức chủ trì gửi" in words(client.get(f"{REQUESTS}{request.pk}/"))
    decided = over_json(
        client,
        f"{REQUESTS}{request.pk}/actions/approve/",
        decided_on=str(TODAY),
        decision={"id": LegalDocumentFactory().pk},
    )
    assert decided.status_code == 200, decided.content
    assert "được chấp thuận" in words(clerk.get(f"{REQUESTS}{request.pk}/"))
    refused = clerk.post(f"{REQUESTS}{request.pk}/edit/", {"reason": "Khác"})
    assert refused.status_code in {403, 404}


def test_the_day_is_that_on_which_it_comes(clerk, task):
    answer = ask(clerk, task, requested_on=day(TODAY - timedelta(days=40)))
    assert answer.status_code == 422
    assert f"Đề nghị gửi qua mạng ghi ngày gửi, là {day(TODAY)}." in words(answer)
    assert not AmendmentRequest.objects.exists()


@pytest.mark.parametrize(
    ("typed_in", "sentence"),
    [
        ({"reason": ""}, "Hãy ghi lý do đề nghị."),
        ({"new_end_on": ""}, "Gia hạn phải có thời hạn mới."),
        ({"kind": "add_site", "new_end_on": ""}, "Hãy ghi nội dung sau điều chỉnh."),
        ({"kind": "change_pi", "new_end_on": ""}, "Hãy chọn chủ nhiệm mới."),
        ({"kind": "change_partner", "new_end_on": ""}, "Hãy ghi tên, địa chỉ tổ chức đề nghị"),
    ],
)
def test_what_could_not_be_decided_is_not_taken_and_nothing_typed_is_lost(clerk, task, typed_in, sentence):
    answer = ask(clerk, task, **typed_in)
    assert answer.status_code == 422
    assert sentence in words(answer)
    left = form_values(tree(answer))
    assert {name: left[name] for name in ("kind", "reason")} == {
        name: typed(clerk, task, **typed_in)[name] for name in ("kind", "reason")
    }
    assert not AmendmentRequest.objects.exists()


def test_another_partner_is_named_in_words(clerk, task):
    answer = ask(
        clerk, task, kind="change_partner", new_end_on="", new_text="Trường Minh Họa, phường Đức Xuân"
    )
    assert answer.status_code == 303, words(answer)
    assert AmendmentRequest.objects.get().kind == "change_partner"


def test_an_investigator_is_one_of_its_own_people(clerk, task, host):
    own, other = PersonFactory(organisation=host), PersonFactory(organisation=OrganisationFactory())
    sent = {
        "task": {"id": task.pk},
        "kind": "change_pi",
        "requested_on": str(TODAY),
        "reason": "Chủ nhiệm chuyển công tác",
    }
    assert over_json(clerk, REQUESTS, **sent, new_person={"id": other.pk}).status_code == 422
    assert over_json(clerk, REQUESTS, **sent, new_person={"id": own.pk}).status_code == 201


def test_nothing_is_asked_for_a_task_that_is_over_or_of_another_host(clerk, host):
    over, others = running_task(host), running_task(OrganisationFactory())
    TaskMilestoneFactory(task=over, kind="terminated", on=TODAY - timedelta(days=10))
    sentence = words(ask(clerk, over))
    assert "vào ngày đó nhiệm vụ ở trạng thái" in sentence
    sent = {
        "kind": "extend_duration",
        "requested_on": str(TODAY),
        "new_end_on": str(LATER),
        "reason": "Chậm vụ",
    }
    assert over_json(clerk, REQUESTS, task={"id": others.pk}, **sent).status_code == 422
    assert not AmendmentRequest.objects.exists()


def test_the_host_changes_and_takes_back_what_it_handed_in_and_decides_nothing(clerk, task):
    ask(clerk, task)
    request = AmendmentRequest.objects.get()
    address = f"{REQUESTS}{request.pk}/"
    sent = {**form_values(tree(clerk.get(f"{address}edit/"))), "reason": "Mưa lũ từ tháng 6"}
    assert clerk.post(f"{address}edit/", sent).status_code == 303
    request.refresh_from_db()
    assert request.reason == "Mưa lũ từ tháng 6"
    for step in ("approve", "refuse", "correct-day"):
        assert clerk.get(f"{address}actions/{step}/").status_code == 403
        assert over_json(clerk, f"{address}actions/{step}/").status_code == 403
    assert clerk.post(f"{address}delete/").status_code == 403
    assert over_json(clerk, f"{address}actions/withdraw/", reason="Đã kịp tiến độ").status_code == 200
    request.refresh_from_db()
    assert request.state == "withdrawn"


def test_what_the_division_entered_from_a_letter_is_read_and_taken_back_but_not_rewritten(clerk, task):
    request = AmendmentRequestFactory(task=task, requested_on=TODAY, new_end_on=LATER)
    with acting(SYSTEM):
        paper = Attachment.objects.create(
            model="science.amendmentrequest",
            object_id=request.pk,
            name="phieu-trinh.pdf",
            file_id=stored_file(),
        )
    page = words(clerk.get(f"{REQUESTS}{request.pk}/"))
    assert "phieu-trinh.pdf" not in page
    assert clerk.get(f"{REQUESTS}{request.pk}/files/{paper.pk}/").status_code == 404
    assert clerk.get(f"{REQUESTS}{request.pk}/edit/").status_code == 403
    assert "Rút đề nghị" in page


def stored_file():
    return store_file(content=b"%PDF-1.7 g", name="phieu-trinh.pdf", actor=SYSTEM).pk
