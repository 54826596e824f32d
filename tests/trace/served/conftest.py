"""The real service in processes of its own, on a SQLite file and on PostgreSQL, and programs that talk to it."""

import contextlib

import pytest

from tests.last_uses import until_last_use
from tests.own_database import postgresql_database
from tests.trace.served.client import Program, ServedWorld

ENGINES = [
    pytest.param(name, marks=pytest.mark.xdist_group(f"served-{name}")) for name in ("sqlite", "postgresql")
]


@contextlib.contextmanager
def database(engine):
    """The DATABASE_URL of a database of its own, None for a SQLite file in the service's folder."""
    if engine == "sqlite":
        yield None
        return
    with postgresql_database() as address:
        yield address


@contextlib.contextmanager
def service_on(engine, folder, put_migrated_database, **variables):
    """The running service, and a program with a key. ``variables`` are of the service's environment."""
    with database(engine) as address:
        if address is None:
            put_migrated_database(folder)
        service = ServedWorld(folder, database_url=address)
        service.env |= variables
        key = service.ask("prepare")["key"]
        with service:
            yield service, Program(service.port, key)


@pytest.fixture(scope="session", params=ENGINES)
def served(request, tmp_path_factory, put_migrated_database):
    """One service for all tests of an engine; each uses identifiers of its own, and leaves it running."""
    folder = tmp_path_factory.mktemp("served")
    with until_last_use(request) as stack:
        yield stack.enter_context(service_on(request.param, folder, put_migrated_database))
