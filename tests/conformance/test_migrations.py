"""The migrations make the tables of the models as they are now."""

import os
import subprocess
import sys
from pathlib import Path

SRC = Path(__file__).resolve().parents[2] / "src"


def test_no_migration_is_missing(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "khcn", "makemigrations", "--check", "--dry-run"],
        env={**os.environ, "PYTHONPATH": str(SRC), "KHCN_DATA": str(tmp_path), "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
