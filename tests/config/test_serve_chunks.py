"""Bodies in small chunks, each of which costs the loop over all connections a copy of what came with it."""

from khcn.config.serving.connections import ReceivedRequest
from tests.config.turned_server import UNREADABLE, refused


def test_a_body_in_small_chunks_is_taken_in_pieces_and_arrives_whole(serve):
    served = serve()
    parser = ReceivedRequest(served.server.adj)
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    sent = b"18\r\n" + b"x" * 24 + b"\r\n"
    assert parser.received(head + sent * 3000) == len(head)
    assert 0 < parser.received(sent * 3000) <= 2048
    client = served.connect(head + sent * 3000 + b"0\r\n\r\n" + head + b"2\r\nab\r\n0\r\n\r\n")
    served._read(client, lambda found: found.count(b" 200 ") == 2)
    assert served.calls == [("/", b"x" * 24 * 3000), ("/", b"ab")]
    assert refused(served.ended(served.connect(head + sent * 20_000))) == (400, UNREADABLE)
