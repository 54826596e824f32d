"""A database of the bench brought up to this version: ``python -m bench.migrated``, on that of the settings.

The data of the last time may be of an older trial, whose tables no migration changes (docs/adr/0024). They are made again: the
databases of the bench hold nothing but what it fills them with.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import django

from bench.service import ROOT, environment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

OTHER_VERSION: Final = 4  # exit status


def is_of_this_version(variables: Mapping[str, str]) -> bool:
    """Has the database that these variables name the tables of this version now? It does not where another version has made it.

    Raises CalledProcessError where that cannot be found out.
    """
    done = subprocess.run([sys.executable, "-m", "bench.migrated"], cwd=ROOT, env=variables, check=False)
    if done.returncode not in (0, OTHER_VERSION):
        done.check_returncode()
    return done.returncode == 0


def sqlite_environment(folder: Path, *, rebuild: bool = False) -> dict[str, str]:
    """What a process needs to work on the SQLite file of a folder of the bench, which has the tables of this version.

    The file is made again when another version has made it, or where that is asked for.
    """
    found = environment(folder)
    if rebuild or not is_of_this_version(found):
        for file in folder.glob("khcn.sqlite3*"):
            file.unlink()
    return found


def main() -> int:
    """Carry the migrations out. Exit status 4 for a database of another version."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khcn.config.settings")
    django.setup()
    from django.core.management import CommandError, call_command  # local: settings first
    from django.db import OperationalError, ProgrammingError  # local: settings first
    from django.db.migrations.exceptions import InconsistentMigrationHistory  # local: settings first

    try:
        call_command("migrate", verbosity=0)
    except OperationalError as fault:
        # SQLite's fault for a table that is there already or is not; another one, such as of a full disk, says nothing about tables
        if getattr(fault.__cause__, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR:
            raise
        return _other_version(fault)
    except (CommandError, InconsistentMigrationHistory, ProgrammingError) as fault:
        return _other_version(fault)
    return 0


def _other_version(fault: Exception) -> int:
    sys.stderr.write(f"{str(fault).strip()[:300]}\n")
    return OTHER_VERSION


if __name__ == "__main__":
    raise SystemExit(main())
