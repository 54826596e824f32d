"""The processes of ``./khcn serve``: forked again when they are killed, and ended together, in order or not."""

import contextlib
import http.client
import multiprocessing
import os
import signal
import socket
import sqlite3
import threading
import time
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from bench.service import Service
from khcn.config.management.commands import serve
from khcn.config.serving import supervisor

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="finds the processes through /proc (Linux)"
)


def until(condition, seconds=120.0):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return found


def test_killed_processes_come_back_and_none_outlives_the_supervisor(tmp_path, put_migrated_database):
    put_migrated_database(tmp_path)
    service = Service(tmp_path)
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(service.env.setdefault("NOTIFY_SOCKET", f"@khcn-{os.getpid()}").replace("@", "\0"))
    manager.settimeout(120)
    try:
        service.start()
        assert manager.recv(100) == b"READY=1"  # as systemd hears it
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
        os.kill(web[1], signal.SIGSTOP)  # it cannot look what became of its parent
        os.kill(service.process.pid, signal.SIGKILL)
        service.process.wait()
        until(lambda: not service.processes())
    finally:
        service.kill_all()
        manager.close()


def test_stopped_it_answers_what_it_has_begun_and_leaves_a_whole_database(tmp_path, put_migrated_database):
    put_migrated_database(tmp_path)
    service = Service(tmp_path, workers=1, options=("--no-worker",))
    answers, sent = [], threading.Event()

    def connected():
        return contextlib.closing(http.client.HTTPConnection("127.0.0.1", service.port, timeout=120))

    def ask():
        with connected() as connection:
            connection.request("GET", "/language/")  # in a transaction, as most pages
            sent.set()
            answer = connection.getresponse()
            answer.read()
            answers.append(answer.status)

    try:
        service.start()
        assert service.background_workers() == []
        other = sqlite3.connect(tmp_path / "khcn.sqlite3", isolation_level=None)
        with connected() as idle, contextlib.closing(other):
            idle.request("GET", "/healthz")
            idle.getresponse().read()
            other.execute("BEGIN IMMEDIATE")  # every page that writes waits for that
            asking = threading.Thread(target=ask)
            asking.start()
            assert sent.wait(120)
            with (
                connected() as later
            ):  # connections are taken in their order: the server has begun what was asked before
                later.request("GET", "/healthz")
                later.getresponse().read()
            os.kill(service.process.pid, signal.SIGTERM)
            assert idle.sock.recv(1) == b""  # the connection that asks nothing is closed first
            assert answers == []
            other.execute("COMMIT")
            asking.join()
        assert answers == [302]
        assert service.process.wait(120) == 0
        assert service.processes() == {}
        assert not (
            tmp_path / "khcn.sqlite3-wal"
        ).exists()  # a copy of the file alone would lose what is in there
        with connected() as refused, pytest.raises(ConnectionRefusedError):
            refused.request("GET", "/healthz")
    finally:
        service.kill_all()


@pytest.fixture
def preparing(monkeypatch, settings, tmp_path):
    """Lets a step of the preparation do something else."""
    settings.DATA = tmp_path
    monkeypatch.setattr(serve, "call_command", lambda *_arguments, **_options: None)
    return lambda step: monkeypatch.setattr(serve, "enter_shipped_rules", step)


def test_what_hinders_the_start_is_reported_in_a_sentence_by_the_process_that_prepares_it(
    preparing, tmp_path
):
    def refuse(*, actor):
        raise CommandError(f"Thiếu tham số quy định, tiến trình {os.getpid()}")

    preparing(refuse)
    with pytest.raises(CommandError, match="Thiếu tham số quy định") as raised:
        call_command("serve", port=0)
    assert not str(raised.value).endswith(f" {os.getpid()}")  # what it took of memory is gone with it

    def use_disk(*, actor):
        (tmp_path / "khong-co" / "khcn.sqlite3").touch()

    def end(*, actor):
        os.kill(os.getpid(), signal.SIGKILL)

    for step, text in ((use_disk, "No such file or directory"), (end, "bị ngắt giữa chừng")):
        preparing(step)
        with pytest.raises(CommandError, match=text):
            call_command("serve", port=0)


def test_of_two_that_start_at_once_the_second_waits_for_the_first(preparing, tmp_path):
    seen = tmp_path / "seen"

    def step(*, actor):
        seen.open("a").write("<")
        time.sleep(0.3)
        seen.open("a").write(">")
        raise CommandError

    preparing(step)
    fork = multiprocessing.get_context("fork")
    starting = [fork.Process(target=serve._prepare, args=(date(2026, 1, 5),)) for _each in range(2)]
    for each in starting:
        each.start()
    for each in starting:
        each.join()
    assert seen.read_text() == "<><>"


def test_a_program_with_threads_is_not_forked(monkeypatch):
    monkeypatch.setattr(serve, "count_threads", lambda: 2)
    monkeypatch.setattr(serve, "connections", Connections())
    with pytest.raises(RuntimeError, match="2 threads run where only one may"):
        serve._make_ready_to_fork()


class Connections:
    """Of the database; the test's own stay open."""

    def close_all(self):
        pass


class System:
    """Forks and ends processes only on paper; each step of the supervisor takes a tenth of a second."""

    WNOHANG = os.WNOHANG
    waitstatus_to_exitcode = staticmethod(os.waitstatus_to_exitcode)

    def __init__(self):
        self.now, self.ended, self.killed = 100.0, set(), []

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds

    def waitpid(self, pid, _options):
        return (pid, 256) if pid in self.ended else (0, 0)

    def kill(self, pid, number):
        self.killed.append((pid, number))

    def getpid(self):
        return 1

    def fork(self):
        raise BlockingIOError(11, "Resource temporarily unavailable")


@pytest.fixture
def system(monkeypatch):
    made = System()
    monkeypatch.setattr(supervisor, "os", made)
    monkeypatch.setattr(supervisor, "time", made)
    return made


def test_the_pause_doubles_after_short_lives_only(system):
    child = supervisor.Child("khcn-web", None)
    keeps = supervisor.Supervisor([child])
    pauses = []
    for life in (9, 9, 9, 9, 9, 9, 9, 9, 11, 9):
        child.pid, child.forked_at = 7, system.now
        system.ended = set()
        keeps.collect()
        assert child.pid == 7
        system.now += life
        system.ended = {7}
        keeps.collect()
        assert child.pid == 0
        pauses.append(round(child.due - system.now, 1))
    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 0.1, 0.2]


def test_who_does_not_end_in_time_is_killed(system):
    keeps = supervisor.Supervisor(
        [supervisor.Child("khcn-web", None, pid=7), supervisor.Child("khcn-work", None)]
    )
    keeps.stop_requested = 1
    kill = system.kill

    def die(pid, number):
        kill(pid, number)
        if number == signal.SIGKILL:
            system.ended.add(pid)

    system.kill = die
    keeps.stop()
    assert system.killed == [(7, signal.SIGTERM), (7, signal.SIGKILL)]
    assert system.now == pytest.approx(100 + supervisor.GRACE, abs=0.5)


def test_a_system_without_room_for_a_process_is_asked_again(system, caplog):
    child = supervisor.Child("khcn-web", None)
    for _each in range(3):
        supervisor.Supervisor([child]).fork(child)
    assert (child.pid, round(child.due - system.now, 1)) == (0, 0.4)
    assert caplog.messages[-1] == (
        "khcn-web cannot be forked: [Errno 11] Resource temporarily unavailable; next try in 0.4 s"
    )
