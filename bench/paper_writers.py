"""The writers of `bench.papers`, in processes of their own: ``numbers <writers> <each>`` or
``save <writers> <seconds between two saves>``.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import threading
import time
from datetime import date
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from collections.abc import Callable

PROCESSES = 4
SERIES = 3


def main() -> None:
    """Write, and print what was measured as JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khcn.config.settings")
    django.setup()
    if sys.argv[1] == "numbers":
        take_numbers(int(sys.argv[2]), int(sys.argv[3]))
    else:
        save_until_stopped(int(sys.argv[2]), float(sys.argv[3]))


def take_numbers(writers: int, each: int) -> None:
    """Take numbers from three books at once; then look whether one is missing."""
    from django.core.management import call_command  # local: settings first
    from django.db import connection  # local: settings first
    from django.db.models import QuerySet  # local: settings first

    from khcn.kernel.numbering.gaps import missing_numbers  # local: settings first
    from khcn.kernel.numbering.models import IssuedNumber, NumberBook  # local: settings first

    call_command("migrate", verbosity=0)
    for model in (IssuedNumber, NumberBook):
        QuerySet(model).delete()  # past the change log
    connection.close()
    started = time.monotonic()
    pipes = [_fork(writers // PROCESSES, each, seed) for seed in range(PROCESSES)]
    waits: list[float] = []
    for pipe in pipes:
        with os.fdopen(pipe) as source:
            waits += json.load(source)
        os.wait()
    elapsed = time.monotonic() - started
    missing = [missing_numbers(book) for book in NumberBook.objects.all()]
    count = IssuedNumber.objects.count()
    if any(missing) or count != writers * each:
        message = f"numbers are missing: {missing}, {count}"
        raise AssertionError(message)
    found = {"rate": count / elapsed, "count": count, "p99": statistics.quantiles(waits, n=100)[98]}
    print(json.dumps(found))  # noqa: T201


def _fork(threads: int, each: int, seed: int) -> int:
    """One process with so many writers; its end of a pipe gives how long each number took, in milliseconds."""
    reading, writing = os.pipe()
    if os.fork():
        os.close(writing)
        return reading
    waits: list[float] = []
    workers = [threading.Thread(target=_write, args=(each, seed * 1000 + n, waits)) for n in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with os.fdopen(writing, "w") as target:
        json.dump(waits, target)
    os._exit(0)


def _write(each: int, seed: int, waits: list[float]) -> None:
    from django.db import connection, transaction  # local: settings first

    from khcn.kernel.actors import SYSTEM  # local: settings first
    from khcn.kernel.numbering.operations import allocate  # local: settings first

    chance, done = random.Random(seed), 0  # noqa: S311 -- no secret
    while done < each:
        started = time.monotonic()
        with transaction.atomic():
            book = f"b{(done + seed) % SERIES}"
            allocate(book=book, unit_code="u", on=date(2023, 9, 14), pattern="{number}/X", actor=SYSTEM)
            committed = chance.random() >= 0.05  # noqa: PLR2004 -- one in twenty fails
            if not committed:
                transaction.set_rollback(True)
        waits.append((time.monotonic() - started) * 1000)
        done += committed
    connection.close()


def save_until_stopped(writers: int, pause: float) -> None:
    """Save records again and again until standard input ends; prints the milliseconds of each save, before and
    after the first line that came in.
    """
    begun, stopped = threading.Event(), threading.Event()
    alone: list[float] = []
    beside: list[float] = []

    def lists() -> list[float]:
        return beside if begun.is_set() else alone  # from then on there are approvals

    ready = threading.Barrier(writers + 1)
    threads = [
        threading.Thread(target=_save, args=(number, pause, ready, stopped, lists))
        for number in range(writers)
    ]
    for thread in threads:
        thread.start()
    ready.wait()
    print("ready", flush=True)  # noqa: T201
    while sys.stdin.readline():
        begun.set()
    stopped.set()
    for thread in threads:
        thread.join()
    print(json.dumps([alone, beside]), flush=True)  # noqa: T201


def _save(
    number: int,
    pause: float,
    ready: threading.Barrier,
    stopped: threading.Event,
    lists: Callable[[], list[float]],
) -> None:
    """One writer, with a record of its own. The first save comes somewhere within the pause."""
    from django.db import connection  # local: settings first

    from khcn.kernel.actors import SYSTEM, acting  # local: settings first
    from khcn.reference.models import DocumentKind, LegalDocument  # local: settings first

    with acting(SYSTEM, "bench"):
        record, _is_new = LegalDocument.objects.get_or_create(
            number=f"{os.getpid()}-{number}/TB-DO",
            kind=DocumentKind.OTHER,
            issuer="Đo hiệu năng",
            subject="Đo",
        )
        ready.wait()
        stopped.wait(random.Random(number).uniform(0, pause))  # noqa: S311 -- no secret
        while not stopped.is_set():
            record.note = str(time.monotonic())
            waits, started = lists(), time.monotonic()
            record.save()
            waits.append((time.monotonic() - started) * 1000)
            stopped.wait(pause)
    connection.close()


if __name__ == "__main__":
    main()
