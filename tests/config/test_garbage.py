"""A command that has ended does not look through all that it has loaded once more, and leaves its database in order."""

import subprocess
import sys

from bench.service import ROOT, environment
from khcn.config.garbage import THRESHOLDS

# Of what happens at the end, what was registered first comes last.
PROGRAM = """
import atexit, gc
atexit.register(lambda: print(gc.get_threshold(), gc.get_freeze_count() > 10_000))
import django; django.setup()
from django.db import connection
connection.cursor().execute("CREATE TABLE made (id int)")
print(gc.get_freeze_count())
"""


def run(data, **variables):
    return subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=environment(data) | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_program_looks_seldom_for_garbage_and_not_at_its_end(tmp_path):
    done = run(tmp_path)
    assert done.stdout.splitlines() == ["0", f"{THRESHOLDS} True"], done.stderr
    # SQLite's log is written back: the database is one file
    assert [path.name for path in tmp_path.glob("khcn.sqlite3*")] == ["khcn.sqlite3"]


def test_settings_that_are_refused_are_the_only_fault_that_is_printed(tmp_path):
    done = run(tmp_path, KHCN_DEBUG="maybe")
    assert done.stderr.count("Traceback") == 1
    assert "ImproperlyConfigured" in done.stderr.splitlines()[-1]
