"""The processes of ``./khcn serve``: forked again when they are killed, and ended together, in order or not."""

import contextlib
import http.client
import os
import signal
import sqlite3
import threading
import time
from pathlib import Path

import pytest

from bench.service import Service

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="finds the processes through /proc (Linux)"
)


def until(condition, seconds=20.0):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return found


def test_killed_processes_come_back_and_none_outlives_the_supervisor(tmp_path, put_migrated_database):
    put_migrated_database(tmp_path)
    service = Service(tmp_path)
    try:
        service.start()
        web = until(lambda: len(found := service.web_workers()) == 2 and found)
        [background] = until(service.background_workers)
        service.kill([web[0], background])
        until(lambda: len(service.web_workers()) == 2 and web[0] not in service.web_workers())
        until(lambda: set(service.background_workers()) - {background})
        assert web[1] in service.web_workers()
        assert service.process.poll() is None
        log = service.log()
        assert f"khcn-web {web[0]} ended with status -9; another follows in 0.1 s" in log
        assert f"khcn-work {background} ended with status -9; another follows in 0.1 s" in log
        os.kill(service.process.pid, signal.SIGSTOP)  # it cannot tell the others
        os.kill(service.process.pid, signal.SIGKILL)
        service.process.wait()
        until(lambda: not service.processes())
    finally:
        service.kill_all()


def test_stopped_it_answers_what_it_has_begun_and_leaves_a_whole_database(tmp_path, put_migrated_database):
    put_migrated_database(tmp_path)
    service = Service(tmp_path, workers=1, options=("--no-worker",))
    answers = []

    def connected():
        return contextlib.closing(http.client.HTTPConnection("127.0.0.1", service.port, timeout=30))

    def ask():
        with connected() as connection:
            connection.request("GET", "/login/")
            answer = connection.getresponse()
            answers.append((answer.status, answer.read()[-8:].strip()))

    try:
        service.start()
        assert service.background_workers() == []
        other = sqlite3.connect(tmp_path / "khcn.sqlite3", isolation_level=None)
        with connected() as idle, contextlib.closing(other):
            idle.request("GET", "/healthz")
            idle.getresponse().read()
            other.execute("BEGIN IMMEDIATE")  # every page waits for that
            asking = threading.Thread(target=ask)
            asking.start()
            time.sleep(1)
            os.kill(service.process.pid, signal.SIGTERM)
            assert idle.sock.recv(1) == b""  # the connection that asks nothing is closed first
            assert answers == []
            other.execute("COMMIT")
            asking.join()
        assert answers == [(200, b"</html>")]
        assert service.process.wait(10) == 0
        assert service.processes() == {}
        assert not (
            tmp_path / "khcn.sqlite3-wal"
        ).exists()  # a copy of the file alone would lose what is in there
        with connected() as refused, pytest.raises(ConnectionRefusedError):
            refused.request("GET", "/healthz")
    finally:
        service.kill_all()
