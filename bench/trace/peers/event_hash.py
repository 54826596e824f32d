"""GS1's reference event hash generator (epcis-event-hash-generator, MIT): run by its own interpreter, see `peers`.

Reads a JSON list of documents; prints the hashes of their events and the best CPU seconds of three rounds.
"""

from __future__ import annotations

import json
import logging
import sys
import time

from epcis_event_hash_generator import hash_generator, json_to_py  # type: ignore[import-not-found]

ROUNDS = 3


def main() -> None:
    """From the text of each document to its hashes."""
    logging.disable(logging.CRITICAL)
    documents = json.load(sys.stdin)
    hashes: list[str] = []
    found = []
    for _round in range(ROUNDS):
        started = time.process_time()
        hashes = [
            one
            for text in documents
            for one in hash_generator.epcis_hashes_from_events(
                json_to_py.event_list_from_epcis_document_str(text)
            )
        ]
        found.append(time.process_time() - started)
    json.dump({"seconds": min(found), "hashes": hashes}, sys.stdout)


if __name__ == "__main__":
    main()
