"""What lets the tables of the store be spread over servers one day: no sequence is bound to them, no statement is refused."""

import re

import pytest
from django.db import connection

from tests.conftest import ROOT
from tests.trace.statements import faults_of
from tests.trace.test_store_at_once import on_postgresql

NUMBERS = "takes numbers of a sequence and reads a table"
NAMED = "names the columns of a WITH that is not recursive"
SOURCES = ROOT / "src" / "khcn"


@pytest.mark.parametrize(
    ("statement", "faults"),
    [
        ("SELECT nextval('trace_event_number') FROM generate_series(1, 100)", []),
        ("SELECT nextval('trace_event_number')", []),
        ("SELECT nextval('n'), e.id FROM trace_event e", [NUMBERS]),
        ("INSERT INTO trace_event (id) SELECT nextval('n')", []),
        ("UPDATE trace_event SET id = nextval('n')", [NUMBERS]),
        ("SELECT setval('n', coalesce(max(id), 1)) FROM trace_event", [NUMBERS]),
        ("WITH found (event, at) AS (SELECT 1, 2) SELECT event FROM found", [NAMED]),
        ("WITH a AS (SELECT 1), b (x) AS (SELECT 2) SELECT x FROM b", [NAMED]),
        ("with found(event) as (SELECT 1) SELECT event FROM found", [NAMED]),
        ("WITH found AS (SELECT id FROM trace_event WHERE f(a, b)) SELECT id FROM found", []),
        ("WITH found AS MATERIALIZED (SELECT 1) SELECT 1", []),
        ("WITH RECURSIVE leap(thing) AS (SELECT 1 UNION SELECT 2) SELECT thing FROM leap", []),
    ],
)
def test_what_a_statement_must_not_have(statement, faults):
    assert faults_of(statement) == faults


def test_no_migration_binds_a_sequence_to_a_column():
    bound = re.compile(r"\bOWNED\s+BY\b", re.IGNORECASE)
    migrations = [path for path in SOURCES.rglob("migrations/*.py") if path.name != "__init__.py"]
    assert migrations
    assert [path.name for path in migrations if bound.search(path.read_text("utf-8"))] == []


@on_postgresql
@pytest.mark.django_db
def test_no_sequence_is_bound_to_a_column_of_a_table():
    """An identity column has a sequence of its own, which is part of the column and goes with it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_depend d ON d.objid = c.oid AND d.classid = 'pg_class'::regclass "
            "WHERE c.relkind = 'S' AND d.deptype = 'a' AND d.refobjsubid > 0"
        )
        assert cursor.fetchall() == []
