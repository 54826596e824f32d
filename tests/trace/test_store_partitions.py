"""Events by month on PostgreSQL, links and identities by hash: what is where, and what a question opens."""

import logging
import re
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import connection, transaction

from khcn.epcis import parse_query
from khcn.trace.models import Event
from khcn.trace.store import DjangoEventStore
from khcn.trace.store.database import event_rows, partitions, stores
from khcn.trace.store.database.month_bounds import bounds_of_month, months
from khcn.trace.store.database.partitions import ensure_months, wanted_months
from khcn.trace.store.encoding.instants import microseconds
from khcn.trace.store.search import candidate_id_sources
from tests.trace.store_given import asked, capture, event, ids, item
from tests.trace.test_store_at_once import at_once, on_postgresql

NOW = datetime(2026, 10, 9, tzinfo=UTC)


def micro(*when):
    return int(datetime(*when, tzinfo=UTC).timestamp() * 1_000_000)


def test_months_follow_each_other_without_a_gap():
    found = list(months(datetime(2026, 11, 5, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC)))
    assert [name for name, _, _ in found] == ["2026_11", "2026_12", "2027_01", "2027_02"]
    assert found[0][1] == micro(2026, 11, 1)
    assert found[-1][2] == micro(2027, 3, 1)
    assert [end for _, _, end in found[:-1]] == [start for _, start, _ in found[1:]]


@pytest.mark.parametrize(
    ("moment", "within"),
    [
        (micro(2026, 10, 1), (micro(2026, 10, 1), micro(2026, 11, 1))),
        (micro(2026, 11, 1) - 1, (micro(2026, 10, 1), micro(2026, 11, 1))),
        (micro(2024, 2, 29), (micro(2024, 2, 1), micro(2024, 3, 1))),
        (micro(2026, 12, 31), (micro(2026, 12, 1), micro(2027, 1, 1))),
        (micro(2020, 1, 1), (micro(2020, 1, 1), micro(2020, 2, 1))),
        (micro(2020, 1, 1) - 1, (None, micro(2020, 1, 1))),
        (-(10**18), (None, micro(2020, 1, 1))),
        (10**18, (micro(2100, 1, 1), None)),
    ],
)
def test_the_month_of_a_moment(moment, within):
    assert bounds_of_month(moment) == within


def test_months_are_wanted_from_2020_to_two_years_ahead():
    names = [name for name, _, _ in wanted_months(datetime(2024, 2, 29, 23, tzinfo=UTC))]
    assert (names[0], names[-1], len(names)) == ("trace_event_2020_01", "trace_event_2026_02", 74)


def test_the_day_counts_where_greenwich_is():
    new_year = datetime(2027, 1, 1, 2, tzinfo=timezone(timedelta(hours=7)))
    assert wanted_months(new_year)[-1][0] == "trace_event_2028_12"


@pytest.mark.django_db
def test_on_sqlite_there_are_no_months():
    if connection.vendor != "postgresql":
        assert ensure_months(at=NOW) == []


def where():
    """In which table each event lies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT event_id, tableoid::regclass::text FROM trace_event ORDER BY id")
        return dict(cursor.fetchall())


@pytest.fixture
def every_month(db):
    """The months of an installation, of which the database of the tests has some (`tests.used_months`)."""
    ensure_months(at=NOW)


TIMES = {
    "2026-10-01T06:59:59.999999+07:00": "trace_event_2026_09",
    "2026-10-01T07:00:00+07:00": "trace_event_2026_10",
    "2020-01-01T00:00:00Z": "trace_event_2020_01",
    "2019-12-31T23:59:59.9Z": "trace_event_default",
    "0001-01-01T00:00:00+07:00": "trace_event_default",
    "9999-12-31T23:59:59.9999999-07:00": "trace_event_default",
    "2050-06-01T00:00:00Z": "trace_event_default",
}


@on_postgresql
@pytest.mark.django_db
def test_each_event_lies_in_its_month_and_is_found_wherever_it_lies(every_month):
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
def test_the_tables_have_what_the_models_say(every_month):
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
    assert (count["trace_identity"], count["trace_eventobject"], count["trace_partyobject"]) == (16, 16, 16)
    assert count["trace_event"] >= len(wanted_months(NOW)) + 1


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
def test_the_events_of_one_thing_open_one_part_of_the_links_and_the_months_of_its_events(
    every_month, monkeypatch
):
    one = event(time="2026-10-05T00:00:00Z", epcList=[item(7)])
    other = event(time="2026-03-05T00:00:00Z", epcList=[item(7)])
    capture(one, other, *(event(time="2025-05-05T00:00:00Z", epcList=[item(n)]) for n in range(20)))
    asked_for = plans(monkeypatch, event_rows, candidate_id_sources, stores)
    page = DjangoEventStore().query(
        parse_query({"MATCH_epc": [item(7)], "GE_eventTime": "2026-01-01T00:00:00Z"})
    )
    assert [each.event_id for each in page.events] == ids(one, other)
    links, events = asked_for
    assert len(set(re.findall(r"on (trace_eventobject_\d+)", links))) == 1
    assert set(re.findall(r"on (trace_event_\w+)", events)) == {"trace_event_2026_03", "trace_event_2026_10"}


@on_postgresql
@pytest.mark.django_db
def test_months_are_made_and_what_lay_beside_them_is_moved():
    inside, outside = (
        event(time="2050-06-15T00:00:00Z", epcList=[item(7)]),
        event(time="2050-07-15T00:00:00Z"),
    )
    capture(inside, outside)
    made = ensure_months(at=datetime(2048, 6, 30, tzinfo=UTC))
    assert made[-1] == "trace_event_2050_06"
    assert made == sorted(made)
    assert where() == {inside.event_id: "trace_event_2050_06", outside.event_id: "trace_event_default"}
    assert asked(MATCH_epc=[item(7)]) == ids(inside)
    assert ensure_months(at=datetime(2048, 6, 1, tzinfo=UTC)) == []
    later = event(time="2050-06-16T00:00:00Z")
    capture(later, inside)
    assert where()[later.event_id] == "trace_event_2050_06"
    assert asked() == ids(inside, outside, later)


@pytest.fixture
def dropped():
    """Months made outside a test's transaction go with the test."""
    yield
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname ~ '^trace_event_20[4-9]\\d_\\d\\d$' AND relkind = 'r'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TABLE {name}")


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_two_processes_make_months_while_events_are_captured(dropped, monkeypatch):
    monkeypatch.setattr(
        partitions, "wanted_months", lambda at: wanted_months(at)[-5:]
    )  # not the twenty years up to it
    at = datetime(2048, 6, 30, tzinfo=UTC)
    events = [event(time=f"2050-0{number % 6 + 1}-15T00:00:00Z") for number in range(60)]

    def captures(some):
        return lambda: [capture(one) for one in some]

    answers = at_once(
        [
            lambda: ensure_months(at=at),
            lambda: ensure_months(at=at),
            *(captures(events[n::4]) for n in range(4)),
        ]
    )
    ensure_months(at=at)  # what a capture held up is made the next time
    names = [f"trace_event_2050_0{month}" for month in range(2, 7)]
    assert sorted(answers[0] + answers[1]) <= names
    assert set(where().values()) == {"trace_event_default", *names}
    assert sorted(asked()) == sorted(ids(*events))
    assert Event.objects.count() == 60
    assert {
        microseconds(one.event_time) >= micro(2050, 2, 1) for one in events if where()[one.event_id] in names
    } == {True}


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_capture_that_holds_the_default_partition_is_not_waited_for(dropped, monkeypatch, caplog):
    monkeypatch.setattr(partitions, "_LOCK_TIMEOUT", "100ms")
    monkeypatch.setattr(partitions, "wanted_months", lambda at: wanted_months(at)[-2:])
    holding, done = threading.Event(), threading.Event()
    at = datetime(2048, 6, 30, tzinfo=UTC)

    def hold():
        with transaction.atomic():
            capture(event(time="2050-06-15T00:00:00Z"))
            holding.set()
            done.wait(10)

    def make():
        holding.wait(10)
        with caplog.at_level(logging.WARNING, partitions.__name__):
            made = ensure_months(at=at)
        done.set()
        return made

    assert at_once([hold, make])[1] == []
    assert "trace_event_2050_05 is left for the next time" in caplog.text
    assert ensure_months(at=at) == ["trace_event_2050_05", "trace_event_2050_06"]
    assert set(where().values()) == {"trace_event_2050_06"}
