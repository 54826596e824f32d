"""The writers of `bench.papers`, in processes of their own: ``numbers <writers> <each>`` or ``save``."""

from __future__ import annotations

import json
import os
import random
import select
import statistics
import sys
import threading
import time
from datetime import date

import django

PROCESSES = 4
SERIES = 3


def main() -> None:
    """Write, and print what was measured as JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khcn.config.settings")
    django.setup()
    if sys.argv[1] == "numbers":
        take_numbers(int(sys.argv[2]), int(sys.argv[3]))
    else:
        save_until_stopped()


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


def save_until_stopped() -> None:
    """Save one record again and again until standard input ends; prints the milliseconds of each save, before and
    after the first line that came in.
    """
    from khcn.kernel.actors import SYSTEM, acting  # local: settings first
    from khcn.reference.models import DocumentKind, LegalDocument  # local: settings first

    alone: list[float] = []
    beside: list[float] = []
    waits = alone
    with acting(SYSTEM, "bench"):
        record, _is_new = LegalDocument.objects.get_or_create(
            number="99/TB-DO", kind=DocumentKind.OTHER, issuer="Đo hiệu năng", subject="Đo"
        )
        print("ready", flush=True)  # noqa: T201
        while True:
            if select.select([sys.stdin], [], [], 0.005)[0]:
                if not sys.stdin.readline():
                    break
                waits = beside  # from now on there are approvals
            record.note = str(time.monotonic())
            started = time.monotonic()
            record.save()
            waits.append((time.monotonic() - started) * 1000)
    print(json.dumps([alone, beside]), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
