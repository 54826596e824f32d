"""Where answers may be sent, and how one attempt goes: pinned address, no redirects, limits of time and size."""

import _socket
import contextlib
import socket
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from khcn.epcis import QueryError
from khcn.trace.operations import destinations, webhook_client
from khcn.trace.operations.destinations import (
    UnsafeDestinationError,
    check_destination,
    find_address,
    is_public_address,
    parse_destination,
)
from khcn.trace.operations.webhook_client import post
from tests.trace.subscription_receiver import receiving

PUBLIC = ["8.8.8.8", "1.1.1.1", "203.113.131.1", "2606:4700:4700::1111"]
PRIVATE = [
    *(
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.254",
        "192.168.1.1",
    ),
    *("169.254.169.254", "100.64.0.1", "192.0.0.8", "192.0.2.7", "198.18.0.1", "198.51.100.7", "203.0.113.7"),
    *("224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.88.99.1"),
    *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "fec0::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::7f00:1"),
    *("64:ff9b::7f00:1", "64:ff9b::8.8.8.8", "2002:7f00:1::", "2001:0:7f00:1::"),
]


@pytest.fixture
def no_own_address(monkeypatch):
    """Public addresses are judged by their network alone, whatever machine the test runs on."""
    monkeypatch.setattr(destinations, "_is_own_address", lambda address: False)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_machine_of_the_internet_may_be_reached(no_own_address, address):
    assert is_public_address(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_this_machine_and_its_neighbours_may_not(no_own_address, address):
    assert not is_public_address(address)


def test_an_address_is_own_address_when_it_can_be_bound_to():
    assert destinations._is_own_address("127.0.0.1")
    assert not destinations._is_own_address("8.8.8.8")


def test_a_public_address_of_this_machine_may_not_be_reached(monkeypatch):
    monkeypatch.setattr(destinations, "_is_own_address", lambda address: address == "8.8.8.8")
    assert [is_public_address(each) for each in ("8.8.8.8", "8.8.4.4")] == [False, True]


def look_up_numbers(host, port, *_arguments, **_options):
    """The C library on texts that are addresses in any spelling; asks no name server."""
    host = "127.0.0.1" if host.rstrip(".") == "localhost" else host
    return _socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM, 0, socket.AI_NUMERICHOST)


def names(monkeypatch, table):
    def look_up(host, port, *_arguments, **_options):
        if host not in table:
            return look_up_numbers(host, port)
        found = table[host]
        if isinstance(found, Exception):
            raise found
        return [
            (socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port))
            for each in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.mark.parametrize(
    "addresses",
    [["10.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::ffff:127.0.0.1"], [], socket.gaierror(-2, "unknown")],
)
def test_one_private_address_among_a_name_s_addresses_is_enough_to_refuse(
    monkeypatch, no_own_address, addresses
):
    names(monkeypatch, {"partner.example.vn": addresses})
    with pytest.raises(UnsafeDestinationError):
        find_address(parse_destination("https://partner.example.vn/hook"))
    with pytest.raises(QueryError) as refused:
        check_destination("https://partner.example.vn/hook")
    assert (refused.value.kind, refused.value.parameter) == ("SubscriptionControlsException", "dest")


def test_a_name_of_the_internet_is_taken(monkeypatch, no_own_address):
    names(monkeypatch, {"partner.example.vn": ["8.8.8.8", "2606:4700:4700::1111"]})
    check_destination("https://partner.example.vn/hook?a=1")
    assert find_address(parse_destination("https://partner.example.vn/hook")) == ("8.8.8.8", 443)


# `localhost` and every way of writing 127.0.0.1 that the C library takes
@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://localhost.:8000/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://0/",
        "http://169.254.169.254/latest/meta-data",
    ],
)
def test_no_spelling_of_this_machine_gets_through(monkeypatch, url):
    monkeypatch.setattr(socket, "getaddrinfo", look_up_numbers)
    with pytest.raises(QueryError):
        check_destination(url)


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        7,
        "partner.example.vn/hook",
        "//partner.example.vn/hook",
        "ftp://partner.example.vn/",
        "file:///etc/passwd",
        "gopher://partner.example.vn/",
        "javascript:alert(1)",
        "https://",
        "https:///hook",
        "https://user:secret@partner.example.vn/",
        "https://user@partner.example.vn/",
        "https://@partner.example.vn/",
        "https://partner.example.vn:0/",
        "http://partner.example.vn:25/",
        "https://partner.example.vn:6667/hook",
        "https://partner.example.vn:99999/",
        "https://partner.example.vn:port/",
        "https://partner.example.vn/#part",
        "https://partner.example.vn/a b",
        "https://partner.example.vn/\r\nX-Evil: 1",
        "https://partner.example.vn\\@127.0.0.1/",
        "https://đối-tác.example.vn/",
        "https://[::1/",
        "https://partner.example.vn/" + "a" * 2000,
    ],
)
def test_what_is_no_address_of_a_webhook(url):
    with pytest.raises(QueryError) as refused:
        parse_destination(url)
    assert (refused.value.kind, refused.value.parameter) == ("SubscriptionControlsException", "dest")


def test_a_name_that_has_come_to_mean_this_machine_gets_nothing(monkeypatch, no_own_address):
    with receiving() as receiver:
        names(monkeypatch, {"partner.example.vn": ["8.8.8.8"]})
        url = f"http://partner.example.vn:{receiver.port}/hook"
        check_destination(url)
        names(monkeypatch, {"partner.example.vn": ["127.0.0.1"]})
        result = post(url, b"{}", {})
        assert receiver.received == []
    assert (result.status, result.is_accepted) == (None, False)


# ------------------------------------------------------------------------------------------- attempts


@pytest.fixture
def private(settings):
    settings.WEBHOOK_PRIVATE = True


def test_what_was_checked_is_what_is_connected_to(monkeypatch, private):
    with receiving() as receiver:
        names(monkeypatch, {"partner.example.vn": ["127.0.0.1"]})
        result = post(f"http://partner.example.vn:{receiver.port}/hook?a=1", b"{}", {"GS1-Signature": "ab"})
    (got,) = receiver.received
    assert result.is_accepted
    assert (got.path, got.body) == ("/hook?a=1", b"{}")
    assert got.headers["Host"] == f"partner.example.vn:{receiver.port}"
    assert got.headers["GS1-Signature"] == "ab"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(private, status):
    with receiving({"/hook": lambda got: (status, {"Location": "/elsewhere"})}) as receiver:
        result = post(receiver.url("/hook"), b"{}", {})
    assert [each.path for each in receiver.received] == ["/hook"]
    assert (result.status, result.is_accepted, result.problem) == (status, False, f"HTTP {status}")


@pytest.mark.parametrize(
    ("status", "taken"), [(200, True), (202, True), (204, True), (400, False), (500, False)]
)
def test_only_2xx_is_taken(private, status, taken):
    with receiving({"/": status}) as receiver:
        assert post(receiver.url(), b"{}", {}).is_accepted is taken


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Retry-After": "120"}, timedelta(seconds=120)),
        ({"Retry-After": "99999999999999"}, timedelta(days=1)),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
def test_retry_after(private, headers, expected):
    with receiving({"/": lambda got: (503, headers)}) as receiver:
        assert post(receiver.url(), b"{}", {}).retry_after == expected


def raw_receiver(answer):
    """A receiver that speaks as it likes: `answer` is called with the connection once the head has come."""
    listener = socket.create_server(("127.0.0.1", 0))

    def run():
        with listener:
            connection, _address = listener.accept()
            with connection, contextlib.suppress(OSError):
                connection.recv(65536)
                answer(connection)
                # what is sent meanwhile is taken: a connection closed before that is reset, and its answer may be lost
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):
                    pass

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}/", thread


def test_retry_after_as_a_date_is_locked_against_the_receiver_s_clock(private):
    url, thread = raw_receiver(
        lambda connection: connection.sendall(
            b"HTTP/1.1 503 Busy\r\nDate: Fri, 09 Oct 2026 01:00:00 GMT\r\n"
            b"Retry-After: Fri, 09 Oct 2026 01:10:00 GMT\r\nContent-Length: 0\r\n\r\n"
        )
    )
    assert post(url, b"{}", {}).retry_after == timedelta(minutes=10)
    thread.join(120)


def dribble(connection):
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.05)


def silence(connection):
    while connection.recv(65536):
        pass


MEGABYTE = 1024 * 1024


@pytest.mark.parametrize("answer", [dribble, silence])
def test_a_receiver_that_never_ends_is_cut_off(private, monkeypatch, answer):
    monkeypatch.setattr(webhook_client, "RESPONSE_TIMEOUT", 0.5)
    url, thread = raw_receiver(answer)
    result = post(url, b"{}", {})
    assert (result.status, result.problem) == (None, "the receiver did not answer in time")
    thread.join(120)


def test_of_a_long_answer_only_a_little_is_read(private):
    taken = []

    def flood(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while len(taken) < 2000:
            connection.sendall(b"a" * 65536)
            taken.append(65536)

    url, thread = raw_receiver(flood)
    assert post(url, b"{}", {}).is_accepted
    thread.join(120)
    assert sum(taken) < 32 * MEGABYTE  # buffers of the system among it


@pytest.mark.parametrize(
    "answer", [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 999999 x\r\n\r\n", b"\x00" * 100, b"HTTP/1.1 200"]
)
def test_what_is_no_http_is_a_failure_and_no_crash(private, answer):
    url, thread = raw_receiver(lambda connection: connection.sendall(answer))
    result = post(url, b"{}", {})
    assert not result.is_accepted or answer == b"HTTP/1.1 200"
    thread.join(120)


def test_nobody_there(private):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    result = post(f"http://127.0.0.1:{port}/", b"{}", {})
    assert result.status is None
    assert "Refused" in result.problem


def test_a_receiver_that_speaks_no_tls_gets_nothing(private):
    url, thread = raw_receiver(lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n"))
    result = post(url.replace("http:", "https:"), b"secret", {})
    assert result.status is None
    assert result.problem.startswith("TLS: ")
    thread.join(120)


# ------------------------------------------------------------------------------------------- TLS


@pytest.fixture
def secure_receiver():
    """A receiver at partner.example.vn with the certificate beside this file."""
    certificate = Path(__file__).with_name("subscription_receiver.pem")
    with receiving() as receiver:
        yield receiver, certificate


def tls(monkeypatch, receiver, certificate, *, host, trusted):
    names(monkeypatch, {host: ["127.0.0.1"]})
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    receiver.secure(certificate)
    return post(f"https://{host}:{receiver.port}/hook", b"secret", {})


def test_a_trusted_receiver(monkeypatch, private, secure_receiver):
    result = tls(monkeypatch, *secure_receiver, host="partner.example.vn", trusted=True)
    assert result.is_accepted, result
    assert [each.body for each in secure_receiver[0].received] == [b"secret"]


@pytest.mark.parametrize(("host", "trusted"), [("partner.example.vn", False), ("another.example.vn", True)])
def test_a_receiver_that_cannot_prove_its_name_gets_nothing(
    monkeypatch, private, secure_receiver, host, trusted
):
    result = tls(monkeypatch, *secure_receiver, host=host, trusted=trusted)
    assert (result.status, result.problem) == (None, "TLS: CERTIFICATE_VERIFY_FAILED")
    assert secure_receiver[0].received == []
