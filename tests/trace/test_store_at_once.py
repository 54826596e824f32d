"""Many who write the same at once: each event is stored once, nobody waits for ever, nothing half is left."""

import random
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from bench.service import environment
from khcn.trace.models import Event, EventObject, Identity, KnownValue, LineageEdgeEnd
from tests.conftest import ROOT
from tests.trace import store_writer
from tests.trace.store_given import asked, capture, declared, event, ids, item, lot, quantities

WRITERS, EVENTS = 16, 60

on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="the SQLite of a test is in memory, and one thread's own"
)


def at_once(verbs):
    """The answers of verbs that begin at the same time, each in a thread of its own."""
    barrier = threading.Barrier(len(verbs))

    def run(verb):
        barrier.wait()
        try:
            return verb()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(verbs)) as pool:
        return list(pool.map(run, verbs))


def each_is_there_once(events):
    assert sorted(asked()) == sorted(ids(*events))
    for model in (Event, Identity):
        assert model.objects.count() == len(events)
    assert EventObject.objects.count() == 2 * len(events)
    numbers = set(Event.objects.values_list("id", flat=True))
    assert set(Identity.objects.values_list("event", flat=True)) == numbers
    assert set(EventObject.objects.values_list("event", flat=True)) == numbers
    assert KnownValue.objects.count() == 2


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_sixteen_writers_of_one_document_store_it_once():
    events = [event(epcList=[item(number)], bizStep="shipping") for number in range(EVENTS)]
    shuffled = [random.Random(seed).sample(events, EVENTS) for seed in range(WRITERS)]
    written = at_once([lambda some=some: capture(*some) for some in shuffled])
    assert sorted(name for one in written for name in one.accepted) == sorted(ids(*events))
    assert all(len(one.accepted) + len(one.duplicates) == EVENTS for one in written)
    each_is_there_once(events)


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_of_sixteen_events_with_one_id_one_is_stored_and_the_others_are_conflicts():
    events = [event(eventID="urn:example:one", epcList=[item(number)]) for number in range(WRITERS)]
    written = at_once([lambda one=one: capture(one) for one in events])
    assert sorted((len(one.accepted), len(one.conflicts)) for one in written) == [(0, 1)] * (WRITERS - 1) + [
        (1, 0)
    ]
    assert (Event.objects.count(), Identity.objects.count()) == (1, 1)


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_what_one_writer_gives_up_another_stores():
    """A writer that is in the middle holds the others up; when it gives up, one of them has the event."""
    events = [event(epcList=[item(number)], bizStep="shipping") for number in range(5)]
    holding, going = threading.Event(), threading.Event()

    def give_up():
        with transaction.atomic():
            capture(*events[:3])
            holding.set()
            going.wait(120)
            transaction.set_rollback(True)

    def go_on():
        holding.wait(120)
        threading.Timer(0.3, going.set).start()
        return capture(*reversed(events))

    _, written = at_once([give_up, go_on])
    assert sorted(written.accepted) == sorted(ids(*events))
    each_is_there_once(events)


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_an_event_and_its_declaration_written_at_once_carry_nothing():
    made = [
        event(
            "TransformationEvent",
            inputQuantityList=quantities(lot(f"A{number}")),
            outputQuantityList=quantities(lot(f"B{number}")),
        )
        for number in range(20)
    ]
    for one in made:
        at_once([lambda one=one: capture(one), lambda one=one: capture(declared(one))])
    assert LineageEdgeEnd.objects.count() == 40
    assert not LineageEdgeEnd.objects.filter(voided=False).exists()


def test_processes_and_threads_on_one_sqlite_file(tmp_path, put_migrated_database):
    env = environment(tmp_path)
    put_migrated_database(tmp_path)
    processes = WRITERS // store_writer.THREADS
    writers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.trace.store_writer", str(number), str(EVENTS)],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(processes)
    ]
    accepted = [int(writer.communicate(timeout=500)[0]) for writer in writers]
    assert sum(accepted) == EVENTS
    assert all(writer.returncode == 0 for writer in writers)
