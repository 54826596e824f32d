"""A forgotten password is replaced by its owner with a link that comes by mail; nobody learns which names have accounts."""

import re
import smtplib
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.parties.models import LinkedIdentity, User
from khcn.parties.operations import linked_identities as identities
from khcn.parties.operations import second_factors as factors
from khcn.web import password_reset_mails
from khcn.web.jobs import send_reset_done_mail, send_reset_mail
from khcn.web.views import password_resets
from tests.web.conftest import account, words
from tests.web.test_second_factor import NOON, PASSWORD, enrolled

NEW = "ba ngàn con gà mái"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def by_mail(settings):
    settings.PASSWORD_RESET_BY_MAIL = True
    settings.PUBLIC_URL = "https://khcn.example.vn"


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as found:
        yield found


@pytest.fixture
def enqueued(monkeypatch):
    """What is to be done in the background."""
    found = []
    monkeypatch.setattr(password_resets, "enqueue", lambda path, **arguments: found.append((path, arguments)))
    return found


def with_address(role=Role.OFFICER, unit="QLKH"):
    """An account whose address was there from the beginning."""
    user = account(role, unit)
    user.email = "can.bo@tinh.vn"
    User.objects.filter(pk=user.pk).update(email=user.email)
    return user


def mailed(user, mailoutbox):
    """The path of the link in the mail; "" where there is none."""
    mailoutbox.clear()
    with acting(SYSTEM):  # as jobs do
        send_reset_mail(account=user.pk, at=datetime.now(UTC).timestamp())
    hit = (
        re.search(r"https://khcn\.example\.vn(/password/reset/\S+)", mailoutbox[0].body)
        if mailoutbox
        else None
    )
    return hit[1] if hit else ""


def chosen(client, link, new=NEW):
    return client.post(link, {"new_password1": new, "new_password2": new})


def signs_in(user, password):
    return Client().post("/login/", {"username": user.username, "password": password}).status_code != 422


def test_the_owner_asks_follows_the_link_and_signs_in_with_the_new_password(clock, mailoutbox, enqueued):
    user = with_address()
    client = Client()
    assert "/password/forgotten/" in client.get("/login/").content.decode()
    asked = client.post("/password/forgotten/", {"username": f" {user.username} "})
    assert enqueued == [("khcn.web.jobs.send_reset_mail", {"account": user.pk, "at": NOON.timestamp()})]
    assert "một thư đã được gửi đi" in words(asked)
    link = mailed(user, mailoutbox)
    assert mailoutbox[0].to == ["can.bo@tinh.vn"]
    page = client.get(link)
    assert (page.status_code, page["Referrer-Policy"]) == (200, "strict-origin")
    answer = chosen(client, link)
    assert (answer.status_code, answer["Location"], "sessionid" in client.cookies) == (303, "/login/", False)
    assert [signs_in(user, each) for each in (PASSWORD, NEW)] == [False, True]
    assert [each.reason for each in ChangeEntry.objects.filter(action="reset")] == [
        "gửi thư đặt lại mật khẩu",
        "đặt lại mật khẩu qua thư",
    ]
    assert enqueued[1] == ("khcn.web.jobs.send_reset_done_mail", {"account": user.pk})
    send_reset_done_mail(account=user.pk)
    assert "vừa được đặt lại" in mailoutbox[-1].subject


def test_a_link_is_good_once_and_for_thirty_minutes(clock, mailoutbox):
    user, client = with_address(), Client()
    link = mailed(user, mailoutbox)
    assert chosen(client, link).status_code == 303
    assert (chosen(client, link, "sáu con cá chép").status_code, signs_in(user, NEW)) == (422, True)
    clock.shift(timedelta(minutes=10))
    link = mailed(user, mailoutbox)
    clock.shift(timedelta(minutes=30, seconds=1))
    assert (client.get(link).status_code, chosen(client, link, "sáu con cá chép").status_code) == (422, 422)


def test_of_two_who_follow_it_at_the_same_time_one_gets_in(clock, mailoutbox):
    """The token is looked at once more beside the locked row."""
    user = with_address()
    link = mailed(user, mailoutbox)
    token = link.split("/")[-2]
    first, second = User.objects.get(pk=user.pk), User.objects.get(pk=user.pk)
    for each in (first, second):
        each.set_password(NEW)
    with acting(SYSTEM):
        found = [
            password_resets.operations.reset_password(account=each, token=token, at=NOON)
            for each in (first, second)
        ]
    assert found == [True, False]


@pytest.mark.parametrize("change", ["signs in", "new password", "stopped", "another address"])
def test_a_link_is_worth_nothing_after_a_change_of_the_account(clock, mailoutbox, change):
    user = with_address()
    link = mailed(user, mailoutbox)
    clock.shift(timedelta(minutes=1))
    with acting(SYSTEM):
        match change:
            case "signs in":
                signs_in(user, PASSWORD)
            case "new password":
                user.set_password("sáu con cá chép")
                user.save()
            case "stopped":
                user.is_active = False
                user.save()
            case _:
                User.objects.filter(pk=user.pk).update(email="khac@tinh.vn")
    assert chosen(Client(), link).status_code == 422
    assert not signs_in(user, NEW)


def test_sessions_tokens_and_identities_end_and_the_second_factor_stays(clock, mailoutbox):
    user = with_address()
    client = Client()
    client.post("/login/", {"username": user.username, "password": PASSWORD})
    with acting(SYSTEM):
        identities.link_identity(account=user, issuer="https://sso.tinh.vn", subject="1", by=user.pk, at=NOON)
    enrolled(user)
    user.refresh_from_db()
    assert chosen(Client(), mailed(user, mailoutbox)).status_code == 303
    assert (client.get("/sessions/").status_code, LinkedIdentity.objects.exists()) == (302, False)
    assert factors.has_second_factor(user)
    page = Client().post("/login/", {"username": user.username, "password": NEW})
    assert "Mã xác thực" in words(page)


@pytest.mark.parametrize(
    ("role", "unit"), [(Role.LEADER, "BGD"), (Role.ADMIN, "VP"), (Role.HEAD, "QLKH"), (Role.OFFICE, "VP")]
)
def test_who_decides_gets_no_link_but_the_word_that_somebody_asked(clock, mailoutbox, role, unit):
    user = with_address(role, unit)
    assert mailed(user, mailoutbox) == ""
    assert "không đặt lại qua thư được" in mailoutbox[0].body


def test_a_link_is_refused_once_the_account_decides(clock, mailoutbox):
    user = with_address()
    link = mailed(user, mailoutbox)
    with acting(SYSTEM):
        user.role_id = Role.LEADER.value
        user.save()
    assert Client().get(link).status_code == 422


def test_an_address_that_another_has_just_entered_gets_no_link(clock, mailoutbox, sign_in):
    """Else an administrator could send the link to a mailbox of their own, unseen."""
    user, admin = with_address(), sign_in(Role.ADMIN, "VP")
    admin.post(f"/accounts/{user.pk}/", {"username": user.username, "full_name": user.full_name, "role": user.role_id,
                                         "unit": user.unit_id, "email": "cua.toi@tinh.vn", "is_active": "on"})  # fmt: skip
    user.refresh_from_db()
    assert (user.email, mailed(user, mailoutbox)) == ("cua.toi@tinh.vn", "")
    clock.shift(timedelta(days=7, seconds=1))
    assert mailed(user, mailoutbox) != ""


def test_an_account_that_another_has_just_made_gets_no_link(clock, mailoutbox):
    user = account(Role.OFFICER)
    with acting(SYSTEM):
        made = User(
            username="moi", full_name="Mới", role_id=Role.OFFICER.value, unit=user.unit, email="moi@tinh.vn"
        )
        made.set_password(PASSWORD)
        made.save()
    assert mailed(made, mailoutbox) == ""
    clock.shift(timedelta(days=7, seconds=1))
    assert mailed(made, mailoutbox) != ""


def test_no_mail_without_an_address_or_for_a_stopped_account_and_one_in_ten_minutes(clock, mailoutbox):
    user = account(Role.OFFICER)
    assert mailed(user, mailoutbox) == ""
    user = with_address()
    assert [bool(mailed(user, mailoutbox)) for _each in range(2)] == [True, False]
    clock.shift(timedelta(minutes=10))
    assert mailed(user, mailoutbox)
    with acting(SYSTEM):
        user.is_active = False
        user.save()
    clock.shift(timedelta(minutes=10))
    assert (mailed(user, mailoutbox), mailoutbox) == ("", [])
    send_reset_mail(account=0, at=NOON.timestamp())
    assert mailoutbox == []


def test_a_mail_that_was_not_sent_is_logged_and_the_next_request_is_mailed(clock, mailoutbox, monkeypatch):
    user = with_address()

    def fail(*_more, **_options):
        raise smtplib.SMTPServerDisconnected

    with monkeypatch.context() as patched:
        patched.setattr(password_reset_mails, "send_mail", fail)
        with pytest.raises(smtplib.SMTPServerDisconnected):
            mailed(user, mailoutbox)
    assert [bool(mailed(user, mailoutbox)) for _each in range(2)] == [True, False]
    assert [each.reason for each in ChangeEntry.objects.filter(action="reset")] == [
        "thư đặt lại mật khẩu chưa gửi được: máy chủ thư lỗi",
        "gửi thư đặt lại mật khẩu",
    ]


def test_names_with_and_without_an_account_are_answered_by_the_same_words_and_statements(clock):
    user, found = with_address(), []
    Client().get("/password/forgotten/")  # the name of the department is looked up once a minute
    for name in (user.username, "khong.co.ai", "' OR 1=1 --"):
        client = Client(REMOTE_ADDR="10.0.0.1")
        with CaptureQueriesContext(connection) as asked:
            page = client.post("/password/forgotten/", {"username": name})
        statements = [re.sub(r"'[^']*'|\d+", "?", each["sql"])[:60] for each in asked.captured_queries]
        found.append((page.status_code, words(page), statements))
    assert found[0] == found[1] == found[2]


def test_requests_are_bounded_by_name_and_by_network(clock, enqueued):
    user = with_address()
    statuses = [Client(REMOTE_ADDR=f"10.0.{number}.1").post("/password/forgotten/", {"username": user.username}).status_code
                for number in range(11)]  # fmt: skip
    assert statuses == [200] * 10 + [429]
    statuses = [Client(REMOTE_ADDR="10.9.9.9").post("/password/forgotten/", {"username": f"ten{number}"}).status_code
                for number in range(51)]  # fmt: skip
    assert (statuses, len(enqueued)) == ([200] * 50 + [429], 60)
    assert signs_in(user, PASSWORD)  # they are no wrong passwords


@pytest.mark.parametrize(
    "link",
    ["/password/reset/MQ/x-y/", "/password/reset/x/y/", "/password/reset/LTE/a-b/", "/password/reset/OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5/a-b/",
     "/password/reset/%C3%AA/a/", "/password/reset/MQ/" + "x" * 3000 + "/"],
)  # fmt: skip
def test_what_is_no_link_is_refused_in_words(clock, link):
    page = Client().get(link)
    assert (page.status_code, "quá 30 phút" in words(page)) == (422, True)


@pytest.mark.parametrize("new", ["ngắn", "password1234", "matkhau12345", ""])
def test_weak_passwords_are_refused_here_too(clock, mailoutbox, new):
    user = with_address()
    link = mailed(user, mailoutbox)
    assert chosen(Client(), link, new).status_code == 422
    assert signs_in(user, PASSWORD)


def test_without_the_setting_there_is_no_way(clock, settings, mailoutbox, enqueued):
    user = with_address()
    link = mailed(user, mailoutbox)
    settings.PASSWORD_RESET_BY_MAIL = False
    client = Client()
    assert client.post("/password/forgotten/", {"username": user.username})["Location"] == "/login/"
    assert (enqueued, chosen(client, link)["Location"]) == ([], "/login/")
    assert signs_in(user, PASSWORD)
    assert "/password/forgotten/" not in client.get("/login/").content.decode()


def test_an_empty_name_is_asked_for_again(clock, enqueued):
    assert (Client().post("/password/forgotten/", {"username": "  "}).status_code, enqueued) == (422, [])
