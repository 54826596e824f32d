"""An identity provider that is away, slow or wrong holds no page, and settings that are not safe stop the start."""

import socket
import threading
import time
from dataclasses import replace

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from khcn.kernel.actors import Role
from khcn.web.identity_provider import metadata, provider_requests
from khcn.web.identity_provider.metadata import KNOWLEDGE
from tests.web.conftest import account, words
from tests.web.provider_sign_ins import PASSWORD, RETURN, linked, provider_settings, signed_in, started

pytestmark = pytest.mark.django_db


def drip(handler):
    """A byte now and then, without end: who waits for the whole answer waits for ever."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def redirect(handler):
    handler.send_response(302)
    handler.send_header("Location", "http://127.0.0.1:1/")
    handler.end_headers()


CONFIGURATION = "/realm/.well-known/openid-configuration"


@pytest.mark.parametrize(
    "answer",
    [
        (200, b"<html>"),
        (200, b"[]"),
        (200, b"[" * 100_000),
        (200, b"{}"),
        (500, {}),
        (200, b" " * (provider_requests.LARGEST + 10)),
        None,
        (200, drip),
        (200, redirect),
        (200, {"issuer": "https://ke.xau/realm"}),
    ],
    ids=["html", "list", "deep", "empty", "500", "long", "hangs-up", "drips", "redirect", "another-issuer"],
)
def test_a_provider_that_answers_wrongly_or_never_leaves_the_password(provider, connected, answer):
    connected(seconds=1)
    provider.answers = {CONFIGURATION: answer}
    client = Client()
    page = client.post("/login/provider/")
    assert (page.status_code, "Chưa liên lạc được" in words(page)) == (503, True)
    user = account(Role.OFFICER)
    assert client.post("/login/", {"username": user.username, "password": PASSWORD}).status_code == 302


def test_after_a_failure_the_next_are_answered_at_once_and_later_it_is_tried_again(
    provider, connected, monkeypatch
):
    provider.answers = {CONFIGURATION: (500, {})}
    monkeypatch.setattr(metadata, "_PAUSE_SECONDS", 3600.0)
    assert [Client().post("/login/provider/").status_code for _each in range(3)] == [503] * 3
    assert provider.asked.count(CONFIGURATION) == 1
    provider.answers = {}
    monkeypatch.setattr(metadata, "_PAUSE_SECONDS", 0.0)
    assert Client().post("/login/provider/").status_code == 200


def test_a_machine_that_is_not_there(connected, settings):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    connected(issuer=f"http://127.0.0.1:{port}")
    assert Client().post("/login/provider/").status_code == 503


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
@pytest.mark.parametrize(
    "address",
    ["http://169.254.169.254/x", "https://ke.xau/x", "file:///etc/passwd", "http://127.0.0.1@ke.xau/", "x", None, 17,
     "http://127.0.0.1:99999/", "ftp://127.0.0.1/", "http://127.0.0.1/\r\nX: y"],
)  # fmt: skip
def test_no_other_host_is_asked_than_that_of_the_provider(provider, connected, name, address):
    provider.metadata = {name: address}
    assert Client().post("/login/provider/").status_code == 503
    assert provider.asked == [CONFIGURATION]


def test_a_token_endpoint_that_drips_is_left_in_time(provider, connected, settings):
    connected()
    linked(account(Role.OFFICER), provider)
    client = Client()
    back = provider.authorize(started(client))
    provider.answers = {"/realm/token": (200, drip)}
    settings.IDENTITY_PROVIDER = replace(settings.IDENTITY_PROVIDER, seconds=1)
    assert client.get(RETURN + back).status_code == 503


def test_looking_up_the_name_of_the_host_is_not_waited_for_either(provider, connected, monkeypatch):
    connected(seconds=1)
    go_on = threading.Event()

    def look_up(*_more, **_options):
        go_on.wait()
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    try:
        assert Client().post("/login/provider/").status_code == 503
    finally:
        go_on.set()


def test_a_secret_that_cannot_be_read_is_no_fault_of_the_person(provider, connected, tmp_path):
    linked(account(Role.OFFICER), provider)
    connected(secret_file=tmp_path / "nothing")
    assert signed_in(Client(), provider).status_code == 503
    KNOWLEDGE.forget()
    wrong = tmp_path / "wrong"
    wrong.write_text("khác")
    connected(secret_file=wrong)
    assert signed_in(Client(), provider).status_code == 422


# -------------------------------------------------------------------------------------------------- settings


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "http://sso.tinh.vn"},
        {"issuer": "https://sso.tinh.vn/?a=b"},
        {"issuer": "https://sso.tinh.vn/#a"},
        {"issuer": "https://a@sso.tinh.vn/"},
        {"issuer": "sso.tinh.vn"},
        {"issuer": "https://sso.tinh.vn:x/"},
        {"client_id": ""},
        {"subject_field": "email"},
        {"subject_field": "preferred_username"},
        {"subject_field": ""},
        {"subject_field": "a b"},
        {"algorithms": ""},
        {"algorithms": "none"},
        {"algorithms": "RS256,HS256"},
        {"asks_factor": False},
    ],
    ids=lambda values: str(values)[:40],
)
def test_settings_that_are_not_safe_stop_the_start(tmp_path, wrong):
    good = "https://sso.tinh.vn/realm"
    assert provider_settings(good, tmp_path, hosts="Keys.Tinh.vn").hosts == {"sso.tinh.vn", "keys.tinh.vn"}
    issuer, more = (
        wrong.get("issuer", good),
        {name: value for name, value in wrong.items() if name != "issuer"},
    )
    with pytest.raises(ImproperlyConfigured, match="KHCN_OIDC_"):
        provider_settings(issuer, tmp_path, **more)
    assert provider_settings("", tmp_path) is None
