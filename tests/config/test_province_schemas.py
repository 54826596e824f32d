"""Two provinces in schemas of one database, each with roles of its own: everything works there, and neither sees the other."""

import json
import subprocess
import sys

import psycopg
import pyrage
import pytest

from bench.service import Service, ServiceError
from tests.own_provinces import database_of_provinces
from tests.trace.rest_given import document, event
from tests.trace.served.client import Program

NUMBERS = """
SELECT quote_ident(c.relname), quote_ident(a.attname) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE a.attidentity <> '' AND c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace ORDER BY 1"""


# What Django enters before any table follows the slot; it is the same in every installation.
OF_DJANGO = "django_migrations"


@pytest.fixture
def provinces():
    with database_of_provinces() as made:
        yield made


def service_of(province, folder):
    service = Service(folder, database_url=province.application)
    service.env |= province.environment
    service.env["KHCN_BACKUP_FOLDER"] = str(folder / "backups")
    service.env["KHCN_BACKUP_PUBLIC_KEYS"] = str(pyrage.x25519.Identity.generate().to_public())
    (folder / "backups").mkdir(parents=True)
    service.env["KHCN_DATA"] = str(folder / "data")
    service.data = folder / "data"
    return service


def rows(address, query):
    with psycopg.connect(psycopg_address(address)) as connection:
        return connection.execute(query).fetchall()


def psycopg_address(address):
    return address.replace("currentSchema=", "options=-csearch_path%3D")


@pytest.mark.xdist_group("programs")
def test_two_provinces_in_one_database(provinces, tmp_path):
    first, second = provinces
    services = [service_of(each, tmp_path / each.code) for each in provinces]
    services[0].run("khcn", "init", "--administrator", "quantri", "--full-name", "A")
    for service in services:
        name = f"Hợp tác xã {service.env['KHCN_PROVINCE']}"
        made = json.loads(service.run("tests.config.province_smoke", name, "with a key"))
        key = made.pop("key")
        assert made == {"found": [name], "number": "01/QĐ-SKHCN"}
        with service:
            program = Program(service.port, key)
            job = program.ended(program.capture(json.dumps(document(event(1))).encode()))
            assert job["success"], job
            if service is services[-1]:
                is_not_moved_while_it_runs(service, tmp_path / "elsewhere")
        assert " ERROR " not in service.log()
    services[0].run(
        "tests.trace.served.world", "do_daily_work"
    )  # with backup and rehearsal, months, verification
    assert "đúng với bản" in services[0].run("khcn", "upgrade")
    found = {each["check"]: each["level"] for each in diagnosis(services[0])}
    assert [found[check] for check in OF_DATABASE] == ["good"] * len(OF_DATABASE)
    for province in provinces:
        assert rows(province.application, "SELECT count(*) FROM trace_event") == [(1,)]
        # nobody looks for tables anywhere else, and the functions of the owner do not either
        assert rows(province.owner, "SHOW search_path") == [(province.schema,)]
        paths = rows(province.owner, FUNCTIONS)
        assert paths == [(f"search_path={province.schema}, pg_temp",)] * 2
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        rows(second.application, f"SELECT count(*) FROM {first.schema}.trace_event")
    no_number_is_in_both(first, second)


def is_not_moved_while_it_runs(service, elsewhere):
    place = ["--database", service.env["DATABASE_URL"], "--data", str(elsewhere)]
    owner = ["--owner-database", service.env["KHCN_OWNER_DATABASE_URL"]]
    with pytest.raises(ServiceError, match="Dịch vụ của kho này còn chạy"):
        service.run("khcn", "province", "move", *place, *owner)
    assert not (service.data / "moved-to").exists()
    assert not elsewhere.exists()


OF_DATABASE = (
    "Cấu trúc cơ sở dữ liệu",
    "Quyền của tài khoản cơ sở dữ liệu",
    "Lược đồ cơ sở dữ liệu",
    "Số kho",
    "Sao lưu",
)
FUNCTIONS = """
SELECT unnest(proconfig) FROM pg_proc WHERE prosecdef AND pronamespace = current_schema()::regnamespace"""


def diagnosis(service):
    done = subprocess.run(
        [sys.executable, "-m", "khcn", "doctor", "--format", "json"],
        env=service.env,
        capture_output=True,
        text=True,
        check=False,
    )
    return json.loads(done.stdout)


def no_number_is_in_both(first, second):
    """Of no table: what is entered in each alike, such as national lists, too. Some tables have one row, whose number is 1."""
    for table, column in rows(first.application, NUMBERS):
        if table == OF_DJANGO:
            continue
        asked = f"SELECT {column} FROM {table} WHERE {column} <> 1"
        found = [{number for (number,) in rows(each.application, asked)} for each in (first, second)]
        for each, numbers in zip((first, second), found, strict=True):
            assert {number % 64 for number in numbers} <= {each.slot}, table
