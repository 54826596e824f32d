"""When all places for work of many seconds are taken: 503 with the time to come again, and nothing has been begun."""

import threading

import orjson
import pytest
from django.core.files.base import ContentFile
from django.test import Client

from khcn.kernel.actors import Role
from khcn.kernel.bounded_process.places import (
    PASSWORDS,
    PASSWORDS_FROM_UNKNOWN_BROWSERS,
    PASSWORDS_IN_SESSION,
    PLACES,
)
from khcn.kernel.intake.models import Batch
from khcn.kernel.numbering.models import IssuedNumber
from khcn.kernel.request_quotas import TokenBuckets
from khcn.parties.models import User
from khcn.science.models import ScienceTask
from khcn.web import session_passwords
from tests.factories.parties import OrganisationFactory
from tests.kernel.intake_sample import TASK, book_of, reference_data
from tests.kernel.papers_given import accepted_task, draft
from tests.web.conftest import account

pytestmark = pytest.mark.django_db
SENTENCE = "Máy chủ đang đọc tệp hoặc in giấy cho nhiều người cùng lúc. Chưa có gì được ghi"


@pytest.fixture
def officer(client):
    client.force_login(account(Role.OFFICER, "QLKH"))
    return client


@pytest.fixture
def all_taken(monkeypatch):
    """As if others had every place."""
    return lambda places=PLACES: monkeypatch.setattr(places, "_admitted", threading.BoundedSemaphore(0))


def answered(answer):
    return answer.status_code, answer["Retry-After"], SENTENCE in answer.content.decode()


def test_a_file_is_not_taken_in(officer, all_taken):
    reference_data()
    all_taken()
    sent = {"file": ContentFile(book_of(ScienceTask, [TASK]), name="tệp.xlsx")}
    assert answered(officer.post("/import/upload/", sent)) == (503, "15", True)
    assert not Batch.objects.exists()


def test_the_page_of_a_file_that_was_taken_in_asks_to_be_loaded_again(officer, all_taken):
    reference_data()
    sent = {"file": ContentFile(book_of(ScienceTask, [TASK]), name="tệp.xlsx")}
    page = officer.post("/import/upload/", sent)["Location"]
    OrganisationFactory()  # the plan of the file is made again
    all_taken()
    answer = officer.get(page)
    assert answered(answer) == (503, "15", False)
    assert "Đợi khoảng 15 giây rồi tải lại trang này." in answer.content.decode()


def test_a_paper_takes_no_number_and_its_page_goes_without_the_preview(officer, all_taken):
    paper = draft(accepted_task())
    all_taken()
    page = officer.get(f"/papers/{paper.pk}/")
    assert (page.status_code, SENTENCE in page.content.decode()) == (200, True)
    assert answered(officer.post(f"/papers/{paper.pk}/issue/", {"issued_on": "14/9/2023"})) == (
        503,
        "15",
        True,
    )
    answer = officer.post(
        f"/api/papers/{paper.pk}/actions/issue/",
        {},
        content_type="application/json",
        headers={"If-Match": "*"},
    )
    assert (*answered(answer), answer.json()["code"]) == (503, "15", True, "busy")
    paper.refresh_from_db()
    assert (paper.state, IssuedNumber.objects.count()) == ("draft", 0)


def test_a_password_of_a_stranger_is_not_looked_at_and_the_rest_of_what_was_typed_stays(client, all_taken):
    all_taken(PASSWORDS_FROM_UNKNOWN_BROWSERS)
    typed = {"username": "ten.da.go", "password": "mật khẩu đã gõ", "signed_form": "biểu mẫu đã ký"}
    answer = client.post("/login/", typed)
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "đang kiểm tra mật khẩu của nhiều người cùng lúc" in page
    assert "chỗ cần sửa" not in page
    assert [text in page for text in typed.values()] == [True, False, True]


def test_passwords_of_people_who_have_signed_in_have_a_place_of_their_own(client, all_taken):
    admin = account(Role.ADMIN, "VP")
    client.force_login(admin)
    old, new = (
        admin.password,
        {"username": "moi.tao", "full_name": "Tên đã gõ", "role": "reader", "is_active": "on"},
    )
    all_taken(PASSWORDS_FROM_UNKNOWN_BROWSERS)
    assert client.post(f"/accounts/{account(Role.READER).pk}/password/").status_code == 200
    all_taken(PASSWORDS)
    assert client.post(f"/accounts/{account(Role.OFFICER).pk}/password/").status_code == 200
    all_taken(PASSWORDS_IN_SESSION)
    passwords = {"old_password": "x", "new_password1": "y", "new_password2": "y"}
    answers = [client.post("/accounts/new/", new), client.post("/password/", passwords)]
    assert [(each.status_code, each["Retry-After"]) for each in answers] == [(503, "5")] * 2
    assert "Tên đã gõ" in answers[0].content.decode()
    admin.refresh_from_db()
    assert (admin.password, User.objects.filter(username="moi.tao").exists()) == (old, False)


@pytest.mark.parametrize(
    ("address", "typed"),
    [
        ("/second-factor/", {"do": "begin", "password": "mat-khau-thu-nghiem"}),
        ("/proof/", {"proof": "mat-khau-thu-nghiem"}),
        ("/password/", {"old_password": "mat-khau-thu-nghiem", "new_password1": "x", "new_password2": "y"}),
    ],
)
def test_right_passwords_in_sessions_of_one_account_are_so_many_a_minute_and_others_sign_in(
    client, monkeypatch, address, typed
):
    monkeypatch.setattr(session_passwords, "QUOTAS", TokenBuckets(0.001, 10))
    user, other = account(Role.OFFICER), account(Role.READER)
    known = {"username": other.username, "password": "mat-khau-thu-nghiem"}
    browser = Client()
    assert browser.post("/login/", known).status_code == 302
    del browser.cookies["sessionid"]
    second = Client()
    for each in (client, second):
        each.force_login(user)
    answers = [(client, second)[number % 2].post(address, typed) for number in range(30)]
    assert [each.status_code == 429 for each in answers] == [False] * 10 + [True] * 20
    assert "Tài khoản này vừa kiểm tra mật khẩu quá nhiều lần" in answers[-1].content.decode()
    assert 900 <= int(answers[-1]["Retry-After"]) <= 1000
    assert browser.post("/login/", known).status_code == 302


def test_passwords_in_sessions_never_take_the_place_of_a_known_browser(client, all_taken):
    user = account(Role.READER)
    typed = {"username": user.username, "password": "mat-khau-thu-nghiem"}
    assert client.post("/login/", typed).status_code == 302
    del client.cookies["sessionid"]
    all_taken(PASSWORDS_IN_SESSION)
    assert client.post("/login/", typed).status_code == 302


def test_a_long_text_has_at_most_what_a_cell_of_a_workbook_holds(officer):
    reference_data()
    task = accepted_task(note="")
    address = f"/api/science/tasks/{task.pk}/"

    def sent(text):
        return officer.patch(
            address, orjson.dumps({"note": text}), content_type="application/json", headers={"If-Match": "*"}
        )

    assert sent("x" * 32_767).status_code == 200
    refused = sent("x" * 32_768)
    assert (refused.status_code, refused.json()["errors"]) == (
        422,
        {"note": ["Dài 32768 ký tự, nhiều nhất 32767. Hãy viết gọn lại."]},
    )


def test_the_answer_to_many_unknown_names_is_smaller_than_the_request(officer):
    body = orjson.dumps({f"{number} {'x' * 100}": 1 for number in range(500)})
    answer = officer.post("/api/science/tasks/", body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["errors"] == {
        f"{number} {'x' * 100}"[:60]: ["Không có trường này."] for number in range(20)
    }
    assert len(answer.content) < len(body)
    assert "Các trường: code, " in answer.json()["message"]
