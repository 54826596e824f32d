"""A database of one's own for programs that a test starts: a file, or one on PostgreSQL, both with all migrations.

The migrations take four seconds of a processor on PostgreSQL. ``./khcn test`` carries them out once, on the server that it
starts for its runs, and says which server that is; a database is then a copy. Without it each gets a server of its own.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from bench.service import environment
from tests.conftest import ROOT, absent
from tools import postgres
from tools.run_tests import MIGRATED_POSTGRESQL


def is_copied():
    """Whether a database on PostgreSQL has all migrations from its beginning."""
    return bool(os.environ.get(MIGRATED_POSTGRESQL))


def binaries():
    """Where the programs of PostgreSQL are."""
    found = postgres.find_binaries()
    if found is None:
        absent("PostgreSQL is not installed (Debian: postgresql)")
    return found


@contextlib.contextmanager
def any_server():
    """The address of a server, without a database, for tests that make one there."""
    migrated = os.environ.get(MIGRATED_POSTGRESQL)
    with contextlib.nullcontext(migrated) if migrated else postgres.server(binaries()) as address:
        yield address.rpartition("/")[0]


@contextlib.contextmanager
def postgresql_database():
    """Its DATABASE_URL. The programs migrate it themselves where it is new."""
    with any_server() as server:
        if is_copied():
            with copy_of(os.environ[MIGRATED_POSTGRESQL]) as address:
                yield address
        else:
            yield f"{server}/khcn"


@contextlib.contextmanager
def copy_of(address):
    """Of a database that nobody is connected to, beside it on its server."""
    server, _slash, template = address.rpartition("/")
    name = f"own_{uuid.uuid4().hex}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield f"{server}/{name}"
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextlib.contextmanager
def postgresql_server():
    """A database with all migrations on a server that nobody else uses, for tests that stop it or have it followed."""
    with postgres.server(binaries(), like=os.environ.get(MIGRATED_POSTGRESQL, "")) as address:
        if not is_copied():
            migrate(address)
        yield address


def migrate(address):
    """Carry out all migrations, in a process of its own: in this one a run of tests may have switched them off."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "khcn", "migrate", "--verbosity", "0"]
        env = environment(Path(folder), address)
        subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True)


# Of all that migrations make; what belongs to an extension, and the sequence of a column, follows by itself.
GIVE_TO = """
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT format('ALTER TABLE %I OWNER TO {owner}', relname) AS change FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
    UNION ALL SELECT format('ALTER SEQUENCE %I OWNER TO {owner}', relname) FROM pg_class c
      WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'
      AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = c.oid AND deptype IN ('a', 'i') AND classid = 'pg_class'::regclass)
    UNION ALL SELECT format('ALTER FUNCTION %s OWNER TO {owner}', p.oid::regprocedure) FROM pg_proc p
      WHERE pronamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = p.oid AND deptype = 'e')
  LOOP EXECUTE one.change; END LOOP;
END $$"""


@contextlib.contextmanager
def database_of_two_roles(*, migrated=False):
    """Addresses of a database for its owner and for the application, as deploy/postgresql/create.sql makes them.

    It is empty; or the owner has everything that the migrations make, where the migrated database can be copied.
    """
    name = f"roles_{uuid.uuid4().hex[:12]}"
    owner, application = f"{name}_owner", f"{name}_app"
    with any_server() as server, psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {owner} LOGIN")
        admin.execute(f"CREATE ROLE {application} LOGIN CREATEDB IN ROLE pg_read_all_stats")
        copied = migrated and is_copied()
        template = os.environ[MIGRATED_POSTGRESQL].rpartition("/")[2] if copied else "template0"
        admin.execute(f"CREATE DATABASE {name} OWNER {owner} TEMPLATE {template}")
        try:
            database = urlsplit(f"{server}/{name}")
            if copied:
                with psycopg.connect(database.geturl()) as connection:
                    connection.execute(GIVE_TO.format(owner=owner))
            yield [
                database._replace(netloc=f"{role}@{database.netloc.rpartition('@')[2]}").geturl()
                for role in (owner, application)
            ]
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
            admin.execute(f"DROP ROLE {owner}, {application}")
