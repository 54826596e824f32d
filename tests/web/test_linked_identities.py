"""Identities are linked and taken away, and a logout at their provider ends the sessions that it began."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.refusals import Refused
from khcn.parties.models import LinkedIdentity, User
from khcn.web.jobs import send_identity_mail
from khcn.web.views import provider_sign_in
from tests.web import identity_provider_server as lies
from tests.web.conftest import account, form_values, tree, words
from tests.web.identity_provider_server import SUBJECT, Later
from tests.web.provider_sign_ins import PASSWORD, RETURN, events, is_in, linked, signed_in, started
from tests.web.test_second_factor import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(provider, connected):
    client = Client()
    user = account(Role.LEADER, "BGD")
    assert client.post("/login/", {"username": user.username, "password": PASSWORD}).status_code == 302
    return client, user


def test_the_owner_links_an_identity_and_takes_it_away(provider, owner):
    client, user = owner
    address = started(client, "/identity/link/")
    assert parse_qs(urlsplit(address).query)["prompt"] == ["login"]
    assert client.get(RETURN + provider.authorize(address))["Location"] == "/identity/"
    found = LinkedIdentity.objects.get()
    assert (found.account, found.issuer, found.subject, found.is_own) == (
        user,
        provider.issuer,
        SUBJECT,
        True,
    )
    assert SUBJECT in words(client.get("/identity/"))
    other = Client()
    assert signed_in(other, provider).status_code == 302
    client.post("/identity/remove/")
    assert (LinkedIdentity.objects.exists(), signed_in(Client(), provider).status_code) == (False, 422)
    assert events("identity") == ["liên kết 127.0.0.1: …0001", "bỏ liên kết 127.0.0.1: …0001"]


def test_linking_and_taking_away_ask_who_it_is(provider, owner):
    client, user = owner
    linked(user, provider, by=user.pk)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11), tick=False):
        found = [client.post(address) for address in ("/identity/link/", "/identity/remove/")]
    assert [(each.status_code, "Xác nhận lại" in words(each)) for each in found] == [(403, True)] * 2
    assert LinkedIdentity.objects.count() == 1


def test_linking_ends_in_the_session_in_which_it_began(provider, owner):
    """Somebody who puts a way back of their own into the browser of another links nothing."""
    client, _user = owner
    back = provider.authorize(started(client, "/identity/link/"))
    cookie = client.cookies["khcn_provider"].value
    other, stranger = Client(), Client()
    other.force_login(account(Role.OFFICER))
    for each in (other, stranger):
        each.cookies["khcn_provider"] = cookie
        assert each.get(RETURN + back).status_code == 422
        back = provider.authorize(started(client, "/identity/link/"))
        cookie = client.cookies["khcn_provider"].value
    assert LinkedIdentity.objects.exists() is False


def test_an_identity_belongs_to_one_account(provider, owner):
    client, _user = owner
    linked(account(Role.OFFICER), provider)
    answer = client.get(RETURN + provider.authorize(started(client, "/identity/link/")))
    assert (answer.status_code, "tài khoản khác" in words(answer)) == (422, True)


def test_of_subjects_that_differ_by_a_space_each_is_another_person(provider, owner):
    client, _user = owner
    provider.subject = "an.nguyen "
    client.get(RETURN + provider.authorize(started(client, "/identity/link/")))
    assert LinkedIdentity.objects.get().subject == "an.nguyen "
    provider.subject = "an.nguyen"
    other = Client()
    assert (signed_in(other, provider).status_code, is_in(other)) == (422, False)
    provider.subject = "an.nguyen "
    own = Client()
    assert (signed_in(own, provider).status_code, is_in(own)) == (302, True)


def test_an_administrator_links_by_the_number_where_one_person_may_issue_a_password(
    provider, connected, sign_in, mailoutbox
):
    officer, leader = account(Role.OFFICER), account(Role.LEADER, "BGD")
    User.objects.filter(pk=officer.pk).update(email="can.bo@tinh.vn")  # there from the beginning
    admin = sign_in(Role.ADMIN, "VP")
    assert "Tài khoản định danh" in words(admin.get(f"/accounts/{officer.pk}/"))
    for subject in ("", "   ", "x" * 256, "ế", "a\tb"):
        admin.post(f"/accounts/{officer.pk}/identity/", {"subject": subject})
    assert LinkedIdentity.objects.exists() is False
    admin.post(f"/accounts/{officer.pk}/identity/", {"subject": f" {SUBJECT} "})
    found = LinkedIdentity.objects.get()
    assert (found.account, found.subject, found.is_own) == (officer, SUBJECT, False)
    send_identity_mail(account=officer.pk, who="Quản trị", at=datetime.now(UTC).timestamp())
    assert [each.to for each in mailoutbox] == [["can.bo@tinh.vn"]]
    assert signed_in(Client(), provider).status_code == 302
    admin.post(f"/accounts/{leader.pk}/identity/", {"subject": "của tôi"})
    admin.post(f"/accounts/{leader.pk}/identity/", {"subject": "8f2c-0002"})
    assert LinkedIdentity.objects.count() == 1
    admin.post(f"/accounts/{officer.pk}/identity/", {"do": "remove"})
    assert LinkedIdentity.objects.exists() is False


def test_what_another_has_linked_signs_in_no_more_when_the_account_decides(provider, connected):
    """Else one administrator could link an identity of their own, and make the account a leader's afterwards."""
    user, admin = account(Role.OFFICER), account(Role.ADMIN, "VP")
    linked(user, provider, by=admin.pk)
    assert signed_in(Client(), provider).status_code == 422  # no mail can say so to the owner
    User.objects.filter(pk=user.pk).update(email="can.bo@tinh.vn")  # there from the beginning
    user.refresh_from_db()
    assert signed_in(Client(), provider).status_code == 302
    with acting(SYSTEM):
        user.role_id = Role.LEADER.value
        user.save()
    answer = signed_in(Client(), provider)
    assert (answer.status_code, "do người khác lập" in words(answer)) == (422, True)


def entered(user, **values):
    with acting(SYSTEM):
        for name, value in values.items():
            setattr(user, name, value)
        user.save()


@pytest.mark.parametrize("way", ["replaced", "removed", "made with it"])
def test_what_another_has_linked_signs_in_after_the_address_was_the_same_for_seven_days(
    provider, connected, mailoutbox, way
):
    """Else an administrator takes over an account whose owner gets none of the mails."""
    with time_machine.travel(NOON, tick=False) as clock:
        admin, user = account(Role.ADMIN, "VP"), account(Role.OFFICER)
        if way == "made with it":
            user = User(username="moi", full_name="Mới", role_id=Role.OFFICER.value, unit=user.unit)
            entered(user, email="moi@tinh.vn")
        else:
            User.objects.filter(pk=user.pk).update(email="can.bo@tinh.vn")
            user.refresh_from_db()
            entered(user, email="cua.toi@tinh.vn" if way == "replaced" else "")
        linked(user, provider, by=admin.pk)
        send_identity_mail(account=user.pk, who="Quản trị", at=NOON.timestamp())
        assert [each.to for each in mailoutbox] == {
            "replaced": [["cua.toi@tinh.vn"], ["can.bo@tinh.vn"]],
            "removed": [["can.bo@tinh.vn"]],
            "made with it": [["moi@tinh.vn"]],
        }[way]
        answer = signed_in(Client(), provider)
        assert (answer.status_code, "chưa quá 7 ngày" in words(answer)) == (422, True)
        clock.shift(timedelta(days=7, seconds=1))
        assert signed_in(Client(), provider).status_code == (422 if way == "removed" else 302)
        linked(User.objects.get(pk=user.pk), provider, SUBJECT + "b", by=user.pk)
        entered(User.objects.get(pk=user.pk), email="khac@tinh.vn")
        provider.subject = SUBJECT + "b"
        assert signed_in(Client(), provider).status_code == 302  # the owner's own


def test_a_password_that_somebody_else_issues_takes_the_link_away(provider, connected, sign_in):
    user = account(Role.OFFICER)
    linked(user, provider)
    admin = sign_in(Role.ADMIN, "VP")
    assert admin.post(f"/accounts/{user.pk}/password/").status_code == 200
    assert LinkedIdentity.objects.exists() is False


def by_password(user):
    client = Client()
    assert client.post("/login/", {"username": user.username, "password": PASSWORD}).status_code == 302
    return client


def test_what_another_has_linked_becomes_ones_own_only_after_it_was_taken_away(
    provider, connected, monkeypatch
):
    mails = []
    monkeypatch.setattr(provider_sign_in, "enqueue", lambda path, **values: mails.append((path, values)))
    user, admin = account(Role.OFFICER), account(Role.ADMIN, "VP")
    linked(user, provider, by=admin.pk)
    client, found = by_password(user), []
    for _twice in range(2):
        assert client.get(RETURN + provider.authorize(started(client, "/identity/link/"))).status_code == 303
        found.append(LinkedIdentity.objects.get().is_own)
        client.post("/identity/remove/")
    assert found == [False, True]
    assert [(path, values["account"], values["who"]) for path, values in mails] == [
        ("khcn.web.jobs.send_identity_mail", user.pk, str(user))
    ] * 2


def test_taking_a_link_away_or_replacing_it_ends_the_sessions_that_it_opened(provider, connected):
    user = account(Role.OFFICER)
    owner = by_password(user)
    for end in ("remove", "replace"):
        provider.subject = SUBJECT
        linked(user, provider)
        client = Client()
        signed_in(client, provider)
        assert is_in(client)
        if end == "remove":
            owner.post("/identity/remove/")
        else:
            provider.subject = "8f2c-0002"
            owner.get(RETURN + provider.authorize(started(owner, "/identity/link/")))
            assert LinkedIdentity.objects.get().subject == "8f2c-0002"
        assert (is_in(client), is_in(owner)) == (False, True)


def test_the_session_in_which_a_link_is_taken_away_goes_on(provider, connected):
    user = account(Role.OFFICER)
    linked(user, provider)
    client, other = Client(), Client()
    for each in (client, other):
        signed_in(each, provider)
    form = form_values(tree(client.post("/identity/remove/")), "//form[@action='/proof/']")
    client.post("/proof/", {**form, "proof": PASSWORD})
    client.post("/identity/remove/")
    assert (LinkedIdentity.objects.exists(), is_in(client), is_in(other)) == (False, True, False)


def test_a_session_that_was_ended_meanwhile_links_nothing(provider, connected):
    user = account(Role.OFFICER)
    stale = User.objects.get(pk=user.pk)
    User.objects.filter(pk=user.pk).update(sessions_ended=1)
    with pytest.raises(Refused) as refused:
        linked(stale, provider, by=user.pk)
    assert (refused.value.code, LinkedIdentity.objects.exists()) == ("ended", False)
    linked(User.objects.get(pk=user.pk), provider, by=user.pk)


# -------------------------------------------------------------------------------------------------- logout


def ended(provider, **values):
    return Client().post("/login/provider/logout/", {"logout_token": provider.logout_token(**values)})


def test_a_logout_at_the_provider_ends_the_sessions_that_it_began(provider, connected):
    user, other = account(Role.OFFICER), account(Role.READER)
    linked(user, provider)
    linked(other, provider, "8f2c-0002")
    by_provider, by_password, neighbour = Client(), Client(), Client()
    signed_in(by_provider, provider)
    by_password.post("/login/", {"username": user.username, "password": PASSWORD})
    provider.subject = "8f2c-0002"
    provider.values = {"sid": "phiên-2"}
    signed_in(neighbour, provider)
    assert ended(provider, sid="phiên-1").status_code == 200
    assert [is_in(each) for each in (by_provider, by_password, neighbour)] == [False, True, True]
    assert ended(provider, sub="8f2c-0002").status_code == 200
    assert is_in(neighbour) is False
    assert len(events("ended")) == 2


def test_a_logout_by_subject_ends_all_of_the_person_s(provider, connected):
    user = account(Role.OFFICER)
    linked(user, provider)
    clients = [Client(), Client()]
    for number, each in enumerate(clients):
        provider.values = {"sid": f"phiên-{number}"}
        signed_in(each, provider)
    assert ended(provider, sub=SUBJECT).status_code == 200
    assert [is_in(each) for each in clients] == [False, False]


def test_a_logout_of_a_subject_that_is_linked_no_more_ends_the_named_session(provider, connected):
    linked(account(Role.OFFICER), provider)
    client = Client()
    signed_in(client, provider)
    LinkedIdentity.objects.all().delete()
    assert (ended(provider, sub=SUBJECT).status_code, is_in(client)) == (
        200,
        True,
    )  # whose it was, nobody knows
    assert (ended(provider, sub=SUBJECT, sid="phiên-1").status_code, is_in(client)) == (200, False)


@pytest.mark.parametrize(
    "values",
    [
        {"iss": "https://ke.xau/"},
        {"aud": "another"},
        {"iat": Later(-3600), "exp": Later(3600)},
        {"iat": Later(-3600), "exp": Later(-3000)},
        {"iat": None},
        {"jti": None},
        {"jti": 17},
        {"events": None},
        {"events": {"another": {}}},
        {"events": "http://schemas.openid.net/event/backchannel-logout"},
        {"nonce": "x"},
        {"sid": None},
        {"header": {"typ": "JWT"}},
    ],
    ids=lambda values: str(values)[:40],
)
def test_a_forged_logout_ends_nothing(provider, connected, values):
    linked(account(Role.OFFICER), provider)
    client = Client()
    signed_in(client, provider)
    assert ended(provider, **{"sid": "phiên-1", **values}).status_code == 400
    assert is_in(client)


def test_an_id_token_is_no_logout_and_a_logout_no_id_token(provider, connected):
    linked(account(Role.OFFICER), provider)
    client = Client()
    signed_in(client, provider)
    token = provider.id_token({"nonce": "x"})
    assert Client().post("/login/provider/logout/", {"logout_token": token}).status_code == 400
    assert is_in(client)
    provider.forge = lambda found, values: found.signed(values, header={"typ": "logout+jwt"})
    assert signed_in(Client(), provider).status_code == 422


@pytest.mark.parametrize("forge", [lies.unsigned, lies.signed_with_public_key, lies.signed_by_another])
def test_a_logout_that_the_provider_has_not_signed_ends_nothing(provider, connected, forge):
    linked(account(Role.OFFICER), provider)
    client = Client()
    signed_in(client, provider)
    provider.forge = forge
    assert ended(provider, sid="phiên-1").status_code == 400
    assert is_in(client)


def test_a_logout_is_taken_once(provider, connected):
    linked(account(Role.OFFICER), provider)
    token = provider.logout_token(sub=SUBJECT)
    first, second = Client(), Client()
    signed_in(first, provider)
    assert Client().post("/login/provider/logout/", {"logout_token": token}).status_code == 200
    signed_in(second, provider)
    assert Client().post("/login/provider/logout/", {"logout_token": token}).status_code == 400
    assert (is_in(first), is_in(second)) == (False, True)


def test_a_logout_needs_no_token_against_forgery_and_is_not_stored_by_caches(provider, connected):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/login/provider/logout/", {"logout_token": provider.logout_token(sid="x")})
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert client.post("/login/provider/").status_code == 403  # the button does
