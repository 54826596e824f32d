"""Too many requests: people who are signed in come first, a refusal says when to come again, and one address or key
cannot take what belongs to all.
"""

import re
import threading
import time

import pytest
from django.core import signing

from khcn.config.serving import senders
from khcn.kernel import request_quotas
from khcn.kernel.actors import Role
from khcn.kernel.request_quotas import KNOWN_KEYS, KNOWN_SESSIONS, KnownCredentials, TokenBuckets
from khcn.trace.views import endpoint
from tests.config.turned_server import refused
from tests.trace.public_given import Parties
from tests.trace.rest_given import problem_of
from tests.web.conftest import account

PUBLIC = b"GET /01/09521234220312 HTTP/1.1\r\nHost: x\r\n\r\n"
PERSON = b"GET /science/task/ HTTP/1.1\r\nHost: x\r\nCookie: a=b; sessionid=known\r\n\r\n"
MADE_UP = b"GET /science/task/ HTTP/1.1\r\nHost: x\r\nCookie: sessionid=made-up\r\n\r\n"
PROGRAM = b"GET /epcis/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer known\r\n\r\n"
HEALTH = b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n"
SIGN_IN = b"POST /login/ HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture(autouse=True)
def known():
    KNOWN_SESSIONS.remember("known")
    KNOWN_KEYS.remember("Bearer known")
    yield
    KNOWN_SESSIONS.forget("known")
    KNOWN_KEYS.forget("Bearer known")


class Stalled:
    """Requests whose answer waits; those for pages of people and for monitoring are answered at once."""

    def __init__(self, served):
        self.served, self.end, self.begun = served, threading.Event(), threading.Semaphore(0)
        self.paths = []
        served.server.application = self.application

    def application(self, environ, start_response):
        self.paths.append(environ["PATH_INFO"])
        if environ["PATH_INFO"] not in {"/science/task/", "/readyz"} or "made-up" in environ.get(
            "HTTP_COOKIE", ""
        ):
            self.begun.release()
            assert self.end.wait(120)
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    def are_begun(self, number):
        for _each in range(number):
            assert self.begun.acquire(timeout=120)
        self.served.turn()
        assert not self.begun.acquire(blocking=False)


@pytest.fixture
def stalled(serve):
    made = []

    def make(**limits):
        made.append(Stalled(serve(**{"threads": 4, **limits})))
        return made[-1]

    yield make
    for each in made:
        each.end.set()


def test_programs_leave_a_thread_for_pages_of_strangers(stalled):
    server = stalled()
    programs = [server.served.connect(PROGRAM) for _each in range(10)]
    server.are_begun(2)
    pages = [server.served.connect(PUBLIC) for _each in range(3)]
    server.are_begun(1)
    server.end.set()
    for each in (*programs, *pages):
        assert b" 200 " in server.served.answered(each, b"ok")


@pytest.mark.parametrize(("flood", "threads"), [(PUBLIC, 3), (PROGRAM, 2), (MADE_UP, 3)])
def test_people_and_monitoring_do_not_wait_behind_the_others(stalled, flood, threads):
    server = stalled()
    others = [server.served.connect(flood) for _each in range(10)]
    server.are_begun(threads)
    for asked in (PERSON, HEALTH):
        assert b" 200 " in server.served.answered(server.served.connect(asked), b"ok")
    server.end.set()
    for each in others:
        assert b" 200 " in server.served.answered(each, b"ok")


def test_one_session_has_two_threads_and_then_waits_behind_itself(stalled):
    server = stalled(waiting_requests=3)
    slow = b"GET /slow HTTP/1.1\r\nHost: x\r\nCookie: sessionid=known\r\n\r\n"
    own = [server.served.connect(slow) for _each in range(5)]
    server.are_begun(2)
    KNOWN_SESSIONS.remember("other")
    other = server.served.connect(PERSON.replace(b"=known", b"=other"))
    assert b" 200 " in server.served.answered(other, b"ok")
    KNOWN_SESSIONS.forget("other")
    refusal = server.served.ended(server.served.connect(slow))
    assert refused(refusal) == (503, "Máy chủ đang có quá nhiều người truy cập.")
    server.end.set()
    for each in own:
        assert b" 200 " in server.served.answered(each, b"ok")
    assert server.paths.count("/slow") == 5
    people, until = server.served.server.task_dispatcher._people, time.monotonic() + 120
    while people and time.monotonic() < until:  # a thread counts its request when the answer has gone
        time.sleep(0.01)
    assert people == {}


def test_one_account_has_two_threads_in_whatever_sessions(stalled):
    server = stalled()
    sessions = [f"of-one-account-{number}" for number in range(10)]
    for each in sessions:
        KNOWN_SESSIONS.remember(each, 17)
    slow = "GET /slow HTTP/1.1\r\nHost: x\r\nCookie: sessionid={}\r\n\r\n"
    own = [server.served.connect(slow.format(each).encode()) for each in sessions]
    server.are_begun(2)
    KNOWN_SESSIONS.remember("other", 18)
    other = server.served.connect(PERSON.replace(b"=known", b"=other"))
    assert b" 200 " in server.served.answered(other, b"ok")
    server.end.set()
    for each in own:
        assert b" 200 " in server.served.answered(each, b"ok")
    for each in (*sessions, "other"):
        KNOWN_SESSIONS.forget(each)


def test_queues_take_turns(stalled):
    server = stalled(threads=1)
    sent = (PUBLIC, PUBLIC, PUBLIC, PUBLIC, PROGRAM, PROGRAM, SIGN_IN)
    waiting = [server.served.connect(each) for each in sent]
    server.are_begun(1)
    server.end.set()
    for each in waiting:
        server.served.answered(each, b"ok")
    public, program = "/01/09521234220312", "/epcis/events"
    assert server.paths == [public, "/login/", program, public, program, public, public]


def test_what_finds_the_queue_full_is_refused_at_once_and_people_are_not(stalled):
    server = stalled(waiting_requests=2)
    waiting = [server.served.connect(PUBLIC) for _each in range(5)]
    server.are_begun(3)
    answer = server.served.ended(server.served.connect(PUBLIC))
    assert refused(answer) == (503, "Máy chủ đang có quá nhiều người truy cập.")
    assert b"Retry-After: 15\r\n" in answer
    assert b" 200 " in server.served.answered(server.served.connect(PERSON), b"ok")
    server.end.set()
    for each in waiting:
        assert b" 200 " in server.served.answered(each, b"ok")


def test_sign_ins_leave_a_thread_for_the_pages_of_strangers(stalled):
    server = stalled()
    for _each in range(5):
        server.served.connect(SIGN_IN)
    server.are_begun(2)
    server.served.connect(PUBLIC)
    server.are_begun(1)


def test_sign_ins_of_one_network_have_a_quota_and_a_length_and_others_do_not_wait_behind_them(
    stalled, monkeypatch
):
    monkeypatch.setattr(senders, "client_network", lambda address: "192.0.2.1")
    server = stalled(waiting_requests=3, address_requests_per_second=0.0001, address_requests_at_once=7)
    flood = [server.served.connect(SIGN_IN) for _each in range(5)]
    server.are_begun(2)
    assert refused(server.served.ended(server.served.connect(SIGN_IN)))[0] == 503
    monkeypatch.setattr(senders, "client_network", lambda address: "192.0.2.2")
    other = server.served.connect(SIGN_IN.replace(b"/login/", b"/login/code/"))
    until = time.monotonic() + 120
    while server.served.server.task_dispatcher.waiting()["sign-ins"] < 4 and time.monotonic() < until:
        server.served.turn()
    monkeypatch.setattr(senders, "client_network", lambda address: "192.0.2.1")
    server.end.set()
    for each in (*flood, other):
        assert b" 200 " in server.served.answered(each, b"ok")
    assert server.paths.index("/login/code/") <= 4  # two were answered already, one waited before it
    assert b" 200 " in server.served.answered(server.served.connect(SIGN_IN), b"ok")
    assert refused(server.served.ended(server.served.connect(SIGN_IN)))[0] == 429


def test_sign_ins_of_a_browser_that_is_known_are_counted_by_it_and_not_by_its_network():
    line = [["name", "number", "fingerprint"]]
    cookie = signing.dumps(line, salt="khcn.web.known_browsers")
    asked = type("Asked", (), {"headers": {"COOKIE": f"a=b; {senders.COOKIE}={cookie}"}})()
    known = senders.sender_of(asked, "192.0.2.1")
    assert known not in {"", None, "192.0.2.1"}
    for sent in (f"{senders.COOKIE}={cookie}x", f"{senders.COOKIE}=", "a=b", ""):
        asked.headers["COOKIE"] = sent
        assert senders.sender_of(asked, "192.0.2.1") == "192.0.2.1"


@pytest.mark.parametrize(
    ("command", "path", "queue"),
    [
        ("POST", "/login/", "sign-ins"),
        ("GET", "/login/", "strangers"),
        ("POST", "/login/code/", "sign-ins"),
        ("POST", "/login/provider/", "sign-ins"),
        ("GET", "/login/provider/return/", "sign-ins"),
        ("POST", "/login/provider/logout/", "sign-ins"),
        ("POST", "/login/provider/anything/", "strangers"),
        ("GET", "/login/provider/return/x", "strangers"),
    ],
)
def test_sign_ins_are_exact_addresses(command, path, queue):
    asked = type("Asked", (), {"command": command, "path": path, "headers": {}})()
    assert senders.queue_of(asked, "192.0.2.1").value == queue


def test_one_address_has_so_many_requests_and_this_machine_is_none(stalled, monkeypatch):
    server = stalled(address_requests_per_second=0.0001, address_requests_at_once=2)
    server.end.set()
    for _each in range(5):
        assert b" 200 " in server.served.answered(server.served.connect(PUBLIC), b"ok")
    monkeypatch.setattr(senders, "client_network", lambda address: "192.0.2.1")
    for _each in range(2):
        assert b" 200 " in server.served.answered(server.served.connect(PUBLIC), b"ok")
    answer = server.served.ended(server.served.connect(PUBLIC))
    assert refused(answer) == (429, "Có quá nhiều yêu cầu từ mạng này.")
    [wait] = re.findall(rb"Retry-After: (\d+)\r\n", answer)
    assert 9_000 <= int(wait) <= 10_000  # what has gone by since counts
    assert refused(server.served.ended(server.served.connect(MADE_UP)))[0] == 429
    for sent in (PERSON, PROGRAM):
        assert b" 200 " in server.served.answered(server.served.connect(sent), b"ok")


def test_what_an_address_is_refused_is_a_line_a_minute(stalled, monkeypatch, caplog):
    server = stalled(address_requests_per_second=0.0001, address_requests_at_once=1)
    server.end.set()
    monkeypatch.setattr(senders, "client_network", lambda address: "192.0.2.1")
    server.served.answered(server.served.connect(PUBLIC), b"ok")
    for _each in range(4):
        server.served.ended(server.served.connect(PUBLIC))
    lines = [each.getMessage() for each in caplog.records if each.name == "khcn.config.serving.dispatcher"]
    assert lines == ["1 requests of 192.0.2.1 were refused: beyond the quota of an address"]


def test_behind_a_trusted_proxy_the_address_is_the_one_that_it_names(stalled, settings):
    settings.TRUSTED_PROXY = "127.0.0.1"
    server = stalled(address_requests_per_second=0.0001, address_requests_at_once=1)
    server.end.set()

    def asked(forwarded):
        head = b"X-Forwarded-For: " + forwarded + b"\r\n\r\n"
        client = server.served.connect(PUBLIC.replace(b"\r\n\r\n", b"\r\n" + head))
        return int(server.served._read(client, lambda found: b"\r\n\r\n" in found).split()[1])

    assert [
        asked(b"192.0.2.1"),
        asked(b"192.0.2.1"),
        asked(b"192.0.2.1, 192.0.2.2"),
        asked(b"192.0.2.2"),
    ] == [
        200,
        429,
        200,
        429,
    ]


def test_tokens_come_back_at_their_rate_and_a_large_request_is_paid_for_afterwards():
    buckets = TokenBuckets(2, 3)
    assert [buckets.take("a", now=0) for _each in range(4)] == [0, 0, 0, 0.5]
    assert buckets.take("b", now=0) == 0
    assert [buckets.take("a", now=0.5), buckets.take("a", now=0.5)] == [0, 0.5]
    assert [buckets.take("a", 11, now=100), buckets.take("a", now=100), buckets.take("a", now=104.5)] == [
        0,
        4.5,
        0,
    ]


def test_senders_of_long_ago_are_forgotten(monkeypatch):
    monkeypatch.setattr(request_quotas, "_MOST_SENDERS", 2)
    buckets, credentials = TokenBuckets(1, 1), KnownCredentials()
    for each in "abc":
        buckets.take(each, now=0)
        credentials.remember(each)
    assert list(buckets._left) == ["b", "c"]
    assert [credentials.has(each) for each in "abc"] == [False, True, True]


@pytest.mark.django_db
def test_a_session_is_known_while_it_is_good(client):
    user = account(Role.OFFICER, "QLKH")
    client.force_login(user)
    session = client.cookies["sessionid"].value
    client.get("/")
    assert (KNOWN_SESSIONS.has(session), KNOWN_SESSIONS.owner(session)) == (True, user.pk)
    client.session.flush()
    client.cookies["sessionid"] = session
    client.get("/login/")
    assert (KNOWN_SESSIONS.has(session), KNOWN_SESSIONS.owner(session)) == (False, None)


@pytest.mark.django_db
def test_a_key_is_known_while_it_is_good_and_has_so_many_requests(monkeypatch):
    monkeypatch.setattr(endpoint, "QUOTAS", TokenBuckets(0.0001, 2))
    parties = Parties()
    grower, shop = parties.grower, parties.shop
    assert [grower.get("/").status_code for _each in range(2)] == [200, 200]
    answer = grower.get("/")
    problem_of(answer, 429, "ImplementationException")
    assert 9_000 <= int(answer["Retry-After"]) <= 10_000  # what has gone by since counts
    assert shop.get("/").status_code == 200
    sent = grower.headers["Authorization"]
    assert KNOWN_KEYS.has(sent)
    assert not KNOWN_KEYS.has(sent + "x")
    assert grower.get("/", Authorization=sent + "x").status_code == 401
    assert not KNOWN_KEYS.has(sent + "x")
