"""The server is killed in the middle of imports, again and again: what was answered is there once, the rest wholly or not
at all, and the service comes back by itself. ``KHCN_KILLS=40`` for the long form (quality bar R1)."""

import http.cookiejar
import json
import os
import random
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from khcn.science.models import ScienceTask
from tests.conftest import ROOT
from tests.kernel.intake_sample import TASK, book_of
from tests.security.world import PASSWORD

KILLS = int(os.environ.get("KHCN_KILLS", "6"))
ROWS = 200
WHOLE_EVERY = 4  # every fourth kill takes the whole service, the others one worker
BACK_WITHIN = 30  # seconds


class SentFile:
    """What ``encode_multipart`` takes for a file."""

    def __init__(self, name, content):
        self.name, self.content = name, content

    def read(self):
        return self.content


class Office:
    """A person with a browser who does not give up."""

    def __init__(self, address):
        self.address = address
        self.jar = http.cookiejar.CookieJar()

        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *args):
                return None

        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), Stay)

    def ask(self, path, data=None):
        """Status, address of the next page, body. Raises OSError when the server is gone."""
        body = None
        if data is not None:
            token = next((each.value for each in self.jar if each.name == "csrftoken"), "")
            body = encode_multipart(BOUNDARY, {**data, "csrfmiddlewaretoken": token})
        request = urllib.request.Request(f"{self.address}{path}", body)
        if body is not None:
            request.add_header("Content-Type", MULTIPART_CONTENT)
        try:
            with self.opener.open(request, timeout=20) as answer:
                return answer.status, "", answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as other:
            with other:
                return other.code, other.headers.get("Location", ""), other.read().decode("utf-8", "replace")

    def sign_in(self):
        self.ask("/login/")
        status, _where, _page = self.ask("/login/", {"username": "officer.qlkh", "password": PASSWORD})
        assert status == 302


class Service:
    """``khcn serve`` on a folder of its own."""

    def __init__(self, data):
        self.data = data
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.env = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "KHCN_DATA": str(data),
            "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
            "DJANGO_SETTINGS_MODULE": "khcn.config.settings",
        }
        self.process = None

    def run(self, *arguments):
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            env=self.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def start(self):
        with (self.data / "server.log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "khcn", "serve", "--port", str(self.port), "--workers", "2"],
                env=self.env, cwd=ROOT, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.wait()

    def wait(self):
        """Until the database answers through the service; started again where it gave up, as a supervisor does."""
        until = time.monotonic() + BACK_WITHIN
        while time.monotonic() < until:
            if self.process.poll() is not None:  # workers that die within seconds of each other: it leaves
                self.start()
            try:
                with urllib.request.urlopen(f"{self.address}/san-sang", timeout=5) as answer:
                    if answer.read() == b"ok":
                        return
            except OSError:
                time.sleep(0.05)
        log = (self.data / "server.log").read_text()[-3000:]
        raise AssertionError(f"the service did not come back within {BACK_WITHIN} s: {log}")

    def workers(self):
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [
            int(pid)
            for pid in found.read_text().split()
            if b"granian" in Path(f"/proc/{pid}/cmdline").read_bytes()
        ]

    def kill(self, *, whole):
        if whole:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            return
        for pid in self.workers():
            os.kill(pid, signal.SIGKILL)

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def rows(self, prefix):
        """How many rows of a file are on record, read past the service."""
        with closing(sqlite3.connect(self.data / "khcn.sqlite3", timeout=30)) as database:
            return database.execute(
                "SELECT count(*) FROM science_sciencetask WHERE code LIKE ?", [f"{prefix}.%"]
            ).fetchone()[0]


@pytest.fixture
def service(tmp_path):
    found = Service(tmp_path)
    found.run("tests.security.kill_world", "prepare")
    found.start()
    yield found
    found.stop()


def a_file(number):
    rows = [
        {**TASK, "code": f"K{number:02}.{place:03}", "title": f"Nhiệm vụ {number} – {place}"}
        for place in range(ROWS)
    ]
    return SentFile(f"lượt-{number}.xlsx", book_of(ScienceTask, rows))


def send_and_confirm(office, file, aim, shoot):
    """Upload and confirm; ``shoot`` starts the clock of the killer at the step aimed at. True when both were answered."""
    if aim == "upload":
        shoot()
    status, where, page = office.ask("/import/upload/", {"file": file})
    assert status == 303, (status, page[-500:])
    if aim == "confirm":
        shoot()
    status, _where, page = office.ask(f"{where}confirm/", {})
    assert status == 303, (status, re.sub(r"\s+", " ", page)[:3000])
    return True


def a_killed_worker_is_replaced(service):
    """The other goes on serving, and a new one comes: nobody has to start anything."""
    before = service.workers()
    assert len(before) == 2
    os.kill(before[0], signal.SIGKILL)
    service.wait()
    until = time.monotonic() + 10
    while (now := service.workers()) == before or len(now) < len(before):
        assert time.monotonic() < until, f"workers before {before}, now {now}"
        time.sleep(0.1)
    assert before[1] in now
    assert service.process.poll() is None


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the workers through /proc (Linux)")
def test_killed_in_the_middle_of_imports(service):
    a_killed_worker_is_replaced(service)
    office = Office(service.address)
    office.sign_in()
    chance = random.Random(KILLS)
    acknowledged, interrupted = [], 0
    for number in range(KILLS):
        file, whole = a_file(number), number % WHOLE_EVERY == WHOLE_EVERY - 1
        aim = chance.choice(["upload", "confirm", "confirm"])
        delay = chance.uniform(0.02, 0.3)
        killer = threading.Timer(delay, service.kill, kwargs={"whole": whole})
        try:
            if send_and_confirm(office, file, aim, killer.start):
                acknowledged.append(number)
        except (OSError, http.client.HTTPException):
            interrupted += 1
        killer.join()
        seen = service.rows(f"K{number:02}")
        assert seen in {0, ROWS}, (
            f"{seen} of {ROWS} rows of file {number} after a kill at {delay:.3f} s of {aim}"
        )
        assert number not in acknowledged or seen == ROWS, f"file {number} was confirmed and is gone"
        service.wait()
        if not seen:  # the person looks, sees nothing written, and sends it again
            assert send_and_confirm(office, file, "", lambda: None)
            acknowledged.append(number)
        assert service.rows(f"K{number:02}") == ROWS
    found = json.loads(service.run("tests.security.kill_world", "judge"))
    assert found["codes"] == [f"K{number:02}.{place:03}" for number in range(KILLS) for place in range(ROWS)]
    assert found["created"] == KILLS * ROWS
    assert found["lost"] == []
    assert interrupted, "no kill hit a request: the test proves nothing"
    assert "Traceback" not in office.ask("/science/tasks/")[2]
