"""The order of the measurements, each database in a process of its own, and the bars that compare two of them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from bench.measure import Bar
from bench.service import ROOT
from bench.trace import capturing, events, hashes, pages, questions
from bench.trace.engines import Engine, postgresql
from bench.trace.messages import Figure, Note, received

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from bench.trace.messages import Message

PARTS = ("capture", "hash", "questions", "pages")
ENGINES = ("sqlite", "postgresql")
TRADE = events.Trade(7, datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=7))))
YEARS_AGO, YEARS = TRADE.start - timedelta(days=730), timedelta(days=730)  # over which a store's events lie
GROWTH = 2.0


class MeasurementError(RuntimeError):
    """A process that measures failed; what it said is on standard error."""


class Measurement:
    """One run. ``folder`` keeps filled databases and the peers' environments for the next."""

    def __init__(
        self,
        folder: Path,
        *,
        parts: Collection[str] = PARTS,
        engines: Collection[str] = ENGINES,
        large: bool = False,
        rebuild: bool = False,
    ) -> None:
        self.folder, self.parts, self.engines, self.rebuild = folder, parts, engines, rebuild
        self.sizes = [questions.SMALL, questions.STORE, *([questions.LARGE] if large else [])]
        self.figures: dict[str, float] = {}

    def bars(self) -> Iterator[Bar | Note]:
        """Measure; bars and notes as they come."""
        if "hash" in self.parts:
            yield hashes.event_hashes(TRADE, self.folder)
        if not {"capture", "questions", "pages"} & set(self.parts):
            return
        if "sqlite" in self.engines:
            sqlite = Engine("sqlite", self.folder)
            yield from self._on(sqlite)
        if "postgresql" in self.engines:
            with postgresql(self.folder) as engine:
                yield from self._without_postgresql() if engine is None else self._on(engine)

    def _on(self, engine: Engine) -> Iterator[Bar | Note]:
        if "capture" in self.parts:
            engine.erase("capture")
            yield from self._inside(engine, "capture")
        if "questions" in self.parts:
            for size in self.sizes:
                if self.rebuild:
                    engine.erase(f"events{size}")
                yield from self._inside(engine, f"events{size}")
            yield from self._growth(engine)
        if "pages" in self.parts:
            yield from self._inside(engine, "pages")

    def _inside(self, engine: Engine, database: str) -> Iterator[Bar | Note]:
        """What the process that measures one database tells. Raises MeasurementError when it fails."""
        with subprocess.Popen(  # noqa: S603 -- ourselves
            [sys.executable, "-m", "bench", "trace", "--inside", f"{engine.name} {database}"],
            env=engine.environment(database),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            for line in process.stdout or ():
                message = received(line)
                if isinstance(message, Figure):
                    self.figures[message.name] = message.value
                else:
                    yield message
        if process.returncode:
            raise MeasurementError(f"{engine.name} {database}: {process.returncode}")

    def _growth(self, engine: Engine) -> Iterator[Bar]:
        """The larger store must not take much longer for answers of the same size."""
        least, *_between, most = self.sizes
        for query_fingerprint, words in (("item", "sự kiện của một mã"), ("graph", "nguồn gốc của lô")):
            name = f"{words}, {engine.name}: {most:,} ÷ {least:,} sự kiện"
            a, b = (
                self.figures.get(questions.figure_name(query_fingerprint, engine.name, size))
                for size in (most, least)
            )
            if a is None or b is None:  # a store had no room
                yield Bar(name, None, GROWTH, "×", "một kho không nạp được")
            else:
                yield Bar(name, a / b, GROWTH, "×", f"{a:.2f} / {b:.2f} ms")

    def _without_postgresql(self) -> Iterator[Bar]:
        missing = "không tìm thấy chương trình PostgreSQL (initdb, postgres) trên máy này"
        if "capture" in self.parts:
            per_second = capturing.PER_SECOND
            yield Bar("ghi nhận qua HTTP, postgresql", None, per_second, "sự kiện/s", missing, at_least=True)
        if "questions" in self.parts:
            yield Bar("câu hỏi trên postgresql", None, questions.EVENTS_OF_ITEM, "ms", missing)
        if "pages" in self.parts:
            yield Bar("trang đã lưu trên postgresql", None, pages.CHEAPER, "×", missing, at_least=True)


def inside(what: str) -> Iterator[Message]:
    """Measure the configured database; ``what`` is the engine's name and the database's."""
    engine, database = what.split()
    if database == "capture":
        return capturing.measure(TRADE, engine)
    if database == "pages":
        return pages.measure(TRADE, engine)
    count = int(database.removeprefix("events"))
    return questions.measure(replace(TRADE, start=YEARS_AGO, step=YEARS / count), engine, count)
