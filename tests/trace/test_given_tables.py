"""What a statement of a walk is given beside its things: its text and what stays in memory do not grow with the removals."""

import gc
import tracemalloc

import pytest
from django.db import connection

from khcn.trace.models import LineageEdgeEnd
from khcn.trace.queries.graph.given_tables import GivenTables, values_of_tables
from khcn.trace.queries.graph.traversal_terms import CONTAINERS, MAX_TIME, HoldersRemoval, Trusted
from khcn.trace.queries.walks import traversal
from khcn.trace.store.database.sql import Sql, fetch
from tests.trace.public_given import serial
from tests.trace.test_many_removals import FIRST
from tests.trace.test_whose_package import PALLET, packs, parties

__all__ = ["parties"]
pytestmark = [pytest.mark.django_db, pytest.mark.both]
THING = serial("A3")


def some(number):
    """So many removals that count, events that are left out, and owners whose edges are followed."""
    events = range(FIRST, FIRST + number)
    owners = frozenset(LineageEdgeEnd.objects.values_list("owner", flat=True))
    return Trusted(
        frozenset(HoldersRemoval(event, 1 + event % 3, MAX_TIME) for event in events),
        frozenset(event + number for event in events),
        owners | frozenset(events),
    )


def walked(trusted):
    """The text of the statement of a walk, without its parameters, and what the walk finds."""
    asked = []

    def noted(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(noted):
        found = traversal.traverse([THING], CONTAINERS, most=100, trusted=trusted)
    [text] = asked
    return text, {one.thing for one in found}


def test_the_text_of_a_walk_does_not_grow_with_what_it_is_given(parties):
    packs(60, 13, parties.grower, PALLET, THING)
    few, many = walked(some(1)), walked(some(5000))
    assert many == few
    assert few[1] == {THING, PALLET}
    assert walked(Trusted())[1] == {THING, PALLET}


def test_nothing_of_what_a_walk_is_given_stays_in_memory(parties):
    walked(some(1))
    tracemalloc.start()
    try:
        begin = tracemalloc.get_traced_memory()[0]
        for number in range(2000, 2005):
            walked(some(number))
        gc.collect()
        remaining = tracemalloc.get_traced_memory()[0] - begin
    finally:
        tracemalloc.stop()
    assert remaining < 100_000


def test_a_removal_counts_for_what_its_packer_packed_until_a_time(parties):
    """Of several times of one removal and packer the latest one counts; nothing counts by the time of another removal."""
    removals = frozenset(
        HoldersRemoval(*one) for one in ((1, 7, 10), (1, 7, 30), (1, 8, 20), (2, 7, 20), (3, 8, 30))
    )
    trusted = Trusted(removals)
    given = GivenTables.of(trusted)
    asked = [(event, owner, moment) for event in (1, 2, 3, 4) for owner in (7, 8, 9) for moment in (20, 30)]
    rows = ", ".join(str(one) for one in asked)
    statement = (
        f"WITH {', '.join(given.named(connection.vendor))}, packed (event, owner, event_time) AS (VALUES {rows}) "
        f"SELECT * FROM packed WHERE (1 = 0{given.or_counted('packed', 'packed')}) ORDER BY 1, 2, 3"
    )
    counted = fetch(Sql(statement, values_of_tables(trusted, connection.vendor)))
    assert [tuple(one) for one in counted] == [
        (1, 7, 20),
        (1, 7, 30),
        (1, 8, 20),
        (2, 7, 20),
        (3, 8, 20),
        (3, 8, 30),
    ]
