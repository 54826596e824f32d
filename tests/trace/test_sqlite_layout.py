"""The tables of SQLite made anew by migration 0003: the same rows, the same indexes, the same answers."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction

from tests.trace.store_given import asked, capture, declared, event, ids, item, lot, place

pytestmark = [pytest.mark.django_db, pytest.mark.once]

migration = import_module("khcn.trace.migrations.0003_sqlite_layout")
# the tables as migration 0006 renamed them
WITHOUT_ROWID = ("trace_identity", "trace_eventobject", "trace_lineageedgeend", "trace_knownvalue")
TABLES = (*WITHOUT_ROWID, "trace_event")


def answered(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def rows():
    return {table: sorted(answered(f"SELECT * FROM {table}")) for table in TABLES}


def made(kind):
    """Name and statement of what the tables consist of."""
    placeholders = ", ".join(["%s"] * len(TABLES))
    where = f"type = %s AND sql IS NOT NULL AND tbl_name IN ({placeholders})"
    return dict(answered(f"SELECT name, sql FROM sqlite_master WHERE {where}", kind, *TABLES))


def test_tables_made_anew_hold_and_answer_the_same(monkeypatch):
    monkeypatch.setattr(migration, "WITHOUT_ROWID", WITHOUT_ROWID)
    wrong = event(type="TransformationEvent", inputEPCList=[item(1)], outputEPCList=[item(2)])
    packed = event(
        type="AggregationEvent",
        action="ADD",
        parentID="https://id.gs1.org/00/095212340000000173",
        childEPCs=[item(2)],
        readPoint={"id": place()},
    )
    capture(wrong, packed)
    capture(declared(wrong))
    before, indexes = rows(), made("index")
    assert all(before.values())

    migration.lay_out(None, SimpleNamespace(connection=connection))

    assert rows() == before
    assert made("index") == indexes
    statements = made("table")
    assert set(statements) == set(TABLES)
    assert {name for name, sql in statements.items() if sql.endswith("WITHOUT ROWID")} == set(WITHOUT_ROWID)
    assert answered("SELECT count(*) FROM trace_event WHERE rowid = id") == [(3,)]
    later = event(epcList=[item(2)], quantityList=[{"epcClass": lot("L")}])
    assert capture(later, packed).duplicates == (packed.event_id,)
    assert asked(MATCH_anyEPC=[item(2)]) == ids(wrong, packed, later)
    for table in TABLES:  # what was a key still is one
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {table} SELECT * FROM {table} LIMIT 1")


def test_a_table_that_is_not_as_it_was_made_is_left_alone():
    with pytest.raises(ValueError, match="not as 0001 made it"):
        migration.with_row_number("CREATE TABLE trace_event (id text)")
