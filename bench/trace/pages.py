"""The public page of a lot: made at the look-up against stored as it was made (docs/adr/0063), and how many codes one worker answers."""

from __future__ import annotations

import http.client
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management import call_command
from django.test import Client

from bench.measure import Bar, ratio
from bench.service import Service
from bench.trace import behind_nginx, events, stores
from bench.trace.messages import Note
from khcn.config.static import collect_static
from khcn.trace.models import StoredPage
from khcn.trace.operations.page_writing import write_pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.trace.messages import Message

COUNT = 4 * events.CHAPTER  # events of the store
STEP = 24  # of a chain: so many events has the page that is compared
TIMES, ROUNDS = 100, 10
CHEAPER = 10
HEADERS = {"Accept": "text/html", "Accept-Encoding": "gzip", "User-Agent": "Mozilla/5.0 (Linux; Android 10)"}
STORED_WITHIN = 60  # seconds


class NotStoredError(AssertionError):
    """Pages were made and are not stored: then other figures are measured than those of stored pages."""


def measure(trade: events.Trade, engine: str) -> Iterator[Message]:
    """The bar and the figures on the configured database, filled when it is not."""
    call_command("migrate", verbosity=0)
    collect_static()
    if not stores.is_filled(COUNT):
        yield from stores.fill(trade, COUNT)
    StoredPage.objects.all().delete()
    path = _path(trade, 0, STEP)
    visitor = Client(headers={**HEADERS, "Host": "localhost"})
    _get(visitor, path)
    write_pages()
    if not StoredPage.objects.exists():
        raise NotStoredError(path)
    # with another query the same page is made each time
    cheaper, made, stored = ratio(
        lambda: _get(visitor, f"{path}?made=1"), lambda: _get(visitor, path), TIMES, time.perf_counter
    )
    yield Bar(
        f"trang của lô {STEP} bước, dựng ÷ đã lưu, {engine}",
        cheaper,
        CHEAPER,
        "×",
        f"{made * 1000:.2f} / {stored * 1000:.2f} ms",
        at_least=True,
    )
    yield from _served(trade, engine)


def _path(trade: events.Trade, chapter: int, step: int) -> str:
    return trade.thing_of_chain(chapter, step).removeprefix("https://id.gs1.org")


def _get(visitor: Client, path: str) -> None:
    answer = visitor.get(path)
    if answer.status_code != http.HTTPStatus.OK:
        raise ConnectionError(f"{path}: {answer.status_code}")


def _served(trade: events.Trade, engine: str) -> Iterator[Message]:
    """Different codes that one worker of the served program answers in a second, by its processor time too, which others do not share; and
    those that two answer behind nginx.
    """
    StoredPage.objects.all().delete()
    paths = [
        path
        for chapter in range(COUNT // events.CHAPTER)
        for step in range(events.STEPS)
        if "/10/" in (path := _path(trade, chapter, step))
    ]
    with Service(settings.DATA, database_url=os.environ.get("DATABASE_URL"), workers=1) as service:
        (worker,) = service.web_workers()
        made = _rates(service.port, worker, paths)
        until = time.monotonic() + STORED_WITHIN
        while StoredPage.objects.count() < len(paths):
            if time.monotonic() > until:
                raise NotStoredError(f"{StoredPage.objects.count()} of {len(paths)}")
            time.sleep(1)
        stored = _rates(service.port, worker, paths * ROUNDS)
    for words, (per_second, of_processor) in (("dựng mỗi lần", made), ("đã lưu", stored)):
        yield Note(
            f"{len(paths)} mã khác nhau, một tiến trình web, {engine}, {words}: {per_second:,.0f} mã/s, "
            f"{of_processor:,.0f} mã mỗi giây xử lý của tiến trình"
        )
    yield from behind_nginx.measure(paths, engine, os.environ.get("DATABASE_URL"))


def _rates(port: int, worker: int, paths: list[str]) -> tuple[float, float]:
    """Answers a second, and a second of the worker's processor time (Linux)."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=STORED_WITHIN)
    before, started = _processor_seconds(worker), time.perf_counter()
    for path in paths:
        connection.request("GET", path, headers=HEADERS)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise ConnectionError(f"{path}: {answer.status} {content[:500]!r}")
    wall, worked = time.perf_counter() - started, _processor_seconds(worker) - before
    connection.close()
    return len(paths) / wall, len(paths) / worked


def _processor_seconds(worker: int) -> float:
    """Of all threads of a process."""
    tasks = Path(f"/proc/{worker}/task").glob("*/schedstat")
    return sum(int(each.read_text().split()[0]) for each in tasks) / 1e9
