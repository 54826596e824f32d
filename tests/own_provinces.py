"""Provinces in schemas of one database, as deploy/postgresql/create-province.sql makes them, and migrated by their owners.

The migrations of two provinces take ten seconds of a processor: they are carried out once on a server, and a test has a copy.
"""

import contextlib
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from bench.service import environment
from tests.conftest import ROOT
from tests.own_database import any_server, binaries, copy_of

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
    with any_server() as server:
        migrated = f"{server}/{MIGRATED}"
        with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
            admin.execute("SELECT pg_advisory_lock(%s)", [LOCK])  # a second test waits until they are there
            asked = "SELECT FROM pg_database WHERE datname = %s AND datistemplate"
            if not admin.execute(asked, [MIGRATED]).fetchall():
                admin.execute(f"CREATE DATABASE {MIGRATED} TEMPLATE template0")
                for each in provinces_in(migrated):
                    make(each, migrated)
                admin.execute(f"ALTER DATABASE {MIGRATED} IS_TEMPLATE true")
        with copy_of(migrated) as address:
            yield provinces_in(address)


def provinces_in(address):
    database = urlsplit(address)
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


def make(province, address):
    psql = [binaries() / "psql", "--quiet", "--dbname", address]
    subprocess.run([*psql, "--set", f"province={province.schema}", "--file", CREATE], check=True)
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-m", "khcn", "migrate", "--verbosity", "0"]
        env = environment(Path(data)) | province.environment
        subprocess.run(command, cwd=ROOT, env=env, check=True)
