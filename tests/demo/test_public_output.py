"""What people and programs get of the demonstration is what is in ``public_output/``, whatever names change: figures, JSON interface,
workbooks, report, events, stored columns. ``.venv/bin/python tools/public_output.py --write`` renews the folder when it is meant to change.
"""

import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tools.public_output import HASHES, STORED

pytestmark = [pytest.mark.once, pytest.mark.xdist_group("programs")]
KINDS = {"figures.csv", "stored-columns.csv", "api/", "exports/", "report/", "epcis/", "label/"}


def test_the_output_is_what_is_stored(put_migrated_database, tmp_path):
    """In a program of its own: clock, secret and database are set before anything is loaded."""
    put_migrated_database(tmp_path)
    command = [sys.executable, "tools/public_output.py", "--migrated", str(tmp_path / "khcn.sqlite3")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr[-3000:]


def test_every_kind_of_output_is_there_and_none_was_refused():
    names = [line.partition(",")[2] for line in (STORED / HASHES).read_text().splitlines()[1:]]
    assert {name.partition("/")[0] + "/" * ("/" in name) for name in names} == KINDS
    records = (STORED / "records.txt").read_text("utf-8")
    assert '"refused"' not in records
    assert len((STORED / "figures.csv").read_text("utf-8").splitlines()) == 1 + 301
