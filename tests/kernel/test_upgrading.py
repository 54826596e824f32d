"""Changes of large tables: what an operation leaves, also where it fails, and what is taken back (docs/adr/0043)."""

import threading

import pytest
from django.db import IntegrityError, connection, connections, migrations, models
from django.db.migrations.state import ProjectState

from khcn.kernel.upgrading import short_locks
from khcn.kernel.upgrading.operations import AddCheckOnline, AddIndexOnline

pytestmark = pytest.mark.django_db(transaction=True)
ONLY_POSTGRESQL = "SQLite has neither such indexes nor such conditions"


@pytest.fixture
def table():
    """A table with two rows, as a migration sees it."""
    state = ProjectState()
    fields = [("id", models.BigAutoField(primary_key=True)), ("amount", models.IntegerField())]
    create = migrations.CreateModel("UpgradingRow", fields)
    create.state_forwards("kernel_jobs", state)
    with connection.schema_editor() as editor:
        create.database_forwards("kernel_jobs", editor, ProjectState(), state)
    model = state.apps.get_model("kernel_jobs", "UpgradingRow")
    model.objects.bulk_create([model(amount=1), model(amount=2)])
    yield state
    with connection.schema_editor() as editor:
        editor.delete_model(model)


def carry_out(operation, state):
    after = state.clone()
    operation.state_forwards("kernel_jobs", after)
    with connection.schema_editor(atomic=connection.vendor == "sqlite") as editor:
        operation.database_forwards("kernel_jobs", editor, state, after)
    return after


def constraints():
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "kernel_jobs_upgradingrow")
    return {name for name, each in found.items() if not each["primary_key"]}


def is_valid(query):
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


INDEX = AddIndexOnline("upgradingrow", models.Index(fields=["amount"], name="upgrading_amount"))
CONDITION = models.CheckConstraint(condition=models.Q(amount__gte=1), name="upgrading_positive")


def test_an_index_is_there_and_taken_back(table):
    after = carry_out(INDEX, table)
    assert constraints() == {"upgrading_amount"}
    if connection.vendor == "postgresql":
        assert is_valid(
            "SELECT indisvalid FROM pg_index WHERE indexrelid = 'upgrading_amount'::regclass"
        ) == [(True,)]
    with connection.schema_editor() as editor:
        INDEX.database_backwards("kernel_jobs", editor, after, table)
    assert constraints() == set()


def test_a_condition_holds_for_all_rows(table):
    after = carry_out(AddCheckOnline("upgradingrow", CONDITION), table)
    assert constraints() == {"upgrading_positive"}
    if connection.vendor == "postgresql":
        assert is_valid("SELECT convalidated FROM pg_constraint WHERE conname = 'upgrading_positive'") == [
            (True,)
        ]
    with pytest.raises(IntegrityError):
        after.apps.get_model("kernel_jobs", "UpgradingRow").objects.create(amount=0)


def test_of_a_condition_that_a_row_does_not_meet_nothing_is_left(table):
    operation = AddCheckOnline(
        "upgradingrow",
        models.CheckConstraint(condition=models.Q(amount__gte=2), name="upgrading_two"),
    )
    with pytest.raises(IntegrityError):
        carry_out(operation, table)
    assert constraints() == set()


def test_what_an_interrupted_attempt_left_is_replaced(table):
    if connection.vendor != "postgresql":
        pytest.skip(ONLY_POSTGRESQL)
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE kernel_jobs_upgradingrow ADD CONSTRAINT upgrading_positive CHECK (id > 99) NOT VALID"
        )
        cursor.execute("CREATE INDEX upgrading_amount ON kernel_jobs_upgradingrow (id)")
    carry_out(AddCheckOnline("upgradingrow", CONDITION), table)
    carry_out(INDEX, table)
    assert constraints() == {"upgrading_positive", "upgrading_amount"}
    [(definition,)] = is_valid("SELECT pg_get_indexdef('upgrading_amount'::regclass)")
    assert definition.endswith("(amount)")


def test_a_table_that_somebody_reads_is_changed_when_he_has_read_it(table, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip(ONLY_POSTGRESQL)
    monkeypatch.setattr(short_locks, "LONGEST_WAIT", "20ms")
    read, paused = threading.Event(), threading.Event()

    def reader():
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT * FROM kernel_jobs_upgradingrow")
            read.set()
            assert paused.wait(120)
            cursor.execute("COMMIT")
        connections.close_all()

    monkeypatch.setattr(short_locks.time, "sleep", lambda _seconds: (paused.set(), thread.join()))
    thread = threading.Thread(target=reader)
    thread.start()
    assert read.wait(120)
    carry_out(AddCheckOnline("upgradingrow", CONDITION), table)
    assert paused.is_set()
    assert constraints() == {"upgrading_positive"}
