"""Sign-in by an identity provider, a real one on loopback: the way it goes, and the gates that it passes."""

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.parties.models import AccountSession, FailureCount, LinkedIdentity
from khcn.parties.operations import linked_identities as identities
from khcn.web.identity_provider import metadata
from khcn.web.identity_provider.metadata import KNOWLEDGE
from tests.web.conftest import account, form_values, tree, words
from tests.web.identity_provider_server import CLIENT, SUBJECT, Later, new_key
from tests.web.provider_sign_ins import RETURN, events, is_in, linked, signed_in, started
from tests.web.test_second_factor import code_of, enrolled

pytestmark = pytest.mark.django_db


def test_a_linked_person_signs_in_and_the_log_says_how(provider, connected):
    user = account(Role.OFFICER)
    linked(user, provider)
    client = Client(REMOTE_ADDR="10.1.2.3")
    answer = signed_in(client, provider, next="/science/tasks/")
    assert (answer.status_code, answer["Location"], is_in(client)) == (302, "/science/tasks/", True)
    assert events("sign_in") == ["10.1.2.3, bằng tài khoản định danh"]
    assert LinkedIdentity.objects.get().last_used_at is not None
    assert "khcn_browser" in client.cookies
    assert client.cookies["khcn_provider"].value == ""


def test_what_is_asked_of_the_provider(provider, connected):
    address = started(Client())
    found = parse_qs(urlsplit(address).query)
    assert {name: texts[0] for name, texts in found.items() if name not in {"state", "nonce", "code_challenge"}} == {
        "response_type": "code", "client_id": CLIENT, "redirect_uri": "http://testserver" + RETURN, "scope": "openid",
        "code_challenge_method": "S256",
    }  # fmt: skip
    assert [len(found[name][0]) for name in ("state", "nonce", "code_challenge")] == [43, 64, 43]


def test_the_page_leads_on_by_itself_and_may_be_shown_by_our_policy(provider, connected):
    client = Client()
    page = client.post("/login/provider/", {})
    address = tree(page).xpath("string(//main//a[@rel='noreferrer']/@href)")
    assert page["Refresh"] == f"0; url={address}"
    assert "127.0.0.1" in words(page)
    assert client.get("/login/").content.decode().count("VNeID") == 1


def test_each_sign_in_has_values_of_its_own(provider, connected):
    client = Client()
    found = [parse_qs(urlsplit(started(client)).query) for _each in range(2)]
    assert all(found[0][name] != found[1][name] for name in ("state", "nonce", "code_challenge"))


def test_without_the_setting_nothing_is_offered(settings, client):
    settings.IDENTITY_PROVIDER = None
    assert "/login/provider/" not in client.get("/login/").content.decode()
    assert [client.post("/login/provider/").status_code, client.get(RETURN).status_code] == [303, 303]
    assert client.post("/login/provider/logout/", {"logout_token": "x"}).status_code == 400


def test_a_session_gets_a_new_key_and_a_next_page_of_ours_alone(provider, connected):
    user = account(Role.OFFICER)
    linked(user, provider)
    client = Client()
    client.force_login(account(Role.READER))
    before = client.cookies["sessionid"].value
    answer = signed_in(client, provider, next="https://ke.xau/")
    assert answer["Location"] == "/"
    assert client.cookies["sessionid"].value != before
    assert AccountSession.objects.filter(session_key=before).exists() is False
    assert str(client.get("/sessions/").context or words(client.get("/"))).count("Nguyễn officer")


def test_keys_of_elliptic_curves_and_a_new_key_of_the_provider(provider, connected, monkeypatch):
    monkeypatch.setattr(metadata, "_KEYS_AGAIN_SECONDS", 0.0)
    linked(account(Role.OFFICER), provider)
    assert signed_in(Client(), provider).status_code == 302
    provider.keys, provider.algorithm = [new_key("EC", "k2"), *provider.keys], "ES256"
    assert signed_in(Client(), provider).status_code == 302
    assert provider.asked.count("/realm/keys") == 2


def test_an_unknown_key_lets_the_keys_be_asked_for_again_but_not_at_once(provider, connected):
    linked(account(Role.OFFICER), provider)
    assert signed_in(Client(), provider).status_code == 302
    provider.keys = [new_key(kid="k3")]
    assert [signed_in(Client(), provider).status_code for _each in range(2)] == [422, 422]
    assert provider.asked.count("/realm/keys") == 1


def test_another_field_may_name_the_person(provider, connected):
    connected(subject_field="citizen_number")
    linked(account(Role.OFFICER), provider, "001089000001")
    assert signed_in(Client(), provider).status_code == 422
    provider.values = {"citizen_number": "001089000001", "sub": "mỗi lần một khác"}
    assert signed_in(Client(), provider).status_code == 302


def test_over_https_with_a_verified_certificate(provider, connected, monkeypatch):
    certificate = Path(__file__).parents[1] / "trace" / "subscription_receiver.pem"
    provider.secure(certificate, "partner.example.vn")
    look_up = socket.getaddrinfo

    def local(host, port, *more, **options):
        return look_up("127.0.0.1" if host == "partner.example.vn" else host, port, *more, **options)

    monkeypatch.setattr(socket, "getaddrinfo", local)
    connected()
    assert Client().post("/login/provider/").status_code == 503  # nobody has signed this certificate
    KNOWLEDGE.forget()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    linked(account(Role.OFFICER), provider)
    assert signed_in(Client(), provider).status_code == 302


# -------------------------------------------------------------------------------------------------- the gates


def test_who_is_not_linked_is_let_in_by_nothing_and_reads_the_number_to_hand_over(provider, connected):
    user = account(Role.OFFICER)
    with acting(SYSTEM):
        user.email = "can.bo@tinh.vn"
        user.save()
    provider.values = {"email": "can.bo@tinh.vn", "email_verified": True, "preferred_username": user.username}
    client = Client()
    answer = signed_in(client, provider)
    assert (answer.status_code, is_in(client), SUBJECT in words(answer)) == (422, False, True)
    assert FailureCount.objects.get().account == 0


def test_the_same_subject_of_another_provider_is_another_person(provider, connected):
    with acting(SYSTEM):
        user = account(Role.OFFICER)
        identities.link_identity(
            account=user, issuer="https://sso.tinh.vn", subject=SUBJECT, by=user.pk, at=datetime.now(UTC)
        )
    assert signed_in(Client(), provider).status_code == 422


def test_an_account_that_was_stopped_is_refused(provider, connected):
    user = account(Role.OFFICER)
    linked(user, provider)
    with acting(SYSTEM):
        user.is_active = False
        user.save()
    answer = signed_in(Client(), provider)
    assert (answer.status_code, "ngừng sử dụng" in words(answer)) == (422, True)


def test_an_issued_password_that_has_expired_keeps_its_account_out(provider, connected):
    user = account(Role.OFFICER)
    linked(user, provider)
    with acting(SYSTEM):
        user.issued_password_until = datetime.now(UTC) - timedelta(minutes=1)
        user.save()
    assert "hết hạn" in words(signed_in(Client(), provider))


def test_an_issued_password_is_changed_first(provider, connected):
    user = account(Role.OFFICER)
    linked(user, provider)
    with acting(SYSTEM):
        user.issued_password_until = datetime.now(UTC) + timedelta(days=1)
        user.save()
    client = Client()
    assert signed_in(client, provider).status_code == 302
    assert client.get("/")["Location"] == "/password/"


def test_the_second_factor_is_asked_for_and_the_provider_s_session_is_remembered(provider, connected):
    user = account(Role.OFFICER)
    linked(user, provider)
    secret, _codes = enrolled(user)
    client = Client()
    page = signed_in(client, provider, next="/science/tasks/")
    assert (page.status_code, is_in(client), "Mã 6 chữ số" in words(page)) == (200, False, True)
    form = form_values(tree(page))
    assert client.post("/login/code/", {**form, "code": "000000"}).status_code == 422
    answer = client.post("/login/code/", {**form, "code": code_of(secret)})
    assert (answer["Location"], is_in(client)) == ("/science/tasks/", True)
    assert len(AccountSession.objects.get(account=user.pk).provider_session) == 64


def test_where_the_provider_asks_for_two_factors_ours_is_not_asked(provider, connected):
    connected(asks_factor=False, amr="mfa")
    user = account(Role.OFFICER)
    linked(user, provider)
    enrolled(user)
    refused = signed_in(Client(), provider)
    assert (refused.status_code, "chưa xác thực đủ mức" in words(refused)) == (422, True)
    provider.values = {"amr": ["pwd", "mfa"]}
    client = Client()
    assert (signed_in(client, provider).status_code, is_in(client)) == (302, True)


def test_where_a_role_must_have_the_factor_nothing_else_opens(provider, connected, settings):
    settings.SECOND_FACTOR_ROLES = frozenset({"officer"})
    linked(account(Role.OFFICER), provider)
    client = Client()
    signed_in(client, provider)
    assert client.get("/")["Location"] == "/second-factor/"


@pytest.mark.parametrize(
    ("asked", "values", "status"),
    [
        ({"acr": "high,substantial"}, {}, 422),
        ({"acr": "high,substantial"}, {"acr": "low"}, 422),
        ({"acr": "high,substantial"}, {"acr": "high"}, 302),
        ({"amr": "mfa,hwk"}, {"amr": ["mfa"]}, 422),
        ({"amr": "mfa,hwk"}, {"amr": "mfa,hwk"}, 422),
        ({"amr": "mfa,hwk"}, {"amr": ["hwk", "mfa", "pin"]}, 302),
        ({"max_age": 300}, {}, 422),
        ({"max_age": 300}, {"auth_time": "hôm nay"}, 422),
        ({"max_age": 300}, {"auth_time": Later(-400)}, 422),
        ({"max_age": 300}, {"auth_time": Later(400)}, 422),
        ({"max_age": 3000}, {"auth_time": Later(-100)}, 302),
    ],
)
def test_the_strength_and_the_age_of_the_sign_in_are_checked(provider, connected, asked, values, status):
    connected(**asked)
    linked(account(Role.OFFICER), provider)
    provider.values = values
    assert signed_in(Client(), provider).status_code == status
