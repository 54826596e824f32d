"""Commands on a database that lacks migrations say what to run, and print no traceback."""

import os
import subprocess
import sys

import pytest

from tests.e2e.conftest import ROOT

COMMANDS = ["check-data", "verify-log", "rules"]


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    return tmp_path_factory.mktemp("empty")


def run(folder, command):
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    env |= {"KHCN_DATA": str(folder), "PYTHONPATH": str(ROOT / "src")}
    env["DJANGO_SETTINGS_MODULE"] = "khcn.config.settings"
    return subprocess.run(
        [sys.executable, "-m", "khcn", command], env=env, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_says_that_migrations_are_missing_and_what_to_run(empty, command):
    ran = run(empty, command)
    assert ran.returncode == 1
    assert (
        "bước cập nhật cấu trúc. Hệ thống mới cài: chạy khcn init; đã có dữ liệu: chạy khcn upgrade"
        in ran.stderr
    )
    assert "Traceback" not in ran.stderr + ran.stdout


def test_another_fault_of_the_database_stays_what_it_is(empty):
    """A file that is no database: the advice is not to upgrade it."""
    (empty / "khcn.sqlite3").write_bytes(b"no database" * 1000)
    ran = run(empty, "rules")
    assert (ran.returncode, "file is not a database" in ran.stderr) == (1, True)
    assert "khcn upgrade" not in ran.stderr
