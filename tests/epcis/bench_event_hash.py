"""Event hash: this library against the reference generator, from the same bytes to the same identifiers.

    python tests/epcis/bench_event_hash.py PYTHON_WITH_REFERENCE [EVENTS]

PYTHON_WITH_REFERENCE is an interpreter that has PyPI's epcis-event-hash-generator (MIT; it pins old libraries, hence
not a dependency of the tests). Both sides read documents of 100 events with new identifiers, one process each, the
best of three rounds; start-up is not counted. Prints both speeds and the ratio; exits 1 if a hash differs or the ratio
is below 10.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

PER_DOCUMENT = 100
ROUNDS = 3
WANTED = 10

REFERENCE = """
import json, logging, sys, time
logging.disable(logging.CRITICAL)
from epcis_event_hash_generator import hash_generator as generator, json_to_py
documents = json.load(sys.stdin)
hashes, best = None, None
for _ in range({rounds}):
    start = time.process_time()
    hashes = [
        one
        for text in documents
        for one in generator.epcis_hashes_from_events(json_to_py.event_list_from_epcis_document_str(text))
    ]
    spent = time.process_time() - start
    best = spent if best is None else min(best, spent)
json.dump({{"seconds": best, "hashes": hashes}}, sys.stdout)
"""


def event(number):
    """An observation of five objects at one place, no two events alike."""
    return {
        "type": "ObjectEvent",
        "eventTime": f"2026-10-09T08:{number // 60 % 60:02}:{number % 60:02}.{number % 1000:03}+07:00",
        "eventTimeZoneOffset": "+07:00",
        "epcList": [f"urn:epc:id:sgtin:9521234.022031.{number * 5 + place}" for place in range(5)],
        "action": "OBSERVE",
        "bizStep": "shipping",
        "disposition": "in_transit",
        "readPoint": {"id": "urn:epc:id:sgln:9521234.02203.0"},
        "bizTransactionList": [
            {"type": "po", "bizTransaction": f"urn:epcglobal:cbv:bt:9521234022032:{number}"}
        ],
        "example:note": f"ghi chú {number}",
    }


def documents(events):
    """Documents of a hundred events each, as JSON text."""
    return [
        json.dumps(
            {
                "@context": [
                    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
                    {"example": "https://ns.example.com/epcis/"},
                ],
                "type": "EPCISDocument",
                "schemaVersion": "2.0",
                "creationDate": "2026-10-09T09:00:00+07:00",
                "epcisBody": {"eventList": [event(number) for number in range(first, first + PER_DOCUMENT)]},
            }
        )
        for first in range(0, events, PER_DOCUMENT)
    ]


def ours(texts):
    """Best CPU seconds of the rounds, and the hashes; caches are emptied before each round."""
    from khcn.epcis.codec import decode, json_text
    from khcn.epcis.event_hash import event_hash, normalised
    from khcn.epcis.ids.canonical import canonical

    best, hashes = None, []
    for _ in range(ROUNDS):
        normalised.cache_clear()
        canonical.cache_clear()
        start = time.process_time()
        hashes = [event_hash(one) for text in texts for one in decode.document(json_text.loads(text)).events]
        spent = time.process_time() - start
        best = spent if best is None else min(best, spent)
    return best, hashes


def theirs(texts, python):
    """The same by the reference, in its own interpreter."""
    answer = subprocess.run(
        [python, "-c", REFERENCE.format(rounds=ROUNDS)],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
    )
    result = json.loads(answer.stdout)
    return result["seconds"], result["hashes"]


def main():
    python = sys.argv[1]
    events = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))
    texts = documents(events)
    our_seconds, our_hashes = ours(texts)
    their_seconds, their_hashes = theirs(texts, python)
    ratio = their_seconds / our_seconds
    equal = our_hashes == their_hashes
    lines = (
        f"khcn.epcis {events / our_seconds:,.0f} events per CPU second",
        f"reference  {events / their_seconds:,.0f} events per CPU second",
        f"ratio      {ratio:.1f} (wanted {WANTED}), hashes {'equal' if equal else 'DIFFERENT'}",
    )
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if equal and ratio >= WANTED else 1


if __name__ == "__main__":
    raise SystemExit(main())
