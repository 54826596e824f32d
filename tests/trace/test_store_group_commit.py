"""Threads of one process that write to one SQLite file: together, each once, and nobody for another's fault."""

import json
import subprocess
import sys

import pytest

from bench.service import environment
from tests.conftest import ROOT
from tests.trace.group_commit_writer import THREADS

pytestmark = pytest.mark.once

EVERYBODY = list(range(THREADS))
INTERNAL_ERROR_REASON = 2
NOBODY = -1


@pytest.fixture
def wrote(tmp_path):
    """What came of threads that wrote together, one of which broke off in some way."""
    env = environment(tmp_path)

    def run(broken, fault):
        command = [sys.executable, "-m", "tests.trace.group_commit_writer", str(broken), fault]
        done = subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True)
        return json.loads(done.stdout)

    return run


def names(numbers):
    return [f"{number:02d}" for number in numbers]


def test_what_is_ready_is_written_by_one_thread_at_once(wrote):
    found = wrote(NOBODY, "RefusedError")
    assert found == {"given": EVERYBODY, "stored": names(EVERYBODY), "begun": EVERYBODY, "threads": 1}


def test_a_fault_is_reported_to_its_own_thread_and_costs_the_others_nothing(wrote):
    found = wrote(INTERNAL_ERROR_REASON, "RefusedError")
    assert found["given"] == [
        number if number != INTERNAL_ERROR_REASON else "RefusedError" for number in EVERYBODY
    ]
    assert found["stored"] == names(number for number in EVERYBODY if number != INTERNAL_ERROR_REASON)


def test_what_an_interrupted_thread_leaves_is_written_by_the_next(wrote):
    """The one that is interrupted is the first who writes for all; its own writing is given up."""
    found = wrote(INTERNAL_ERROR_REASON, "SystemExit")
    answered = [number for number in EVERYBODY if found["given"][number] == number]
    assert len(answered) == THREADS - 1
    assert found["given"].count("SystemExit") == 1
    assert found["stored"] == names(answered)
