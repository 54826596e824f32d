"""Threads that write together on one SQLite file; started by test_store_group_commit, prints what came of it as JSON."""

import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import django

THREADS = 6


class RefusedError(Exception):
    """Raised by one of those who write together."""


class World:
    """The first writer holds the database until the others are ready, so that these write together."""

    def __init__(self, broken, fault):
        self.broken, self.fault = broken, fault
        self.holding, self.going = threading.Event(), threading.Event()
        self.begun = []  # number and thread of each piece of work, as often as it is begun

    def work(self, number):
        from khcn.trace.models import KnownValue

        again = number in [other for other, _ in self.begun]
        self.begun.append((number, threading.get_ident()))
        if number == 0:
            self.holding.set()
            self.going.wait(120)
        KnownValue.objects.create(listing=1, value=f"{number:02d}", owner=1)
        interrupted = isinstance(self.fault, SystemExit)  # that is of the thread, once, and not of the work
        if number == self.broken and not (interrupted and again):
            raise self.fault
        return number

    def begin_together(self, pending):
        """Let the first one go on once all others wait behind it."""
        while len(pending) < THREADS:
            time.sleep(0.01)
        self.going.set()

    def write(self, number):
        from django.db import connection

        from khcn.trace.store.database import sqlite_group_commit

        if number:
            self.holding.wait(120)
        if number == THREADS - 1:
            threading.Thread(target=self.begin_together, args=(sqlite_group_commit._pending,)).start()
        try:
            return sqlite_group_commit.commit_in_group(lambda: self.work(number))
        except (RefusedError, SystemExit) as fault:
            return type(fault).__name__
        finally:
            connection.close()


def main(broken, fault):
    django.setup()
    from django.db import connection

    from khcn.trace.models import KnownValue

    with connection.schema_editor() as editor:
        editor.create_model(KnownValue)
    world = World(int(broken), {"RefusedError": RefusedError, "SystemExit": SystemExit}[fault]())
    with ThreadPoolExecutor(THREADS) as pool:
        given = list(pool.map(world.write, range(THREADS)))
    json.dump(
        {
            "given": given,
            "stored": sorted(KnownValue.objects.values_list("value", flat=True)),
            "begun": sorted(number for number, _ in world.begun),
            "threads": len({thread for number, thread in world.begun if number}),
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
