"""A process that stores the same events as its siblings at the same time; started by test_store_at_once."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import django

THREADS = 8


def write(seed, count, barrier):
    import random

    from django.db import connection

    from tests.trace.store_given import capture, event, item

    events = [event(eventID=f"urn:example:{number}", epcList=[item(number)]) for number in range(count)]
    random.Random(seed).shuffle(events)
    barrier.wait()
    try:
        return sum(len(capture(*events[start : start + 10]).accepted) for start in range(0, count, 10))
    finally:
        connection.close()


def main(seed, count):
    django.setup()
    barrier = threading.Barrier(THREADS)
    with ThreadPoolExecutor(THREADS) as pool:
        accepted = list(
            pool.map(lambda thread: write(seed * THREADS + thread, count, barrier), range(THREADS))
        )
    sys.stdout.write(f"{sum(accepted)}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
