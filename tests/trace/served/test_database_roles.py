"""The service on two roles of PostgreSQL: what owns the tables, and what answers requests (khcn.kernel.database_roles)."""

import contextlib
import json
import subprocess
import sys
from urllib.parse import urlsplit

import psycopg
import pyrage
import pytest

from bench.service import Service
from tests.conftest import ROOT
from tests.own_database import database_of_two_roles
from tests.trace.rest_given import document, event
from tests.trace.served.client import Program

LOG = ("kernel_audit_changeentry", "kernel_audit_chainlink", "kernel_audit_mergedlink")
# Each with a column, and a partition of those that have some.
EVENTS = {
    "trace_event": "body",
    "trace_event_2026": "body",
    "trace_event_default": "body",
    "trace_eventobject": "role",
    "trace_eventobject_0": "role",
    "trace_partyobject": "kind",
    "trace_partyobject_0": "kind",
    "trace_knownvalue": "value",
    "trace_masterrecord": "body",
    "trace_lineageedgeend": "quantity",
    "trace_identity": "event",
    "trace_identity_0": "event",
}
REFUSED = [
    *(f"UPDATE {table} SET digest = digest" for table in LOG),
    *(f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in LOG),
    *(f"UPDATE {table} SET {column} = {column}" for table, column in EVENTS.items()),
    *(f"DELETE FROM {table}" for table in (*LOG, *EVENTS) if table != "trace_identity"),
    *(f"TRUNCATE {table} CASCADE" for table in (*LOG, *EVENTS)),
    f"DROP TABLE {LOG[0]} CASCADE",
    "DELETE FROM django_migrations",
    "CREATE TABLE of_somebody (id int)",
    "SELECT trace_make_year(2100)",
]


TRIGGER = """
INSERT INTO pg_temp.trace_event_default (event_time) VALUES (4071000000000000);
CREATE FUNCTION pg_temp.as_owner() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN EXECUTE 'DELETE FROM kernel_audit_changeentry'; RETURN OLD; END $$;
CREATE TRIGGER taking BEFORE DELETE ON pg_temp.trace_event_default FOR EACH ROW EXECUTE FUNCTION pg_temp.as_owner()
"""


@pytest.fixture(scope="module")
def roles():
    """The tables are there: the migrations from nothing by an owner of no more rights are asked in tests/own_provinces.py."""
    with database_of_two_roles(migrated=True) as found:
        yield found


def capture_all_kinds(program):
    """Whatever the role has to write: events, edges, a declaration that makes them void, master data, a document taken back."""
    packed = event(2) | {
        "type": "AggregationEvent", "action": "ADD", "parentID": "https://id.gs1.org/00/095212340000000019",
        "childEPCs": ["https://id.gs1.org/01/09521234000006/21/2"],
    }  # fmt: skip
    packed.pop("epcList")
    wrong = packed | {"errorDeclaration": {"declarationTime": "2026-10-09T02:00:00Z"}}
    for each in (document(event(1), packed), document(wrong)):
        job = program.ended(program.capture(json.dumps(each).encode()))
        assert job["success"], job
    other = packed | {"bizStep": "receiving"}  # under an id that its sender has used
    job = program.ended(program.capture(json.dumps(document(event(3), other)).encode()))
    assert not job["success"], job


@pytest.mark.xdist_group("programs")
def test_what_answers_requests_can_change_neither_tables_nor_the_log(roles, tmp_path):
    owner, application = roles
    service = Service(tmp_path, database_url=application)
    service.env["KHCN_OWNER_DATABASE_URL"] = owner
    service.env["KHCN_BACKUP_FOLDER"] = str(tmp_path / "backups")
    service.env["KHCN_BACKUP_PUBLIC_KEYS"] = str(pyrage.x25519.Identity.generate().to_public())
    (tmp_path / "backups").mkdir()
    program = Program(service.port, json.loads(service.run("tests.trace.served.world", "prepare"))["key"])
    with psycopg.connect(application, autocommit=True) as connection:
        for statement in REFUSED:
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.RaiseException)):
                connection.execute(statement)
    with psycopg.connect(application) as connection:  # a table of the caller's own in front of the owner's
        connection.execute("CREATE TEMPORARY TABLE trace_event_default AS TABLE trace_event WITH NO DATA")
        connection.execute(TRIGGER)
        connection.execute("GRANT ALL ON pg_temp.trace_event_default TO PUBLIC")
        connection.execute("SELECT trace_make_year(2099)")
        assert connection.execute("SELECT count(*) FROM pg_temp.trace_event_default").fetchall() == [(1,)]
        connection.rollback()
    with psycopg.connect(owner, autocommit=True) as connection:
        [(last,)] = connection.execute(
            "SELECT max(relname) FROM pg_class WHERE relkind = 'r' AND relname ~ '^trace_event_2'"
        )
        connection.execute(f"DROP TABLE {last}")  # so that a year is missing
    with service:
        capture_all_kinds(program)
        service.run("khcn", "verify-log")
        service.run("tests.trace.served.world", "do_daily_work")
    with psycopg.connect(application) as connection:
        assert connection.execute("SELECT count(*) FROM trace_event").fetchall() == [(3,)]
        edges = connection.execute("SELECT DISTINCT voided FROM trace_lineageedgeend").fetchall()
        assert edges == [(True,)]
        [(year_changed,)] = connection.execute("SELECT has_table_privilege(%s, 'UPDATE')", [last])
        assert not year_changed
        [(made,)] = connection.execute("SELECT count(*) FROM pg_class WHERE relname = %s", [last])
        assert made == 1  # by the background worker, through the function of the owner
    assert " ERROR " not in service.log()


RIGHTS = """
import sys, django; django.setup()
from django.utils import timezone
from khcn.config.doctor.database import rights
for _asked in sys.stdin:
    found = [f"{each.level.value}: {each.text.partition(': ')[2]}".strip() for each in rights(timezone.now())]
    print("; ".join(found), flush=True)
"""


@contextlib.contextmanager
def asked_for_rights(service):
    """What the doctor says, each time that it is asked."""
    command = [sys.executable, "-c", RIGHTS]
    with subprocess.Popen(
        command, env=service.env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def ask():
            process.stdin.write("?\n")
            process.stdin.flush()
            return process.stdout.readline().strip()

        yield ask
        process.stdin.close()


@pytest.mark.xdist_group("programs")
def test_the_doctor_names_what_the_role_of_the_service_may_do_too_much(roles, tmp_path):
    owner, application = roles
    service = Service(tmp_path, database_url=application)
    service.env |= {"KHCN_OWNER_DATABASE_URL": owner, "DJANGO_SETTINGS_MODULE": "khcn.config.settings"}
    service.run("khcn", "migrate", "--verbosity", "0")
    with asked_for_rights(service) as rights:
        assert rights() == "good:"
        role = urlsplit(application).username
        with psycopg.connect(owner, autocommit=True) as connection:
            connection.execute(f"GRANT UPDATE ON trace_eventobject_0, trace_event_2026 TO {role}")
            connection.execute(f"GRANT DELETE ON trace_identity, kernel_audit_chainlink TO {role}")
        assert rights() == (
            "error: DELETE kernel_audit_chainlink, UPDATE trace_event_2026, UPDATE trace_eventobject_0."
        )
        service.run("khcn", "migrate", "--verbosity", "0")
        assert rights() == "good:"
