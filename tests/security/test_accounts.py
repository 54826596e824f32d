"""The way in and out: passwords, lock-out, sessions, addresses to go on to, cookies."""

import html
import re
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.service import environment
from khcn.config import settings as installed
from khcn.config.password_hasher import Argon2idHasher
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.logged_values import masked_value
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.bounded_process.places import PASSWORDS_FROM_UNKNOWN_BROWSERS
from khcn.kernel.jobs.recurring import JobContext
from khcn.parties.models import AccountSession, SignInFailure, User
from khcn.parties.operations.sign_in_limits import SignInAttempt
from khcn.web.jobs import remove_old_sign_ins
from khcn.web.known_browsers import COOKIE
from tests.security.test_matrix import check_answer
from tests.security.world import PASSWORD
from tests.web.conftest import account, words

NOON = datetime(2023, 9, 14, 5, tzinfo=UTC)
WEAK = (
    "", "ngắn quá", "mườimộtchữ1", "password1234", "123456789012", "2023202320232023", "matkhau12345", "MatKhau@2023!!",
    "SoKHCN@BacKan2023", "officer.qlkh1", "Nguyễn officer.qlkh", "qwertyuiop123",
)  # fmt: skip
STRONG = (
    "ba ngàn con gà mái",
    "suối-đá-thổ cẩm",
    "x7-kq2m-pp0w-rt",
    "Ư" * 13,
    "chè shan tuyết " * 5,
    "🧪🧪🧪🧪🧪🧪🧪🧪🧪🧪🧪🧪a b",
)
AWAY = (
    "https://ke.xau/", "//ke.xau/", "///ke.xau", "/\\ke.xau", "\\\\ke.xau", "http:ke.xau", "javascript:alert(1)",
    "https:///ke.xau", " //ke.xau", "/\t/ke.xau", "https://127.0.0.1@ke.xau/", "data:text/html,x", "http://testserver.ke.xau/",
)  # fmt: skip


class CheaperHasher(Argon2idHasher):
    """What an installation may have stored before its numbers were raised."""

    time_cost = 1


@pytest.mark.django_db
@pytest.mark.parametrize("password", WEAK)
def test_weak_passwords_are_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password, account(Role.OFFICER))


@pytest.mark.django_db
@pytest.mark.parametrize("password", STRONG)
def test_long_and_vietnamese_passwords_are_taken_exactly(client, password):
    user = account(Role.OFFICER)
    validate_password(password, user)
    user.set_password(password)
    with acting(SYSTEM):
        user.save(update_fields=["password"])
    wrong = {"username": user.username, "password": password[:-1]}
    assert client.post("/login/", wrong).status_code == 422
    assert client.post("/login/", {**wrong, "password": password}).status_code == 302


@pytest.mark.django_db
def test_no_account_is_there_before_one_is_made():
    assert not User.objects.exists()


@pytest.mark.django_db
def test_an_unknown_name_and_a_wrong_password_look_the_same(client):
    user = account(Role.OFFICER)
    answers = [
        client.post("/login/", {"username": name, "password": "sai mật khẩu này"})
        for name in (user.username, "khong.co")
    ]
    pages = [re.sub(r'value="[^"]*"', "", each.content.decode()) for each in answers]
    assert pages[0] == pages[1]
    assert [each.status_code for each in answers] == [422, 422]
    assert "sai mật khẩu này" not in pages[0]


# -------------------------------------------------------------------------------------------- lock-out


STRANGER, NEIGHBOUR = {"REMOTE_ADDR": "10.0.0.1"}, {"REMOTE_ADDR": "10.0.0.2"}


def tried(name, password="sai", client=None, **options):
    return (client or Client(**options)).post("/login/", {"username": name, "password": password})


def statuses(names, **options):
    return [tried(name, **options).status_code for name in names]


@pytest.fixture
def few(settings):
    settings.SIGN_IN_LIMITS = replace(
        settings.SIGN_IN_LIMITS, failures_with_name=3, failures_in_browser=3, failures_from_network=5
    )


@pytest.fixture
def owner(db, few):
    return account(Role.OFFICER)


def test_ten_wrong_passwords_with_one_name_close_it_to_unknown_browsers_for_a_quarter_of_an_hour(db):
    user = account(Role.OFFICER)
    attempt = SignInAttempt.of(user.username, network=None, browser="")
    for _each in range(10):  # by a clock that was ahead: they count for nothing
        attempt.record_failure(at=NOON + timedelta(days=3000))
    with time_machine.travel(NOON, tick=False) as clock:
        assert statuses([user.username] * 9, **STRANGER) == [422] * 9
        clock.shift(600)
        assert statuses([user.username] * 3, **NEIGHBOUR) == [422, 429, 429]
        refused = tried(user.username, PASSWORD)
        assert (refused.status_code, refused["Retry-After"], "5 phút" in words(refused)) == (429, "300", True)
        assert check_answer(refused, "/login/", None) == []
        clock.shift(301)
        assert tried(user.username, PASSWORD).status_code == 302


def test_names_without_an_account_are_refused_in_the_same_words_by_the_same_statements(owner):
    pages, asked = [], []
    Client().get("/login/")  # what a process reads once
    for number, name in enumerate((owner.username, "khong.co", "Ư" * 150, "' OR 1=1 --")):
        assert statuses([name] * 3, REMOTE_ADDR=f"10.0.1.{number}") == [422] * 3
        with CaptureQueriesContext(connection) as queries:
            answer = tried(name, PASSWORD, **STRANGER)
        page = html.unescape(answer.content.decode())
        assert (answer.status_code, name in page, PASSWORD in page) == (429, True, False)
        pages.append(re.sub(r'value="[^"]*"', "", page))
        asked.append([re.sub(r"'[^']*'", "", each["sql"]) for each in queries])
    assert len(set(pages)) == 1
    assert asked == asked[:1] * 4
    assert [re.search(r'FROM "(\w+)"', sql)[1] for sql in asked[0]] == ["parties_signinfailure"]


def test_an_address_is_counted_over_all_names_and_a_network_of_ipv6_as_one(owner):
    assert statuses(["a", "b", "c", "d", "e", "f"], REMOTE_ADDR="::ffff:10.0.0.1") == [422] * 5 + [429]
    assert statuses([owner.username], **STRANGER) == [429]
    assert statuses(["g", "h", "i", "k", "l"], REMOTE_ADDR="2001:db8::1") == [422] * 5
    assert statuses(["m"], REMOTE_ADDR="2001:db8::ffff:0:0:2") == [429]
    assert statuses(["m"], REMOTE_ADDR="2001:db8:0:1::1") == [422]
    # A proxy on this machine brings the sign-ins of everybody.
    assert statuses(["n", "o", "p", "q", "r", "s"]) == [422] * 6


def test_strangers_do_not_keep_the_owner_out_of_a_browser_that_knows_the_owner(owner, monkeypatch):
    known, second = enter(owner), enter(owner)
    for client in (known, second):
        client.post("/logout/")
    statuses([owner.username] * 4)
    monkeypatch.setattr(PASSWORDS_FROM_UNKNOWN_BROWSERS, "_admitted", threading.BoundedSemaphore(0))
    assert tried(owner.username, PASSWORD, known, **STRANGER).status_code == 302
    known.post("/logout/")
    # Its own failures are counted, and those of others are not: the cookie is no way to more guesses.
    assert statuses([owner.username] * 4, client=known) == [422, 422, 422, 429]
    assert "Trong trình duyệt này" in words(tried(owner.username, PASSWORD, known))
    assert tried(owner.username, PASSWORD, second).status_code == 302
    own = SignInFailure.objects.exclude(browser="").values_list("name", "network")
    assert list(own) == [("", "")] * 3
    other = account(Role.HEAD)
    assert tried(other.username, PASSWORD, known).status_code == 503  # unknown as this person


def test_slips_before_a_success_are_forgotten_and_those_with_other_names_are_not(owner):
    attacker = account(Role.HEAD)
    assert statuses(["a", "b", attacker.username], **STRANGER) == [422] * 3
    assert tried(attacker.username, PASSWORD, **STRANGER).status_code == 302
    assert statuses(["c", "d", "e", "f"], **STRANGER) == [422] * 3 + [429]


def test_a_new_password_makes_the_other_browsers_unknown_and_forgets_what_was_typed_before(owner):
    here, there = enter(owner), enter(owner)
    new = "ba ngàn con gà mái"
    here.post("/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    for client in (here, there):
        client.post("/logout/")
    statuses([owner.username] * 3)
    assert [tried(owner.username, new, client).status_code for client in (here, there)] == [302, 429]
    admin = Client()
    admin.force_login(account(Role.ADMIN, "VP"))
    admin.post(f"/accounts/{owner.pk}/password/")
    assert statuses([owner.username], client=here) == [422]
    assert SignInFailure.objects.get().browser == ""


def test_an_open_session_is_no_way_to_guess_the_password(owner):
    client = enter(owner)
    new = {"new_password1": "ba ngàn con gà mái", "new_password2": "ba ngàn con gà mái"}
    pages = [words(client.post("/password/", {"old_password": "sai", **new})) for _each in range(4)]
    assert ["chưa đúng" in page for page in pages] == [True] * 3 + [False]
    assert "đã bị gõ sai quá nhiều lần" in words(client.post("/password/", {"old_password": PASSWORD, **new}))
    assert owner.check_password(PASSWORD)
    client.post("/logout/")
    assert is_in(enter(owner))  # the sign-in counts by itself


@pytest.mark.parametrize("cookie", ["", "x", "W10:1a:b", "e30:" * 500])
def test_a_forged_cookie_is_that_of_an_unknown_browser(owner, cookie):
    client = Client(**STRANGER)
    client.cookies[COOKIE] = cookie
    assert tried(owner.username, "sai", client).status_code == 422
    assert SignInFailure.objects.get().browser == ""


def test_a_browser_knows_the_last_eight_persons(db):
    people = [account(Role.OFFICER, f"P{number}") for number in range(9)]
    client = Client()
    for user in people:
        tried(user.username, PASSWORD, client)
        client.post("/logout/")
    for user in people:
        tried(user.username, "sai", client)
    assert [bool(each.browser) for each in SignInFailure.objects.order_by("pk")] == [False] + [True] * 8


# ------------------------------------------------------------------------------------------- sessions


def test_at_night_old_failures_and_sessions_go_and_the_others_stay(db):
    client, now = enter(account(Role.OFFICER)), timezone.now()
    for minutes in (-20, -14, 10_000):  # the last by a clock that was ahead
        SignInFailure.objects.create(name="x", at=now + timedelta(minutes=minutes))
    AccountSession.objects.create(session_key="cũ", session_data="", expire_date=now - timedelta(seconds=1))
    remove_old_sign_ins(JobContext(timezone.now))
    assert SignInFailure.objects.get().at == now - timedelta(minutes=14)
    assert AccountSession.objects.get().session_key == client.cookies["sessionid"].value


def enter(user):
    client = Client()
    assert client.post("/login/", {"username": user.username, "password": PASSWORD}).status_code == 302
    return client


def is_in(client):
    return client.get("/password/").status_code == 200


@pytest.mark.django_db
def test_a_session_gets_a_new_key_at_sign_in_and_ends_at_sign_out():
    user = account(Role.OFFICER)
    client = Client()
    client.post("/reports/1/sections/A/", {"text": "gõ dở"})  # a form that waits for the sign-in
    assert "sessionid" not in client.cookies
    client.post("/login/", {"username": user.username, "password": PASSWORD})
    key = client.cookies["sessionid"].value
    assert is_in(client)
    thief = Client()
    thief.cookies["sessionid"] = key
    assert is_in(thief)
    assert client.post("/logout/").status_code == 302
    assert not is_in(client)
    assert not is_in(thief)
    assert enter(user).get("/logout/").status_code == 405


@pytest.mark.django_db
def test_a_planted_session_key_is_not_taken_over():
    user = account(Role.OFFICER)
    client = Client()
    client.cookies["sessionid"] = "a" * 32
    client.post("/login/", {"username": user.username, "password": PASSWORD})
    assert client.cookies["sessionid"].value != "a" * 32


@pytest.mark.django_db
def test_a_new_password_ends_the_other_sessions():
    user = account(Role.OFFICER)
    here, there = enter(user), enter(user)
    new = "ba ngàn con gà mái"
    sent = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert here.post("/password/", sent).status_code == 302
    assert is_in(here)
    assert not is_in(there)
    admin = Client()
    admin.force_login(account(Role.ADMIN, "VP"))
    assert admin.post(f"/accounts/{user.pk}/password/").status_code == 200
    assert not is_in(here)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "stored", ["pbkdf2_sha256$1$muoi$YQ==", "!", "", None], ids=["other", "unusable", "empty", "ours"]
)
def test_every_stored_password_takes_the_same_work(settings, monkeypatch, stored):
    settings.PASSWORD_HASHERS = installed.PASSWORD_HASHERS
    user = account(Role.OFFICER)
    with acting(SYSTEM):
        user.password = Argon2idHasher().encode(PASSWORD, "muoi" * 6) if stored is None else stored
        user.save()
    done = []
    for name in ("encode", "verify"):
        real = getattr(Argon2idHasher, name)
        monkeypatch.setattr(
            Argon2idHasher, name, lambda *arguments, real=real: done.append(1) or real(*arguments)
        )
    assert not user.check_password("một mật khẩu khác")
    assert installed.PASSWORD_HASHERS == ["khcn.config.password_hasher.Argon2idHasher"]
    assert done == [1]


@pytest.mark.django_db
def test_signing_in_renews_a_cheaper_hash_and_the_log_knows_it(settings):
    user = account(Role.OFFICER)
    with acting(SYSTEM):
        user.password = CheaperHasher().encode(PASSWORD, "muoi" * 6)
        user.save()
    settings.PASSWORD_HASHERS = installed.PASSWORD_HASHERS
    accounts = ChangeEntry.objects.filter(model="parties.user")
    before = accounts.count()
    enter(user)
    user.refresh_from_db()
    assert user.password.startswith("argon2$argon2id$v=19$m=47104,t=2,p=1$")
    assert user.last_login is not None
    (logged,) = accounts.order_by("pk")[before:]
    assert logged.after == {"password": masked_value(user, "password", user.password)}
    enter(user)
    assert accounts.count() == before + 1


@pytest.mark.django_db
def test_changing_ones_own_password_is_logged_without_its_value():
    user = account(Role.OFFICER)
    client = enter(user)
    new = "ba ngàn con gà mái"
    before = ChangeEntry.objects.count()
    client.post("/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    (logged,) = ChangeEntry.objects.order_by("pk")[before:]
    assert (logged.actor_id, logged.object_id) == (user.pk, str(user.pk))
    changed = User.objects.get(pk=user.pk)
    assert logged.before == {"password": masked_value(user, "password", user.password)}
    assert logged.after == {"password": masked_value(user, "password", changed.password)}
    assert changed.password not in str(logged.after)


@pytest.mark.django_db
def test_rights_that_are_taken_away_are_gone_at_the_next_click():
    user = account(Role.ADMIN, "VP")
    client = enter(user)
    assert client.get("/accounts/").status_code == 200
    with acting(SYSTEM):
        user.role_id = Role.READER.value
        user.save()
    assert client.get("/accounts/").status_code == 403
    with acting(SYSTEM):
        user.is_active = False
        user.save()
    assert not is_in(client)
    assert client.post("/login/", {"username": user.username, "password": PASSWORD}).status_code == 422


@pytest.mark.django_db
def test_sessions_and_browsers_of_an_account_that_was_stopped_do_not_come_back_with_it():
    user, admin = account(Role.OFFICER), Client()
    client = enter(user)
    admin.force_login(account(Role.ADMIN, "VP"))
    values = {"username": user.username, "full_name": "A", "role": user.role_id, "unit": user.unit_id}
    for stopped_or_not in ({}, {"is_active": "on"}):
        assert admin.post(f"/accounts/{user.pk}/", values | stopped_or_not).status_code == 303
    assert not is_in(client)
    assert tried(user.username, "sai", client).status_code == 422
    assert SignInFailure.objects.get().browser == ""
    assert is_in(enter(user))


@pytest.mark.django_db
def test_cookies_are_out_of_reach_of_scripts_and_other_sites(settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.LANGUAGE_COOKIE_SECURE = True
    user = account(Role.OFFICER)
    client = Client()
    client.get("/login/")
    client.post("/login/", {"username": user.username, "password": PASSWORD})
    client.post("/theme/", {"theme": "dark"})
    client.post("/language/", {"language": "en"})
    assert set(client.cookies) == {"csrftoken", "sessionid", "khcn_browser", "khcn_theme", "django_language"}
    for name, cookie in client.cookies.items():
        assert cookie["samesite"] == "Lax", name
        assert cookie["secure"], name
        assert cookie["httponly"] or name == "csrftoken", name  # forms sent by htmx read that one


def test_by_https_every_cookie_is_of_this_host_alone(tmp_path, put_migrated_database):
    """The program with KHCN_HTTPS, in a process of its own: the names are settled when it starts."""
    put_migrated_database(tmp_path)
    lines = subprocess.run(
        [sys.executable, "-c", COOKIES_BY_HTTPS],
        env={**environment(tmp_path), "KHCN_HTTPS": "1", "KHCN_HOSTS": "testserver"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    parts = [line.split("; ") for line in lines]
    assert {each[0].partition("=")[0] for each in parts} == {
        f"__Host-{name}"
        for name in ("csrftoken", "sessionid", "khcn_browser", "khcn_theme", "django_language", "messages")
    }
    for each in parts:
        attributes = {attribute.partition("=")[0].lower() for attribute in each[1:]}
        assert ("Path=/" in each, "secure" in attributes, "domain" in attributes) == (True, True, False), each


COOKIES_BY_HTTPS = """
import django; django.setup()
from django.test import Client
from django.test.utils import setup_test_environment; setup_test_environment()
from khcn.kernel.actors import SYSTEM, acting
from khcn.parties.models import User
with acting(SYSTEM):
    User.objects.create_user("ai", password="mat-khau-thu-nghiem", full_name="Ai", role_id="officer")
client = Client()
answers = [client.get("/login/", secure=True)]
for address, sent in (("/login/", {"username": "ai", "password": "mat-khau-thu-nghiem"}), ("/theme/", {"theme": "dark"}),
                      ("/language/", {"language": "en"}), ("/proof/", {"proof": "mat-khau-thu-nghiem"})):
    answers.append(client.post(address, sent, secure=True))
for answer in answers:
    for cookie in answer.cookies.values():
        if cookie.value:
            print(cookie.OutputString())
"""


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["../../x", "<script>", "en'", "vi\r\nX: y", "x" * 5000, "fr"])
def test_a_forged_language_or_theme_is_the_usual_one(value):
    client = Client()
    client.cookies["django_language"] = client.cookies["khcn_theme"] = value.replace("\r\n", "")
    page = client.get("/login/")
    assert page["Content-Language"] == "vi"
    assert value == "fr" or value not in page.content.decode()  # two letters stand in what is drawn at random
    for address, name in (("/language/", "language"), ("/theme/", "theme")):
        answer = client.post(address, {name: value})
        assert "X" not in answer.headers
        assert value == "fr" or value not in {each.value for each in answer.cookies.values()}
    client.cookies["django_language"] = "fr"  # a language that Django has, and we do not
    assert client.get("/login/")["Content-Language"] == "vi"


# ------------------------------------------------------------------------------------- going on to


@pytest.mark.once  # addresses are looked at in Python
@pytest.mark.django_db
@pytest.mark.parametrize("target", AWAY)
def test_nobody_is_led_to_another_site(world, target):
    user = world.people["officer"]
    client = Client()
    sent = {"username": user.username, "password": PASSWORD, "next": target}
    answers = [
        client.post("/login/", sent),
        client.get("/login/", {"next": target}),
        *(
            client.post(f"{path}?next={target.strip()}", {"next": target})
            for path in ("/language/", "/theme/", "/period/")
        ),
        client.post("/science/tasks/columns/", {"next": target}),
        client.post(f"/science/tasks/{world.records['science.sciencetask'].pk}/files/", {"next": target}),
        client.post("/language/", {"language": "en"}, headers={"referer": target}),
        client.post("/logout/", {"next": target}),
    ]
    for answer in answers:
        assert answer.status_code in {302, 303, 204}
        where = answer.headers.get("Location", "/")
        assert re.match(r"/(?![/\\])", where), where
        assert "ke.xau" not in where


@pytest.mark.django_db
def test_a_page_of_ours_is_reached_after_signing_in(world):
    sent = {"username": world.people["officer"].username, "password": PASSWORD, "next": "/science/tasks/?q=a"}
    assert Client().post("/login/", sent)["Location"] == "/science/tasks/?q=a"
