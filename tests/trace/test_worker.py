"""The worker as a process: begun, stopped, and killed again and again while events are captured and sent, which loses none
and doubles none. ``KHCN_KILLS=200`` for the long form.
"""

import contextlib
import hashlib
import hmac
import os
import random
import signal
import threading
import time
from collections import Counter

import psycopg
import pytest
from django.utils import timezone

from tests.trace.subscription_given import TOKEN
from tests.trace.worker_process import ENGINES, peak_megabytes, working

KILLS = int(os.environ.get("KHCN_KILLS", "6"))
MOST_MEGABYTES = 150
PATHS = ("/flaky", "/well", "/scheduled")


@pytest.fixture(scope="module")
def databases(tmp_path_factory, put_migrated_database):
    """By engine; made when first asked for."""
    with contextlib.ExitStack() as stack:
        made = {}

        def database(engine):
            if engine not in made:
                data = tmp_path_factory.mktemp("works")
                if engine == "sqlite":
                    put_migrated_database(data)
                made[engine] = stack.enter_context(working(engine, data))
            return made[engine]

        yield database


@pytest.fixture(params=ENGINES)
def works(request, databases):
    found = databases(request.param)
    found.begin_anew()
    return found


def test_a_worker_does_its_work_and_stops_when_reported(works):
    works.do("subscribe", dest=works.receiver.url("/"), stream=True)
    works.do("queue_job")
    worker = works.start()
    works.do("capture", serials=[works.first, works.first + 1])
    works.do("capture", serials=[works.first + 2], large=True)
    works.until(lambda: sum(len(each.event_ids) for each in works.receiver.received) == 3)
    works.until(lambda: works.do("state")["queue"] == ["SUCCESSFUL"])
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(120) == 0
    assert "Traceback" not in works.written()
    assert works.written().rstrip().endswith("stopped")


def test_a_large_document_is_leased_for_half_a_minute_beyond_its_worker_s_life(works):
    works.fork()
    works.do("capture", serials=list(range(works.first, works.first + 7000)), large=True)
    works.until(lambda: any(0 < each <= 30 for each in works.do("state")["claims"]))
    works.until(lambda: works.do("state")["waiting_jobs"] == 0)
    assert "not renewed" not in works.written()


@pytest.mark.parametrize("works", ENGINES[1:], indirect=True)
def test_a_database_that_is_away_for_a_while_is_waited_for(works):
    works.do("subscribe", dest=works.receiver.url("/"), stream=True)
    before = works.do("state")["delivered"]
    worker = works.start()
    works.do("capture", serials=[works.first])
    works.until(lambda: works.do("state")["delivered"] == before + 1)
    works.do("capture", serials=[works.first + 1])
    # nothing is on its way: an attempt whose result could not be written is leased for longer than this test waits
    works.until(lambda: works.do("state")["delivered"] == before + 2)
    server, _slash, name = works.address.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        time.sleep(3)
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    works.do("reconnect")
    works.do("capture", serials=[works.first + 2])
    expected = {
        f"urn:uuid:00000000-0000-4000-8000-{serial:012d}" for serial in range(works.first, works.first + 3)
    }
    works.until(lambda: {each for got in works.receiver.received for each in got.event_ids} == expected)
    assert worker.poll() is None
    works.until(lambda: "works again" in works.written())


# ------------------------------------------------------------------------------------------- killed


def flaky():
    """A receiver slow enough to be killed in the middle of; it refuses the first request, and others now and then."""
    firsts = iter([500])

    def answer(_got):
        time.sleep(random.uniform(0, 0.1))
        return next(firsts, None) or random.choice([200, 200, 200, 500]), {}

    return answer


@contextlib.contextmanager
def capturing(works):
    """Documents of a few events, one after the other; a tenth of them are left to the workers. Gives the serials."""
    over, serials, faults = threading.Event(), [], []

    def run():
        try:
            while not over.is_set():
                first = works.first + len(serials)
                part = list(range(first, first + random.randint(1, 6)))
                works.do("capture", serials=part, large=random.random() < 0.1)
                serials.extend(part)
                time.sleep(0.1)
        except BaseException as fault:  # noqa: BLE001 -- told below
            faults.append(fault)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield serials
    finally:
        over.set()
        thread.join()
    assert faults == []


def once_per_delivery(receiver, path):
    """How often each event came, attempts of one delivery counted once: what a receiver has that looks at the id."""
    deliveries = {each.delivery: each.event_ids for each in receiver.at(path)}
    return Counter(event_id for events in deliveries.values() for event_id in events)


def test_killed_in_the_middle_of_everything(works):
    receiver = works.receiver
    receiver.answers["/flaky"] = flaky()
    works.do("subscribe", dest=receiver.url("/flaky"), stream=True)
    works.do("subscribe", dest=receiver.url("/well"), stream=True)
    works.do("subscribe", dest=receiver.url("/scheduled"), schedule={"second": "[0-59]"})
    works.fork()
    with capturing(works) as serials:
        for kill in range(KILLS):
            if kill < KILLS - 1:
                works.fork()
            else:
                works.start()  # the one that is left, whose memory is looked at
            time.sleep(random.uniform(0, 1))
            works.kill(works.workers[0])  # while the other is at work

    def refused_once():
        works.do("pass_time")  # else what a killed one held waits for minutes
        return receiver.at("/flaky")

    works.until(refused_once)
    receiver.answers["/flaky"] = 200

    def all_there():
        works.do("pass_time")
        time.sleep(1)
        return all(len(once_per_delivery(receiver, path)) == len(serials) for path in PATHS)

    works.until(all_there, seconds=120 + KILLS)
    works.until(lambda: works.do("state")["waiting"] == 0)
    state = works.do("state")
    assert state.items() >= {"waiting_jobs": 0, "undispatched": 0, "parked": 0}.items()
    for path in PATHS:
        assert set(once_per_delivery(receiver, path).values()) == {1}, path
    bodies = receiver.bodies()
    assert {len(found) for found in bodies.values()} == {1}  # every attempt brought the same bytes
    assert state["delivered"] == len(bodies)
    assert len(receiver.received) > len(bodies)  # some were sent more than once
    for each in receiver.received:
        assert (
            each.headers["GS1-Signature"] == hmac.new(TOKEN.encode(), each.body, hashlib.sha256).hexdigest()
        )
    assert max(peak_megabytes(worker.pid) for worker in works.workers) <= MOST_MEGABYTES


def test_two_workers_at_once_do_no_harm(works):
    receiver = works.receiver
    works.do("subscribe", dest=receiver.url("/well"), stream=True)
    works.do("subscribe", dest=receiver.url("/scheduled"), schedule={"second": "[0-59]"})
    begun_on = timezone.localdate()
    workers = [works.start(), works.fork()]
    for number in range(60):
        first = works.first + 2 * number
        works.do("capture", serials=[first, first + 1], large=number % 20 == 0)
    for path in PATHS[1:]:
        works.until(lambda path=path: len(once_per_delivery(receiver, path)) == 120)
    works.until(lambda: works.do("state")["waiting"] == 0)
    assert {len(receiver.at(path)) for path in PATHS[1:]} <= set(range(1, 200))
    for path in PATHS[1:]:
        came = Counter(event_id for each in receiver.at(path) for event_id in each.event_ids)
        assert set(came.values()) == {1}, path  # nobody was killed: not even an attempt is doubled
    done_daily = works.do("state")["daily"]
    endings = (signal.SIGTERM, signal.SIGINT)  # as the supervisor and as Ctrl-C
    for worker, ending in zip(workers, endings, strict=True):
        worker.send_signal(ending)
        assert worker.wait(120) == 0
    days = (timezone.localdate() - begun_on).days + 1  # at midnight the work of the next day begins
    for path in done_daily:
        assert 1 <= works.written().count(f"{path} done") <= days
    assert "Traceback" not in works.written()
    assert "WARNING" not in works.written()
