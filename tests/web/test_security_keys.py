"""Security keys: registered, asked after the password and before what decides, counted, taken away."""

import base64
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.parties.models import CodeApp, FailureCount, RecoveryCode, SecurityKey, User
from khcn.parties.operations import second_factors as factors
from khcn.parties.operations import security_keys as operations
from tests.web.conftest import account, form_values, tree, words
from tests.web.software_key import PRESENT, SoftwareKey
from tests.web.test_second_factor import NOON, PASSWORD, code_of, enrolled, password_typed, sent

pytestmark = pytest.mark.django_db

CLIENT_DATA = base64.urlsafe_b64encode(
    b'{"type": "webauthn.create", "challenge": "AAAA", "origin": "https://khcn.example.vn"}'
).decode()
# CBOR that says that a number of two bytes follows, and ends.
NUMBER_CUT_OFF = f'{{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {{"clientDataJSON": "{CLIENT_DATA}", "attestationObject": "GQ"}}}}'


@pytest.fixture(autouse=True)
def address(settings):
    settings.PUBLIC_URL = "https://khcn.example.vn"


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as found:
        yield found


def options_of(page):
    return json.loads(tree(page).xpath("string(//form[@data-security-key]/@data-options)"))


def key_form(page):
    return form_values(tree(page), "//form[@data-security-key]")


def entered(user):
    client = Client()
    assert client.post("/login/", {"username": user.username, "password": PASSWORD}).status_code == 302
    return client


def add(client, key, name="Khóa xanh"):
    page = client.post("/second-factor/keys/new/", {"name": name})
    assert page.status_code == 200
    return client.post(
        "/second-factor/keys/add/", {**key_form(page), "credential": key.made(options_of(page))}
    )


def with_key(role=Role.OFFICER, unit="QLKH", **options):
    user, key = account(role, unit), SoftwareKey(**options)
    client = entered(user)
    answer = add(client, key)
    assert answer.status_code == 200, words(answer)
    return user, key, tree(answer).xpath("//main//li/code/text()")


def typed(user):
    client = Client()
    page = client.post("/login/", {"username": user.username, "password": PASSWORD})
    return client, page


def signed_in_by(key, user, **change):
    client, page = typed(user)
    answer = key.used(options_of(page), **change)
    return client, client.post("/login/code/", {**key_form(page), "credential": answer})


def is_in(client):
    return client.get("/sessions/").status_code == 200


def reasons():
    return [each.reason for each in ChangeEntry.objects.filter(action="factor").order_by("pk")]


def test_a_key_is_added_with_its_name_and_codes_on_paper_and_asked_for_after_the_password(clock):
    user, key, codes = with_key()
    stored = SecurityKey.objects.get()
    assert (stored.account, stored.name, bytes(stored.credential_id)) == (
        user,
        "Khóa xanh",
        key.credential_id,
    )
    assert (len(codes), RecoveryCode.objects.count(), factors.has_second_factor(user)) == (10, 10, True)
    client, page = typed(user)
    assert (page.status_code, is_in(client)) == (200, False)
    assert [each["id"] for each in options_of(page)["allowCredentials"]] == [
        json.loads(key.made({"challenge": "AAAA"}))["id"]
    ]
    answer = client.post("/login/code/", {**key_form(page), "credential": key.used(options_of(page))})
    assert (answer.status_code, answer["Location"], is_in(client)) == (302, "/", True)
    assert reasons() == ["thêm khóa bảo mật “Khóa xanh”"]
    assert SecurityKey.objects.get().last_used_at == NOON


def test_it_goes_on_to_where_the_person_wanted(clock):
    user, key, _codes = with_key()
    client = Client()
    wanted = {"username": user.username, "password": PASSWORD, "next": "/science/tasks/"}
    page = client.post("/login/", wanted)
    answer = client.post("/login/code/", {**key_form(page), "credential": key.used(options_of(page))})
    assert answer["Location"] == "/science/tasks/"


def test_adding_asks_who_it_is(clock):
    user = account(Role.OFFICER)
    client = entered(user)
    clock.shift(timedelta(minutes=11))
    page = client.post("/second-factor/keys/new/", {"name": "x"})
    assert (page.status_code, "Xác nhận lại là bạn" in words(page)) == (403, True)


def test_an_app_is_added_beside_a_key_by_who_has_the_key(clock):
    user, key, _codes = with_key()
    client = entered_by(key, user)
    clock.shift(timedelta(minutes=11))
    page = client.post("/second-factor/", {"do": "begin", "password": PASSWORD})
    assert (page.status_code, "Xác nhận lại là bạn" in words(page)) == (403, True)
    client.post("/proof/", {**key_form(page), "credential": key.used(options_of(page))})
    page = client.post("/second-factor/", {"do": "begin", "password": PASSWORD})
    assert (page.status_code, "Quét mã bằng ứng dụng" in words(page)) == (200, True)


def test_several_keys_each_of_which_signs_in_and_one_that_is_taken_away_does_not(clock):
    user, first, codes = with_key()
    second, client = SoftwareKey(), entered_by(first, user)
    assert add(client, second, "Khóa   đỏ ").status_code == 303  # the codes on paper are there already
    assert [each.name for each in SecurityKey.objects.all()] == ["Khóa xanh", "Khóa đỏ"]
    assert [signed_in_by(key, user)[1].status_code for key in (first, second)] == [302, 302]
    lost = SecurityKey.objects.get(name="Khóa xanh")
    client.post(f"/second-factor/keys/{lost.pk}/remove/")
    assert [signed_in_by(key, user)[1].status_code for key in (first, second)] == [422, 302]
    assert RecoveryCode.objects.filter(used_at=None).count() == len(codes)
    client.post(f"/second-factor/keys/{SecurityKey.objects.get().pk}/remove/")
    assert (factors.has_second_factor(user), RecoveryCode.objects.exists()) == (False, False)
    assert reasons()[-2:] == ["bỏ khóa bảo mật “Khóa xanh”", "bỏ khóa bảo mật “Khóa đỏ”"]


def entered_by(key, user):
    client, answer = signed_in_by(key, user)
    assert answer.status_code == 302
    return client


def test_nobody_takes_away_the_key_of_another(clock):
    _user, _key, _codes = with_key()
    other = entered(account(Role.READER))
    other.post(f"/second-factor/keys/{SecurityKey.objects.get().pk}/remove/")
    assert SecurityKey.objects.count() == 1


def test_taking_away_asks_for_the_key_and_is_carried_out_then(clock):
    user, key, _codes = with_key()
    client = entered_by(key, user)
    clock.shift(timedelta(minutes=11))
    page = client.post(f"/second-factor/keys/{SecurityKey.objects.get().pk}/remove/")
    assert (page.status_code, SecurityKey.objects.count()) == (403, 1)
    offered = client.post("/proof/", {**key_form(page), "credential": key.used(options_of(page))})
    assert offered.status_code == 200
    action = tree(offered).xpath("string(//main//form/@action)")
    client.post(action, form_values(tree(offered), "//main//form"))
    assert SecurityKey.objects.exists() is False


def test_codes_on_paper_and_of_the_app_work_beside_the_key(clock):
    user, _key, codes = with_key()
    client, form = password_typed(user)
    assert sent(client, {**form, "credential": ""}, codes[0]).status_code == 302
    secret, _more = enrolled(user)
    client, form = password_typed(user)
    assert sent(client, {"proof": form["proof"]}, code_of(secret)).status_code == 302


def test_an_app_that_was_never_confirmed_opens_nothing_beside_a_key(clock):
    """Else who knows the password begins an app before the owner adds a key, or finds one that was begun."""
    user = account(Role.OFFICER)
    with acting(SYSTEM):
        before = factors.begin_code_app(account=user)
    add(entered(user), SoftwareKey())
    assert CodeApp.objects.exists() is False
    client, form = password_typed(user)
    assert sent(client, form, code_of(before)).status_code == 422
    with acting(SYSTEM):
        after = factors.begin_code_app(account=user)
    assert sent(client, form, code_of(after)).status_code == 422
    assert (is_in(client), CodeApp.objects.get().last_step) == (False, 0)


def test_switching_the_app_off_leaves_the_keys_and_the_codes_on_paper(clock):
    user, key, _codes = with_key()
    secret, codes = enrolled(user)
    client = entered_by(key, user)
    client.post("/second-factor/", {"do": "stop", "password": PASSWORD, "code": code_of(secret)})
    assert (factors.has_second_factor(user), RecoveryCode.objects.count()) == (True, len(codes))
    assert signed_in_by(key, user)[1].status_code == 302


def test_a_lost_device_takes_all_keys_away(clock):
    user, _key, _codes = with_key()
    with acting(SYSTEM):
        factors.remove_second_factor(account=user, at=NOON, text="mất thiết bị")
    assert (factors.has_second_factor(user), SecurityKey.objects.exists()) == (False, False)


def test_a_challenge_is_answered_once_and_within_five_minutes(clock):
    user, key, _codes = with_key()
    client, page = typed(user)
    answer = {**key_form(page), "credential": key.used(options_of(page))}
    assert client.post("/login/code/", answer).status_code == 302
    thief = Client()
    assert (thief.post("/login/code/", answer).status_code, is_in(thief)) == (422, False)
    client, page = typed(user)
    answer = {**key_form(page), "credential": key.used(options_of(page))}
    clock.shift(timedelta(minutes=5, seconds=1))
    assert client.post("/login/code/", answer)["Location"] == "/login/"


@pytest.mark.parametrize(
    "key",
    [
        {"origin": "https://khcn.example.vn.ke.xau"},
        {"origin": "http://khcn.example.vn"},
        {"origin": "https://khcn.example.vn:8443"},
        {"host": "ke.xau"},
        {"flags": 0},
    ],
    ids=str,
)
def test_an_answer_for_another_place_is_refused(clock, key):
    """Phishing: the browser tells the key which page asked."""
    user, good, _codes = with_key()
    for name, value in key.items():
        setattr(good, name, value)
    client, answer = signed_in_by(good, user)
    assert (answer.status_code, is_in(client)) == (422, False)
    page = entered(account(Role.READER)).post("/second-factor/keys/new/", {})
    with pytest.raises(operations.Refused):
        operations.complete_registration(
            account=account(Role.READER), name="", state=key_form(page)["state"],
            answer=SoftwareKey(**key).made(options_of(page)), at=NOON,
        )  # fmt: skip


def test_a_signature_of_another_key_and_an_answer_of_another_kind_are_refused(clock):
    user, key, _codes = with_key()
    assert signed_in_by(key, user, private=ec.generate_private_key(ec.SECP256R1()))[1].status_code == 422
    assert signed_in_by(key, user, kind="webauthn.create")[1].status_code == 422
    other, others_key = account(Role.READER), SoftwareKey()
    add(entered(other), others_key)
    assert signed_in_by(others_key, user)[1].status_code == 422
    assert FailureCount.objects.get(account=user.pk).count == 3


def test_the_state_of_another_account_or_purpose_is_refused(clock):
    user, key, _codes = with_key()
    other = account(Role.READER)
    add(entered(other), SoftwareKey())
    options, state = operations.begin_use(other)
    assert operations.takes_key(account=user, state=state, answer=key.used(options), at=NOON) is False
    options, state = operations.begin_registration(user)
    assert operations.takes_key(account=user, state=state, answer=key.used(options), at=NOON) is False


def test_a_count_that_does_not_rise_is_a_warning_and_the_key_is_not_taken_any_more(clock):
    user, key, _codes = with_key()
    client = entered_by(key, user)
    key.count -= 1
    assert signed_in_by(key, user)[1].status_code == 422
    assert "có thể đã bị sao chép" in words(client.get("/second-factor/"))
    assert "có thể đã bị sao chép" in reasons()[-1]
    key.count += 10
    again, page = typed(user)
    assert tree(page).xpath("//form[@data-security-key]") == []
    assert factors.has_second_factor(user)  # not even so the password alone is enough
    assert (page.status_code, is_in(again)) == (200, False)


def test_a_key_that_does_not_count_is_taken(clock):
    user, key, _codes = with_key()
    SecurityKey.objects.update(sign_count=0)
    for _each in range(2):
        key.count = -1
        assert signed_in_by(key, user)[1].status_code == 302


def test_where_the_person_must_be_verified_touching_is_not_enough(clock, settings):
    user, key, _codes = with_key(flags=PRESENT)
    assert signed_in_by(key, user)[1].status_code == 302
    settings.SECURITY_KEY_VERIFICATION = "required"
    _client, page = typed(user)
    assert options_of(page)["userVerification"] == "required"
    assert signed_in_by(key, user)[1].status_code == 422
    page = entered_by_code(user).post("/second-factor/keys/new/", {})
    assert options_of(page)["authenticatorSelection"]["userVerification"] == "required"


def entered_by_code(user):
    with acting(SYSTEM):
        code = factors.renew_recovery_codes(account=user, at=NOON)[0]
    client, form = password_typed(user)
    assert sent(client, {"proof": form["proof"]}, code).status_code == 302
    return client


def test_a_session_that_was_ended_meanwhile_adds_no_key(clock):
    user, key = account(Role.OFFICER), SoftwareKey()
    options, state = operations.begin_registration(user)
    User.objects.filter(pk=user.pk).update(sessions_ended=1)
    with pytest.raises(operations.Refused) as refused:
        operations.complete_registration(
            account=user, name="", state=state, answer=key.made(options), at=NOON
        )
    assert (refused.value.code, SecurityKey.objects.exists()) == ("ended", False)


def test_a_key_is_registered_once_and_ten_of_them_at_most(clock):
    user, key, _codes = with_key()
    client = entered_by(key, user)
    add(client, key)
    assert SecurityKey.objects.count() == 1
    assert "đã đăng ký rồi" in words(client.get("/second-factor/"))
    for number in range(11):
        add(client, SoftwareKey(), f"Khóa {number}")
    assert SecurityKey.objects.count() == 10
    other = account(Role.READER)
    add(entered(other), key)
    assert SecurityKey.objects.filter(account=other).exists() is False


@pytest.mark.parametrize(
    "answer",
    ["", "x", "[]", "{}", "null", '{"rawId": 1}', '{"id": "x", "rawId": "x", "type": "public-key", "response": {}}',
     "[" * 5000, "x" * 30_000, '{"rawId": "AAAA", "response": {"clientDataJSON": "AAAA", "attestationObject": "AAAA"}}',
     '{"rawId": "AAAA", "response": {"clientDataJSON": "e30", "authenticatorData": "AAAA", "signature": "AAAA"}}',
     '{"rawId": "AAAA", "response": {"clientDataJSON": "e30", "attestationObject": "oA"}}', NUMBER_CUT_OFF],
    ids=lambda text: text[:30],
)  # fmt: skip
def test_what_no_key_answers_is_refused_in_words(clock, answer):
    user, _key, _codes = with_key()
    client, page = typed(user)
    form = urlencode({**key_form(page), "credential": answer or " "})
    refused = client.post("/login/code/", form, "application/x-www-form-urlencoded")
    assert (refused.status_code, is_in(client)) == (422, False)
    client = entered_by_code(user)
    page = client.post("/second-factor/keys/new/", {})
    client.post("/second-factor/keys/add/", {**key_form(page), "credential": answer})
    assert SecurityKey.objects.count() == 1


def test_a_name_is_words_of_sixty_characters(clock):
    client = entered(account(Role.OFFICER))
    add(client, SoftwareKey(), "<b>khóa</b>" + "x" * 100)
    page = client.get("/second-factor/")
    assert "<b>khóa" not in page.content.decode()
    assert len(SecurityKey.objects.get().name) == 60


def test_where_a_role_must_have_a_factor_a_key_is_one(clock, settings):
    settings.SECOND_FACTOR_ROLES = frozenset({"officer"})
    user = account(Role.OFFICER)
    client = entered(user)
    assert client.get("/")["Location"] == "/second-factor/"
    clock.shift(timedelta(minutes=11))
    page = client.post("/second-factor/keys/new/", {"name": "a"})
    assert (
        client.post(
            "/proof/", {**form_values(tree(page), "//form[@action='/proof/']"), "proof": PASSWORD}
        ).status_code
        == 200
    )
    assert add(client, SoftwareKey()).status_code == 200
    assert client.get("/").status_code == 200


def test_administrators_see_a_key_as_a_second_factor(clock, sign_in):
    with_key(Role.LEADER, "BGD")
    admin = sign_in(Role.ADMIN, "VP")
    assert words(admin.get("/accounts/")).count("chưa có mã xác thực") == 1


def test_wrong_answers_are_counted_with_wrong_codes(clock):
    user, key, _codes = with_key()
    bad = ec.generate_private_key(ec.SECP256R1())
    found = [signed_in_by(key, user, private=bad)[1].status_code for _each in range(11)]
    assert found == [422] * 10 + [429]
    assert datetime.now(UTC) == NOON
