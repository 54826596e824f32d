"""Where a request ends: what could be read in two ways ends the connection, so that nothing is smuggled behind it."""

import pytest

SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
CHUNKED = b"0\r\n\r\n" + SMUGGLED


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        (b"Content-Length: 5\r\nTransfer-Encoding: chunked", CHUNKED),
        (b"Content-Length: %d\r\nTransfer-Encoding: chunked" % len(CHUNKED), CHUNKED),
        (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", CHUNKED),
        (b"Transfer-Encoding: chunked, identity", CHUNKED),
        (b"Transfer-Encoding: xchunked", CHUNKED),
        (b"Transfer-Encoding : chunked", CHUNKED),
        (b"Transfer-Encoding:\x0bchunked", CHUNKED),
        (b"Content-Length: 0\r\nContent-Length: %d" % len(SMUGGLED), SMUGGLED),
        (b"Content-Length: 0, %d" % len(SMUGGLED), SMUGGLED),
        (b"Content-Length: +0", SMUGGLED),
        (b"Content-Length: 0x0", SMUGGLED),
        (b"Content-Length : 0", SMUGGLED),
        (b"X: a\nTransfer-Encoding: chunked", CHUNKED),
    ],
)
def test_a_request_whose_end_can_be_read_in_two_ways_is_refused_or_ends_the_connection(serve, fields, body):
    served = serve()
    answer = served.ended(served.connect(b"POST / HTTP/1.1\r\nHost: x\r\n" + fields + b"\r\n\r\n" + body))
    assert b"Connection: close" in answer
    assert answer.count(b"HTTP/1.") == 1
    assert "/smuggled" not in [path for path, _body in served.calls]
