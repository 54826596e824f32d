"""Stored pages are answered by the loop over connections as threads would answer them, and only while that takes nobody's time."""

import gzip
import threading
from email.parser import BytesHeaderParser

import pytest
from django.db import connections
from django.test import RequestFactory

from khcn.config.serving import stored_pages
from khcn.config.serving.stored_pages import StoredPages
from khcn.kernel.request_quotas import KNOWN_SESSIONS
from khcn.trace.models import StoredPage
from khcn.trace.operations.page_buffer import PAGES
from khcn.trace.operations.page_writing import write_pages
from khcn.trace.operations.scan_buffer import SCANS
from khcn.trace.store.database.replica import REPLICA
from tests.trace.public_given import NOODLES, STARCH, made_parties, noodles, parties, visitor

__all__ = ["made_parties", "parties", "visitor"]  # fixtures

pytestmark = pytest.mark.django_db
PATH = NOODLES.removeprefix("https://id.gs1.org")
OTHER_PATH = STARCH.removeprefix("https://id.gs1.org")
TELEPHONE = {"Host": "testserver", "User-Agent": "Mozilla/5.0 (Linux; Android 10)", "Accept": "text/html"}
OF_EACH_ANSWER = {"Date", "X-Request-Id"}


@pytest.fixture
def made(parties, visitor):
    """The answers of threads to two pages, which are stored."""
    noodles(parties)
    PAGES.take()
    SCANS.clear()
    found = {path: visitor.get(path, headers=TELEPHONE) for path in (PATH, OTHER_PATH)}
    write_pages()
    yield found
    SCANS.clear()


def request(path=PATH, method="GET", **headers):
    fields = "".join(f"{name}: {value}\r\n" for name, value in {**TELEPHONE, **headers}.items())
    return f"{method} {path} HTTP/1.1\r\n{fields}\r\n".encode()


def titled(fields):
    return {name.title(): value for name, value in fields.items()}


def answers(received):
    """Status, fields and body of each of the answers that came on a connection."""
    found = []
    while received:
        head, _blank, rest = received.partition(b"\r\n\r\n")
        first, _line, fields = head.partition(b"\r\n")
        fields = titled(BytesHeaderParser().parsebytes(fields + b"\r\n\r\n"))
        length = int(fields.get("Content-Length", 0))
        found.append((int(first.split()[1]), fields, rest[:length]))
        received = rest[length:]
    return found


def fields_of(answer):
    return {name: value for name, value in answer.items() if name not in OF_EACH_ANSWER}


def asked(served, sent):
    client = served.connect(sent)
    (answer,) = answers(served.answered(client))
    return answer


def test_the_answer_is_that_of_a_thread(made, serve):
    served = serve(stored_pages=StoredPages())
    status, fields, body = asked(served, request())
    assert (status, body) == (200, made[PATH].content)
    assert len(fields["X-Request-Id"]) == 32
    assert fields_of(fields) == fields_of(titled(made[PATH].headers))
    assert served.calls == []


def test_browsers_that_take_it_get_the_page_as_it_is_stored(made, serve, visitor):
    served = serve(stored_pages=StoredPages())
    threads = visitor.get(PATH, headers={**TELEPHONE, "Accept-Encoding": "gzip, deflate, br"})
    status, fields, body = asked(served, request(**{"Accept-Encoding": "gzip, deflate, br"}))
    assert (status, gzip.decompress(body)) == (200, made[PATH].content)
    assert fields["Content-Encoding"] == "gzip"
    assert body == threads.content
    assert fields_of(fields) == fields_of(titled(threads.headers))
    again = asked(served, request(**{"Accept-Encoding": "gzip", "If-None-Match": fields["Etag"]}))
    assert (again[0], again[2]) == (304, b"")
    assert served.calls == []


def test_each_answer_counts_as_a_look_up_of_the_client_that_the_proxy_names(made, serve, settings):
    settings.TRUSTED_PROXY = "127.0.0.1"
    SCANS.clear()
    served = serve(stored_pages=StoredPages())
    noted = []
    note = SCANS.note
    SCANS.note = lambda **what: noted.append(what) or note(**what)
    try:
        asked(served, request(**{"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "http"}))
    finally:
        del SCANS.note
    assert [(each["path"], each["address"]) for each in noted] == [(PATH, "203.0.113.7")]


def test_requests_on_one_connection_are_answered_in_their_order(made, serve):
    served = serve(stored_pages=StoredPages())
    served.answer = b"of a thread"
    client = served.connect(request() + request("/") + request(OTHER_PATH))
    found = answers(served.answered(client, made[OTHER_PATH].content))
    assert [body for _status, _fields, body in found] == [
        made[PATH].content,
        b"of a thread",
        made[OTHER_PATH].content,
    ]
    assert served.calls == [("/", b"")]


@pytest.mark.parametrize(
    "sent",
    [
        request(f"{PATH}-KHAC"),
        request(f"{PATH}?x=1"),
        request(f"{PATH}/21/A1"),
        request(method="POST", **{"Content-Length": "0"}),
        request(**{"Content-Length": "2"}) + b"ab",
        request(Accept="application/ld+json"),
        request(Host="elsewhere.example"),
        request("/414/9521234567895"),
    ],
)
def test_everything_else_is_for_threads(made, serve, sent):
    served = serve(stored_pages=StoredPages())
    asked(served, sent)
    assert len(served.calls) == 1


def test_what_a_proxy_says_that_cannot_be_read_is_refused_by_a_thread(made, serve, settings):
    settings.TRUSTED_PROXY = "127.0.0.1"
    served = serve(stored_pages=StoredPages())
    client = served.connect(request(**{"X-Forwarded-For": '"'}))
    assert served.ended(client).startswith(b"HTTP/1.1 400 ")


def test_a_page_that_has_changed_is_made_by_a_thread(made, serve, parties):
    served = serve(stored_pages=StoredPages())
    StoredPage.objects.update(stamp=1)
    asked(served, request())
    assert len(served.calls) == 1


def test_while_a_thread_works_for_people_threads_answer_strangers(made, serve):
    served = serve(stored_pages=StoredPages(), threads=4)
    begun, end = threading.Event(), threading.Event()
    ended = served.application

    def application(environ, start_response):
        if environ["PATH_INFO"] == "/slow":
            begun.set()
            assert end.wait(60)
        return ended(environ, start_response)

    served.server.application = application
    KNOWN_SESSIONS.remember("known")
    try:
        person = served.connect(request("/slow", Cookie="sessionid=known"))
        assert begun.wait(60)
        served.answered(served.connect(request()))
        assert served.calls == [(PATH, b"")]
        end.set()
        served.answered(person)
        while served.server.task_dispatcher._people:  # a thread counts its request when the answer has gone
            served.turn()
        asked(served, request())
        assert [path for path, _body in served.calls] == [PATH, "/slow"]
    finally:
        end.set()
        KNOWN_SESSIONS.forget("known")


def test_one_network_gets_no_more_of_them_than_of_other_answers(made, serve, monkeypatch, settings):
    settings.TRUSTED_PROXY = "127.0.0.1"
    served = serve(stored_pages=StoredPages(), address_requests_per_second=0.001, address_requests_at_once=2)
    sent = request(**{"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "http"})
    assert [asked(served, sent)[0] for _each in range(3)] == [200, 200, 429]
    assert served.calls == []


def test_after_a_slow_answer_threads_have_them_for_a_while(made, serve, monkeypatch):
    served = serve(stored_pages=StoredPages())
    now = set_clock(monkeypatch)
    monkeypatch.setattr(stored_pages, "SLOW_SECONDS", -1)
    asked(served, request())
    assert served.calls == []
    asked(served, request())
    assert served.calls == [(PATH, b"")]
    monkeypatch.setattr(stored_pages, "SLOW_SECONDS", 0.1)
    now[0] += stored_pages.FIRST_PAUSE + 0.01
    asked(served, request())
    assert len(served.calls) == 1


def set_clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(stored_pages.time, "monotonic", lambda: now[0])
    return now


def test_pauses_grow_while_slow_answers_follow_one_another(monkeypatch):
    """A database that stays slow takes the loop a quarter of a second in ten; one slow answer in a while costs a quarter of a second."""
    now = set_clock(monkeypatch)
    pages = StoredPages()

    def pause_after(seconds):
        """That a slow answer begins so long after the end of the last pause."""
        now[0] += seconds
        began = now[0]

        def slow(requests):
            now[0] += stored_pages.SLOW_SECONDS + 0.01
            return [None] * len(requests)

        monkeypatch.setattr(stored_pages, "find_pages", slow)
        pages.find([])
        assert now[0] > began  # it was asked, so the last pause is over
        ended = now[0]
        monkeypatch.setattr(stored_pages, "find_pages", lambda requests: ["asked"])
        while pages.find([]) != ["asked"]:
            now[0] += 0.05
        return now[0] - ended

    grown = [pause_after(0) for _each in range(7)]
    assert grown == pytest.approx([0.25, 0.5, 1, 2, 4, 8, 10], abs=0.051)
    later = [pause_after(stored_pages.SOON_AFTER + 1) for _each in range(2)]
    assert later == pytest.approx([0.25, 0.25], abs=0.051)


def test_the_loop_waits_for_no_standby(monkeypatch):
    assert isinstance(stored_pages.stored_pages(), StoredPages)
    monkeypatch.setitem(connections.settings, REPLICA, {})
    assert stored_pages.stored_pages() is None


def test_the_pages_of_all_requests_of_one_turn_are_found_by_one_statement(made, django_assert_num_queries):
    pages = StoredPages()
    environments = [
        RequestFactory(headers=TELEPHONE).get(path).environ for path in (PATH, "/01/1", OTHER_PATH, PATH)
    ]
    with django_assert_num_queries(1):
        found = pages.find(environments)
    assert [each and each.page.path for each in found] == [PATH, None, OTHER_PATH, PATH]
    with django_assert_num_queries(0):
        contents = [pages.answer(each).content for each in found if each]
    assert contents == [made[path].content for path in (PATH, OTHER_PATH, PATH)]
