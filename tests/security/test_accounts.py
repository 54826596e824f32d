"""The way in and out: passwords, lock-out, sessions, addresses to go on to, cookies."""

import re

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from khcn.config import settings as installed
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.logged_values import masked_value
from khcn.kernel.audit.models import ChangeEntry
from khcn.parties.models import User
from tests.security.test_matrix import check_answer
from tests.security.world import PASSWORD
from tests.web.conftest import account, words

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


@pytest.fixture
def locking(settings, db):
    settings.AXES_ENABLED = True
    return account(Role.OFFICER)


def wrong(user, times, **options):
    client = Client(**options)
    sent = {"username": user.username, "password": "sai"}
    return [
        client.post("/login/", sent, headers={"x-forwarded-for": f"10.0.0.{n}"}).status_code
        for n in range(times)
    ]


def test_ten_wrong_passwords_lock_the_account_for_that_address_only(locking):
    assert wrong(locking, 9) == [422] * 9
    assert wrong(locking, 1) == [429]
    right = {"username": locking.username, "password": PASSWORD}
    answer = Client().post("/login/", right)
    assert answer.status_code == 429
    assert "15 phút" in words(answer)
    assert check_answer(answer, "/login/", None) == []
    # Not a way to shut somebody else out: from another machine the account signs in.
    assert Client(REMOTE_ADDR="10.1.2.3").post("/login/", right).status_code == 302
    other = account(Role.HEAD)
    assert Client().post("/login/", {**right, "username": other.username}).status_code == 302


def test_the_lock_opens_by_itself(locking, monkeypatch):
    from datetime import timedelta

    from axes.models import AccessAttempt

    wrong(locking, 10)
    right = {"username": locking.username, "password": PASSWORD}
    assert Client().post("/login/", right).status_code == 429
    for attempt in AccessAttempt.objects.all():
        AccessAttempt.objects.filter(pk=attempt.pk).update(
            attempt_time=attempt.attempt_time - timedelta(minutes=16)
        )
    assert Client().post("/login/", right).status_code == 302


def test_a_success_forgets_the_slips_before_it(locking):
    right = {"username": locking.username, "password": PASSWORD}
    assert wrong(locking, 9) == [422] * 9
    assert Client().post("/login/", right).status_code == 302
    assert wrong(locking, 9) == [422] * 9


# ------------------------------------------------------------------------------------------- sessions


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
    client.post("/reports/1/sections/A/", {"text": "gõ dở"})  # a stranger's session, made by what was typed
    before = client.cookies.get("sessionid")
    client.post("/login/", {"username": user.username, "password": PASSWORD})
    key = client.cookies["sessionid"].value
    assert before is None or before.value != key
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
def test_signing_in_renews_an_older_kind_of_hash_and_the_log_knows_it(settings):
    user = account(Role.OFFICER)
    with acting(SYSTEM):
        user.password = PBKDF2PasswordHasher().encode(PASSWORD, "muoi" * 6, iterations=1)
        user.save()
    settings.PASSWORD_HASHERS = installed.PASSWORD_HASHERS
    before = ChangeEntry.objects.count()
    enter(user)
    user.refresh_from_db()
    assert user.password.startswith("argon2$argon2id$v=19$m=47104,t=2,p=1$")
    assert user.last_login is not None
    (logged,) = ChangeEntry.objects.order_by("pk")[before:]
    assert logged.after == {"password": masked_value(user, "password", user.password)}
    enter(user)
    assert ChangeEntry.objects.count() == before + 1


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
        user.role = Role.READER.value
        user.save()
    assert client.get("/accounts/").status_code == 403
    with acting(SYSTEM):
        user.is_active = False
        user.save()
    assert not is_in(client)
    assert client.post("/login/", {"username": user.username, "password": PASSWORD}).status_code == 422


@pytest.mark.django_db
def test_cookies_are_out_of_reach_of_scripts_and_other_sites(settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.LANGUAGE_COOKIE_SECURE = True
    user = account(Role.OFFICER)
    client = Client()
    client.get("/login/")
    client.post("/login/", {"username": user.username, "password": PASSWORD})
    client.post("/theme/", {"theme": "dark"})
    client.post("/language/", {"language": "en"})
    assert set(client.cookies) == {"csrftoken", "sessionid", "khcn_theme", "django_language"}
    for name, cookie in client.cookies.items():
        assert cookie["samesite"] == "Lax", name
        assert cookie["secure"], name
        assert cookie["httponly"] or name == "csrftoken", name  # forms sent by htmx read that one


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["../../x", "<script>", "en'", "vi\r\nX: y", "x" * 5000, "fr"])
def test_a_forged_language_or_theme_is_the_usual_one(value):
    client = Client()
    client.cookies["django_language"] = client.cookies["khcn_theme"] = value.replace("\r\n", "")
    page = client.get("/login/")
    assert page["Content-Language"] == "vi"
    assert value not in page.content.decode()
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
