"""The tables as the migration lays them out on SQLite: no row is stored twice, the same keys, indexes and answers."""

import sqlite3
from contextlib import closing
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction

from khcn.trace.models import Event, EventObject, Identity, KnownValue, LineageEdgeEnd, PartyObject
from tests.trace.store_given import asked, capture, declared, event, ids, item, lot, place

pytestmark = [pytest.mark.django_db, pytest.mark.once]

migration = import_module("khcn.trace.migrations.0001_initial")
WITHOUT_ROWID = {
    each._meta.db_table for each in (Identity, EventObject, PartyObject, LineageEdgeEnd, KnownValue)
}
TABLES = {Event._meta.db_table, *WITHOUT_ROWID}


def answered(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def test_tables_laid_out_keep_their_keys_and_answer_the_same():
    with connection.cursor() as cursor:
        migration.lay_out(None, SimpleNamespace(connection=connection, execute=cursor.execute))
    wrong = event(type="TransformationEvent", inputEPCList=[item(1)], outputEPCList=[item(2)])
    packed = event(
        type="AggregationEvent",
        action="ADD",
        parentID="https://id.gs1.org/00/095212340000000173",
        childEPCs=[item(2)],
        readPoint={"id": place()},
    )
    capture(wrong, packed, owner=1)
    capture(declared(wrong), owner=1)
    assert answered("SELECT count(*) FROM trace_event WHERE rowid = id") == [(3,)]
    later = event(epcList=[item(2)], quantityList=[{"epcClass": lot("L")}])
    assert capture(later, packed, owner=1).duplicates == (packed.event_id,)
    assert asked(MATCH_anyEPC=[item(2)]) == ids(wrong, packed, later)
    for table in TABLES:
        assert answered(f"SELECT count(*) FROM {table}") > [(0,)]
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {table} SELECT * FROM {table} LIMIT 1")


def test_a_migrated_database_has_the_layout_and_all_indexes(put_migrated_database, tmp_path):
    put_migrated_database(tmp_path)
    with closing(sqlite3.connect(tmp_path / "khcn.sqlite3")) as database:
        made = database.execute(
            "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        ).fetchall()
    statements = {name: sql for kind, name, _table, sql in made if kind == "table" and name in TABLES}
    assert {name for name, sql in statements.items() if sql.endswith("WITHOUT ROWID")} == WITHOUT_ROWID
    assert migration.ROW_NUMBER in statements["trace_event"]
    for model in (Event, EventObject, LineageEdgeEnd):
        declared_indexes = {index.name for index in model._meta.indexes}
        table = model._meta.db_table
        assert (
            {name for kind, name, of, _sql in made if kind == "index" and of == table}
            == declared_indexes
            != set()
        )


def test_a_table_that_is_not_as_it_was_made_is_left_alone():
    with pytest.raises(ValueError, match="not as Django makes it"):
        migration.with_row_number("CREATE TABLE trace_event (id text)")
