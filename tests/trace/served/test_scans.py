"""Look-ups that several processes count behind a proxy: each writes by itself, and together they notice a copied label."""

import contextlib
import http.client
import json
import time

import pytest

from tests.trace.rest_given import document, event, sgtin
from tests.trace.served.conftest import ENGINES, service_on

SERIAL = "/01/09521234220312/21/sao-chep"
WARNING = "Có thể là nhãn sao chép"
PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 10; K) Mobile Safari/537.36", "Accept": "text/html"}


@pytest.fixture(params=ENGINES)
def behind_proxy(request, tmp_path, put_migrated_database):
    with service_on(request.param, tmp_path, put_migrated_database, KHCN_TRUSTED_PROXY="127.0.0.1") as found:
        yield found


def look_up(port, forwarded):
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as connection:
        connection.request("GET", SERIAL, headers={**PHONE, "X-Forwarded-For": forwarded})
        answer = connection.getresponse()
        assert answer.status == 200
        return answer.read().decode()


def wait_for(found):
    until = time.monotonic() + 120
    while not found():
        assert time.monotonic() < until
        time.sleep(0.2)


def test_one_source_is_one_place_and_five_are_a_copy(behind_proxy):
    service, program = behind_proxy
    made = document(event(801, epcList=[sgtin("sao-chep")], action="ADD", bizStep="commissioning"))
    assert program.ended(program.capture(json.dumps(made).encode()))["success"]
    # The proxy appends the address that it sees; addresses before it may be forged.
    for number in range(40):
        look_up(service.port, f"198.51.{number}.1, 203.0.113.{number}")
    wait_for(lambda: service.ask("scans")["networks"] == 1)
    assert WARNING not in look_up(service.port, "203.0.113.7")
    for number in range(4):
        look_up(service.port, f"198.51.{number}.1")
    wait_for(lambda: WARNING in look_up(service.port, "203.0.113.7"))
    assert service.ask("scans") == {"networks": 5, "copied": [SERIAL]}
