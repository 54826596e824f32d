"""What only a real server shows: addresses as they come over the wire, bodies in chunks, refusals of large bodies."""

import http.client
import json
from urllib.parse import quote

import pytest

from tests.trace.rest_given import document, event, event_list, sgtin

MEGABYTE = 1024 * 1024
SERIAL = sgtin("a%2Fb")  # a serial with a slash, which a Digital Link writes encoded


def ask(program, method, path, body=None, **headers):
    """One request as it stands, and the answer's status, headers and content."""
    connection = http.client.HTTPConnection("127.0.0.1", program.port, timeout=120)
    try:
        chunked = not isinstance(body, bytes | None)
        connection.request(method, path, body, {**program.headers, **headers}, encode_chunked=chunked)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def problem(answer):
    status, headers, content = answer
    assert headers["Content-Type"] == "application/problem+json"
    return status, json.loads(content)["type"].removeprefix("epcisException:")


JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def chain(served):
    """Two events: one of an object with an encoded serial at a place of its own, one known by its hash."""
    _service, program = served
    body = document(
        event(
            701,
            epcList=[SERIAL],
            bizLocation={"id": "https://example.org/kho/số-1".replace("ố", "%E1%BB%91")},
        ),
        event(702, eventID=None, epcList=[sgtin("hash-702")]),
    )
    where = program.capture(json.dumps(body).encode())
    assert program.ended(where)["success"]
    return program


@pytest.mark.parametrize(
    "path",
    [
        f"/epcis/epcs/{quote(SERIAL, safe='')}/events",
        f"/epcis/epcs/{quote(SERIAL, safe=':/')}/events",
        "/epcis/epcs/https%3a%2f%2fid.gs1.org%2f01%2f09521234220312%2f21%2fa%252Fb/events",
        f"/epcis/epcs/https:/id.gs1.org/01/09521234220312/21/{quote('a%2Fb')}/events",
        f"/epcis/bizLocations/{quote('https://example.org/kho/s%E1%BB%91-1', safe='')}/events",
        f"/epcis/events?MATCH_anyEPC={quote(SERIAL, safe='')}",
        f"/epcis/events/{quote(event(701)['eventID'], safe='')}",
    ],
)
def test_identifiers_in_addresses(chain, path):
    status, _headers, content = ask(chain, "GET", path)
    assert (status, [one["eventID"] for one in event_list(json.loads(content))]) == (
        200,
        [event(701)["eventID"]],
    )


def test_the_id_that_is_a_hash_raw_and_encoded(chain):
    _status, _headers, content = ask(
        chain, "GET", f"/epcis/events?MATCH_epc={quote(sgtin('hash-702'), safe='')}"
    )
    [stored] = event_list(json.loads(content))
    assert stored["eventID"].startswith("ni:///sha-256;")
    for spelled in (stored["eventID"], quote(stored["eventID"], safe="")):
        status, _headers, content = ask(chain, "GET", f"/epcis/events/{spelled}")
        assert (status, event_list(json.loads(content))) == (200, [stored])


@pytest.mark.parametrize("value", ["l%C3%B4", "%FF%FE", "a%00b", "%25", "..%2f..", "a;b"])
def test_strange_addresses_are_not_found(chain, value):
    for rest in ("", "/events"):
        assert problem(ask(chain, "GET", f"/epcis/epcs/{value}{rest}")) == (404, "NoSuchNameException")


def test_an_address_too_long(chain):
    assert problem(ask(chain, "GET", "/epcis/events?" + "a" * 20_000)) == (414, "URITooLongException")


def test_a_body_in_chunks_is_taken(served):
    _service, program = served
    body = json.dumps(document(event(703))).encode()
    pieces = [body[start : start + 100] for start in range(0, len(body), 100)]
    status, headers, content = ask(program, "POST", "/epcis/capture", iter(pieces), **JSON)
    assert (status, content) == (202, b"")
    assert program.ended(headers["Location"])["accepted"] == 1


@pytest.mark.parametrize("size", [50 * MEGABYTE + 1, 60 * MEGABYTE])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_fifty_megabytes_is_refused_and_its_sender_hears_it(served, size, chunked):
    _service, program = served
    whole = b" " * size
    body = (whole[start : start + MEGABYTE] for start in range(0, size, MEGABYTE)) if chunked else whole
    answer = ask(program, "POST", "/epcis/capture", body, **JSON)
    assert problem(answer) == (413, "CaptureLimitExceededException")
    assert answer[1]["GS1-EPCIS-Capture-File-Size-Limit"] == str(50 * MEGABYTE)


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({"Authorization": "Bearer khcn_falsch", **JSON}, (401, "SecurityException")),
        ({"Content-Type": "application/x-www-form-urlencoded"}, (415, "UnsupportedMediaTypeException")),
        ({"Content-Type": "multipart/form-data; boundary=x"}, (415, "UnsupportedMediaTypeException")),
        ({"GS1-EPCIS-Version": "3.0", **JSON}, (406, "NotAcceptableException")),
        (JSON, (400, "ValidationException")),
    ],
)
def test_the_sender_of_a_large_refused_body_hears_why(served, headers, refused):
    _service, program = served
    assert problem(ask(program, "POST", "/epcis/capture", b"x" * (20 * MEGABYTE), **headers)) == refused


def test_an_empty_body_and_none(served):
    _service, program = served
    for body in (b"", None, iter(())):
        assert problem(ask(program, "POST", "/epcis/capture", body, **JSON)) == (400, "ValidationException")


def test_a_connection_goes_on_after_a_refusal(served):
    _service, program = served
    connection = http.client.HTTPConnection("127.0.0.1", program.port, timeout=120)
    statuses = []
    for path, body, sort in (
        ("/epcis/capture", b"x" * MEGABYTE, "text/plain"),
        ("/epcis/khong-co", b"x" * MEGABYTE, "application/json"),
        ("/epcis/capture", json.dumps(document(event(704))).encode(), "application/json"),
    ):
        connection.request("POST", path, body, {**program.headers, "Content-Type": sort})
        answer = connection.getresponse()
        answer.read()
        statuses.append(answer.status)
    connection.close()
    assert statuses == [415, 404, 202]


def test_head_and_options_have_no_body(served):
    _service, program = served
    status, headers, content = ask(program, "HEAD", "/epcis/bizSteps")
    assert (status, content, headers["GS1-EPCIS-Version"]) == (200, b"", "2.0.0")
    status, headers, content = ask(program, "OPTIONS", "/epcis/capture", Authorization="")
    assert (status, content, headers["Allow"]) == (204, b"", "OPTIONS, POST, GET")


def test_a_web_socket_is_refused_plainly(served):
    _service, program = served
    requested = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "eA==",
    }
    assert problem(ask(program, "GET", "/epcis/events", **requested)) == (501, "ImplementationException")


def test_the_log_of_the_service_holds_neither_key_nor_content(served):
    service, program = served
    ask(
        program,
        "POST",
        "/epcis/capture",
        json.dumps(document(event(705, action="MARK-9c1e"))).encode(),
        **JSON,
    )
    ask(program, "POST", "/epcis/capture", b'{"MARK-9c1e": ', **JSON)
    text = service.log()
    assert "Bad Request: /epcis/capture" in text
    assert "MARK-9c1e" not in text
    assert program.key[5:] not in text
