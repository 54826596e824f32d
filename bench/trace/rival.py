"""QU4RTET beside us: the same events, the same machine, turn by turn, so that the machine's moods are shared."""

from __future__ import annotations

import shutil
import statistics
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bench.measure import Bar
from bench.trace import events, xml_1_2
from bench.trace.peers import Peer, PeerAbsentError
from bench.trace.spellings import Urns

if TYPE_CHECKING:
    from pathlib import Path

EVENTS, TIMES = 1_000, 40


class LostByRivalError(AssertionError):
    """It did not store all events: then its speed means nothing."""


@dataclass
class Rival:
    """QU4RTET given its best case (`peers/quartet.py`): an empty store each time, of a tenth of our events.

    `folder` keeps it; `trade` is ours, which it is told in the words it understands.
    """

    folder: Path
    trade: events.Trade
    per_document: int
    turns: list[tuple[float, float]] = field(default_factory=list)  # events a second, ours and its
    absent: str = ""

    def turn(self, ours: float) -> None:
        """Let it store its events now, after we stored ours at that rate."""
        work = self.folder / "quartet"
        shutil.rmtree(work, ignore_errors=True)
        documents = work / "documents"
        documents.mkdir(parents=True)
        trade = replace(self.trade, spelling=Urns())
        for first in range(0, EVENTS, self.per_document):
            document = xml_1_2.document(list(trade.events(first, self.per_document)), trade.start)
            (documents / f"{first:06d}.xml").write_bytes(document)
        try:
            found = Peer("quartet", self.folder / "peers").run(str(documents), str(work / "quartet.sqlite3"))
        except PeerAbsentError as absent:
            self.absent = str(absent)
            return
        if found["events"] != EVENTS:
            raise LostByRivalError(f"QU4RTET stored {found['events']} of {EVENTS} events")
        self.turns.append((ours, found["events"] / found["seconds"]))

    def bar(self, engine: str) -> Bar:
        """The median of the turns' ratios."""
        name = f"ghi nhận qua HTTP ÷ QU4RTET, {engine}"
        if not self.turns:
            return Bar(name, None, TIMES, "×", self.absent, at_least=True)
        reported = ", ".join(f"{ours:,.0f} / {theirs:,.0f}" for ours, theirs in self.turns)
        detail = (
            f"{reported} sự kiện/s, xen kẽ; QU4RTET trong tiến trình, không HTTP, không kiểm tra nghiệp vụ"
        )
        return Bar(name, statistics.median(a / b for a, b in self.turns), TIMES, "×", detail, at_least=True)
