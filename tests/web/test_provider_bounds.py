"""What the word of an identity provider does not do: prove what decides, be tried without end, wait for strangers."""

import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest
from django.test import Client

from khcn.kernel.actors import Role
from khcn.kernel.bounded_process.places import PROVIDER
from khcn.parties.models import LinkedIdentity
from khcn.parties.models.sign_ins import SignInFailure
from khcn.web.identity_provider import metadata
from tests.web.conftest import account, form_values, tree, words
from tests.web.identity_provider_server import SUBJECT, new_key
from tests.web.provider_sign_ins import PASSWORD, RETURN, is_in, linked, signed_in, started
from tests.web.test_second_factor import code_of, enrolled

pytestmark = pytest.mark.django_db
DECIDES = ("/identity/link/", "/identity/remove/", "/second-factor/keys/new/")
TOKENS = "/realm/token"


def asked_again(client):
    """Which of the buttons that decide ask who it is."""
    found = [client.post(address) for address in DECIDES]
    return [each.status_code == 403 and "Xác nhận lại" in words(each) for each in found]


def test_the_word_of_the_provider_alone_proves_nothing_that_decides(provider, connected):
    linked(account(Role.OFFICER), provider)
    client = Client()
    assert (signed_in(client, provider).status_code, is_in(client)) == (302, True)
    assert asked_again(client) == [True] * 3
    page = client.post("/identity/remove/")
    form = form_values(tree(page), "//form[@action='/proof/']")
    assert client.post("/proof/", {**form, "proof": PASSWORD}).status_code == 200
    assert client.post("/identity/remove/").status_code == 303


def test_nor_where_the_provider_asks_for_two_factors_instead_of_us(provider, connected):
    connected(asks_factor=False, amr="mfa")
    provider.values = {"amr": ["pwd", "mfa"]}
    user = account(Role.OFFICER)
    linked(user, provider)
    enrolled(user)
    client = Client()
    assert (signed_in(client, provider).status_code, is_in(client)) == (302, True)
    assert asked_again(client) == [True] * 3


def test_a_proof_of_before_ends_when_the_provider_signs_in_anew(provider, connected):
    user = account(Role.OFFICER)
    linked(user, provider)
    client = Client()
    client.post("/login/", {"username": user.username, "password": PASSWORD})
    assert client.post("/identity/link/").status_code == 200
    signed_in(client, provider)
    assert asked_again(client) == [True] * 3


def test_our_factor_after_the_word_of_the_provider_is_a_proof(provider, connected):
    user = account(Role.OFFICER)
    linked(user, provider)
    secret, _codes = enrolled(user)
    client = Client()
    form = form_values(tree(signed_in(client, provider)))
    assert client.post("/login/code/", {**form, "code": code_of(secret)}).status_code == 302
    assert client.post("/identity/link/").status_code == 200


def test_an_answer_is_tried_once_even_where_it_was_refused(provider, connected):
    linked(account(Role.OFFICER), provider)
    client = Client()
    back = provider.authorize(started(client))
    cookie = client.cookies["khcn_provider"].value
    provider.answers = {TOKENS: (400, {"error": "invalid_grant"})}
    for _each in range(3):
        client.cookies["khcn_provider"] = cookie
        assert client.get(RETURN + back).status_code == 422
    assert provider.asked.count(TOKENS) == 1


def test_refused_answers_are_counted_for_their_network(provider, connected, settings):
    settings.SIGN_IN_LIMITS = replace(settings.SIGN_IN_LIMITS, failures_from_network=3, failures_with_name=2)
    user = account(Role.OFFICER)
    linked(user, provider)
    near, far, here = (Client(REMOTE_ADDR=each) for each in ("10.0.0.1", "10.0.0.2", "127.0.0.1"))
    provider.answers = {TOKENS: (400, {"error": "invalid_grant"})}
    for client in (near, here):
        assert [signed_in(client, provider).status_code for _each in range(3)] == [422] * 3
    provider.answers = {}
    asked = provider.asked.count(TOKENS)
    refused = signed_in(near, provider)
    assert (refused.status_code, "quá nhiều lần" in words(refused)) == (429, True)
    assert 0 < int(refused["Retry-After"]) <= 15 * 60
    assert provider.asked.count(TOKENS) == asked
    assert [signed_in(each, provider).status_code for each in (far, here)] == [302, 302]
    form = {"username": user.username, "password": PASSWORD}
    assert near.post("/login/", form).status_code == 302  # they are no wrong passwords
    assert {(each.name, each.browser) for each in SignInFailure.objects.all()} == {("", "")}


def test_a_browser_that_somebody_has_signed_in_with_is_judged_by_its_own_failures(
    provider, connected, settings
):
    settings.SIGN_IN_LIMITS = replace(
        settings.SIGN_IN_LIMITS, failures_from_network=3, failures_with_name=2, failures_in_browser=4
    )
    user = account(Role.OFFICER)
    linked(user, provider)
    known, stranger, fresh = (Client(REMOTE_ADDR="10.0.0.1") for _each in range(3))
    assert known.post("/login/", {"username": user.username, "password": PASSWORD}).status_code == 302
    del known.cookies["sessionid"]
    provider.subject = "8f2c-9999"
    assert [signed_in(stranger, provider).status_code for _each in range(4)] == [422, 422, 422, 429]
    provider.subject = SUBJECT
    assert [signed_in(each, provider).status_code for each in (fresh, known)] == [429, 302]
    del known.cookies["sessionid"]
    provider.subject = "8f2c-9999"
    assert [signed_in(known, provider).status_code for _each in range(5)] == [422] * 4 + [429]


def test_who_is_not_linked_is_counted_too_and_who_has_begun_nothing_is_not(provider, connected):
    client = Client(REMOTE_ADDR="10.0.0.1")
    assert client.get(RETURN, {"state": "x", "code": "y"}).status_code == 422
    back = provider.authorize(started(client))
    assert client.get(RETURN + back.replace("state=", "state=x")).status_code == 422
    assert SignInFailure.objects.count() == 0
    assert signed_in(client, provider).status_code == 422
    assert SignInFailure.objects.count() == 1


@contextmanager
def place_taken():
    """Somebody else's sign-in waits for the provider."""
    taken, go_on = threading.Event(), threading.Event()

    def wait():
        with PROVIDER.one():
            taken.set()
            go_on.wait(120)

    thread = threading.Thread(target=wait)
    thread.start()
    assert taken.wait(120)
    try:
        yield
    finally:
        go_on.set()
        thread.join()


def test_logouts_with_a_known_key_wait_for_no_sign_in(provider, connected, monkeypatch):
    monkeypatch.setattr(PROVIDER, "_seconds", 0.01)
    linked(account(Role.OFFICER), provider)
    client = Client()
    signed_in(client, provider)
    token = provider.logout_token(sub=SUBJECT)
    with place_taken():
        assert Client().post("/login/provider/logout/", {"logout_token": token}).status_code == 200
    assert is_in(client) is False


def test_keys_are_asked_for_in_the_place_of_sign_ins(provider, connected, monkeypatch):
    monkeypatch.setattr(PROVIDER, "_seconds", 0.01)
    monkeypatch.setattr(metadata, "_KEYS_AGAIN_SECONDS", 0.0)
    linked(account(Role.OFFICER), provider)
    signed_in(Client(), provider)
    asked = list(provider.asked)
    provider.keys = [new_key(kid="k3")]
    token = provider.logout_token(sub=SUBJECT)
    with place_taken():
        assert Client().post("/login/provider/logout/", {"logout_token": token}).status_code == 503
    assert provider.asked == asked


def test_a_logout_with_a_known_key_is_taken_while_the_provider_is_away(provider, connected, monkeypatch):
    linked(account(Role.OFFICER), provider)
    first, second = Client(), Client()
    signed_in(first, provider)
    provider.answers = {"/realm/.well-known/openid-configuration": None, TOKENS: None, "/realm/keys": None}
    signed_in_page = started(second)
    assert second.get(RETURN + provider.authorize(signed_in_page)).status_code == 503
    assert Client().post("/login/provider/").status_code == 503
    tokens = [provider.logout_token(sub=SUBJECT) for _each in range(2)]
    assert Client().post("/login/provider/logout/", {"logout_token": tokens[0]}).status_code == 200
    assert not is_in(first)
    monkeypatch.setattr(metadata, "_FRESH_SECONDS", -1.0)  # as an hour later
    monkeypatch.setattr(metadata, "_PAUSE_SECONDS", 0.0)
    assert Client().post("/login/provider/logout/", {"logout_token": tokens[1]}).status_code == 200


@pytest.mark.parametrize(
    "answer", [(500, b"<html>"), (503, {"error": "temporarily_unavailable"}), (400, b"no")]
)
def test_a_token_endpoint_that_fails_at_one_code_is_there_for_the_next(provider, connected, answer):
    linked(account(Role.OFFICER), provider)
    provider.answers = {TOKENS: answer}
    assert signed_in(Client(), provider).status_code == (422 if answer[0] == 400 else 503)
    provider.answers = {}
    client = Client()
    assert (signed_in(client, provider).status_code, is_in(client)) == (302, True)


@pytest.mark.parametrize("ends", ["session", "subject", "link"])
def test_a_logout_or_a_link_that_is_removed_ends_the_page_that_asks_for_the_code(provider, connected, ends):
    user = account(Role.OFFICER)
    linked(user, provider)
    secret, _codes = enrolled(user)
    client = Client()
    form = form_values(tree(signed_in(client, provider)))
    if ends == "link":
        LinkedIdentity.objects.all().delete()
        linked(user, provider)
    else:
        values = {"sid": "phiên-1"} if ends == "session" else {"sub": SUBJECT}
        token = provider.logout_token(**values)
        assert Client().post("/login/provider/logout/", {"logout_token": token}).status_code == 200
    answer = client.post("/login/code/", {**form, "code": code_of(secret)})
    assert (answer.status_code, answer["Location"], is_in(client)) == (303, "/login/", False)
    form = form_values(tree(signed_in(client, provider)))
    assert client.post("/login/code/", {**form, "code": code_of(secret)}).status_code == 302
