"""One's own sessions: shown, ended, ended by time; and what the log says of sign-ins and downloads."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db.models.sql.compiler import SQLCompiler
from django.test import Client

from khcn.kernel.actors import Role
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.audit.record_comparison import compare_records
from khcn.kernel.jobs.recurring import JobContext
from khcn.parties.models import AccountSession, FailureCount
from khcn.parties.operations.session_store import SessionStore
from khcn.web.browser_names import browser_name
from khcn.web.jobs import log_failed_sign_ins
from tests.factories.science import ScienceTaskFactory
from tests.web.conftest import account, tree, words

NOON = datetime(2023, 9, 14, 5, tzinfo=UTC)
PASSWORD = "mat-khau-thu-nghiem"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"
pytestmark = pytest.mark.django_db


def enter(user, **options):
    client = Client(**{"HTTP_USER_AGENT": CHROME, "REMOTE_ADDR": "10.1.2.3", **options})
    assert client.post("/login/", {"username": user.username, "password": PASSWORD}).status_code == 302
    return client


def is_in(client):
    return client.get("/sessions/").status_code == 200


def events(*actions):
    found = ChangeEntry.objects.filter(model__startswith="event.").order_by("pk")
    return [each for each in found if not actions or each.action in actions]


# ------------------------------------------------------------------------------------------- the list


def test_sessions_are_listed_without_their_keys_and_ended_one_by_one():
    user = account(Role.OFFICER)
    here, there = enter(user), enter(user, HTTP_USER_AGENT="<script>", REMOTE_ADDR="10.9.9.9")
    other = enter(account(Role.HEAD))
    page = here.get("/sessions/")
    text = words(page)
    assert [each for each in ("Chrome, Windows", "10.1.2.3", "10.9.9.9") if each in text] == [
        "Chrome, Windows",
        "10.1.2.3",
        "10.9.9.9",
    ]
    assert "<script>" not in text
    keys = set(AccountSession.objects.values_list("session_key", flat=True))
    assert not any(key in page.content.decode() for key in keys)
    (number,) = set(tree(page).xpath("//main//button[@name='session']/@value")) - {"others"}
    for wrong in (number, "x", "others"):
        other.post("/sessions/end/", {"session": wrong})
    assert [is_in(each) for each in (here, there, other)] == [True] * 3
    here.post("/sessions/end/", {"session": number})
    assert [is_in(each) for each in (here, there)] == [True, False]
    (ended,) = events("ended")
    assert (ended.actor_label, ended.object_id, "10.9.9.9" in ended.reason) == (str(user), str(user.pk), True)


def test_all_others_are_ended_and_an_administrator_ends_those_of_anybody():
    user, admin = account(Role.OFFICER), enter(account(Role.ADMIN, "VP"))
    clients = [enter(user) for _each in range(3)]
    clients[0].post("/sessions/end/", {"session": "others"})
    assert [is_in(each) for each in clients] == [True, False, False]
    assert "Chrome, Windows" in words(admin.get(f"/accounts/{user.pk}/"))
    assert clients[0].post(f"/accounts/{user.pk}/sessions/end/").status_code == 403
    assert admin.post(f"/accounts/{user.pk}/sessions/end/").status_code == 303
    assert [is_in(each) for each in (clients[0], admin)] == [False, True]


# ---------------------------------------------------------------------------------------- time-outs


def test_a_session_ends_an_hour_after_its_last_page():
    with time_machine.travel(NOON, tick=False) as clock:
        client = enter(account(Role.OFFICER))
        for _each in range(3):
            clock.shift(timedelta(minutes=59))
            assert is_in(client)
        clock.shift(timedelta(minutes=60))
        assert not is_in(client)
        assert AccountSession.objects.count() == 0


def test_a_session_ends_ten_hours_after_its_beginning_however_much_it_is_used():
    with time_machine.travel(NOON, tick=False) as clock:
        client = enter(account(Role.OFFICER))
        for _each in range(11):
            clock.shift(timedelta(minutes=54))
            assert is_in(client)
        clock.shift(timedelta(minutes=6))
        assert not is_in(client)


def test_a_form_sent_after_the_time_is_offered_again():
    with time_machine.travel(NOON, tick=False) as clock:
        task, client = ScienceTaskFactory(), enter(account(Role.OFFICER))
        clock.shift(timedelta(minutes=61))
        page = client.post(f"/science/tasks/{task.pk}/edit/", {"title": "Gõ dở"})
        assert (page.status_code, "những gì bạn đã gõ còn nguyên" in words(page)) == (401, True)


def test_a_page_is_no_reason_to_write_the_session_before_five_minutes(django_assert_num_queries):
    with time_machine.travel(NOON, tick=False) as clock:
        client = enter(account(Role.OFFICER))
        is_in(client)
        clock.shift(timedelta(minutes=4))
        is_in(client)
        assert AccountSession.objects.get().seen_at == NOON
        clock.shift(timedelta(minutes=1))
        is_in(client)
        assert AccountSession.objects.get().seen_at == NOON + timedelta(minutes=5)


def test_a_session_that_has_expired_is_none():
    with time_machine.travel(NOON, tick=False):
        client = enter(account(Role.OFFICER))
        key = client.cookies["sessionid"].value
        for seconds, known in ((1, True), (0, False)):
            AccountSession.objects.update(expire_date=NOON + timedelta(seconds=seconds))
            assert is_in(client) == known
            assert bool(SessionStore(key).load()) == known


NO_SESSIONS = (
    r'"\000\000aaaaaaaaaaaaa"', r'"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\000"', r'"\377\376aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"', "a" * 31, "a" * 33, "A" * 32,
    "a" * 20_000, "a" * 31 + "%", "",
)  # fmt: skip


@pytest.mark.parametrize("cookie", NO_SESSIONS, ids=range(len(NO_SESSIONS)))
def test_a_cookie_that_cannot_be_a_session_is_none_and_the_database_is_not_asked(
    cookie, django_assert_num_queries
):
    visitor = Client(HTTP_COOKIE=f"sessionid={cookie}")
    assert [visitor.get(path).status_code for path in ("/login/", "/healthz", "/my-work/")] == [200, 200, 302]
    key = visitor.get("/login/").wsgi_request.COOKIES["sessionid"]
    with django_assert_num_queries(0):
        assert dict(SessionStore(key).items()) == {}


def test_the_statements_that_read_a_session_and_its_account_are_put_together_once_for_all_pages(monkeypatch):
    client = enter(account(Role.OFFICER))
    assert is_in(client)
    built = []
    as_sql = SQLCompiler.as_sql

    def noted(compiler, *arguments, **options):
        built.append(compiler.query.model)
        return as_sql(compiler, *arguments, **options)

    monkeypatch.setattr(SQLCompiler, "as_sql", noted)
    assert client.get("/healthz").status_code == 200
    assert built == []


# ------------------------------------------------------------------------------------------- the log


def test_the_log_has_sign_in_sign_out_and_downloads_with_who_and_where():
    user = account(Role.OFFICER)
    client = enter(user)
    ScienceTaskFactory()
    assert client.get("/science/tasks/export/?q=a").status_code == 200
    client.post("/logout/")
    found = [(each.action, each.actor_label, each.reason) for each in events()]
    assert found == [
        ("sign_in", str(user), "10.1.2.3, Chrome, Windows"),
        ("download", str(user), "q=a"),
        ("sign_out", str(user), found[2][2]),
    ]
    leader = Client()
    leader.force_login(account(Role.LEADER, "BGD"))
    page = words(leader.get("/log/", {"action": "sign_in"}))
    assert ("10.1.2.3, Chrome, Windows" in page, "q=a" in page) == (True, False)
    assert "q=a" in words(leader.get("/log/", {"model": "event.file"}))
    assert "Thêm mới" in words(leader.get("/log/", {"model": "parties.user"})).split("Bỏ lọc")[1]


def test_a_flood_of_wrong_passwords_is_two_lines_for_an_account_and_two_for_all_unknown_names(settings):
    user = account(Role.OFFICER)
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(6):
            for name in (user.username, f"khong.co.{number}"):
                Client(REMOTE_ADDR=f"10.0.{number}.1").post("/login/", {"username": name, "password": "sai"})
        assert [each.object_label for each in events()] == [
            f"{user} ({user.username})",
            "Tên không có tài khoản",
        ]
        clock.shift(timedelta(minutes=10))
        log_failed_sign_ins(JobContext(lambda: datetime.now(UTC)))
        assert len(events()) == 2
        clock.shift(timedelta(minutes=6))
        for _each in range(2):
            log_failed_sign_ins(JobContext(lambda: datetime.now(UTC)))
    assert [each.reason for each in events()[2:]] == ["6 lần sai mật khẩu, từ 12:00:00 đến 12:00:00"] * 2
    assert {each.action for each in events()} == {"refused"}
    assert not FailureCount.objects.exists()
    written = " ".join(f"{each.reason} {each.object_label}" for each in events())
    assert "khong.co" not in written  # people type passwords where the name belongs


def test_events_are_no_finding_of_the_verification():
    enter(account(Role.OFFICER)).get("/science/tasks/export/")
    number, findings = compare_records()
    assert (number > 0, findings) == (True, [])


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (CHROME, "Chrome, Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17.0 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537.36 Edg/120.0", "Edge, Windows"),
        ("", ""),
        ("curl/8.0\r\nX: \u202e", ""),
    ],
)
def test_browsers_are_named_and_their_header_is_not_shown(header, name):
    assert browser_name(header) == name


# ------------------------------------------------------------------------------------------- a button without a session


@pytest.mark.parametrize(
    ("sender", "then"),
    [
        ("http://testserver/science/task/?q=a#b", "/science/task/?q=a"),
        ("https://elsewhere.example/science/", "/"),
        ("", "/"),
    ],
)
def test_a_button_pressed_after_the_session_leads_back_to_its_page(sender, then):
    user = account(Role.OFFICER)
    answer = Client(HTTP_REFERER=sender).post("/period/", {"year": "2023"})
    assert answer.status_code == 302
    entered = Client().post(answer["Location"], {
        "username": user.username, "password": PASSWORD, "next": then,
    })  # fmt: skip
    assert parse_qs(urlsplit(answer["Location"]).query) == {"next": [then]}
    assert entered["Location"] == then


def test_the_address_of_a_button_shows_words():
    client = enter(account(Role.OFFICER))
    page = client.get("/period/")
    assert (page.status_code, page["Allow"]) == (405, "POST")
    assert "Địa chỉ này chỉ dùng cho nút bấm" in words(page)
