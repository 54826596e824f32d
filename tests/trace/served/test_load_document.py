"""One document of ten thousand events: taken at once, stored by the background worker, in a bounded memory."""

import json
import time
from datetime import datetime
from urllib.parse import quote

from bench.trace import events

EVENTS, MEGABYTES = 10_000, 200
TRADE = events.Trade(seed=18, start=datetime.fromisoformat("2026-03-03T08:00:00+07:00"))


def test_a_document_of_ten_thousand_events_runs_and_ends(served):
    service, program = served
    document = events.document(list(TRADE.events(0, EVENTS)), TRADE.start)
    service.forget_peaks()  # other tests send larger things
    started = time.monotonic()
    where = program.capture(document)
    taken = time.monotonic() - started
    status, _headers, job = program.ask("GET", where)
    assert (status, job["errors"]) == (200, [])
    job = program.ended(where)
    assert (job["success"], job["errors"]) == (True, [])
    assert taken < time.monotonic() - started
    memory = {
        "web": service.peak_megabytes(service.web_workers()),
        "background": service.peak_megabytes(service.background_workers()),
    }
    assert min(memory.values()) > 10, memory  # both were found
    assert max(memory.values()) <= MEGABYTES, memory
    item = TRADE.event(0)["epcList"][0]
    reported = [event for event in TRADE.events(0, 10) if item in json.dumps(event)]
    assert len(program.events_of(quote(item, safe=""))) == len(reported) > 1
