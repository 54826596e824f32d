"""The server is killed in the middle of captures, again and again: every acknowledged event is there once, and no
document is there in part. ``KHCN_KILLS=200`` for the long form.

Documents that fit into a request are stored by the web workers, large ones by the background worker; each of the
processes, and the whole service, is killed.
"""

import http.client
import os
import random
import threading
import time
import uuid
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bench.trace import events

KILLS, LONG = int(os.environ.get("KHCN_KILLS", "8")), 50
SENDERS, PAUSE = 2, 0.02  # seconds between two documents of a sender
SMALL, LARGE = 60, 1300  # events: stored before the answer, and by the background worker
LARGE_EVERY = 10
RESENT = 0.6  # share of the unanswered documents that their sender sends again
# one of two web workers, the background worker, or everything at once
TARGETS = ("web", "background", "web", "whole", "background", "web", "background", "web")
TRADE = events.Trade(seed=20, start=datetime.fromisoformat("2026-03-05T08:00:00+07:00"))


class Sent:
    """A document: its event ids, whether it was ever acknowledged, and as which jobs."""

    def __init__(self, number):
        self.size = LARGE if number % LARGE_EVERY == LARGE_EVERY - 1 else SMALL
        # half of the trades give their events ids, the others leave that to the repository
        self.trade = replace(TRADE, seed=TRADE.seed + number, named=number % 2 == 0 or self.size == LARGE)
        self.body = events.document(list(self.trade.events(0, self.size)), TRADE.start)
        self.jobs = []


class Senders:
    """Programs that send documents until they are told to stop."""

    def __init__(self, program):
        self.program, self.dice = program, random.Random(KILLS)
        self.documents, self.interrupted, self.faults = [], 0, []
        self.lock, self.over = threading.Lock(), threading.Event()
        self.threads = [threading.Thread(target=self.work) for _each in range(SENDERS)]

    def __enter__(self):
        for each in self.threads:
            each.start()
        return self

    def __exit__(self, *_fault):
        self.over.set()
        for each in self.threads:
            each.join()

    def sizes(self):
        """Of the documents that were acknowledged."""
        return {each.size for each in list(self.documents) if each.jobs}

    def work(self):
        try:
            while not self.over.is_set():
                with self.lock:
                    document = Sent(len(self.documents))
                    self.documents.append(document)
                self.send(document)
                time.sleep(PAUSE)
        except BaseException as fault:  # noqa: BLE001 -- told at the end of the test
            self.faults.append(fault)

    def send(self, document):
        """Until it is acknowledged, or its sender gives up after a request that broke off."""
        while True:
            try:
                document.jobs.append(self.program.capture(document.body))
            except ConnectionRefusedError:  # nobody there: nothing was sent
                if self.over.is_set():
                    return
                time.sleep(0.1)
            except (OSError, http.client.HTTPException):
                with self.lock:
                    self.interrupted += 1
                    again = self.dice.random() < RESENT
                if not again:
                    return
            else:
                return


def kill(service, target):
    if target == "whole":
        service.kill_all()
    elif target == "web":
        service.kill(service.web_workers()[:1])
    else:
        service.kill(service.background_workers())


def wait_for_background(service):
    """The supervisor starts another worker after a while."""
    until = time.monotonic() + 120
    while not service.background_workers():
        assert time.monotonic() < until, "no background worker came back"
        time.sleep(0.05)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the processes through /proc (Linux)")
def test_killed_in_the_middle_of_captures(served):
    service, program = served
    chance = random.Random(KILLS)
    with Senders(program) as senders:
        for number in range(5 * KILLS):
            if number >= KILLS and senders.interrupted:
                break
            target = TARGETS[number % len(TARGETS)]
            if target == "background":
                wait_for_background(service)
            time.sleep(chance.uniform(0.05, 0.6))
            kill(service, target)
            service.wait()
        until = time.monotonic() + 300
        while (
            senders.sizes() != {SMALL, LARGE} and not senders.faults
        ):  # on a slow machine few were sent meanwhile
            assert time.monotonic() < until
            time.sleep(0.05)
    assert senders.faults == []
    assert senders.interrupted, "no kill hit a request: the test proves nothing"
    wait_for_background(service)
    service.ask("let_time_pass")
    for document in senders.documents:
        for where in document.jobs:
            job = program.ended(where)
            assert (job["success"], job["errors"]) == (True, []), job
    judge(senders.documents, at_rest(service))


def at_rest(service):
    """What is on record once nothing is at work: not even a document whose sender never heard that it was taken."""
    until = time.monotonic() + 300
    while True:
        found = service.ask("judge")
        if all(job["finished"] for job in found["jobs"].values()):
            # all of it was read after the last of them had ended
            return service.ask("judge")
        assert time.monotonic() < until, found["jobs"]
        service.ask("let_time_pass")


def judge(documents, found):
    """Hold what is on record against what was acknowledged."""
    acknowledged = [each for each in documents if each.jobs]
    assert {each.size for each in acknowledged} == {SMALL, LARGE}
    assert set(found["events"].values()) == {1}
    assert found["stray"] == {"Identity": 0, "EventObject": 0, "LineageEdgeEnd": 0}
    assert found["bare"] == {"Identity": 0, "EventObject": 0}
    for document in documents:
        ids = {event["eventID"] for event in document.trade.events(0, document.size) if "eventID" in event}
        there = len(ids & found["events"].keys())
        if ids:
            assert there in ({document.size} if document.jobs else {0, document.size}), (there, document.size)
        for where in document.jobs:
            job = found["jobs"][str(uuid.UUID(where.rpartition("/")[2]))]
            assert job["accepted"] + job["duplicates"] == document.size
            assert (job["finished"], job["success"], job["keeps_body"]) == (True, True, False)
    if KILLS >= LONG:
        assert max(job["attempts"] for job in found["jobs"].values()) > 1, (
            "no kill hit the background worker at work"
        )
    # Events without an id of their own have their hash; which document they came with is known by the jobs alone.
    assert len(found["events"]) == sum(job["accepted"] for job in found["jobs"].values())
