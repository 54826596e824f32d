"""Codes of an app and on paper, asked after the password."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pyotp
import pytest
import time_machine
from django.test import Client

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.parties.models import CodeApp, Delegation, FailureCount, PasswordIssue, RecoveryCode
from khcn.parties.operations import second_factors as factors
from tests.web.conftest import account, form_values, tree, words

NOON = datetime(2023, 9, 14, 5, tzinfo=UTC)
PASSWORD = "mat-khau-thu-nghiem"
pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as found:
        yield found


def enrolled(user):
    """The secret and the codes on paper of an account that has switched its second factor on."""
    with acting(SYSTEM):
        secret = factors.begin_code_app(account=user)
        at = datetime.now(UTC) - timedelta(minutes=5)
        return secret, factors.confirm_code_app(account=user, code=pyotp.TOTP(secret).at(at), at=at)


def password_typed(user, client=None, **more):
    client = client or Client()
    page = client.post("/login/", {"username": user.username, "password": PASSWORD, **more})
    assert page.status_code == 200
    return client, form_values(tree(page))


def code_of(secret, minutes=0.0):
    return pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(minutes=minutes))


def sent(client, form, code):
    return client.post("/login/code/", {**form, "code": code})


def is_in(client):
    return client.get("/sessions/").status_code == 200


def test_enrolment_asks_for_the_password_shows_the_secret_once_and_gives_codes_on_paper(clock, sign_in):
    client, user = sign_in(Role.LEADER, "BGD"), account(Role.LEADER, "BGD")
    wrong = client.post("/second-factor/", {"do": "begin", "password": "sai"})
    assert (wrong.status_code, CodeApp.objects.exists()) == (422, False)
    page = client.post("/second-factor/", {"do": "begin", "password": PASSWORD})
    secret = tree(page).xpath("string(//main//code)").replace(" ", "")
    assert tree(page).xpath("starts-with(//main//img/@src, 'data:image/svg+xml')")
    assert page["Cache-Control"] == "no-store"
    stored = CodeApp.objects.get()
    assert (stored.confirmed_at, secret in stored.secret) == (None, False)
    assert not factors.has_second_factor(user)  # nothing is asked before the first code
    assert client.post("/second-factor/", {"do": "confirm", "code": "000000"}).status_code == 422
    done = client.post("/second-factor/", {"do": "confirm", "code": code_of(secret)})
    codes = tree(done).xpath("//main//li/code/text()")
    assert (len(set(codes)), all(re.fullmatch(r"([a-z2-9]{4}-){5}[a-z2-9]{4}", each) for each in codes)) == (
        10,
        True,
    )
    again = client.get("/second-factor/").content.decode()
    assert [text in again for text in (secret, codes[0])] == [False, False]
    assert [each.reason for each in ChangeEntry.objects.filter(action="factor")] == ["bật mã xác thực"]
    assert not any(code in str(RecoveryCode.objects.values()) for code in codes)


def test_an_enrolment_that_was_left_is_finished_by_nobody_in_another_session_or_later(clock, sign_in):
    """Who finds an open session must not switch on a factor that the owner does not have."""
    user = account(Role.LEADER, "BGD")
    with acting(SYSTEM):
        secret = factors.begin_code_app(account=user)
    client = sign_in(Role.LEADER, "BGD")
    confirm = {"do": "confirm", "code": pyotp.TOTP(secret).at(datetime.now(UTC))}
    for code in ("000000", confirm["code"]):
        answer = client.post("/second-factor/", {**confirm, "code": code}, follow=True)
        assert secret[:4] not in answer.content.decode()
    assert factors.has_second_factor(user) is False
    client.post("/second-factor/", {"do": "begin", "password": PASSWORD})
    clock.shift(timedelta(minutes=16))
    client.post("/second-factor/", confirm)
    assert factors.has_second_factor(user) is False


def test_after_the_password_a_code_is_asked_and_works_once(clock):
    user = account(Role.OFFICER)
    secret, _codes = enrolled(user)
    client, form = password_typed(user)
    assert ("sessionid" in client.cookies, is_in(client)) == (False, False)
    code = code_of(secret)
    answer = sent(client, form, f" {code[:3]} {code[3:]} ")
    assert (answer.status_code, answer["Location"], is_in(client)) == (302, "/", True)
    other, form = password_typed(user)
    assert [sent(other, form, each).status_code for each in (code, code_of(secret, -0.5))] == [
        422,
        422,
    ]  # used, and older
    assert not is_in(other)
    clock.shift(30)
    assert sent(other, form, code_of(secret)).status_code == 302


@pytest.mark.parametrize(("minutes", "status"), [(-1, 422), (-0.5, 302), (0.5, 302), (1, 422)])
def test_the_clock_of_the_telephone_may_be_wrong_by_one_step(clock, minutes, status):
    user = account(Role.OFFICER)
    secret, _codes = enrolled(user)
    client, form = password_typed(user)
    assert sent(client, form, code_of(secret, minutes)).status_code == status


@pytest.mark.parametrize(("minutes", "status"), [(-0.5, 422), (0, 302), (0.5, 422)])
def test_where_codes_live_thirty_seconds_no_other_step_is_taken(clock, settings, minutes, status):
    settings.CODE_APP_STEPS = 0
    user = account(Role.OFFICER)
    secret, _codes = enrolled(user)
    client, form = password_typed(user)
    assert sent(client, form, code_of(secret, minutes)).status_code == status


def test_a_code_on_paper_works_once_and_the_log_says_so(clock):
    user = account(Role.OFFICER)
    _secret, codes = enrolled(user)
    for status in (302, 422):
        client, form = password_typed(user)
        assert sent(client, form, codes[3].upper()).status_code == status
    assert ChangeEntry.objects.filter(action="factor").last().reason == "dùng một mã dự phòng"
    assert RecoveryCode.objects.filter(used_at=None).count() == 9


@pytest.mark.parametrize("code", ["", "0", "abcdef", "１２３４５６", "0" * 5000, "' OR 1=1"])
def test_what_is_no_code_is_refused(clock, code):
    user = account(Role.OFFICER)
    enrolled(user)
    client, form = password_typed(user)
    assert sent(client, form, code).status_code == 422


def test_wrong_codes_are_counted_and_the_right_password_forgets_none_of_them(clock):
    user = account(Role.OFFICER)
    secret, _codes = enrolled(user)
    found = []
    for _each in range(11):
        client, form = password_typed(user)
        found.append(sent(client, form, "000000").status_code)
    assert found == [422] * 10 + [429]
    assert sent(client, form, code_of(secret)).status_code == 429
    clock.shift(timedelta(minutes=15))
    client, form = password_typed(user)
    assert sent(client, form, code_of(secret)).status_code == 302


def test_the_page_of_the_code_is_good_for_five_minutes_and_not_after_a_new_password(clock):
    user = account(Role.OFFICER)
    secret, _codes = enrolled(user)
    client, form = password_typed(user)
    clock.shift(timedelta(minutes=5, seconds=1))
    assert sent(client, form, code_of(secret))["Location"] == "/login/"
    client, form = password_typed(user)
    with acting(SYSTEM):
        user.set_password("khác hẳn mật khẩu")
        user.save()
    assert sent(client, form, code_of(secret))["Location"] == "/login/"
    assert sent(client, {"proof": "x"}, code_of(secret))["Location"] == "/login/"
    assert not is_in(client)


def test_it_goes_on_to_where_the_person_wanted_and_to_no_other_site(clock):
    user = account(Role.OFFICER)
    _secret, codes = enrolled(user)
    for number, (wanted, to) in enumerate((("/science/tasks/", "/science/tasks/"), ("https://ke.xau/", "/"))):
        client, form = password_typed(user, next=wanted)
        assert sent(client, form, codes[number])["Location"] == to


def test_switching_off_and_new_codes_ask_for_the_password_and_a_code(clock, client):
    user = account(Role.OFFICER)
    secret, codes = enrolled(user)
    client.force_login(user)
    for step in ("codes", "stop"):
        for wrong in ({"password": "sai", "code": code_of(secret)}, {"password": PASSWORD}):
            assert client.post("/second-factor/", {"do": step, **wrong}).status_code == 422
        sent = {"do": step, "password": PASSWORD, "code": "000000"}
        assert client.post("/second-factor/", sent).status_code == 422
    assert FailureCount.objects.get(account=user.pk).count == 6
    assert RecoveryCode.objects.filter(used_at=None).count() == 10
    page = client.post("/second-factor/", {"do": "codes", "password": PASSWORD, "code": code_of(secret)})
    renewed = tree(page).xpath("//main//li/code/text()")
    assert (len(renewed), set(renewed) & set(codes)) == (10, set())
    client.post("/second-factor/", {"do": "stop", "password": PASSWORD, "code": renewed[0]})
    assert [factors.has_second_factor(user), RecoveryCode.objects.exists()] == [False, False]


def test_wrong_codes_in_a_session_have_a_waiting_time(clock, client):
    user = account(Role.OFFICER)
    client.force_login(user)
    client.post("/second-factor/", {"do": "begin", "password": PASSWORD})
    secret = factors.secret_in_enrolment(user)
    wrong = [client.post("/second-factor/", {"do": "confirm", "code": "000000"}) for _each in range(10)]
    assert ["quá nhiều lần" in words(each) for each in wrong] == [False] * 10
    page = client.post("/second-factor/", {"do": "confirm", "code": code_of(secret)})
    assert ("quá nhiều lần" in words(page), factors.has_second_factor(user)) == (True, False)
    clock.shift(timedelta(minutes=15))
    assert client.post("/second-factor/", {"do": "confirm", "code": code_of(secret)}).status_code == 200
    assert factors.has_second_factor(user)


def test_switching_off_has_a_waiting_time_too(clock, client):
    user = account(Role.OFFICER)
    secret, _codes = enrolled(user)
    client.force_login(user)
    stop = {"do": "stop", "password": PASSWORD}
    for _each in range(10):
        client.post("/second-factor/", {**stop, "code": "000000"})
    assert "quá nhiều lần" in words(client.post("/second-factor/", {**stop, "code": code_of(secret)}))
    assert factors.has_second_factor(user)


def test_strangers_who_know_the_password_do_not_keep_the_owner_from_proving_a_code(clock, client):
    user = account(Role.OFFICER)
    secret, _codes = enrolled(user)
    stranger, form = password_typed(user)
    found = [sent(stranger, form, "000000").status_code for _each in range(11)]
    assert found == [422] * 10 + [429]
    client.force_login(user)
    assert client.post("/proof/", {"proof": code_of(secret)}).status_code == 303


def test_a_code_on_paper_is_good_for_its_account_alone(clock):
    user, other = account(Role.OFFICER), account(Role.READER)
    _secret, codes = enrolled(user)
    RecoveryCode.objects.filter(account=user).update(account=other)
    at = datetime.now(UTC)
    assert [factors.takes_code(account=each, code=codes[0], at=at) for each in (user, other)] == [
        False,
        False,
    ]


def test_the_picture_to_scan_is_dark_on_white_with_a_margin(clock, client):
    client.force_login(account(Role.OFFICER))
    page = client.post("/second-factor/", {"do": "begin", "password": PASSWORD})
    drawn = unquote(tree(page).xpath("string(//main//img[@class='qr']/@src)"))
    width = int(re.search(r"width=.(\d+)", drawn)[1]) // 4  # modules
    assert re.findall(r"fill=.(#[0-9a-f]+)", drawn) == ["#fff"]
    assert f"M0 0h{width}v{width}h-{width}z" in drawn  # the whole picture
    assert re.search(
        r"stroke=.#000.*?d=.M4 4.5h7", drawn
    )  # the first square of the symbol, four modules from the edge


def test_an_open_session_does_not_replace_the_app_of_its_owner(clock, client):
    user = account(Role.OFFICER)
    enrolled(user)
    before = CodeApp.objects.get().secret
    client.force_login(user)
    client.post("/second-factor/", {"do": "begin", "password": PASSWORD})
    assert CodeApp.objects.get().secret == before


def test_a_lost_telephone_takes_two_persons_even_for_an_officer(clock):
    user, first, second = account(Role.OFFICER), Client(), Client()
    enrolled(user)
    first.force_login(account(Role.ADMIN, "VP"))
    second.force_login(account(Role.LEADER, "BGD"))
    assert "Mất điện thoại" in words(first.get(f"/accounts/{user.pk}/"))
    assert first.post(f"/accounts/{user.pk}/password/", {"lost_device": "1"}).status_code == 303
    issue = PasswordIssue.objects.get()
    assert (issue.two_persons, issue.removes_factor, factors.has_second_factor(user)) == (True, True, True)
    first.post(f"/password-issues/{issue.pk}/use/")
    assert factors.has_second_factor(user)
    second.post(f"/password-issues/{issue.pk}/confirm/")
    assert first.post(f"/password-issues/{issue.pk}/use/").status_code == 200
    assert not factors.has_second_factor(user)


def test_a_new_password_alone_does_not_switch_it_off(clock):
    user, admin = account(Role.OFFICER), Client()
    enrolled(user)
    admin.force_login(account(Role.ADMIN, "VP"))
    password = tree(admin.post(f"/accounts/{user.pk}/password/")).xpath("string(//main//code)")
    client = Client()
    client.post("/login/", {"username": user.username, "password": password})
    assert not is_in(client)


def test_where_a_role_must_have_it_nothing_else_opens(settings, client, clock):
    settings.SECOND_FACTOR_ROLES = frozenset({"leader"})
    user = account(Role.LEADER, "BGD")
    client.force_login(user)
    assert client.get("/")["Location"] == "/second-factor/"
    assert client.get("/api/science/tasks/").json()["code"] == "second_factor_required"
    assert client.get("/second-factor/").status_code == 200
    enrolled(user)
    assert client.get("/").status_code == 200
    client.force_login(account(Role.OFFICER))
    assert client.get("/").status_code == 200


def test_where_a_role_must_have_it_an_issued_password_is_changed_first(settings, client, clock):
    settings.SECOND_FACTOR_ROLES = frozenset({"leader"})
    user = account(Role.LEADER, "BGD")
    with acting(SYSTEM):
        user.issued_password_until = NOON + timedelta(days=7)
        user.save()
    client.force_login(user)
    assert client.get("/")["Location"] == "/password/"
    assert client.get("/password/").status_code == 200
    assert client.get("/api/science/tasks/").json()["code"] == "password_change_required"
    new = "ba ngàn con gà mái"
    sent = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/password/", sent).status_code == 302
    assert client.get("/")["Location"] == "/second-factor/"


def test_who_acts_for_a_role_that_must_have_it_must_have_it_too(settings, client, clock):
    settings.SECOND_FACTOR_ROLES = frozenset({"leader"})
    user, leader = account(Role.OFFICER), account(Role.LEADER, "BGD")
    with acting(SYSTEM):
        lent = Delegation(principal=leader, delegate=user, registers=["science"], reason="nghỉ phép",
                          valid_from=NOON.date(), valid_to=NOON.date() + timedelta(days=9))  # fmt: skip
        lent.save()
    client.force_login(user)
    assert client.get("/").status_code == 200
    assert client.post("/delegations/acting/", {"delegation": lent.pk}).status_code == 303
    assert client.get("/")["Location"] == "/second-factor/"
    assert client.get("/api/science/tasks/").json()["code"] == "second_factor_required"
    client.post("/delegations/acting/", {})  # in one's own name again
    assert client.get("/").status_code == 200
    client.post("/delegations/acting/", {"delegation": lent.pk})
    enrolled(user)
    assert client.get("/").status_code == 200


def test_administrators_see_who_has_none(sign_in):
    leader = account(Role.LEADER, "BGD")
    admin = sign_in(Role.ADMIN, "VP")
    assert words(admin.get("/accounts/")).count("chưa có mã xác thực") == 2
    enrolled(leader)
    assert words(admin.get("/accounts/")).count("chưa có mã xác thực") == 1


def test_the_secret_is_read_after_a_change_of_the_key_and_not_without_it(settings, clock):
    user, before = account(Role.OFFICER), settings.SECRET_KEY
    secret, _codes = enrolled(user)
    settings.SECRET_KEY, settings.LOG_SECRETS_BEFORE = "mới", [before]
    assert factors.takes_code(account=user, code=code_of(secret), at=datetime.now(UTC))
    clock.shift(60)
    settings.LOG_SECRETS_BEFORE = []
    assert not factors.takes_code(account=user, code=code_of(secret), at=datetime.now(UTC))
