"""Events by year on PostgreSQL, links and identities by hash: what is where, and what a question opens."""

import logging
import re
import threading
from datetime import UTC, datetime, timedelta, timezone
from importlib import import_module

import pytest
from django.db import DatabaseError, connection, transaction

from khcn.epcis import parse_query
from khcn.trace.models import Event
from khcn.trace.store import DjangoEventStore
from khcn.trace.store.database import event_rows, partitions, stores
from khcn.trace.store.database.partitions import ensure_years, wanted_years
from khcn.trace.store.database.year_bounds import bounds_around
from khcn.trace.store.encoding.instants import microseconds
from khcn.trace.store.search import candidate_id_sources
from tests.trace.store_given import asked, capture, event, ids, item
from tests.trace.test_store_at_once import at_once, on_postgresql

NOW = datetime(2026, 10, 9, tzinfo=UTC)


def micro(*when):
    return int(datetime(*when, tzinfo=UTC).timestamp() * 1_000_000)


@pytest.mark.parametrize(
    ("moment", "within"),
    [
        (micro(2026, 1, 1), (micro(2026, 1, 1), micro(2027, 1, 1))),
        (micro(2027, 1, 1) - 1, (micro(2026, 1, 1), micro(2027, 1, 1))),
        (micro(2024, 2, 29), (micro(2024, 1, 1), micro(2025, 1, 1))),
        (micro(2020, 1, 1), (micro(2020, 1, 1), micro(2021, 1, 1))),
        (micro(2020, 1, 1) - 1, (None, micro(2020, 1, 1))),
        (-(10**18), (None, micro(2020, 1, 1))),
        (micro(2100, 1, 1) - 1, (micro(2099, 1, 1), micro(2100, 1, 1))),
        (10**18, (micro(2100, 1, 1), None)),
    ],
)
def test_the_year_of_a_moment(moment, within):
    assert bounds_around(moment) == within


def test_years_are_wanted_from_2020_to_two_years_ahead():
    assert wanted_years(datetime(2024, 2, 29, 23, tzinfo=UTC)) == range(2020, 2027)


def test_the_day_counts_where_greenwich_is():
    new_year = datetime(2027, 1, 1, 2, tzinfo=timezone(timedelta(hours=7)))
    assert wanted_years(new_year)[-1] == 2028


@on_postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("year", [2019, 2100, 0, -5])
def test_nobody_makes_another_partition(year):
    """The function has the rights of the owner of the tables, and the application may call it."""
    with connection.cursor() as cursor, pytest.raises(DatabaseError):
        cursor.execute("SELECT trace_make_year(%s)", [year])


@pytest.mark.django_db
def test_on_sqlite_there_are_no_years():
    if connection.vendor != "postgresql":
        assert ensure_years(at=NOW) == []


def where():
    """In which table each event lies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT event_id, tableoid::regclass::text FROM trace_event ORDER BY id")
        return dict(cursor.fetchall())


TIMES = {
    "2026-01-01T06:59:59.999999+07:00": "trace_event_2025",
    "2026-01-01T07:00:00+07:00": "trace_event_2026",
    "2020-01-01T00:00:00Z": "trace_event_2020",
    "2019-12-31T23:59:59.9Z": "trace_event_default",
    "0001-01-01T00:00:00+07:00": "trace_event_default",
    "9999-12-31T23:59:59.9999999-07:00": "trace_event_default",
    "2050-06-01T00:00:00Z": "trace_event_default",
}


@on_postgresql
@pytest.mark.django_db
def test_each_event_lies_in_its_year_and_is_found_wherever_it_lies():
    events = {event(time=time, epcList=[item(7)]): table for time, table in TIMES.items()}
    capture(*events)
    assert where() == {one.event_id: table for one, table in events.items()}
    in_time = ids(*sorted(events, key=lambda one: one.event_time))
    assert asked(orderBy="eventTime", orderDirection="ASC") == in_time
    assert asked(MATCH_epc=[item(7)], orderBy="eventTime", orderDirection="ASC", perPage=2) == in_time
    assert asked(MATCH_epc=[item(7)]) == ids(*events)
    for one in events:
        assert asked(EQ_eventID=[one.event_id]) == [one.event_id]


@on_postgresql
@pytest.mark.django_db
def test_the_tables_have_what_the_models_say():
    with connection.cursor() as cursor:
        names = set(connection.introspection.table_names(cursor))
        for model in (
            Event,
            *(
                Event._meta.apps.get_model("trace", name)
                for name in ("EventObject", "PartyObject", "Identity")
            ),
        ):
            table = model._meta.db_table
            assert table in names
            assert not any(name.startswith(f"{table}_") for name in names)  # partitions are no tables of ours
            columns = {
                one.name: one.null_ok for one in connection.introspection.get_table_description(cursor, table)
            }
            assert columns == {field.column: False for field in model._meta.concrete_fields}
            found = connection.introspection.get_constraints(cursor, table)
            assert {one.name for one in model._meta.indexes} <= set(found)
            assert any(one["primary_key"] for one in found.values())
        cursor.execute(
            "SELECT parent.relname, count(*) FROM pg_inherits JOIN pg_class parent ON parent.oid = inhparent "
            "WHERE parent.relkind = 'p' GROUP BY 1 ORDER BY 1"
        )
        count = dict(cursor.fetchall())
    assert (count["trace_identity"], count["trace_eventobject"], count["trace_partyobject"]) == (4, 4, 4)
    assert count["trace_event"] >= len(wanted_years(NOW)) + 1


def plans(monkeypatch, *modules):
    """The plans of all statements that these modules ask from now on."""
    found = []

    def explained(statement, _alias=None):
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {statement.text}", statement.values)
            found.append("\n".join(line for (line,) in cursor.fetchall()))
            cursor.execute(statement.text, statement.values)
            return list(cursor.fetchall())

    for module in modules:
        monkeypatch.setattr(module, "fetch", explained)
    return found


@on_postgresql
@pytest.mark.django_db
def test_the_events_of_one_thing_open_one_part_of_the_links_and_the_years_of_its_events(
    monkeypatch,
):
    one = event(time="2026-10-05T00:00:00Z", epcList=[item(7)])
    other = event(time="2024-03-05T00:00:00Z", epcList=[item(7)])
    capture(one, other, *(event(time="2025-05-05T00:00:00Z", epcList=[item(n)]) for n in range(7)))
    asked_for = plans(monkeypatch, event_rows, candidate_id_sources, stores)
    page = DjangoEventStore().query(
        parse_query({"MATCH_epc": [item(7)], "GE_eventTime": "2024-01-01T00:00:00Z"})
    )
    assert [each.event_id for each in page.events] == ids(one, other)
    links, events = asked_for
    assert len(set(re.findall(r"on (trace_eventobject_\d+)", links))) == 1
    assert set(re.findall(r"on (trace_event_\w+)", events)) == {"trace_event_2024", "trace_event_2026"}


@on_postgresql
@pytest.mark.django_db
def test_years_are_made_and_what_lay_beside_them_is_moved():
    inside, outside = (
        event(time="2050-06-15T00:00:00Z", epcList=[item(7)]),
        event(time="2051-07-15T00:00:00Z"),
    )
    capture(inside, outside)
    made = ensure_years(at=datetime(2048, 6, 30, tzinfo=UTC))
    assert made[-1] == "trace_event_2050"
    assert made == sorted(made)
    assert where() == {inside.event_id: "trace_event_2050", outside.event_id: "trace_event_default"}
    assert asked(MATCH_epc=[item(7)]) == ids(inside)
    assert ensure_years(at=datetime(2048, 6, 1, tzinfo=UTC)) == []
    later = event(time="2050-06-16T00:00:00Z")
    capture(later, inside)
    assert where()[later.event_id] == "trace_event_2050"
    assert asked() == ids(inside, outside, later)


@pytest.fixture
def dropped():
    """Years made outside a test's transaction go with the test."""
    yield
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname ~ '^trace_event_20[4-9]\\d$' AND relkind = 'r'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TABLE {name}")


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_two_processes_make_years_while_events_are_captured(dropped, monkeypatch):
    monkeypatch.setattr(partitions, "wanted_years", lambda at: wanted_years(at)[-5:])  # not those up to it
    at = datetime(2048, 6, 30, tzinfo=UTC)
    events = [event(time=f"{2045 + number % 6}-06-15T00:00:00Z") for number in range(60)]

    def captures(some):
        return lambda: [capture(one) for one in some]

    answers = at_once(
        [
            lambda: ensure_years(at=at),
            lambda: ensure_years(at=at),
            *(captures(events[n::4]) for n in range(4)),
        ]
    )
    ensure_years(at=at)  # what a capture held up is made the next time
    names = [f"trace_event_{year}" for year in range(2046, 2051)]
    assert sorted(answers[0] + answers[1]) <= names
    assert set(where().values()) == {"trace_event_default", *names}
    assert sorted(asked()) == sorted(ids(*events))
    assert Event.objects.count() == 60
    assert {
        microseconds(one.event_time) >= micro(2046, 1, 1) for one in events if where()[one.event_id] in names
    } == {True}


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_capture_that_holds_the_default_partition_is_not_waited_for(dropped, monkeypatch, caplog):
    monkeypatch.setattr(partitions, "_LOCK_TIMEOUT", "100ms")
    monkeypatch.setattr(partitions, "wanted_years", lambda at: wanted_years(at)[-2:])
    holding, done = threading.Event(), threading.Event()
    at = datetime(2048, 6, 30, tzinfo=UTC)

    def hold():
        with transaction.atomic():
            capture(event(time="2050-06-15T00:00:00Z"))
            holding.set()
            done.wait(120)

    def make():
        holding.wait(120)
        with caplog.at_level(logging.WARNING, partitions.__name__):
            made = ensure_years(at=at)
        done.set()
        return made

    assert at_once([hold, make])[1] == []
    assert "trace_event_2049 is left for the next time" in caplog.text
    assert ensure_years(at=at) == ["trace_event_2049", "trace_event_2050"]
    assert set(where().values()) == {"trace_event_2050"}


@on_postgresql
@pytest.mark.django_db
def test_months_of_a_database_of_a_trial_become_years():
    """Before `0002_years` there was a partition for each month, and the present year had not all of them."""
    times = {
        "2025-12-31T23:59:59Z": "trace_event_2025",
        "2026-01-15T00:00:00Z": "trace_event_2026",
        "2026-02-15T00:00:00Z": "trace_event_2026",
        "2026-12-15T00:00:00Z": "trace_event_2026",  # lay in the default partition
    }
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE trace_event_2026")
        cursor.execute("DROP FUNCTION trace_make_year(integer)")
        cursor.execute(
            "CREATE FUNCTION trace_make_month(text, bigint, bigint) RETURNS void LANGUAGE sql AS ''"
        )
        for month in (1, 2, 3):
            bounds = f"FROM ({micro(2026, month, 1)}) TO ({micro(2026, month + 1, 1)})"
            cursor.execute(
                f"CREATE TABLE trace_event_2026_0{month} PARTITION OF trace_event FOR VALUES {bounds}"
            )
    events = {event(time=time, epcList=[item(7)]): table for time, table in times.items()}
    capture(*events)
    with connection.schema_editor() as editor:
        import_module("khcn.trace.migrations.0002_years").make_years(None, editor)
    assert where() == {one.event_id: table for one, table in events.items()}
    assert asked(MATCH_epc=[item(7)]) == ids(*events)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid "
            "WHERE inhparent = 'trace_event'::regclass ORDER BY relname"
        )
        names = [f"trace_event_{year}" for year in wanted_years(datetime.now(UTC))]
        assert [name for (name,) in cursor.fetchall()] == [*names, "trace_event_default"]
        cursor.execute("SELECT proname FROM pg_proc WHERE proname LIKE 'trace\\_make%'")
        assert cursor.fetchall() == [("trace_make_year",)]
