"""The attacks that once stopped the program, by name, against one running service with nothing before it: pages go on being answered.

Those of connections (idle, slow, much too large) are in test_slow_clients.py. These send what takes work: it is refused or done in
proportion to its size (`bench/growth` counts it), and while it is done each page that is asked for comes: within two seconds on a machine that
does nothing else (``KHCN_PAGE_SECONDS=2``), in the suite before it has waited as long as the attacks once held it.
"""

import http.client
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote_plus

import pytest

from bench.growth.documents import JSON_DOCUMENTS, XML_DOCUMENTS
from tests.trace.served.conftest import service_on

PAGE_WITHIN = float(os.environ.get("KHCN_PAGE_SECONDS", "60"))  # for each page
AT_ONCE, TIMES = 6, 6  # requests of an attack
PATIENCE = 300  # seconds for one request of an attack
STYLE = "/static/vendor/tabler/css/tabler.min.css"
WORDS = " ".join(f"w{number}" for number in range(8_000))


def asked(port, method, path, body=None, **headers):
    """Status of an answer that was read to its end."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
    finally:
        connection.close()
    return answer.status


@pytest.fixture(scope="module")
def besieged(tmp_path_factory, put_migrated_database):
    """The service, its port, headers of a program and of somebody who is signed in."""
    with service_on("sqlite", tmp_path_factory.mktemp("attacks"), put_migrated_database) as (
        service,
        program,
    ):
        cookie = service.ask("session")["cookie"]
        yield program.port, program.headers, {"Cookie": cookie}


class Pages:
    """What people open, one after the other, for as long as the attack lasts."""

    def __init__(self, port, staff):
        self.port, self.took, self.ended = port, [], threading.Event()
        self.asked = [
            ("/", staff), ("/science/tasks/", staff), ("/science/tasks/?q=rau", staff), ("/search/?q=rau", staff),
            ("/login/", {}), (STYLE, {}), ("/readyz", {}), ("/01/09521234220312/21/1", {}),
        ]  # fmt: skip

    def run(self):
        while not self.ended.is_set():
            for path, headers in self.asked:
                started = time.monotonic()
                status = asked(self.port, "GET", path, **headers)
                self.took.append((time.monotonic() - started, path, status))

    def __enter__(self):
        for path, headers in self.asked:  # each process makes its templates and plans the first time
            for _each in range(4):
                asked(self.port, "GET", path, **headers)
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        return self

    def __exit__(self, *_fault):
        self.ended.set()
        self.thread.join()


def capture(body, sort):
    return lambda program, _staff: ("POST", "/epcis/capture", body, {**program, "Content-Type": sort})


def lookup(path, words):
    return lambda _program, staff: ("GET", f"{path}?q={quote_plus(words)}", None, staff)


JSON, XML = "application/json", "application/xml"
# Name to a function of the headers of a program and of staff, and how it may be answered. Sizes are of the attacks as they were.
ATTACKS = {
    "q= of 8,000 words in a list": (lambda: lookup("/science/tasks/", WORDS), {431}),
    "q= of as many words as an address takes": (lambda: lookup("/science/tasks/", WORDS[:28_000]), {200}),
    "the same, searched everywhere": (lambda: lookup("/search/", WORDS[:28_000]), {200}),
    "unequal items, 111 kB of JSON": (
        lambda: capture(JSON_DOCUMENTS["vật trong danh sách không trùng"](1_260), JSON),
        {202},
    ),
    "unequal items, 380 kB of XML": (lambda: capture(XML_DOCUMENTS["giao dịch"](4_700), XML), {202}),
    "100,000 namespaces": (lambda: capture(XML_DOCUMENTS["không gian tên ở gốc, đều dùng"](100_000), XML), {202, 400}),
    "events with what the attacks left, as XML": (
        lambda: lambda program, _staff: ("GET", "/epcis/events?perPage=100", None, {**program, "Accept": XML}),
        {200},
    ),
    "a large @context with many events": (
        lambda: capture(JSON_DOCUMENTS["nhiều tiền tố và nhiều sự kiện"](880), JSON),
        {202},
    ),
    "events with what the attacks left": (
        lambda: lambda program, _staff: ("GET", "/epcis/events?perPage=100", None, program),
        {200},
    ),
}  # fmt: skip


def test_each_page_is_answered_whatever_is_sent_meanwhile(besieged):
    port, program, staff = besieged
    slow, wrong, sizes = {}, {}, {}
    for name, (prepare, allowed) in ATTACKS.items():
        method, path, body, headers = prepare()(program, staff)
        sizes[name] = len(body or path)
        with Pages(port, staff) as pages, ThreadPoolExecutor(AT_ONCE) as senders:
            sent = [senders.submit(asked, port, method, path, body, **headers) for _each in range(TIMES)]
            statuses = {each.result() for each in sent}
        assert len(pages.took) >= len(pages.asked), name
        if statuses - allowed:
            wrong[name] = statuses
        if late := [each for each in pages.took if each[0] > PAGE_WITHIN or each[2] not in {200, 404}]:
            slow[name] = late
    assert (slow, wrong) == ({}, {})
    assert sizes["unequal items, 111 kB of JSON"] >= 111_000
    assert sizes["unequal items, 380 kB of XML"] >= 380_000
    assert sizes["a large @context with many events"] >= 276_000
