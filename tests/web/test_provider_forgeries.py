"""An identity provider, or somebody in its name, that lies in every way we can think of: nobody is signed in."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from khcn.kernel.actors import Role
from khcn.parties.models import UsedOnce
from tests.web import identity_provider_server as lies
from tests.web.conftest import account, words
from tests.web.identity_provider_server import CLIENT, Later
from tests.web.provider_sign_ins import RETURN, events, is_in, linked, signed_in, started

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "values",
    [
        {"iss": "https://ke.xau/realm"},
        {"iss": None},
        {"aud": "another"},
        {"aud": ["another"]},
        {"aud": []},
        {"aud": [CLIENT, "another"]},  # without azp
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"azp": "another"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": Later(-600)},
        {"exp": None},
        {"iat": Later(3600)},
        {"iat": None},
        {"nbf": Later(3600)},
        {"sub": ""},
        {"sub": None},
        {"sub": 17},
        {"sub": ["8f2c-0001"]},
        {"sub": "x" * 256},
        {"sub": "a\0b"},
        {"exp": "mai"},
        {"exp": float("nan")},
        {"at_hash": "khác"},
    ],
    ids=lambda values: str(values)[:40],
)
def test_a_token_with_a_wrong_value_signs_nobody_in(provider, connected, values):
    linked(account(Role.OFFICER), provider)
    provider.values = {name: value for name, value in values.items() if value is not None}
    provider.removed = {name for name, value in values.items() if value is None}
    client = Client()
    answer = signed_in(client, provider)
    assert (answer.status_code, is_in(client), events("sign_in")) == (422, False, [])


def test_more_audiences_with_ourselves_as_the_authorised_party(provider, connected):
    linked(account(Role.OFFICER), provider)
    provider.values = {"aud": [CLIENT, "another"], "azp": CLIENT}
    assert signed_in(Client(), provider).status_code == 302


@pytest.mark.parametrize(
    "forge",
    [
        lies.unsigned,
        lies.signed_with_public_key,
        lies.signed_by_another,
        lies.changed_after_signing,
        lambda _provider, _values: "a.b.c",
        lambda _provider, _values: "",
        lambda _provider, _values: 17,
        lambda _provider, _values: "x" * 100_000,
        lambda provider, values: provider.signed(values) + "x",
        lambda provider, values: provider.signed(values, header={"kid": "không có"}),
        lies.with_unknown_extension,
        lambda provider, _values: provider.signed({}),
    ],
    ids=["none", "hs256", "another-key", "changed", "no-token", "empty", "number", "long", "tail", "kid", "crit", "bare"],
)  # fmt: skip
def test_a_token_that_the_provider_has_not_signed_signs_nobody_in(provider, connected, forge):
    linked(account(Role.OFFICER), provider)
    provider.forge = forge
    client = Client()
    assert (signed_in(client, provider).status_code, is_in(client)) == (422, False)


def test_a_small_key_is_not_trusted(provider, connected):
    linked(account(Role.OFFICER), provider)
    small = rsa.generate_private_key(65537, 1024)
    number = small.public_key().public_numbers().n.to_bytes(128, "big")
    key = {
        "kty": "RSA",
        "kid": "k1",
        "e": "AQAB",
        "n": base64.urlsafe_b64encode(number).rstrip(b"=").decode(),
    }
    provider.answers = {"/realm/keys": (200, {"keys": [key]})}
    provider.forge = lambda _provider, values: lies.signed_raw(values, {"alg": "RS256", "kid": "k1"}, small)
    assert signed_in(Client(), provider).status_code == 422


def test_an_algorithm_that_is_not_listed_is_refused(provider, connected):
    connected(algorithms="ES256")
    linked(account(Role.OFFICER), provider)
    assert signed_in(Client(), provider).status_code == 422


def test_the_state_of_another_browser_signs_nobody_in(provider, connected):
    """A link that somebody sends: it would sign the reader in as its sender."""
    linked(account(Role.OFFICER), provider)
    sender, reader = Client(), Client()
    back = provider.authorize(started(sender))
    asked = len(provider.asked)
    assert (reader.get(RETURN + back).status_code, is_in(reader)) == (422, False)
    started(reader)  # who has begun a sign-in of their own neither
    assert (reader.get(RETURN + back).status_code, is_in(reader)) == (422, False)
    assert "/realm/token" not in provider.asked[asked:]


def test_an_answer_signs_in_once(provider, connected):
    linked(account(Role.OFFICER), provider)
    client = Client()
    back = provider.authorize(started(client))
    cookie = client.cookies["khcn_provider"].value
    provider.reuses_codes = True
    assert client.get(RETURN + back).status_code == 302
    thief = Client()
    thief.cookies["khcn_provider"] = cookie
    assert (thief.get(RETURN + back).status_code, is_in(thief)) == (422, False)
    assert UsedOnce.objects.count() == 1
    provider.reuses_codes = False  # nor does the code in another sign-in
    again = started(thief)
    code = parse_qs(back[1:])["code"][0]
    state = parse_qs(urlsplit(again).query)["state"][0]
    assert thief.get(f"{RETURN}?code={code}&state={state}").status_code == 422


def test_a_code_of_another_sign_in_is_of_no_use(provider, connected):
    """PKCE and nonce: a code that was stolen is put into the way back of another browser."""
    linked(account(Role.OFFICER), provider)
    victim, thief = Client(), Client()
    stolen = parse_qs(provider.authorize(started(victim))[1:])["code"][0]
    state = parse_qs(urlsplit(started(thief)).query)["state"][0]
    assert (thief.get(f"{RETURN}?code={stolen}&state={state}").status_code, is_in(thief)) == (422, False)


def test_a_sign_in_lasts_ten_minutes(provider, connected):
    linked(account(Role.OFFICER), provider)
    client = Client()
    back = provider.authorize(started(client))
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11), tick=False):
        answer = client.get(RETURN + back)
    assert (answer.status_code, "quá 10 phút" in words(answer)) == (422, True)


@pytest.mark.parametrize(("given", "status"), [("https://ke.xau/realm", 422), (None, 302)])
def test_an_answer_in_the_name_of_another_provider_is_refused(provider, connected, given, status):
    """Mix-up (RFC 9207): what the browser brings names whose answer it is."""
    linked(account(Role.OFFICER), provider)
    client = Client()
    back = provider.authorize(started(client), iss=given or provider.issuer)
    assert client.get(RETURN + back).status_code == status
    assert ("/realm/token" in provider.asked) is (status == 302)


def test_a_provider_that_says_it_names_itself_must_do_so(provider, connected):
    provider.metadata = {"authorization_response_iss_parameter_supported": True}
    linked(account(Role.OFFICER), provider)
    assert signed_in(Client(), provider).status_code == 422


@pytest.mark.parametrize(
    "query",
    ["", "?error=access_denied&state={state}", "?state={state}", "?code=&state={state}", "?code=a&code=b&state={state}",
     "?code=a&state={state}&state=x", "?code={long}&state={state}", "?code=a", "?code=a&state=%00", "?error=<b>&state={state}",
     "?code=a&state=ế"],
)  # fmt: skip
def test_what_is_no_answer_is_refused_before_anything_is_asked(provider, connected, query):
    client = Client(raise_request_exception=False)
    state = parse_qs(urlsplit(started(client)).query)["state"][0]
    answer = client.get(RETURN + query.format(state=state, long="x" * 5000))
    assert answer.status_code in {400, 422}
    assert "<b>" not in answer.content.decode()
    assert "/realm/token" not in provider.asked
    assert client.post(RETURN).status_code == 405


def test_a_cookie_that_somebody_has_made_is_none(provider, connected):
    client = Client()
    for text in ("x", "x" * 5000, "WyJhIl0:1:abc", ""):
        client.cookies["khcn_provider"] = text
        assert client.get(RETURN + "?code=a&state=a").status_code == 422
