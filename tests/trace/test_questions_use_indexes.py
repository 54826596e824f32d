"""A question about some goods reads rows of these goods: no statement reads a whole table of the store of events."""

import re

import pytest
from django.db import connection

from khcn.trace.queries import downstream, upstream
from khcn.trace.queries.makers.makers_and_trust import creations_of, first_makers
from khcn.trace.queries.recalls.recalled_contents import recalls_of_contents
from khcn.trace.store.statements.first_reports import first_parties
from khcn.trace.store.visibility import EVERYTHING
from tests.factories.trace import TracePartyFactory, a_gln
from tests.trace.store_given import capture, crate, lot, on, quantities

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        "connection.vendor != 'sqlite'", reason="PostgreSQL rightly reads a small table whole"
    ),
]
READ = re.compile(
    r"(?:FROM|JOIN) \"?(trace_(?:event|lineage)\w*)\"?(?: AS)? (?!WHERE|ON|ORDER|LIMIT|CROSS)\"?(\w+)?"
)


def whole_readings(ask):
    """Steps of the plans of the asked statements that go through a stored table from its first row to its last."""
    asked = []

    def note(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        ask()
    found = []
    with connection.cursor() as cursor:
        for sql, params in asked:
            names = {name for each in READ.findall(sql) for name in each if name}
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            steps = [row[3] for row in cursor.fetchall()]
            found += [(step, sql) for step in steps if step.startswith("SCAN ") and step.split()[1] in names]
    assert len(asked) > 0
    return found


OBJECT = lot("L1").replace("/10/L1", "/21/A1")
LOTS, CRATES = [lot("L1"), lot("L2")], [crate(1), crate(2)]


@pytest.fixture
def goods():
    """Two lots of a maker, one packed into a crate whose code is the maker's, one into a crate that has no confirmed owner."""
    TracePartyFactory(pk=1, gln=a_gln(1))
    usual = {"type": "AggregationEvent", "action": "ADD"}
    capture(
        on(1, action="ADD", quantityList=quantities(LOTS[0])),
        on(
            2,
            type="TransformationEvent",
            inputQuantityList=quantities(LOTS[0]),
            outputQuantityList=quantities(LOTS[1]),
        ),
        on(3, **usual, parentID=CRATES[0], childQuantityList=quantities(LOTS[1])),
        on(4, **usual, parentID=CRATES[1], childEPCs=[CRATES[0]]),
        owner=1,
    )


def test_the_chain_of_a_lot(goods):
    assert len(upstream(LOTS[1], EVERYTHING).things) > 1
    assert whole_readings(lambda: upstream(LOTS[1], EVERYTHING)) == []
    assert whole_readings(lambda: downstream(LOTS[0], EVERYTHING)) == []


def test_recalls_of_what_was_in_a_package_that_is_in_another_now(goods):
    again = {"parentID": crate(3), "childQuantityList": quantities(LOTS[1])}
    capture(
        on(6, epcList=[CRATES[1]], disposition="recalled"),
        on(7, type="AggregationEvent", action="ADD", **again),
        owner=1,
    )
    found = recalls_of_contents([crate(3)], ())
    assert [(one.named, one.is_of_part) for one in found.of[crate(3)]] == [(CRATES[1], True)]
    assert whole_readings(lambda: recalls_of_contents([crate(3)], ())) == []


@pytest.mark.parametrize("things", [[OBJECT], LOTS, [OBJECT, *LOTS, *CRATES]])
def test_who_made_goods(goods, things):
    """Also where the maker of the lot names an object with it, which he has not reported as created."""
    capture(on(5, epcList=[f"{LOTS[0]}/21/A1"]), owner=1)
    assert first_makers(creations_of(things, ())).get(OBJECT) == (1 if OBJECT in things else None)
    assert whole_readings(lambda: creations_of(things, ())) == []


@pytest.mark.parametrize("things", [LOTS, CRATES, LOTS[:1], LOTS + CRATES])
def test_who_reported_goods_first(goods, things):
    assert whole_readings(lambda: first_parties(things, authorities=())) == []
