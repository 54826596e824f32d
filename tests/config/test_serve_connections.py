"""What one connection may send to the web server and how long that may take: deadlines, sizes, counts, and the answers of the
server itself. The application is a stand-in; `enforce_deadlines` is given the time.
"""

import contextlib
import socket
import threading
import time

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from khcn.config.server_limits import MEBIBYTE, ServerLimits
from khcn.config.serving import web
from khcn.config.sign_in_limits import SignInLimits
from tests.config.turned_server import UNREADABLE, Served, refused

KEY = b"Authorization: Bearer khcn_x\r\n"
TOO_SLOW = "Yêu cầu gửi lên quá chậm nên máy chủ đã ngừng nhận."
TOO_LARGE = "Nội dung gửi lên quá lớn."
ANONYMOUS = "Nội dung gửi lên quá lớn đối với người chưa đăng nhập."


def test_a_head_has_one_deadline_whatever_comes_meanwhile(serve):
    served = serve(head_seconds=1000)
    client = served.connect(b"GET / HTTP/1.1\r\nHost: x\r\n")
    silent = served.connect()
    served.pass_time(900)
    assert served.received(client) == served.received(silent) == b""
    client.sendall(b"X-A: 1\r\n")
    served.turn()
    served.pass_time(1050)
    assert refused(served.ended(client)) == (408, TOO_SLOW)
    assert served.received(silent) is None
    assert served.calls == []


def test_a_body_has_a_least_rate(serve):
    served = serve(transfer_seconds=600, bytes_per_second=100)
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"
    slow, faster = served.connect(head + b"x"), served.connect(head + b"x" * 30_000)
    served.pass_time(500)
    assert served.received(slow) == b""
    slow.sendall(b"x")
    served.turn()
    served.pass_time(610)
    assert refused(served.ended(slow)) == (408, TOO_SLOW)
    assert served.received(faster) == b""
    faster.sendall(b"x" * 70_000)
    assert served.answered(faster).startswith(b"HTTP/1.1 200 OK")
    assert served.calls == [("/", b"x" * 100_000)]


def test_an_answer_has_a_least_rate_too_and_holds_no_thread(serve):
    served = serve(transfer_seconds=60, bytes_per_second=1000, threads=1)
    served.answer = b"x" * (8 * MEBIBYTE)
    sent = b"GET /made-while-sent HTTP/1.1\r\nHost: x\r\n\r\n"
    unread = [served.connect(sent, narrow=True) for _each in range(3)]
    channels = list(served.server.active_channels.values())
    while (
        any(each.requests for each in channels) or len(served.calls) < 3
    ):  # until all wait for their readers
        served.turn()
    served.answer = b"ok"
    assert served.answered(served.connect(b"GET /last HTTP/1.1\r\nHost: x\r\n\r\n"), b"ok")
    served.pass_time(0)  # the reading is measured from here on
    [reader] = [each for each in channels if each.addr == unread[0].getsockname()]
    before = reader.sent_bytes
    while reader.sent_bytes < before + 300_000:
        with contextlib.suppress(BlockingIOError):
            unread[0].recv(1 << 16)
        served.server.turn(0)
    served.pass_time(150)
    assert list(served.server.active_channels.values()) == [reader]  # who took 300 kB has five minutes more
    served.pass_time(60 * 60 * 24)
    assert served.server.active_channels == {}


def test_what_the_system_takes_for_a_reader_is_no_reading(serve):
    served = serve(transfer_seconds=60, bytes_per_second=1000)
    served.answer = b"x" * (8 * MEBIBYTE)
    served.connect(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", narrow=True)
    [channel] = served.server.active_channels.values()
    while channel.requests or not channel.total_outbufs_len:
        served.turn()
    channel.sending = time.monotonic(), 0  # as when the deadlines were looked at before anything was sent
    served.turn()
    assert channel.sent_bytes > 100_000
    served.pass_time(70)
    assert served.server.active_channels == {}


def test_a_connection_stays_open_between_requests_and_shorter_when_many_wait(serve):
    served = serve(idle_seconds=750, crowded_idle_seconds=50, connections=10, head_seconds=1000)
    client = served.connect(b"GET /1 HTTP/1.1\r\nHost: x\r\n\r\n")
    assert served.answered(client, b"ok")
    served.pass_time(600)
    client.sendall(b"GET /2 HTTP/1.1\r\nHost: x\r\n\r\nGET /3 HTTP/1.1\r\nHost: x\r\n\r\n")
    both = b""
    while both.count(b"\r\n\r\nok") < 2:  # head and body of an answer may come apart
        both += served.answered(client)
    assert [path for path, _body in served.calls] == ["/1", "/2", "/3"]
    others = [served.connect() for _each in range(7)]
    served.pass_time(60)
    assert served.received(client) is None  # eight of ten are taken
    assert served.received(others[0]) == b""
    last = served.connect(b"GET /4 HTTP/1.1\r\nHost: x\r\n\r\n")
    assert served.answered(last, b"ok")
    served.pass_time(760)
    assert served.received(last) is None


def test_a_request_that_began_behind_another_loses_no_time_by_it(serve):
    served = serve(head_seconds=100, transfer_seconds=600)
    served.answer = b"x" * (8 * MEBIBYTE)
    client = served.connect(b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\n", narrow=True)
    served.pass_time(0)
    served.pass_time(300)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, MEBIBYTE)  # from now on it reads quickly
    taken = 0
    while taken < len(served.answer):
        taken += len(served.answered(client))
    served.pass_time(350)
    served.answer = b"ok"
    client.sendall(b"Host: x\r\n\r\n")
    assert served.answered(client, b"ok")


@pytest.mark.parametrize(
    ("path", "length"),
    [(b"/", b"Content-Length: 2"), (b"/bare", b"Content-Length: 2"), (b"/made-while-sent", b"")],
)
def test_head_is_answered_without_a_body(serve, path, length):
    served = serve()
    answer = served.ended(
        served.connect(b"HEAD " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    )
    assert answer.endswith(b"\r\n\r\n")
    assert answer.count(b"\r\n\r\n") == 1
    assert length in answer


def body_of(size, *, chunked, credential=b""):
    how = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: %d" % size
    return b"POST /api/ HTTP/1.1\r\nHost: x\r\n" + credential + how + b"\r\n\r\n"


def test_bodies_that_fill_the_disk_together_are_refused_the_largest_first(serve):
    served = serve(spooled_bytes=2000)
    head = body_of(2000, chunked=False, credential=KEY)
    clients = [served.connect(head + b"x" * size) for size in (900, 1000, 200, 100)]
    served.pass_time(0)
    assert refused(served.ended(clients[1]), to_program=True) == (
        503,
        "Máy chủ đang nhận quá nhiều dữ liệu cùng lúc.",
    )
    assert [served.received(each) for each in (clients[0], *clients[2:])] == [b""] * 3


COOKIE = b"Cookie: csrftoken=1; sessionid=abc\r\n"


@pytest.mark.parametrize("expect", [b"", b"Expect: 100-continue\r\n"])
@pytest.mark.parametrize(
    ("credential", "size", "answer"),
    [
        (b"", 1001, (413, ANONYMOUS)),
        (b"Cookie: xsessionid=abc\r\n", 1001, (413, ANONYMOUS)),
        (COOKIE, 5001, (413, TOO_LARGE)),
        (KEY, 300 * MEBIBYTE, (413, TOO_LARGE)),
        (b"", 300 * MEBIBYTE, (413, TOO_LARGE)),
    ],
)
def test_an_announced_body_that_is_too_large_is_refused_before_it_comes(
    serve, credential, size, answer, expect
):
    served = serve(anonymous_body_bytes=1000, body_bytes=5000)
    client = served.connect(body_of(size, chunked=False, credential=credential + expect))
    assert refused(served.ended(client), to_program=True) == answer
    for _each in range(20):  # its sender goes on for a while and is not interrupted
        client.sendall(b"x" * 1000)
        served.turn()
    assert len(served.server.active_channels) == 1
    served.pass_time(31)
    assert served.server.active_channels == {}
    assert served.calls == []


@pytest.mark.parametrize("credential", [b"", COOKIE, KEY])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_may_be_as_large_as_its_sender_may_send(serve, credential, chunked):
    served = serve(anonymous_body_bytes=1000, body_bytes=5000)
    size = 5000 if credential else 1000
    if chunked:
        size -= 13  # the lines around the chunks count
        sent = b"%x\r\n" % size + b"x" * size + b"\r\n0\r\n\r\n"
    else:
        sent = b"x" * size
    client = served.connect(body_of(size, chunked=chunked, credential=credential) + sent)
    assert served.answered(client).startswith(b"HTTP/1.1 200 OK")
    assert [len(body) for _path, body in served.calls] == [size]


@pytest.mark.parametrize(
    ("credential", "sent", "answer"),
    [
        (b"", b"3e9\r\n" + b"x" * 1001, (413, ANONYMOUS)),
        (KEY, b"1389\r\n" + b"x" * 5001, (413, TOO_LARGE)),
        (KEY, b"1" * 1025, (400, UNREADABLE)),
        (KEY, b"0\r\n" + b"x" * 1025, (400, UNREADABLE)),
        (KEY, b"zz\r\n", (400, UNREADABLE)),
        (KEY, b"1\r\nx\r\n" * 3_500, (400, UNREADABLE)),
    ],
)
def test_a_body_in_chunks_is_counted(serve, credential, sent, answer):
    served = serve(anonymous_body_bytes=1000, body_bytes=5000 + 16_000 * sent.startswith(b"1\r"))
    client = served.connect(body_of(0, chunked=True, credential=credential) + sent)
    assert refused(served.ended(client), to_program=True) == answer
    assert served.calls == []


@pytest.mark.parametrize(
    ("head", "answer"),
    [
        (b"GET /" + b"x" * 3000, (431, "Địa chỉ hoặc phần đầu của yêu cầu quá dài.")),
        (b"hello", (400, UNREADABLE)),
        (b"GET http://[x/ HTTP/1.1", (400, UNREADABLE)),
        (b"GET /", (400, UNREADABLE)),
        (b"GET / HTTP/1.1\r\nA:b\x7f", (400, UNREADABLE)),
        (
            b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5000,
            (431, "Địa chỉ hoặc phần đầu của yêu cầu quá dài."),
        ),
        (b"POST / HTTP/1.1\r\nContent-Length: -1", (400, UNREADABLE)),
        (
            b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip",
            (501, "Máy chủ không nhận cách mã hóa nội dung này (Transfer-Encoding)."),
        ),
    ],
)
def test_a_head_that_cannot_be_read(serve, head, answer):
    served = serve(head_bytes=2000)
    assert refused(served.ended(served.connect(head + b"\r\n\r\n"))) == answer
    assert served.calls == []


@pytest.mark.parametrize(
    "head", [b"GET a://" + b"1" * 32_000 + b" X", b"GET / HTTP/1.1\r\nA:" + b" " * 32_000 + b"\0"]
)
def test_a_head_that_expressions_of_waitress_take_minutes_for_is_refused_at_once(serve, head):
    served = serve()
    assert refused(served.ended(served.connect(head + b"\r\n\r\n"))) == (400, UNREADABLE)


def test_an_address_of_many_digits_is_read(serve):
    served = serve()
    client = served.connect(b"GET a://" + b"1" * 20_000 + b"/ HTTP/1.1\r\nHost: x\r\n\r\n")
    assert served.answered(client).startswith(b"HTTP/1.1 200 OK")


def test_requests_that_do_not_wait_for_an_answer_are_few(serve):
    served = serve()
    request = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    assert served.answered(served.connect(request * 3)).count(b"200 OK") >= 1
    client = served.connect()
    with contextlib.suppress(OSError):
        client.sendall(request * 300)
    with contextlib.suppress(ConnectionResetError):
        served.ended(client)
    assert len(served.calls) < 50


def test_time_in_which_the_server_was_busy_is_not_the_fault_of_who_sends(serve):
    served = serve(head_seconds=1000)
    client = served.connect(b"GET / HTTP/1.1\r\n")
    (channel,) = served.server.active_channels.values()
    channel.forgive(500)
    served.pass_time(1200)
    assert served.received(client) == b""
    served.pass_time(1510)
    assert refused(served.ended(client)) == (408, TOO_SLOW)


def test_a_number_too_long_to_be_read_is_no_fault_of_the_server(serve):
    client = serve().connect(b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n")
    assert client is not None


def test_sign_ins_that_wait_do_not_stand_before_other_requests(serve):
    served, end, begun = serve(threads=2), threading.Event(), threading.Semaphore(0)

    def application(environ, start_response):
        if environ["REQUEST_METHOD"] == "POST":
            begun.release()
            assert end.wait(120)
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    served.server.application = application
    sign_ins = [
        served.connect(b"POST /%6Cogin/?next=/ HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n" * 2)
        for _each in range(3)
    ]
    assert begun.acquire(timeout=120)
    page = served.connect(b"GET /login/ HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b" 200 " in served.answered(page, b"ok")
    assert not begun.acquire(blocking=False)
    end.set()
    for each in sign_ins:
        served._read(each, lambda found: found.count(b" 200 ") == 2)


def test_the_port_of_another_program_is_named():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(
            CommandError, match=f"Không mở được địa chỉ 127.0.0.1, cổng {port}: Address already in use"
        ):
            call_command("serve", port=port)


def test_connections_from_one_address_are_counted_but_not_those_of_this_machine(serve, monkeypatch):
    served = serve(connections_per_address=2)
    local = [served.connect() for _each in range(3)]
    assert [served.received(each) for each in local] == [b""] * 3
    monkeypatch.setattr(web, "client_network", lambda address: address)
    assert served.ended(served.connect()) == b""
    local[0].close()
    served.turn()
    assert served.ended(served.connect()) == b""
    local[1].close()
    served.turn()
    assert served.received(served.connect()) == b""


def test_only_the_trusted_proxy_says_who_asks_and_how(serve, settings, monkeypatch):
    asked = []

    def application(_served, environ, start_response):
        names = sorted(each for each in environ if "FORWARDED" in each)
        asked.append((environ["REMOTE_ADDR"], environ["wsgi.url_scheme"], environ["HTTP_HOST"], names))
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    monkeypatch.setattr(Served, "application", application)
    forged = (
        b"GET / HTTP/1.1\r\nHost: khcn\r\nX-Forwarded-For: 198.51.100.7, 203.0.113.9\r\n"
        b"X-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\nForwarded: for=192.0.2.1\r\n\r\n"
    )
    for proxy in (None, "192.0.2.77", "127.0.0.1"):
        settings.TRUSTED_PROXY = proxy
        served = serve()
        assert served.answered(served.connect(forged), b"ok")
    from_client = ("127.0.0.1", "http", "khcn", [])
    from_proxy = ("203.0.113.9", "https", "khcn", ["HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO"])
    assert asked == [from_client, from_client, from_proxy]


def test_connections_of_the_trusted_proxy_are_not_counted(serve, settings, monkeypatch):
    served = serve(connections_per_address=1)
    monkeypatch.setattr(web, "client_network", lambda address: address)  # as if it were on another machine
    settings.TRUSTED_PROXY = "127.0.0.1"
    assert [served.received(served.connect()) for _each in range(3)] == [b""] * 3


def test_whose_connections_are_counted_together():
    known = [
        "127.0.0.1",
        "127.9.9.9",
        "::1",
        "10.0.0.1",
        "2001:db8:1:2:3:4:5:6",
        "fe80::1%eth0",
        "::ffff:10.0.0.1",
        "unknown",
        "x" * 1000,
    ]
    assert [web.client_network(each) for each in known] == [
        None,
        None,
        None,
        "10.0.0.1",
        "2001:db8:1:2::/64",
        "fe80::/64",
        "10.0.0.1",
        "unknown",
        "x" * 32,
    ]


def test_numbers_of_the_environment(monkeypatch):
    monkeypatch.setenv("KHCN_SERVE_HEAD_SECONDS", "1.5")
    monkeypatch.setenv("KHCN_SERVE_THREADS", "2")
    monkeypatch.setenv("KHCN_SIGN_IN_WINDOW_MINUTES", "30")
    assert ServerLimits.from_environment() == ServerLimits(head_seconds=1.5, threads=2)
    assert SignInLimits.from_environment() == SignInLimits(window_minutes=30)
    monkeypatch.setenv("KHCN_SERVE_THREADS", "two")
    with pytest.raises(ImproperlyConfigured, match="KHCN_SERVE_THREADS must be a number, not 'two'"):
        ServerLimits.from_environment()
