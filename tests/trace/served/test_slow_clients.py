"""Clients that send or read slowly, or far too much, cost the service a connection each: pages go on being answered, and each is
cut off at its deadline. And what browsers and proxies expect of a web server.
"""

import contextlib
import gzip
import http.client
import json
import select
import socket
import time
from itertools import count
from pathlib import Path

import pytest

from tests.trace.rest_given import document, event
from tests.trace.served.conftest import service_on

pytestmark = pytest.mark.xdist_group("slow-clients")  # one service for all
HEAD, TRANSFER = 4.0, 5.0  # seconds
TRIES = 10  # on a machine that does much else a page may take longer than a client is waited for
STYLE = "/static/vendor/tabler/css/tabler.min.css"
TOO_SLOW = "Yêu cầu gửi lên quá chậm nên máy chủ đã ngừng nhận."


@pytest.fixture(scope="module")
def slow(tmp_path_factory, put_migrated_database):
    """A service that waits for seconds where others wait for a minute."""
    numbers = {"KHCN_SERVE_HEAD_SECONDS": str(HEAD), "KHCN_SERVE_TRANSFER_SECONDS": str(TRANSFER)}
    with service_on("sqlite", tmp_path_factory.mktemp("slow"), put_migrated_database, **numbers) as found:
        yield found


@contextlib.contextmanager
def sockets(program, number, sent):
    with contextlib.ExitStack() as stack:
        made = []
        for _each in range(number):
            client = stack.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.settimeout(120)
            client.connect(("127.0.0.1", program.port))
            client.sendall(sent)
            made.append(client)
        yield made


def ask(program, method, path, body=None, **headers):
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", program.port, timeout=120)) as connection:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


def pages_are_answered(program, still_wait=lambda: True):
    """Whether they came while the clients still waited: with every thread at a client they would come after these have been cut off."""
    for path in ("/login/", "/readyz", STYLE):
        assert ask(program, "GET", path)[0] == 200
    came_first = still_wait()
    for path in ("/login/", "/readyz", STYLE) * 2:
        assert ask(program, "GET", path)[0] == 200
    return came_first


def wait_for_word(clients):
    """Whether none of them has been sent anything yet."""
    return not select.select(clients, [], [], 0)[0]


def last_answer(client):
    """Everything until the server ends the connection."""
    found = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := client.recv(1 << 20):
            found += piece
    return found


def refusal(answer):
    """Status and sentence: programs of the interfaces have it in a problem document."""
    head, _blank, body = answer.decode().partition("\r\n\r\n")
    text = json.loads(body)["detail"] if body.startswith("{") else body
    return int(head.split()[1]), text.split(" Chưa ")[0]


@pytest.mark.parametrize(
    ("number", "sent"),
    [
        (12, b"POST /epcis/capture HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\n{"),
        (48, b"GET /login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"),
    ],
)
def test_requests_that_do_not_go_on(slow, number, sent):
    _service, program = slow
    for _each in range(TRIES):
        with sockets(program, number, sent) as clients:
            came_first = pages_are_answered(program, lambda waiting=clients: wait_for_word(waiting))
            assert {refusal(last_answer(each)) for each in clients} == {(408, TOO_SLOW)}
        if came_first:
            break
    assert came_first


def test_a_head_that_comes_letter_by_letter(slow):
    _service, program = slow
    started = time.monotonic()
    with sockets(program, 1, b"GET /login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: ") as [client]:
        client.settimeout(0.1)
        for _each in count():  # without an end, were it not cut off
            client.sendall(b"x")
            with contextlib.suppress(TimeoutError):
                begun = client.recv(4096)
                client.settimeout(120)
                assert refusal(begun + last_answer(client)) == (408, TOO_SLOW)
                break
        assert time.monotonic() - started >= HEAD


@pytest.fixture(scope="module")
def long_answer(slow):
    """The address of an answer that fits into no buffer of the system."""
    _service, program = slow
    for number in range(801, 808):
        one = event(number) | {"vidu:note": "x" * 900_000}
        job = program.ended(program.capture(json.dumps(document(one)).encode()))
        assert job["success"], job
    return "/epcis/events?perPage=10"


def connections(service):
    """How many sockets the web processes have open."""
    links = [link for pid in service.web_workers() for link in Path(f"/proc/{pid}/fd").iterdir()]
    found = 0
    for each in links:
        with contextlib.suppress(FileNotFoundError):
            found += str(each.readlink()).startswith("socket:")
    return found


def test_answers_that_are_not_read(slow, long_answer):
    service, program = slow
    key = f"Host: 127.0.0.1\r\nAuthorization: Bearer {program.key}\r\n"
    before = connections(service)
    for _each in range(TRIES):
        with sockets(program, 24, f"GET {long_answer} HTTP/1.1\r\n{key}\r\n".encode()) as clients:
            came_first = pages_are_answered(program, lambda: connections(service) > before)
            until = (
                time.monotonic() + 120 + 24 * TRANSFER
            )  # each has its own time from when its answer begins
            while connections(service) > before:
                assert time.monotonic() < until
                time.sleep(0.1)
            for each in clients:
                assert each.recv(4096).startswith(b"HTTP/1.1 200 OK")
        if came_first:
            break
    assert came_first


def spooled(service):
    """Files without a name that the web processes hold: what they have of bodies."""
    links = [link for pid in service.web_workers() for link in Path(f"/proc/{pid}/fd").iterdir()]
    found = []
    for each in links:
        with contextlib.suppress(FileNotFoundError):
            target = str(each.readlink())
            found += [target] if target.endswith(" (deleted)") else []
    return found


def test_a_stranger_s_300_megabytes_are_refused_at_once(slow):
    service, program = slow
    head = f"POST /import/upload/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {300 << 20}\r\n\r\n"
    with sockets(program, 12, head.encode()) as clients:
        for each in clients:
            status, text = refusal(last_answer(each))
            assert (status, text) == (413, "Nội dung gửi lên quá lớn.")
            each.sendall(b"x" * 100_000)
        assert spooled(service) == []
        pages_are_answered(program)


MADE_UP = {
    "session": (
        b"POST /import/upload/ HTTP/1.1\r\nCookie: sessionid=" + b"a" * 32,
        413,
        "Phiên đăng nhập đã kết thúc",
    ),
    "odd session": (
        b"POST /import/upload/ HTTP/1.1\r\nCookie: sessionid=x",
        413,
        "Phiên đăng nhập đã kết thúc",
    ),
    "key": (
        b"POST /epcis/capture HTTP/1.1\r\nAuthorization: Bearer khcn_" + b"x" * 43,
        401,
        "Khóa truy cập không đúng",
    ),
    "session for a program": (
        b"POST /epcis/capture HTTP/1.1\r\nCookie: sessionid=x",
        413,
        "Nội dung gửi lên quá lớn",
    ),
}


@pytest.mark.parametrize("name", MADE_UP)
def test_nothing_is_stored_of_a_large_body_with_a_made_up_session_or_key(slow, name):
    service, program = slow
    begun, status, text = MADE_UP[name]
    head = begun + b"\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % (20 << 20)
    with sockets(program, 12, head + b"x" * 10_000) as clients:
        pages_are_answered(program)
        answers = [refusal(last_answer(each)) for each in clients]
    assert {found for found, _text in answers} == {status}
    assert all(found.startswith(text) for _status, found in answers), answers
    assert spooled(service) == []


def test_a_large_body_with_a_key_that_no_process_has_seen_is_taken(slow):
    """The first thing that a program sends is a large document."""
    service, program = slow
    other = service.ask("another_key")["key"]
    events = [event(number) | {"vidu:note": "x" * 900_000} for number in range(871, 874)]
    status, _headers, found = ask(
        program,
        "POST",
        "/epcis/capture",
        json.dumps(document(*events)).encode(),
        Authorization=f"Bearer {other}",
        **{"Content-Type": "application/json"},
    )
    assert status == 202, found


# ------------------------------------------------------------------------------------ what clients expect


def test_one_connection_serves_many_requests(slow):
    _service, program = slow
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", program.port, timeout=120)) as connection:
        connection.connect()
        same = connection.sock
        for method, path, status in (
            ("GET", "/login/", 200),
            ("HEAD", "/login/", 200),
            ("HEAD", STYLE, 200),
            ("GET", "/import/", 302),
            ("GET", STYLE, 200),
        ):
            connection.request(method, path)
            answer = connection.getresponse()
            content = answer.read()
            assert (answer.status, bool(content)) == (status, method == "GET" and status == 200), path
            assert connection.sock is same


def test_head_says_what_get_would_send(slow):
    _service, program = slow
    for path in ("/login/", STYLE, "/healthz"):
        status, headers, content = ask(program, "HEAD", path)
        assert (status, content) == (200, b"")
        whole = ask(program, "GET", path)
        assert int(headers["Content-Length"]) == len(whole[2])
        assert "Server" not in whole[1]


def test_a_file_in_part_unchanged_and_packed(slow):
    _service, program = slow
    _status, headers, whole = ask(program, "GET", STYLE)
    status, part_headers, part = ask(program, "GET", STYLE, Range="bytes=100-199")
    assert (status, part) == (206, whole[100:200])
    assert part_headers["Content-Range"] == f"bytes 100-199/{len(whole)}"
    for condition in ({"If-None-Match": headers["ETag"]}, {"If-Modified-Since": headers["Last-Modified"]}):
        assert ask(program, "GET", STYLE, **condition)[::2] == (304, b"")
    status, packed_headers, packed = ask(program, "GET", STYLE, **{"Accept-Encoding": "gzip"})
    assert (status, packed_headers["Content-Encoding"]) == (200, "gzip")
    assert gzip.decompress(packed) == whole
