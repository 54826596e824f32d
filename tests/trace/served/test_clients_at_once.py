"""Sixteen programs send one document in the same moment, to two worker processes: its events are stored once."""

import json
import threading
from datetime import datetime
from urllib.parse import quote

from bench.trace import events
from bench.trace.spellings import Links

CLIENTS, EVENTS = 16, events.BLOCK  # a whole story: an event of each kind
TRADE = events.Trade(seed=16, start=datetime.fromisoformat("2026-03-01T08:00:00+07:00"))


def all_at_once(program, document):
    """Each client's job, once it has ended."""
    gate, jobs, faults = threading.Barrier(CLIENTS), [], []

    def send():
        try:
            gate.wait()
            jobs.append(program.ended(program.capture(document)))
        except BaseException as fault:  # noqa: BLE001 -- told below
            faults.append(fault)

    threads = [threading.Thread(target=send) for _each in range(CLIENTS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert faults == []
    return jobs


def test_sixteen_senders_of_one_document_leave_its_events_once(served):
    service, program = served
    stored = 0
    for number, trade in enumerate((TRADE, events.Trade(seed=17, start=TRADE.start, named=False))):
        document = events.document(list(trade.events(0, EVENTS)), trade.start)
        jobs = all_at_once(program, document)
        assert [job["success"] for job in jobs] == [True] * CLIENTS, jobs
        assert [job["errors"] for job in jobs] == [[]] * CLIENTS
        stored += EVENTS
        found = service.ask("judge")
        mine = [found["jobs"][job["captureID"]] for job in jobs]
        assert sum(job["accepted"] for job in mine) == EVENTS, number
        assert sum(job["duplicates"] for job in mine) == (CLIENTS - 1) * EVENTS
        assert {job["accepted"] + job["duplicates"] for job in mine} == {EVENTS}
        assert found["stray"] == {"Identity": 0, "EventObject": 0, "LineageEdgeEnd": 0}
        assert found["bare"] == {"Identity": 0, "EventObject": 0}
        assert set(found["events"].values()) == {1}
        item = Links().item(*_first_item(trade))
        assert len(program.events_of(quote(item, safe=""))) == len(
            [each for each in trade.events(0, EVENTS) if item in json.dumps(each)]
        )


def _first_item(trade):
    """Product and serial of the first item that the document names."""
    name = trade.event(0)["epcList"][0]
    product = int(name.split("/01/")[1][8:13])
    return product, name.rpartition("/")[2]
