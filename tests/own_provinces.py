"""Provinces in schemas of one database, as deploy/postgresql/create-province.sql makes them, and migrated by their owners.

The migrations of two provinces take ten seconds of a processor: they are carried out once on a server, and a test has a copy.
"""

import contextlib
import subprocess
import sys
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from bench.service import environment
from tests.conftest import ROOT
from tests.own_database import binaries, postgresql_database

CREATE = ROOT / "deploy" / "postgresql" / "create-province.sql"
CODES = ("19", "06")
"""Of the provinces; their slots are 1, 2."""
MIGRATED = "migrated_provinces"
LOCK = 19_06


@dataclass(frozen=True)
class Province:
    """What the settings of a province's installation name."""

    code: str
    slot: int
    schema: str
    owner: str
    application: str

    @property
    def environment(self):
        return {
            "KHCN_PROVINCE": self.code,
            "KHCN_ID_SLOT": str(self.slot),
            "DATABASE_URL": self.application,
            "KHCN_OWNER_DATABASE_URL": self.owner,
        }


@contextlib.contextmanager
def database_of_provinces():
    """A database of its own with the two provinces."""
    name = f"provinces_{uuid.uuid4().hex[:8]}"
    with postgresql_database() as address:
        server = urlsplit(address)._replace(path="/postgres")
        with psycopg.connect(server.geturl(), autocommit=True) as admin:
            admin.execute("SELECT pg_advisory_lock(%s)", [LOCK])  # a second test waits until they are there
            asked = "SELECT FROM pg_database WHERE datname = %s AND datistemplate"
            if not admin.execute(asked, [MIGRATED]).fetchall():
                admin.execute(f"CREATE DATABASE {MIGRATED} TEMPLATE template0")
                for each in provinces_in(server._replace(path=f"/{MIGRATED}")):
                    make(each, server._replace(path=f"/{MIGRATED}"))
                admin.execute(f"ALTER DATABASE {MIGRATED} IS_TEMPLATE true")
            admin.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
            admin.execute(f"CREATE DATABASE {name} TEMPLATE {MIGRATED}")
            try:
                yield provinces_in(server._replace(path=f"/{name}"))
            finally:
                admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def provinces_in(database):
    host = database.netloc.rpartition("@")[2]
    found = []
    for slot, code in enumerate(CODES, 1):
        schema = f"p{code}"
        addresses = [
            database._replace(netloc=f"{role}@{host}", query=f"currentSchema={schema}").geturl()
            for role in (f"{schema}_owner", schema)
        ]
        found.append(Province(code, slot, schema, *addresses))
    return found


def make(province, database):
    psql = [binaries() / "psql", "--quiet", "--dbname", database.geturl()]
    subprocess.run([*psql, "--set", f"province={province.schema}", "--file", CREATE], check=True)
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-m", "khcn", "migrate", "--verbosity", "0"]
        env = environment(Path(data)) | province.environment
        subprocess.run(command, cwd=ROOT, env=env, check=True)
