"""A database of one's own for programs that a test starts: a file, or one on PostgreSQL, both with all migrations.

The migrations take four seconds of a processor on PostgreSQL. ``./khcn test`` carries them out once, on the server that it
starts for its runs, and says which server that is; a database is then a copy. Without it each gets a server of its own.
"""

import contextlib
import os
import uuid

import psycopg

from tests.conftest import absent
from tools import postgres
from tools.run_tests import MIGRATED_POSTGRESQL


@contextlib.contextmanager
def postgresql_database():
    """Its DATABASE_URL. The programs migrate it themselves where it is new."""
    migrated = os.environ.get(MIGRATED_POSTGRESQL)
    if not migrated:
        binaries = postgres.find_binaries()
        if binaries is None:
            absent("PostgreSQL is not installed (Debian: postgresql)")
        with postgres.server(binaries) as address:
            yield address
        return
    server, _slash, template = migrated.rpartition("/")
    name = f"own_{uuid.uuid4().hex}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield f"{server}/{name}"
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
