"""Capture over HTTP: events a second, each acknowledged durable; the database's own limit; memory of the processes."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from bench.measure import Bar
from bench.service import ROOT, Service
from bench.trace import events, raw
from bench.trace.party import SENDER, headers_of, party
from bench.trace.rival import Rival
from khcn.trace.models import Event

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.trace.messages import Message

EVENTS, PER_DOCUMENT, WORKERS = 10_000, 100, 2
ROUNDS = 9  # a neighbour may take a third of the machine for some seconds: of fewer rounds the median sways by a tenth
CONNECTIONS = 16  # the system deals connections out to the workers by chance; of four, all may go to one
WARMING, GROWN = 2_000, 50_000
PER_SECOND, SHARE_OF_LIMIT, MEGABYTES = 5_000, 0.25, 200


class LostEventsError(AssertionError):
    """Not every document was taken, or the store holds another number of events than was acknowledged."""


def measure(trade: events.Trade, engine: str) -> Iterator[Message]:
    """The bars of capture on the configured database, which is empty. Leaves the events of the last round in it."""
    call_command("migrate", verbosity=0)
    _must_be_durable()
    headers = headers_of(party(SENDER))
    # Beside SQLite only, which is what it is given itself; its place is beside the databases' (`run.Measurement`).
    rival = Rival(settings.DATA.parents[1], trade, PER_DOCUMENT) if engine == "sqlite" else None
    with Service(settings.DATA, database_url=os.environ.get("DATABASE_URL"), workers=WORKERS) as service:
        sender = Sender(service.port, headers)
        sender.send(events.documents(replace(trade, seed=100), WARMING, PER_DOCUMENT))
        rate = _rate(sender, trade, rival)
        grown = _rate_of_grown(sender, replace(trade, seed=trade.seed + ROUNDS))
        unnamed = _rate(sender, replace(trade, seed=trade.seed + 2 * ROUNDS, named=False))
        detail = (
            f"{unnamed:,.0f} khi sự kiện không mang mã riêng, {grown:,.0f} khi kho đã có {GROWN:,} sự kiện"
        )
        yield Bar(f"ghi nhận qua HTTP, {engine}", rate, PER_SECOND, "sự kiện/s", detail, at_least=True)
        if rival is not None:
            yield rival.bar(engine)
        seconds = sender.send(events.documents(replace(trade, seed=101), EVENTS, EVENTS))
        _must_hold(2 * EVENTS)
        memory = {
            "web": service.peak_megabytes(service.web_workers()),
            "nền": service.peak_megabytes(service.background_workers()),
        }
    detail = f"một tài liệu {EVENTS:,} sự kiện: {seconds:.1f} s"
    for name, megabytes in memory.items():
        yield Bar(f"bộ nhớ lớn nhất, tiến trình {name}, {engine}", megabytes, MEGABYTES, "MB", detail)
    limit = raw.limit(EVENTS, PER_DOCUMENT, ROUNDS)
    yield Bar(
        f"ghi nhận qua HTTP ÷ giới hạn ghi thô, {engine}",
        rate / limit,
        SHARE_OF_LIMIT,
        "×",
        f"giới hạn {limit:,.0f} sự kiện/s",
        at_least=True,
    )


def _rate(sender: Sender, trade: events.Trade, rival: Rival | None = None) -> float:
    """Median events a second of rounds, each with other events into an empty store; after each a rival has its turn.

    Leaves the events of the last round.
    """
    found = []
    for number in range(ROUNDS):
        raw.empty()
        documents = events.documents(replace(trade, seed=trade.seed + number), EVENTS, PER_DOCUMENT)
        found.append(EVENTS / sender.send(documents))
        _must_hold(EVENTS)
        if rival is not None:
            rival.turn(found[-1])
    return statistics.median(found)


def _rate_of_grown(sender: Sender, trade: events.Trade) -> float:
    """Events a second of the round that comes when the store holds `GROWN` events; it holds `EVENTS` of them before."""
    for number in range(GROWN // EVENTS):
        documents = events.documents(replace(trade, seed=trade.seed + number), EVENTS, PER_DOCUMENT)
        seconds = sender.send(documents)
    _must_hold(GROWN + EVENTS)
    return EVENTS / seconds


def _must_hold(count: int) -> None:
    stored = Event.objects.count()
    if stored != count:
        raise LostEventsError(f"{stored} events are stored, {count} were sent")


def _must_be_durable() -> None:
    """Refuse to measure a database that answers before the data are on the disk."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names = ("fsync", "synchronous_commit", "full_page_writes")
            found = {name: _value(cursor, f"SHOW {name}") for name in names}
            wanted: dict[str, Any] = dict.fromkeys(names, "on")
        else:
            found = {name: _value(cursor, f"PRAGMA {name}") for name in ("journal_mode", "synchronous")}
            wanted = {"journal_mode": "wal", "synchronous": 2}
    if found != wanted:
        raise RuntimeError(f"not durable: {found}, wanted {wanted}")


def _value(cursor: Any, statement: str) -> Any:
    cursor.execute(statement)
    return cursor.fetchone()[0]


class Sender:
    """Sends documents from a process of its own, over a handful of connections."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self.port, self.headers = port, headers

    def send(self, documents: Sequence[bytes]) -> float:
        """Seconds until the last job has ended. Raises LostEventsError when one was not taken."""
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder, f"{number:05d}") for number in range(len(documents))]
            for file, document in zip(files, documents, strict=True):
                file.write_bytes(document)
            plan = {
                "port": self.port,
                "path": "/epcis/capture",
                "headers": self.headers,
                "connections": min(CONNECTIONS, len(documents)),
                "documents": [str(file) for file in files],
            }
            done = subprocess.run(
                [sys.executable, "-m", "bench.trace.sender"],
                input=json.dumps(plan),
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                capture_output=True,
                text=True,
                check=True,
            )
        sent = json.loads(done.stdout)
        if sent["ended"] != len(documents):
            raise LostEventsError(sent["faults"][:3])
        seconds: float = sent["seconds"]
        return seconds
