"""Two people in the same moment, on real connections: PostgreSQL in pytest's run, a SQLite file in a program of its own."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from tests.conftest import ROOT
from tests.security.concurrent_scenes import ON_SQLITE, SCENES

IN_MEMORY = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    IN_MEMORY, reason="SQLite in memory has one connection; ./khcn test plays this on PostgreSQL"
)
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_on_postgresql(scene):
    assert connection.vendor == "postgresql"
    scene()


@pytest.mark.xdist_group("programs")  # long tests begin early, so that no processor waits for them at the end
@pytest.mark.skipif(not IN_MEMORY, reason="the SQLite file is tried in the run on SQLite")
def test_on_a_sqlite_file(tmp_path):
    env = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'thu.sqlite3'}",
        "KHCN_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "khcn.config.test",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.security.concurrent_scenes"], cwd=ROOT, env=env, capture_output=True, text=True,
        timeout=590, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr[-6000:]
    assert done.stdout.count(": đạt") == len(ON_SQLITE)
