"""kill -9 at any point of an issue and of an approval leaves nothing, or, once the jobs have looked, all of it.

On the engine that the suite runs on. Every second or third kill lies inside the write of a file. ``KHCN_KILLS=50`` for the long form
(quality bars R4 and R7), which `./khcn drill kills` carries out on both databases.
"""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys

import pytest
from django.db import connection

from tests.conftest import ROOT
from tests.own_database import postgresql_database

KILLS = int(os.environ.get("KHCN_KILLS", "4"))

pytestmark = pytest.mark.django_db  # part of the run on PostgreSQL


@contextlib.contextmanager
def own_database(folder):
    """Its address: a file, or a database of its own where the suite runs on PostgreSQL."""
    if connection.vendor != "postgresql":
        yield f"sqlite:///{folder / 'thu.sqlite3'}"
        return
    with postgresql_database() as address:
        yield address


def test_killed_in_the_middle_of_issues_and_approvals(tmp_path):
    with own_database(tmp_path) as address, program(tmp_path, address) as run:
        assert run("prepare") == (0, [])
        for what in ("issue", "approve"):
            run(what, 0)  # the first one opens the book and needs more statements than all the others
        points = {what: run(what, 0)[1][0] for what in ("issue", "approve")}
        places = [(what, where) for where in ("any", "file") for what in points if points[what][where]]
        chance = random.Random(KILLS)
        for number in range(KILLS):
            what, where = places[number % len(places)]
            # statements of an operation vary by a few with what is on record, so the very last may not be reached
            last = chance.randint(1, points[what][where] - (3 if where == "any" else 0))
            assert run(what, last, where) == (-signal.SIGKILL, []), (what, last, where)
        status, (found,) = run("judge")
    assert status == 0
    assert ("issue", "file") in places  # a number whose file is half written is among the kills
    assert len(found["states"]) == KILLS + 4
    assert set(found["states"]) <= {"draft", "issued", "submitted", "approved"}
    print(points, found)  # noqa: T201 -- shown with -s: how many were finished by the jobs


@contextlib.contextmanager
def program(folder, address):
    """Has things done in processes of their own: gives the exit status of each and what it printed."""
    env = {
        **os.environ,
        "DATABASE_URL": address,
        "KHCN_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": "khcn.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }
    command = [sys.executable, "-m", "tests.security.paper_killed"]
    faults = folder / "faults.log"
    with (
        faults.open("w") as written,
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=written,
            text=True,
        ) as process,
    ):

        def run(*words):
            process.stdin.write(" ".join(map(str, words)) + "\n")
            process.stdin.flush()
            printed = []
            for line in process.stdout:
                answer = json.loads(line)
                if "status" in answer:
                    assert answer["status"] in {0, -signal.SIGKILL}, faults.read_text()[-4000:]
                    return answer["status"], printed
                printed.append(answer)
            raise AssertionError(faults.read_text()[-4000:])

        yield run
        process.stdin.close()
