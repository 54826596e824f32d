"""`./khcn upgrade`: all migrations or none, after a backup."""

import contextlib
import sqlite3
from urllib.parse import urlsplit

import psycopg
import pyrage
import pytest
from django.apps import apps

from bench.service import Service, ServiceError
from tests.own_database import database_of_two_roles, is_copied, postgresql_database

ENGINES = [
    pytest.param(name, marks=pytest.mark.xdist_group(f"upgrade-{name}")) for name in ("sqlite", "postgresql")
]
# What is decided in Python before the database is touched: one database is enough, the other upgrades without a backup as an owner
ON_ONE = pytest.mark.parametrize("system", ENGINES[:1], indirect=True)
# In the order of names, as they are asked for
TABLES = sorted(model._meta.db_table for model in apps.get_app_config("kernel_jobs").get_models())


@pytest.fixture(params=ENGINES)
def system(request, tmp_path, put_migrated_database):
    """A service that is not running, with its database and a folder for backups; and what asks the database."""
    with contextlib.ExitStack() as stack:
        address = None
        if request.param == "postgresql":
            address = stack.enter_context(postgresql_database())
        else:
            put_migrated_database(tmp_path)
        service = Service(tmp_path, database_url=address)
        (tmp_path / "backups").mkdir()
        service.env["KHCN_BACKUP_FOLDER"] = str(tmp_path / "backups")
        service.env["KHCN_BACKUP_PUBLIC_KEYS"] = str(pyrage.x25519.Identity.generate().to_public())
        if address:
            if not is_copied():
                service.run("khcn", "migrate", "--verbosity", "0")
            connection = stack.enter_context(psycopg.connect(address, autocommit=True))
        else:
            connection = stack.enter_context(
                contextlib.closing(sqlite3.connect(tmp_path / "khcn.sqlite3", autocommit=True))
            )
        yield service, connection


def forget(connection, *apps):
    """As if the version before had not had these migrations."""
    for app in apps:
        connection.execute(f"DELETE FROM django_migrations WHERE app = '{app}'")
    for table in TABLES:
        connection.execute(f"DROP TABLE {table}")


def encrypt_with_passphrase(service, file):
    """Only where a test is about it: to make a key from a passphrase takes more than half a second of a processor."""
    file.write_text("một cụm mật khẩu đủ dài để thử")
    file.chmod(0o600)
    del service.env["KHCN_BACKUP_PUBLIC_KEYS"]
    service.env["KHCN_BACKUP_PASSPHRASE_FILE"] = str(file)


def there(connection):
    """Which of the tables there are."""
    names = (
        "tablename FROM pg_tables"
        if isinstance(connection, psycopg.Connection)
        else "name FROM sqlite_master"
    )
    found = {name for (name,) in connection.execute(f"SELECT {names}").fetchall()}
    return [table for table in TABLES if table in found]


def test_what_is_missing_is_migrated_after_a_backup_and_nothing_the_second_time(system, tmp_path):
    """On PostgreSQL the second time is that of the owner, below."""
    service, connection = system
    on_sqlite = isinstance(connection, sqlite3.Connection)
    if on_sqlite:
        encrypt_with_passphrase(service, tmp_path / "passphrase")
    forget(connection, "kernel_jobs")
    printed = service.run("khcn", "upgrade")
    assert "1 bước / steps: kernel_jobs.0001_initial" in printed
    assert there(connection) == list(TABLES)
    [made] = (tmp_path / "backups").glob("khcn-*")
    assert f"Đã sao lưu / backup: {made}" in printed
    assert (made / "identity.age").exists() == on_sqlite
    if not on_sqlite:
        return
    assert "đã đúng với bản" in service.run("khcn", "upgrade")
    assert list((tmp_path / "backups").glob("khcn-*")) == [made]


def test_of_an_upgrade_that_fails_nothing_is_left(system):
    service, connection = system
    # Tables of "trace" are there, which its migration does not expect; "goods" depends on them.
    forget(connection, "kernel_jobs", "trace", "goods")
    with pytest.raises(ServiceError, match="Cơ sở dữ liệu còn nguyên như trước khi nâng cấp") as failed:
        service.run("khcn", "upgrade")
    assert "ở bước trace.0001_initial" in str(failed.value)
    assert there(connection) == []
    rows = connection.execute(
        "SELECT count(*) FROM django_migrations WHERE app IN ('kernel_jobs', 'trace', 'goods')"
    )
    assert rows.fetchall() == [(0,)]


@ON_ONE
def test_nothing_is_upgraded_without_a_place_for_the_backup(system):
    service, connection = system
    forget(connection, "kernel_jobs")
    del service.env["KHCN_BACKUP_FOLDER"]
    with pytest.raises(ServiceError, match="Chưa đặt nơi sao lưu"):
        service.run("khcn", "upgrade")
    assert there(connection) == []
    service.run("khcn", "upgrade", "--no-backup")
    assert there(connection) == list(TABLES)


@pytest.mark.xdist_group("upgrade-postgresql")
def test_the_owner_upgrades_and_the_application_gets_its_rights(tmp_path):
    with database_of_two_roles(migrated=True) as (owner, application):
        service = Service(tmp_path, database_url=application)
        service.env["KHCN_OWNER_DATABASE_URL"] = owner
        service.run("khcn", "migrate", "--verbosity", "0")
        with psycopg.connect(owner, autocommit=True) as connection:
            forget(connection, "kernel_jobs")
        service.run("khcn", "upgrade", "--no-backup")
        with psycopg.connect(application, autocommit=True) as connection:
            assert there(connection) == list(TABLES)
            connection.execute("INSERT INTO kernel_jobs_heartbeat (at) VALUES (now())")
        with psycopg.connect(
            owner, autocommit=True
        ) as connection:  # as after an upgrade that was stopped behind its steps
            connection.execute(f"REVOKE ALL ON kernel_jobs_heartbeat FROM {urlsplit(application).username}")
        assert "đã đúng với bản" in service.run("khcn", "upgrade", "--no-backup")
        with psycopg.connect(application, autocommit=True) as connection:
            assert connection.execute("SELECT count(*) FROM kernel_jobs_heartbeat").fetchone() == (1,)


@ON_ONE
def test_a_trial_database_that_lacks_some_old_migrations_is_refused_before_any_step(system):
    service, connection = system
    migrations = "SELECT app, name FROM django_migrations ORDER BY app, name"
    connection.execute("DELETE FROM django_migrations WHERE app = 'councils' AND name <> '0002_search_table'")
    forget(connection, "kernel_jobs")
    before = connection.execute(migrations).fetchall()
    with pytest.raises(ServiceError, match="Chưa có gì thay đổi"):
        service.run("khcn", "upgrade", "--no-backup")
    assert connection.execute(migrations).fetchall() == before
    assert there(connection) == []
