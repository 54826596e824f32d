"""A large body is taken only where its address takes one, and from a session or key that is found to be good before it comes."""

import threading
import time
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from khcn.config.server_limits import MEBIBYTE, ServerLimits
from khcn.config.serving import large_bodies, look_ups
from khcn.config.serving.large_bodies import SenderVerdict, is_known, largest_body, look_up
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.request_quotas import KNOWN_KEYS, KNOWN_SESSIONS
from khcn.trace.models import ApiKey
from khcn.trace.operations.api_keys import issue_key, revoke_key
from tests.config.test_serve_connections import ANONYMOUS, TOO_LARGE
from tests.config.turned_server import refused
from tests.trace.rest_given import party
from tests.web.conftest import account

LARGE = 200_000
ENDED = "Phiên đăng nhập đã kết thúc nên nội dung lớn gửi kèm không được nhận."
NO_KEY = "Khóa truy cập không đúng, đã hết hạn hoặc đã bị thu hồi."
NOT_ASKED = "Cơ sở dữ liệu không trả lời nên máy chủ chưa biết ai gửi nội dung lớn này."


def head(path=b"/import/upload/", credential=b"Cookie: sessionid=made-up\r\n", size=LARGE):
    return b"POST %s HTTP/1.1\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n" % (path, credential, size)


class Looked:
    """In place of the database: it answers when the test lets it."""

    def __init__(self, monkeypatch):
        self.asked, self.verdict, self.go_on = [], SenderVerdict.GOOD, threading.Event()
        monkeypatch.setattr(look_ups, "look_up", self)

    def __call__(self, request):
        self.asked.append(request.path)
        assert self.go_on.wait(120)
        return self.verdict


@pytest.fixture
def looked(monkeypatch):
    return Looked(monkeypatch)


def until_asked(served, looked, times=1):
    until = time.monotonic() + 120
    while len(looked.asked) < times:
        assert time.monotonic() < until
        served.turn()


def test_the_body_waits_with_its_sender_until_the_sender_is_known(serve, looked):
    served = serve(anonymous_body_bytes=1000)
    client = served.connect(head())
    until_asked(served, looked)
    client.setblocking(True)
    sender = threading.Thread(target=client.sendall, args=(b"x" * LARGE,))
    sender.start()
    for _each in range(20):
        served.turn()
    [channel] = served.server.active_channels.values()
    assert channel.spooled_bytes() == 0
    served.server.enforce_deadlines(time.monotonic() + 3600)  # it is not the sender who is slow
    looked.go_on.set()
    client.settimeout(0)
    assert served.answered(client, b"ok").startswith(b"HTTP/1.1 200 OK")
    sender.join(120)
    assert served.calls == [("/import/upload/", b"x" * LARGE)]
    assert looked.asked == ["/import/upload/"]


@pytest.mark.parametrize(
    ("verdict", "credential", "answer"),
    [
        (SenderVerdict.UNKNOWN_SESSION, b"Cookie: sessionid=made-up\r\n", (413, ENDED)),
        (SenderVerdict.UNKNOWN_KEY, b"Authorization: Bearer khcn_made_up\r\n", (401, NO_KEY)),
        (SenderVerdict.NOT_ASKED, b"Cookie: sessionid=made-up\r\n", (503, NOT_ASKED)),
    ],
)
def test_of_somebody_unknown_nothing_is_taken_and_the_answer_says_why(
    serve, looked, verdict, credential, answer
):
    served = serve(anonymous_body_bytes=1000)
    looked.verdict = verdict
    looked.go_on.set()
    client = served.connect(head(b"/api/", credential, size=60 * MEBIBYTE // 4))
    assert refused(served.ended(client), to_program=True) == answer
    assert served.calls == []


def test_other_connections_are_served_while_one_waits_and_strangers_do_not_hold_every_thread(serve, looked):
    served = serve(anonymous_body_bytes=1000, threads=4)
    for _each in range(20):
        served.connect(head())
    until_asked(served, looked, 3)
    KNOWN_SESSIONS.remember("good")
    answer = served.answered(
        served.connect(b"GET /page HTTP/1.1\r\nHost: x\r\nCookie: sessionid=good\r\n\r\n"), b"ok"
    )
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert len(looked.asked) == 3  # one thread is left for people
    looked.go_on.set()


def test_a_client_that_goes_away_meanwhile_does_no_harm(serve, looked):
    served = serve(anonymous_body_bytes=1000)
    client = served.connect(head())
    until_asked(served, looked)
    [channel] = served.server.active_channels.values()
    client.close()
    channel.handle_close()
    looked.go_on.set()
    for _each in range(20):
        served.turn()
    assert served.answered(served.connect(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"), b"ok")


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/epcis/capture", 64 * MEBIBYTE),
        ("/api/science/tasks/", 24 * MEBIBYTE),
        ("/import/upload/", 24 * MEBIBYTE),
        ("/login/", MEBIBYTE),
        ("/password/reset/", MEBIBYTE),
        ("/static/x.css", MEBIBYTE),
        ("/01/09521234220312/21/1", MEBIBYTE),
        ("/gtin/09521234220312", MEBIBYTE),
    ],
)
def test_each_address_takes_as_much_as_it_can_use_of_whoever_it_is(path, most):
    assert largest_body(path, ServerLimits()) == most


@pytest.mark.parametrize("path", [b"/login/", b"/01/09521234220312/21/1", b"/import/upload/"])
def test_more_than_the_address_takes_is_refused_of_a_known_session_too(serve, looked, path):
    KNOWN_SESSIONS.remember("abc")
    served = serve()
    client = served.connect(head(path, b"Cookie: sessionid=abc\r\n", 30 * MEBIBYTE))
    assert refused(served.ended(client)) == (413, TOO_LARGE)
    assert looked.asked == []


@pytest.mark.parametrize(
    ("path", "credential"),
    [
        (b"/epcis/capture", b"Cookie: sessionid=abc\r\n"),
        (b"/import/upload/", b"Authorization: Bearer khcn_x\r\n"),
    ],
)
def test_a_session_is_none_where_a_key_is_asked_for_and_a_key_none_where_a_session_is(
    serve, looked, path, credential
):
    served = serve()
    client = served.connect(head(path, credential, 2 * MEBIBYTE))
    assert refused(served.ended(client), to_program=path.startswith(b"/epcis/")) == (413, ANONYMOUS)
    assert looked.asked == []


# ------------------------------------------------------------------------------- what the database says


def request(path, **headers):
    return SimpleNamespace(path=path, headers=headers)


@pytest.fixture
def forgotten():
    """No process knows a session or key yet."""
    KNOWN_SESSIONS._known.clear()
    KNOWN_KEYS._known.clear()


@pytest.fixture
def open_connection(monkeypatch):
    """The connection of the test stays open."""
    monkeypatch.setattr(large_bodies, "close_old_connections", lambda: None)


@pytest.mark.django_db
@pytest.mark.usefixtures("forgotten", "open_connection")
def test_a_session_that_this_process_has_not_seen_is_found_and_known_from_then_on():
    user, client = account(Role.OFFICER, "QLKH"), Client()
    client.force_login(user)
    key = client.cookies["sessionid"].value
    asked = request("/import/upload/", COOKIE=f"csrftoken=1; sessionid={key}")
    assert not is_known(asked)
    assert look_up(asked) is SenderVerdict.GOOD
    assert is_known(asked)
    assert KNOWN_SESSIONS.owner(key) == user.pk
    client.logout()
    assert look_up(asked) is SenderVerdict.UNKNOWN_SESSION


@pytest.mark.django_db
@pytest.mark.usefixtures("forgotten", "open_connection")
@pytest.mark.parametrize("cookie", ["x", "\x00", "a" * 32, "á" * 32, "' OR 1=1 --"])
def test_made_up_sessions_are_none(cookie):
    asked = request("/import/upload/", COOKIE=f"sessionid={cookie}")
    assert look_up(asked) is SenderVerdict.UNKNOWN_SESSION
    assert not is_known(asked)


@pytest.mark.django_db
@pytest.mark.usefixtures("forgotten", "open_connection")
def test_the_session_of_an_account_that_was_stopped_is_none():
    user, client = account(Role.OFFICER, "QLKH"), Client()
    client.force_login(user)
    asked = request("/import/upload/", COOKIE=f"sessionid={client.cookies['sessionid'].value}")
    with acting(SYSTEM):
        user.is_active = False
        user.save()
    assert look_up(asked) is SenderVerdict.UNKNOWN_SESSION


@pytest.mark.django_db
@pytest.mark.usefixtures("forgotten", "open_connection")
def test_keys_of_programs_are_found_by_the_interface_that_they_are_for():
    secret = issue_key(party=party(), label="a", actor=SYSTEM, at=timezone.now())
    asked = request("/epcis/capture", AUTHORIZATION=f"Bearer {secret}")
    assert look_up(asked) is SenderVerdict.GOOD
    assert is_known(asked)
    assert look_up(request("/api/x", AUTHORIZATION=f"Bearer {secret}")) is SenderVerdict.UNKNOWN_KEY
    revoke_key(key=ApiKey.objects.get(), actor=SYSTEM, at=timezone.now())
    for sent in (f"Bearer {secret}", "Bearer x", "Basic eDp5", "Bearer \x00", secret):
        assert look_up(request("/epcis/capture", AUTHORIZATION=sent)) is SenderVerdict.UNKNOWN_KEY, sent


@pytest.mark.usefixtures("forgotten", "open_connection")
def test_a_database_that_does_not_answer_says_nothing_about_the_sender(monkeypatch):
    def away(*_arguments):
        raise OperationalError

    monkeypatch.setattr(large_bodies, "get_user", away)
    assert look_up(request("/import/upload/", COOKIE="sessionid=" + "a" * 32)) is SenderVerdict.NOT_ASKED
