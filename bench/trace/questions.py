"""Questions to a store of very many events: the events of one item, and where a lot of fifty steps came from.

Each is asked of many items and lots, drawn with a fixed seed; every answer is looked at, for a wrong one may be fast.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.conf import settings
from django.core.management import call_command

from bench.measure import Bar
from bench.service import Service
from bench.trace import events, recalls, stores
from bench.trace.delivery import Delivery
from bench.trace.messages import Figure, Note
from bench.trace.party import AUTHORITY, SENDER, Client, headers_of, party
from khcn.trace.queries import upstream
from khcn.trace.store import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.trace.messages import Message

SMALL, STORE, LARGE = 100_000, 1_000_000, 10_000_000  # events
ASKED, ROUNDS, WARMING = 200, 5, 30
ITEM_EVENTS = 4
PACKED = (events.STEPS - 1) // 10  # steps of a chain that pack a lot and add nothing
THINGS = 1 + events.STEPS + (events.STEPS - PACKED)  # lots and crates of a chain, and what was added to them
EVENTS_OF_ITEM, GRAPH_OVER_HTTP, GRAPH_IN_PROCESS = 5, 25, 10  # ms


class WrongAnswerError(AssertionError):
    """An answer does not hold what the store was filled with: then its speed means nothing."""


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of many answers, in rounds; of each figure the median of the rounds, for a machine has its moods."""

    rounds: list[list[float]]

    @property
    def median(self) -> float:
        """p50."""
        return statistics.median(statistics.median(found) for found in self.rounds)

    @property
    def late(self) -> float:
        """p95."""
        return statistics.median(statistics.quantiles(found, n=20)[-1] for found in self.rounds)

    def __str__(self) -> str:
        return f"p50 {self.median:.2f}, p95 {self.late:.2f} ms"


def figure_name(query_fingerprint: str, engine: str, count: int) -> str:
    """The name of the figure that holds the median of a question."""
    return f"{query_fingerprint} {engine} {count}"


def measure(trade: events.Trade, engine: str, count: int) -> Iterator[Message]:
    """Medians on the configured database, filled when it is not, and the bars where it is of the size they name."""
    call_command("migrate", verbosity=0)
    if not stores.is_filled(count):
        free, wanted = stores.disk(engine, count, settings.DATA)
        if free < wanted:
            yield Bar(f"đĩa trống cho kho {count:,} sự kiện, {engine}", free, wanted, "GB", at_least=True)
            return
        yield from stores.fill(trade, count)
    yield Note(f"{engine}, {count:,} sự kiện: {stores.size_on_disk() / 1e9:.2f} GB")
    dice = random.Random(count)  # noqa: S311 -- repeatable, not a secret
    chapters = [dice.randrange(count // events.CHAPTER) for _each in range(WARMING + ROUNDS * ASKED)]
    # Asked once before they are timed: how long an answer takes, not how long a disk needs to find a page.
    cold = _graph_in_process(trade, chapters)
    in_process = _graph_in_process(trade, chapters)
    cold_recall, of_recall = _recalls(trade, chapters), _recalls(trade, chapters)
    with Service(settings.DATA, database_url=os.environ.get("DATABASE_URL")) as service:
        graph = _graph_over_http(trade, chapters, Client(service.port, headers_of(party(AUTHORITY))))
        sender = Client(service.port, headers_of(party(SENDER)))
        cold_item = _events_of_item(trade, chapters, sender)
        of_item = _events_of_item(trade, chapters, sender)
    yield Note(
        f"lần hỏi đầu, có thể từ đĩa: nguồn gốc của lô {cold}; thu hồi nguyên liệu {cold_recall}; sự kiện của một mã {cold_item}"
    )
    for query_fingerprint, times in (("item", of_item), ("graph", in_process)):
        yield Figure(figure_name(query_fingerprint, engine, count), times.median)
    if count == STORE:
        size = f"{count:,} sự kiện, {engine}"
        yield Bar(
            f"sự kiện của một mã qua HTTP, p50, {size}", of_item.median, EVENTS_OF_ITEM, "ms", str(of_item)
        )
        name = f"nguồn gốc của lô {events.STEPS} bước, p95"
        lots = len(Delivery(trade, 0).amounts())
        recall = f"thu hồi một lô nguyên liệu tới {lots} lô, đủ từng ki-lô-gam, p95, {size}"
        yield Bar(recall, of_recall.late, recalls.WITHIN, "ms", str(of_recall))
        yield Bar(f"{name}, {size}", in_process.late, GRAPH_IN_PROCESS, "ms", str(in_process))
        yield Bar(f"{name} qua HTTP, {size}", graph.late, GRAPH_OVER_HTTP, "ms", str(graph))


def _times(ask: Callable[[int], Any], chapters: list[int], right: Callable[[int, Any], bool]) -> Times:
    found = []
    for number, chapter in enumerate(chapters):
        started = time.perf_counter()
        answer = ask(chapter)
        if number >= WARMING:
            found.append((time.perf_counter() - started) * 1000)
        if not right(chapter, answer):
            raise WrongAnswerError(f"chapter {chapter}: {str(answer)[:2000]}")
    return Times([found[first : first + ASKED] for first in range(0, len(found), ASKED)])


def _recalls(trade: events.Trade, chapters: list[int]) -> Times:
    ask, is_right = recalls.asking(trade)
    return _times(ask, chapters, is_right)


def _graph_in_process(trade: events.Trade, chapters: list[int]) -> Times:
    return _times(
        lambda chapter: upstream(trade.last_of_chain(chapter), EVERYTHING),
        chapters,
        lambda _chapter, graph: (
            len(graph.things) == THINGS and max(thing.steps for thing in graph.things) == events.STEPS
        ),
    )


def _graph_over_http(trade: events.Trade, chapters: list[int], client: Client) -> Times:
    return _times(
        lambda chapter: client.get(
            f"/epcis/trace/upstream?epc={quote(trade.last_of_chain(chapter), safe='')}"
        ),
        chapters,
        lambda _chapter, answer: len(answer["things"]) == THINGS,
    )


def _events_of_item(trade: events.Trade, chapters: list[int], client: Client) -> Times:
    return _times(
        lambda chapter: client.get(
            f"/epcis/events?MATCH_anyEPC={quote(trade.item_of_chapter(chapter), safe='')}"
        ),
        chapters,
        lambda _chapter, answer: (
            len(answer["epcisBody"]["queryResults"]["resultsBody"]["eventList"]) == ITEM_EVENTS
        ),
    )
