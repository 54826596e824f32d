"""The server is killed in the middle of imports, again and again: what was answered is there once, the rest wholly or not
at all, and the service comes back by itself. ``KHCN_KILLS=40`` for the long form (quality bar R1)."""

import http.cookiejar
import json
import os
import random
import re
import signal
import sqlite3
import threading
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from lxml import html

from bench.service import Service
from khcn.science.models import ScienceTask
from tests.kernel.intake_sample import TASK, book_of
from tests.security.world import PASSWORD
from tests.web.conftest import form_values

KILLS = int(os.environ.get("KHCN_KILLS", "6"))
ROWS = 200
WHOLE_EVERY = 4  # every fourth kill takes the whole service, the others its web workers


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
            with self.opener.open(request, timeout=120) as answer:
                return answer.status, "", answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as other:
            with other:
                return other.code, other.headers.get("Location", ""), other.read().decode("utf-8", "replace")

    def sign_in(self):
        self.ask("/login/")
        status, _where, _page = self.ask("/login/", {"username": "officer.qlkh", "password": PASSWORD})
        assert status == 302


def rows_of(service, prefix):
    """How many rows of a file are on record, read past the service."""
    with closing(sqlite3.connect(service.data / "khcn.sqlite3", timeout=120)) as database:
        return database.execute(
            "SELECT count(*) FROM science_sciencetask WHERE code LIKE ?", [f"{prefix}.%"]
        ).fetchone()[0]


def shoot(service, *, whole):
    """The whole service, or the processes that answer requests."""
    if whole:
        service.kill_all()
    else:
        service.kill(service.web_workers())


@pytest.fixture
def service(tmp_path, put_migrated_database):
    put_migrated_database(tmp_path)
    found = Service(tmp_path)
    found.run("tests.security.kill_world", "prepare")
    with found:
        yield found


def a_file(number):
    rows = [
        {**TASK, "code": f"K{number:02}.{place:03}", "title": f"Nhiệm vụ {number} – {place}"}
        for place in range(ROWS)
    ]
    return SentFile(f"lượt-{number}.xlsx", book_of(ScienceTask, rows))


def send_and_confirm(office, file, aim, start):
    """Upload and confirm; ``start`` starts the clock of the killer at the step aimed at. True when both were answered."""
    if aim == "upload":
        start()
    status, where, page = office.ask("/import/upload/", {"file": file})
    assert status == 303, (status, page[-500:])
    _status, _where, preview = office.ask(where)
    sent = form_values(html.fromstring(preview), "//form[contains(@action, '/confirm/')]")
    if aim == "confirm":
        start()
    status, _where, page = office.ask(f"{where}confirm/", {"shown": sent["shown"]})
    assert status == 303, (status, re.sub(r"\s+", " ", page)[:3000])
    return True


def a_killed_worker_is_replaced(service):
    """The other goes on serving, and a new one comes: nobody has to start anything."""
    until = time.monotonic() + 120
    while len(before := service.web_workers()) < 2:  # the first one answers before the second has its name
        assert time.monotonic() < until
        time.sleep(0.1)
    os.kill(before[0], signal.SIGKILL)
    service.wait()
    while (now := service.web_workers()) == before or len(now) < len(before):
        assert time.monotonic() < until, f"workers before {before}, now {now}"
        time.sleep(0.1)
    assert before[1] in now
    assert service.process.poll() is None


@pytest.mark.xdist_group("programs")
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
        killer = threading.Timer(delay, shoot, [service], {"whole": whole})
        try:
            if send_and_confirm(office, file, aim, killer.start):
                acknowledged.append(number)
        except (OSError, http.client.HTTPException):
            interrupted += 1
        killer.join()
        seen = rows_of(service, f"K{number:02}")
        assert seen in {0, ROWS}, (
            f"{seen} of {ROWS} rows of file {number} after a kill at {delay:.3f} s of {aim}"
        )
        assert number not in acknowledged or seen == ROWS, f"file {number} was confirmed and is gone"
        service.wait()
        if not seen:  # the person looks, sees nothing written, and sends it again
            assert send_and_confirm(office, file, "", lambda: None)
            acknowledged.append(number)
        assert rows_of(service, f"K{number:02}") == ROWS
    found = json.loads(service.run("tests.security.kill_world", "judge"))
    assert found["codes"] == [f"K{number:02}.{place:03}" for number in range(KILLS) for place in range(ROWS)]
    assert found["created"] == KILLS * ROWS
    assert found["lost"] == []
    assert interrupted, "no kill hit a request: the test proves nothing"
    assert "Traceback" not in office.ask("/science/tasks/")[2]
