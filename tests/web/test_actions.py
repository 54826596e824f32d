"""An action through its dialog and over JSON: the same checks, the same words, and nothing done twice."""

import json
from datetime import date

import orjson
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.audit.record_versions import version_of
from khcn.science.models import ScienceTask, TaskMilestone
from tests.factories.councils import CouncilFactory, SeatedMeetingFactory
from tests.factories.reference import GradeFactory
from tests.factories.science import (
    MeetingItemFactory,
    ScienceTaskFactory,
    TaskMilestoneFactory,
    TaskProposalFactory,
)
from tests.web.conftest import form_values, tree, words

pytestmark = pytest.mark.django_db
NAME = "record-milestone"
LOGIN = "//form[@action='/login/']"
NOT_ACCEPTED = "Không ghi được mốc “Thanh lý hợp đồng” ngày 01/06/2023: vào ngày đó nhiệm vụ ở trạng thái “đang thực hiện”."


@pytest.fixture
def task(db):
    made = ScienceTaskFactory(title="Trồng nấm Linh chi")
    TaskMilestoneFactory(task=made, kind="contract_signed", on=date(2022, 3, 1))
    return made


def dialog(task, name=NAME):
    return f"/science/tasks/{task.pk}/actions/{name}/"


def typed(client, task, **values):
    """The dialog as a browser would send it, with some inputs filled in."""
    return {**form_values(tree(client.get(dialog(task)))), **values}


def kinds(task):
    return list(task.milestones.order_by("pk").values_list("kind", flat=True))


def call(client, task, values, name=NAME, **headers):
    return client.post(
        f"/api/science/tasks/{task.pk}/actions/{name}/",
        json.dumps(values),
        content_type="application/json",
        headers={"If-Match": "*", **headers},
    )


# ------------------------------------------------------------------------------------------- the page


@pytest.mark.parametrize("origin", ["http://testserver", "https://evil.example", "null", None])
def test_what_was_typed_before_signing_in_again_in_another_tab_is_offered_to_its_own_page_alone(
    officer, task, origin
):
    values = typed(officer, task, kind="self_accepted", reached_on="1/6/2023", number="giữ “chữ” này")
    before = kinds(task)
    checked = Client(enforce_csrf_checks=True)
    checked.cookies = officer.cookies
    sent = {"HTTP_ORIGIN": origin} if origin else {}
    answer = checked.post(dialog(task), {**values, "csrfmiddlewaretoken": "x" * 64}, **sent)
    assert answer.status_code == 403
    assert kinds(task) == before
    if origin != "http://testserver":
        assert "giữ “chữ” này" not in answer.content.decode()
        return
    assert "Những gì bạn đã gõ còn nguyên" in words(answer)
    offered = form_values(tree(answer), "//main//form")
    shown = checked.post(dialog(task), {**offered, "typed_again": "1"}, **sent)
    assert shown.status_code == 200
    assert form_values(tree(shown))["number"] == "giữ “chữ” này"


def test_what_was_typed_comes_back_after_signing_in_again(client, officer, task):
    values = typed(officer, task, kind="self_accepted", reached_on="1/6/2023", number="giữ “chữ” này")
    client.logout()
    sent = client.post(dialog(task), values)
    assert sent.status_code == 401
    assert "những gì bạn đã gõ còn nguyên" in words(sent)
    signed_form = form_values(tree(sent), LOGIN)
    account = {"username": "officer.qlkh", "password": "sai mật khẩu này"}
    again = client.post("/login/", {**signed_form, **account})
    assert again.status_code == 422
    signed_form = form_values(tree(again), LOGIN)
    offered = client.post("/login/", {**signed_form, **account, "password": "mat-khau-thu-nghiem"})
    assert offered.status_code == 200
    assert tree(offered).xpath("//main//form/@action") == [dialog(task)]
    shown = client.post(dialog(task), {**form_values(tree(offered), "//main//form"), "typed_again": "1"})
    assert shown.status_code == 200
    fresh = {"csrfmiddlewaretoken", "version", "token", "next"}
    assert {k: v.strip() for k, v in form_values(tree(shown)).items() if k not in fresh} == {
        k: v.strip() for k, v in values.items() if k not in fresh
    }
    assert kinds(task) == ["contract_signed"]
    assert client.post(dialog(task), form_values(tree(shown))).status_code == 303
    assert TaskMilestone.objects.latest("pk").number == "giữ “chữ” này"


@pytest.mark.parametrize("signed_form", ["", "x:y:z", "eyJ4IjoxfQ:1tabcd:forged"])
def test_a_forged_form_is_ignored(client, officer, task, signed_form):
    client.logout()
    right = {"username": "officer.qlkh", "password": "mat-khau-thu-nghiem", "signed_form": signed_form}
    assert client.post("/login/", right).status_code == 302


def test_the_button_leads_to_a_dialog_that_carries_the_action_out(officer, task):
    page = tree(officer.get(f"/science/tasks/{task.pk}/"))
    assert dialog(task) in page.xpath("//a/@href")
    before = version_of(task)
    sent = officer.post(
        dialog(task), typed(officer, task, kind="dossier_submitted", reached_on="1/6/2023", number="12")
    )
    assert (sent.status_code, sent["Location"]) == (303, f"/science/tasks/{task.pk}/")
    made = TaskMilestone.objects.latest("pk")
    assert (made.kind, made.on, made.number) == ("dossier_submitted", date(2023, 6, 1), "12")
    done = words(officer.get(sent["Location"]))
    assert f"Đã thực hiện “Ghi mốc thực hiện”: {task} – Nộp hồ sơ nghiệm thu (01/06/2023)." in done
    assert version_of(ScienceTask.objects.get(pk=task.pk)) > before
    assert ChangeEntry.objects.latest("pk").reason == "Ghi mốc thực hiện"


def test_what_the_rules_refuse_comes_back_with_everything_typed(officer, task):
    sent = officer.post(
        dialog(task), typed(officer, task, kind="liquidated", reached_on="1/6/2023", number="giữ chữ này")
    )
    assert sent.status_code == 422
    assert NOT_ACCEPTED in words(sent)
    assert form_values(tree(sent))["number"] == "giữ chữ này"
    assert kinds(task) == ["contract_signed"]


def test_one_fault_is_named_once_with_what_to_do(officer, task):
    TaskMilestoneFactory(task=task, kind="suspended", on=date(2023, 6, 1))
    TaskMilestoneFactory(task=task, kind="resumed", on=date(2023, 7, 1))
    sent = officer.post(dialog(task), typed(officer, task, kind="suspended", reached_on="1/6/2023"))
    summary = tree(sent).xpath("//div[contains(@class, 'error-summary')]")[0]
    assert summary.xpath("./h2/text()") == ["Còn 1 chỗ cần sửa"]
    (line,) = [each.text_content() for each in summary.xpath(".//li")]
    assert line == (
        "Mốc: Nhiệm vụ đã có mốc này trong cùng ngày. Xem lại ngày; nếu mốc đã ghi sai thì bấm “Đính chính mốc” hoặc “Bỏ mốc ghi "
        "nhầm” ở mốc đó."
    )


def test_a_task_that_a_proposal_becomes_begins_with_the_next_code(officer):
    ScienceTaskFactory(code="ĐT.07/2026")
    proposal = TaskProposalFactory(title="Trồng nấm Linh chi", for_year=2026)
    page = tree(officer.get(f"/science/proposals/{proposal.pk}/actions/determine-task/"))
    year = timezone.localdate().year
    assert (form_values(page)["code"], form_values(page)["title"]) == (
        f"ĐT.{'08' if year == 2026 else '01'}/{year}",
        "Trồng nấm Linh chi",
    )


def test_a_council_gets_the_next_code_of_its_own_kind(officer):
    CouncilFactory(code="HD-NT-2025-04", kind="acceptance")
    page = tree(officer.get("/councils/councils/new/"))
    year = timezone.localdate().year
    assert form_values(page)["code"] == ""
    label = CouncilFactory._meta.model(kind="acceptance").get_kind_display()
    assert f"Mã tiếp theo của từng loại: {label}: HD-NT-{year}-01." in words(
        officer.get("/councils/councils/new/")
    )
    other = tree(officer.get("/councils/councils/new/?kind=provincial"))
    assert form_values(other)["code"] == ""
    same = tree(officer.get("/councils/councils/new/?kind=acceptance"))
    assert form_values(same)["code"] == f"HD-NT-{year}-01"


def test_inputs_that_are_missing_or_do_not_apply_are_named(officer, task):
    sent = officer.post(dialog(task), typed(officer, task, kind="self_accepted"))
    assert sent.status_code == 422
    assert "Hãy nhập “Ngày”." in words(sent)
    assert kinds(task) == ["contract_signed"]


def test_somebody_elses_change_in_between_answers_409_and_keeps_what_was_typed(officer, task):
    values = typed(officer, task, kind="self_accepted", reached_on="1/6/2023", number="giữ chữ này")
    task.note = "đã đổi"
    with acting(SYSTEM):
        task.save()
    sent = officer.post(dialog(task), values)
    assert sent.status_code == 409
    assert "Đã có người sửa bản ghi này sau khi bạn mở biểu mẫu (có thể ở cửa sổ khác của bạn)." in words(
        sent
    )
    assert tree(sent).xpath("//main//a[text()='Xem bản mới']/@href") == [f"/science/tasks/{task.pk}/"]
    again = form_values(tree(sent))
    assert again["number"] == "giữ chữ này"
    assert kinds(task) == ["contract_signed"]
    assert officer.post(dialog(task), again).status_code == 303


def test_the_same_form_sent_twice_acts_once(officer, task):
    values = typed(officer, task, kind="self_accepted", reached_on="1/6/2023")
    assert officer.post(dialog(task), values).status_code == 303
    before = ChangeEntry.objects.count()
    again = officer.post(dialog(task), values)
    assert (again.status_code, again["Location"]) == (303, f"/science/tasks/{task.pk}/")
    assert kinds(task) == ["contract_signed", "self_accepted"]
    assert ChangeEntry.objects.count() == before


@pytest.mark.parametrize("changed", [{"version": "*"}, {"token": "t" * 101}, {"token": "a\0b"}])
def test_what_the_dialog_never_sends_is_refused(officer, task, changed):
    sent = officer.post(dialog(task), typed(officer, task, kind="settled", reached_on="1/6/2023", **changed))
    assert sent.status_code == 400
    assert kinds(task) == ["contract_signed"]


@pytest.mark.parametrize(("role", "unit"), [(Role.READER, "QLKH"), (Role.OFFICER, "VP"), (Role.ADMIN, "VP")])
def test_whoever_may_not_sees_no_button_and_gets_no_dialog(sign_in, task, role, unit):
    client = sign_in(role, unit)
    assert dialog(task) not in tree(client.get(f"/science/tasks/{task.pk}/")).xpath("//a/@href")
    assert client.get(dialog(task)).status_code == 403
    assert client.post(dialog(task), {"kind": "self_accepted", "reached_on": "1/6/2023"}).status_code == 403
    refused = call(client, task, {"kind": "self_accepted", "reached_on": "2023-06-01"})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    assert kinds(task) == ["contract_signed"]


def test_what_does_not_exist_is_not_found_in_both_ways(officer, task):
    assert officer.get(dialog(task, "no-such-thing")).status_code == 404
    assert officer.get("/science/tasks/999999/actions/record-milestone/").status_code == 404
    task.pk = 999999
    missing = call(officer, task, {})
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")


# ------------------------------------------------------------------------------------------- over JSON


def test_the_list_of_actions_names_their_inputs(officer, task):
    found = officer.get(f"/api/science/tasks/{task.pk}/actions/")
    offered = {each["name"]: each for each in found.json()["items"]}[NAME]
    assert (offered["allowed"], offered["why_not"], offered["label"]) == (True, "", "Ghi mốc thực hiện")
    assert offered["url"] == f"/api/science/tasks/{task.pk}/actions/{NAME}/"
    schema = offered["inputs"]
    assert schema["required"] == ["kind", "reached_on"]
    assert schema["properties"]["grade"]["x-when"] == {"kind": ["accepted_province", "accepted_national"]}
    described = officer.get("/api/openapi.json").json()["paths"]
    assert "/api/science/tasks/{pk}/actions/record-milestone/" in described


def test_json_carries_the_action_out_and_refuses_with_the_words_of_the_page(officer, task):
    done = call(officer, task, {"kind": "dossier_submitted", "reached_on": "2023-06-01"})
    made = TaskMilestone.objects.latest("pk")
    assert (done.status_code, done.json()["result"]) == (
        200,
        {
            "model": "science.taskmilestone",
            "id": made.pk,
            "url": f"/api/science/milestones/{made.pk}/",
        },
    )
    other = ScienceTaskFactory()
    TaskMilestoneFactory(task=other, kind="contract_signed", on=date(2022, 3, 1))
    refused = call(officer, other, {"kind": "liquidated", "reached_on": "2023-06-01"})
    assert refused.status_code == 422
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["detail"] == refused.json()["message"] == NOT_ACCEPTED


def test_json_asks_for_a_version_and_refuses_an_old_one(officer, task):
    body = {"kind": "self_accepted", "reached_on": "2023-06-01"}
    address = f"/api/science/tasks/{task.pk}/actions/{NAME}/"
    bare = officer.post(address, orjson.dumps(body), content_type="application/json")
    assert (bare.status_code, bare.json()["code"]) == (428, "version_required")
    tag = officer.get(f"/api/science/tasks/{task.pk}/")["ETag"]
    assert call(officer, task, body, **{"If-Match": tag}).status_code == 200
    stale = call(officer, task, {**body, "reached_on": "2023-06-02"}, **{"If-Match": tag})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    assert kinds(task) == ["contract_signed", "self_accepted"]


@pytest.fixture
def decided(task):
    meeting = SeatedMeetingFactory(kind="acceptance", held_on=date(2023, 6, 1))
    return MeetingItemFactory(meeting=meeting, task=task, grade=GradeFactory(code="passed", label="Đạt"))


def graded_otherwise(item):
    item.grade = GradeFactory(code="best", label="Xuất sắc")
    with acting(SYSTEM):
        item.save()


def test_what_is_recorded_is_what_the_dialog_showed(officer, decided):
    address = f"/councils/council-meetings/{decided.meeting.pk}/actions/record-conclusions/"
    page = officer.get(address)
    assert "Nghiệm thu cấp tỉnh 01/06/2023, Đạt" in words(page)
    opened = form_values(tree(page))
    graded_otherwise(decided)
    refused = officer.post(address, opened | {"next": "/councils/"})
    assert (refused.status_code, kinds(decided.task)) == (409, ["contract_signed"])
    assert "đã khác lúc bạn mở trang ở: Trồng nấm Linh chi." in words(refused)
    assert "Nghiệm thu cấp tỉnh 01/06/2023, Xuất sắc" in words(refused)
    again = form_values(tree(refused))
    assert again["next"] == "/councils/"  # what the form held is not lost
    assert officer.post(address, {**again, "shown": ""}).status_code == 409
    officer.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert officer.post(address, again).status_code == 303
    assert decided.task.milestones.get(kind="accepted_province").grade == decided.grade


def test_over_json_what_is_recorded_is_what_was_read(officer, decided):
    at = f"/api/councils/council-meetings/{decided.meeting.pk}/actions/"
    listed = officer.get(at)
    offer = next(each for each in listed.json()["items"] if each["name"] == "record-conclusions")

    def sent(**body):
        etag = {"If-Match": listed["ETag"]}
        return officer.post(offer["url"], json.dumps(body), content_type="application/json", headers=etag)

    assert (sent().status_code, sent().json()["code"]) == (428, "shown_required")
    graded_otherwise(decided)
    refused = sent(shown=offer["shown"])
    assert (refused.status_code, refused.json()["code"]) == (409, "shown_changed")
    again = next(each for each in officer.get(at).json()["items"] if each["name"] == "record-conclusions")
    assert sent(shown=again["shown"]).status_code == 200


def test_a_key_gives_the_first_answer_again_and_serves_one_request_only(officer, task):
    body = {"kind": "self_accepted", "reached_on": "2023-06-01"}
    first = call(officer, task, body, **{"Idempotency-Key": "k1"})
    again = call(officer, task, body, **{"Idempotency-Key": "k1"})
    assert (again.status_code, again.json()) == (200, first.json())
    second = ScienceTaskFactory()
    for record, values in ((task, {**body, "reached_on": "2023-07-01"}), (second, body)):
        other = call(officer, record, values, **{"Idempotency-Key": "k1"})
        assert (other.status_code, other.json()["code"]) == (409, "key_reused")
    assert (kinds(task), kinds(second)) == (["contract_signed", "self_accepted"], [])


def test_json_names_unknown_and_unreadable_inputs(officer, task):
    wrong = call(officer, task, {"kind": "self_accepted", "reached_on": "hôm qua", "grade": "Đạt"})
    assert wrong.status_code == 422
    assert sorted(wrong.json()["errors"]) == ["grade", "reached_on"]
    unknown = call(officer, task, {"kindd": "self_accepted"})
    assert (unknown.status_code, list(unknown.json()["errors"])) == (422, ["kindd"])


@pytest.mark.parametrize("document", [{"id": 2**64}, {"id": "1"}, {}, 1], ids=repr)
def test_json_takes_no_input_of_another_type_for_an_empty_one(officer, task, document):
    body = {"kind": "self_accepted", "reached_on": "2023-06-01", "document": document}
    wrong = call(officer, task, body)
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["document"])
    assert kinds(task) == ["contract_signed"]


def test_the_page_for_deleting_says_first_what_may_not_be_deleted(sign_in, task):
    milestone = task.milestones.get()
    address = f"{milestone.get_absolute_url()}delete/"
    page = sign_in(Role.HEAD, "QLKH").get(address)
    assert page.status_code == 200
    assert "Mốc đã ghi không xóa trực tiếp." in words(page)
    assert tree(page).xpath("//main//form") == []
