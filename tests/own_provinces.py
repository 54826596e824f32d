"""Provinces in schemas of one database, as deploy/postgresql/create-province.sql makes them."""

import contextlib
import subprocess
import uuid
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg

from tests.conftest import ROOT
from tests.own_database import postgresql_database
from tools import postgres

CREATE = ROOT / "deploy" / "postgresql" / "create-province.sql"


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
def database_of_provinces(*codes):
    """A database of its own, and in it a province with each of these codes; their slots are 1, 2 …"""
    mark = uuid.uuid4().hex[:8]
    name = f"provinces_{mark}"
    with postgresql_database() as address, psycopg.connect(address, autocommit=True) as admin:
        server = urlsplit(address)._replace(path=f"/{name}")
        host = server.netloc.rpartition("@")[2]
        provinces = []
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            for slot, code in enumerate(codes, 1):
                schema = f"p{code}_{mark}"
                psql = [postgres.find_binaries() / "psql", "--quiet", "--dbname", server.geturl()]
                subprocess.run([*psql, "--set", f"province={schema}", "--file", CREATE], check=True)
                addresses = [
                    server._replace(netloc=f"{role}@{host}", query=f"currentSchema={schema}").geturl()
                    for role in (f"{schema}_owner", schema)
                ]
                provinces.append(Province(code, slot, schema, *addresses))
            yield provinces
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
            for each in provinces:
                admin.execute(f"DROP ROLE {each.schema}_owner, {each.schema}")
