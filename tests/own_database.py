"""A database of one's own for programs that a test starts: a file, or one on PostgreSQL, both with all migrations.

The migrations take four seconds of a processor on PostgreSQL. ``./khcn test`` carries them out once, on the server that it
starts for its runs, and says which server that is; a database is then a copy. Without it each gets a server of its own.
"""

import contextlib
import os
import uuid
from urllib.parse import urlsplit

import psycopg

from tests.conftest import absent
from tools import postgres
from tools.run_tests import MIGRATED_POSTGRESQL


def is_copied():
    """Whether a database on PostgreSQL has all migrations from its beginning."""
    return bool(os.environ.get(MIGRATED_POSTGRESQL))


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


@contextlib.contextmanager
def database_of_two_roles():
    """Addresses of an empty database for its owner and for the application, as deploy/postgresql/create.sql makes them."""
    name = f"roles_{uuid.uuid4().hex[:12]}"
    owner, application = f"{name}_owner", f"{name}_app"
    with postgresql_database() as address, psycopg.connect(address, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {owner} LOGIN")
        admin.execute(f"CREATE ROLE {application} LOGIN CREATEDB IN ROLE pg_read_all_stats")
        admin.execute(f"CREATE DATABASE {name} OWNER {owner} TEMPLATE template0")
        try:
            server = urlsplit(address)._replace(path=f"/{name}")
            yield [
                server._replace(netloc=f"{role}@{server.netloc.rpartition('@')[2]}").geturl()
                for role in (owner, application)
            ]
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
            admin.execute(f"DROP ROLE {owner}, {application}")
