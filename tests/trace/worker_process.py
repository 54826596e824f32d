"""Workers in processes of their own, on a database of their own, for tests that kill them."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from itertools import count
from pathlib import Path

import pytest

from bench.service import environment
from tests.conftest import ROOT
from tests.own_database import postgresql_database
from tests.trace.subscription_receiver import receiving

ENGINES = [
    pytest.param(name, marks=pytest.mark.xdist_group(f"worker-{name}")) for name in ("sqlite", "postgresql")
]


class Forked:
    """A worker that the world has forked; what the tests do with a process."""

    def __init__(self, works, pid):
        self.works, self.pid, self.returncode = works, pid, None

    def poll(self):
        if self.returncode is None:
            self.returncode = self.works.do("exit_status", pid=self.pid)
        return self.returncode

    def wait(self, seconds=120):
        self.works.until(lambda: self.poll() is not None, seconds)
        return self.returncode

    def send_signal(self, number):
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self):
        self.send_signal(signal.SIGKILL)


class Works:
    """A database, somebody who captures into it, and workers."""

    def __init__(self, data, address, receiver):
        self.data, self.address, self.receiver = data, address, receiver
        # how long statements take depends on what else the machine does; the tests here look for other warnings
        slow = {"KHCN_SLOW_STATEMENT_MS": "0"}
        self.env = {**environment(data, address), **slow, "KHCN_WEBHOOK_PRIVATE": "1"}
        self.numbers, self.first = count(1), 0
        self.log = data / "worker.log"
        self.world = subprocess.Popen(
            [sys.executable, "-m", "tests.trace.worker_world"],
            env=self.env,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.workers, self.asking = [], threading.Lock()
        self.do("prepare")

    def do(self, name, **arguments):
        with self.asking:
            self.world.stdin.write(json.dumps({"do": name, **arguments}) + "\n")
            self.world.stdin.flush()
            answer = self.world.stdout.readline()
        assert answer, f"{name} failed in the world"
        return json.loads(answer)

    def begin_anew(self):
        """No workers, no subscriptions, an empty log: a database is dear, so several tests share one."""
        while self.workers:
            self.kill(self.workers[0])
        self.do("begin_anew")
        self.do("pass_time")
        self.receiver.received.clear()
        self.receiver.answers.clear()
        number = next(self.numbers)
        self.log = self.data / f"worker-{number}.log"
        self.first = 100_000 * number  # serials from here on are this test's own

    def launch(self, *arguments):
        """A worker that has not yet begun its work."""
        with self.log.open("a") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "khcn", "work", *arguments],
                env=self.env,
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )
        self.workers.append(worker)
        return worker

    def start(self, *arguments):
        """A worker that has begun its work."""
        return self._begun(self.launch(*arguments))

    def fork(self):
        """The same, forked by a process that has the program already, as `khcn serve` has: it is there in no time."""
        worker = Forked(self, self.do("fork_worker", log=str(self.log)))
        self.workers.append(worker)
        return self._begun(worker)

    def _begun(self, worker):
        self.until(lambda: f"worker {worker.pid} started" in self.written())
        return worker

    def kill(self, worker):
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        self.workers.remove(worker)

    def written(self):
        return self.log.read_text() if self.log.exists() else ""

    def until(self, condition, seconds=120):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, self.written()[-3000:]
            time.sleep(0.05)

    def close(self):
        for worker in self.workers:
            worker.kill()
            worker.wait()
        self.world.stdin.close()
        self.world.wait(120)
        self.world.stdout.close()


def peak_megabytes(pid):
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024


def is_alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@contextlib.contextmanager
def working(engine, data):
    with contextlib.ExitStack() as stack:
        address = None
        if engine == "postgresql":
            address = stack.enter_context(postgresql_database())
        works = Works(data, address, stack.enter_context(receiving()))
        stack.callback(works.close)
        yield works
