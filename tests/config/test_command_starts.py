"""What a command loads before it does its work: a job of every night need not load the screens."""

import json
import subprocess
import sys

from bench.service import ROOT, environment

# What they do, and what it is made of, is checked whole where it is served, written about or asked for.
WITH_ALL_CHECKS = ["demo", "docs", "serve"]

PROGRAM = """
import json, sys
import django; django.setup()
from django.core.management import get_commands, load_command_class

loading = []
for name, app in sorted(get_commands().items()):
    command = load_command_class(app, name) if app.startswith("khcn.") else None
    if command is None or command.requires_system_checks == "__all__":
        loading += [name] if command else []
        continue
    command.handle = lambda *words, **options: None
    command.execute(skip_checks=False, force_color=False, no_color=True, database="default")
    assert "khcn.config.urls" not in sys.modules, name
print(json.dumps(loading))
"""


WEB = "import json, sys, khcn.config.wsgi; print(json.dumps('psycopg' in sys.modules))"


def printed_by(program, data):
    """What a Python process of its own prints, as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment(data),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_web_process_on_sqlite_does_not_load_the_driver_of_postgresql(tmp_path):
    """It is a twelfth of what such a process takes."""
    assert printed_by(WEB, tmp_path) is False


def test_only_what_serves_or_describes_the_screens_loads_them(tmp_path):
    assert printed_by(PROGRAM, tmp_path) == WITH_ALL_CHECKS
