"""Event hashes: `khcn.epcis` against GS1's reference generator, from the same bytes to the same identifiers."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from bench.measure import Bar
from bench.service import ROOT, environment
from bench.trace import events
from bench.trace.peers import Peer, PeerAbsentError

if TYPE_CHECKING:
    from pathlib import Path

EVENTS, PER_DOCUMENT, TIMES = 2000, 100, 10

# The library by itself, in a process of its own as the reference is: best CPU seconds of three rounds, caches emptied.
OURS = """
import json, sys, time
from khcn.epcis.codec.json_binding import json_text
from khcn.epcis.codec.json_binding.decode_documents import decode_document
from khcn.epcis.event_hash import event_hash
from khcn.epcis.text_cache import clear_all

documents, found = json.load(sys.stdin), []
for _round in range(3):
    clear_all()
    started = time.process_time()
    hashes = [event_hash(one) for text in documents for one in decode_document(json_text.loads(text)).events]
    found.append(time.process_time() - started)
json.dump({"seconds": min(found), "hashes": hashes}, sys.stdout)
"""


class DifferentHashesError(AssertionError):
    """A hash of ours is not the reference's: then its speed means nothing."""


def event_hashes(trade: events.Trade, folder: Path) -> Bar:
    """Ours ÷ the reference's events per CPU second. Raises DifferentHashesError."""
    name = "mã băm sự kiện ÷ bộ tạo mã băm tham chiếu"
    documents = [found.decode() for found in events.documents(trade, EVENTS, PER_DOCUMENT)]
    try:
        theirs = Peer("event_hash", folder / "peers").run(given=documents)
    except PeerAbsentError as absent:
        return Bar(name, None, TIMES, "×", str(absent), at_least=True)
    ours = json.loads(
        subprocess.run(  # noqa: S603 -- our own code
            [sys.executable, "-c", OURS],
            input=json.dumps(documents),
            env=environment(folder),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    )
    if ours["hashes"] != theirs["hashes"]:
        different = [
            pair for pair in zip(ours["hashes"], theirs["hashes"], strict=True) if pair[0] != pair[1]
        ]
        raise DifferentHashesError(different[:3])
    speeds = f"{EVENTS / ours['seconds']:,.0f} / {EVENTS / theirs['seconds']:,.0f} sự kiện mỗi giây CPU"
    return Bar(name, theirs["seconds"] / ours["seconds"], TIMES, "×", speeds, at_least=True)
