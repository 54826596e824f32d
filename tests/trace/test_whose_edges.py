"""Whose report an edge of a trace is: what a stranger reports is marked, and makes no lot untraceable."""

import pytest

from khcn.trace.queries import downstream, lineage_step_back, upstream
from khcn.trace.queries.walks import traversal
from khcn.trace.store import EVERYTHING, viewer_of
from tests.factories.trace import TracePartyFactory, a_gln
from tests.trace.store_given import capture, lot, on, quantities

pytestmark = pytest.mark.django_db
MAKER, STRANGER = 1, 2
RAW, LOT, FALSE = lot("RAW"), lot("LOT"), lot("FALSE")
NAME = "https://id.gs1.org/253/9521200000016TR1"


@pytest.fixture(autouse=True)
def registered():
    for owner in (MAKER, STRANGER):
        TracePartyFactory(pk=owner, gln=a_gln(owner), confirmed_codes="9521234" if owner == MAKER else "")


def made(day, inputs, outputs, **more):
    return on(day, type="TransformationEvent", inputQuantityList=quantities(*inputs),
              outputQuantityList=quantities(*outputs), **more)  # fmt: skip


def flood(things, monkeypatch):
    """More reports of a stranger than a graph may have links."""
    monkeypatch.setattr(traversal, "MAX_EDGE_ENDS", 20)
    capture(*(things(number) for number in range(12)), owner=STRANGER)


@pytest.mark.parametrize("ask", [upstream, lineage_step_back])
def test_thousands_of_false_inputs_leave_a_lot_traceable(monkeypatch, ask):
    capture(on(1, action="ADD", quantityList=quantities(RAW)), made(2, [RAW], [LOT]), owner=MAKER)
    flood(lambda number: made(3, [lot(f"F{number}-{one}") for one in range(6)], [LOT]), monkeypatch)
    for viewer in (EVERYTHING, viewer_of(party=MAKER, gln=a_gln(MAKER), sees_all=False)):
        if viewer is EVERYTHING or ask is lineage_step_back:
            found = ask(LOT, viewer)
            assert [one.id for one in found.things] == [LOT, RAW]
            assert [(event.owner, event.is_confirmed) for edge in found.edges for event in edge.events] == [
                (MAKER, True)
            ]
            assert found.left_out == 12


def test_false_products_leave_a_lot_traceable(monkeypatch):
    capture(on(1, action="ADD", quantityList=quantities(RAW)), made(2, [RAW], [LOT]), owner=MAKER)
    flood(lambda number: made(3, [RAW], [lot(f"F{number}-{one}") for one in range(6)]), monkeypatch)
    found = downstream(RAW, EVERYTHING)
    assert [one.id for one in found.things] == [RAW, LOT]
    assert found.left_out == 12


def test_nobody_joins_the_transformation_of_another_by_its_id():
    """Neither what a stranger says was used nor what he says was made has to do with the maker's."""
    capture(made(2, [RAW], [], transformationID=NAME), made(3, [], [LOT], transformationID=NAME), owner=MAKER)
    capture(
        made(2, [FALSE], [], transformationID=NAME),
        made(3, [], [lot("FAKE")], transformationID=NAME),
        owner=STRANGER,
    )
    for ask, thing, expected in (
        (upstream, LOT, {LOT, RAW}),
        (upstream, lot("FAKE"), {lot("FAKE"), FALSE}),
        (downstream, RAW, {RAW, LOT}),
        (downstream, FALSE, {FALSE, lot("FAKE")}),
        (lineage_step_back, lot("FAKE"), {lot("FAKE"), FALSE}),
    ):
        found = ask(thing, EVERYTHING)
        assert {one.id for one in found.things} == expected
        [edge] = found.edges
        assert edge.transformation == NAME
        assert {event.owner for event in edge.events} == {MAKER if thing in (LOT, RAW) else STRANGER}
        assert len(edge.events) == 2


def test_one_gln_in_the_registers_of_two_provinces_is_two_owners_of_a_transformation():
    """After a merger both are in one store. Each joins its own events; what one used is not what the other made."""
    other = 3
    TracePartyFactory(pk=other, gln=a_gln(MAKER), province="999", confirmed_codes="9521234")
    capture(made(2, [RAW], [], transformationID=NAME), made(3, [], [LOT], transformationID=NAME), owner=MAKER)
    capture(
        made(2, [FALSE], [], transformationID=NAME),
        made(3, [], [lot("2")], transformationID=NAME),
        owner=other,
    )
    for ask, thing, expected, owner in (
        (upstream, LOT, {LOT, RAW}, MAKER),
        (upstream, lot("2"), {lot("2"), FALSE}, other),
        (downstream, RAW, {RAW, LOT}, MAKER),
        (downstream, FALSE, {FALSE, lot("2")}, other),
    ):
        found = ask(thing, EVERYTHING)
        assert {one.id for one in found.things} == expected
        assert {event.owner for edge in found.edges for event in edge.events} == {owner}
    # who is both sends the whole of it with one key, or reports input and output in one event
    capture(made(4, [FALSE], [LOT]), owner=other)
    assert {one.id for one in upstream(LOT, EVERYTHING).things} == {LOT, RAW, FALSE}
