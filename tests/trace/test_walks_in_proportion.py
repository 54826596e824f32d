"""Walks and who is trusted for what is in boxes: in proportion to what is in them, counted in steps of SQLite and lines of Python."""

import pytest
from django.db import connection

from khcn.trace.queries import downstream
from khcn.trace.store import EVERYTHING
from khcn.trace.store.confirmations import Standing, confirmed_standings
from tests.factories.trace import TracePartyFactory, a_gln
from tests.lines_counted import MOST, growth
from tests.trace.store_given import capture, crate, lot, on, party, quantities

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL does not count its steps"),
]
MAKER, BUYER = 1, 2
SIZES = (60, 120, 240)
STEP = 50  # instructions between two counts


def boxes_on_one_pallet(count):
    """A lot in so many boxes, all on one pallet, which is sent to the buyer; and what is asked of them."""
    base = count * 10_000
    boxes = [crate(base + place) for place in range(1, count + 1)]
    pallet = crate(base)
    usual = {"type": "AggregationEvent", "action": "ADD"}
    made = on(1, action="ADD", quantityList=quantities(lot(f"L{count}")))
    into_boxes = [
        on(2, **usual, parentID=box, childQuantityList=quantities(lot(f"L{count}"))) for box in boxes
    ]
    onto = on(3, **usual, parentID=pallet, childEPCs=boxes)
    named = [{"type": "possessing_party", "destination": party(a_gln(BUYER))}]
    capture(made, *into_boxes, onto, on(4, epcList=[pallet], destinationList=named), owner=MAKER)
    capture(on(5, epcList=[pallet]), owner=BUYER)
    # the buyer names the pallet alone, so that he is known to have been sent what is on it, and not what is in that
    return {Standing(owner, box) for box in boxes for owner in (MAKER, BUYER)} | {
        Standing(MAKER, lot(f"L{count}"))
    }


@pytest.fixture
def parties():
    for owner in (MAKER, BUYER):
        TracePartyFactory(pk=owner, gln=a_gln(owner))


def steps_of(work):
    """How many instructions SQLite carries out, by fifty."""
    count = 0

    def step():
        nonlocal count
        count += 1
        return 0

    connection.connection.set_progress_handler(step, STEP)
    try:
        work()
    finally:
        connection.connection.set_progress_handler(None, 0)
    return count


def test_boxes_on_a_pallet(parties):
    asked, counted = {}, []

    def prepared(count):
        def work():
            found = confirmed_standings(asked[count], places={}, authorities=())
            assert all(found.chains[one] == {MAKER} for one in asked[count])

        return work

    for count in SIZES:  # each is measured before there are more
        asked[count] = boxes_on_one_pallet(count)
        counted.append(steps_of(prepared(count)))
    least, middle, most = counted
    assert (most - middle) / (middle - least) <= MOST
    asked[1] = boxes_on_one_pallet(1)
    assert growth(prepared, SIZES) <= MOST


def silo(count, *, lots):
    """A silo with so many lots of which some was taken out, or one lot of which so many portions were taken out; and a lorry."""
    base = count * 10_000 + 9000 * (lots > 1)
    container, lorry = crate(base), crate(base + 1)
    names = [lot(f"S{base}-{place}") for place in range(lots)]
    usual = {"type": "AggregationEvent", "parentID": container}
    filled = [{"epcClass": name, "quantity": 10 * count, "uom": "KGM"} for name in names]
    taken = [names[place % lots] for place in range(count)]
    capture(
        on(1, action="ADD", **usual, childQuantityList=filled),
        *(on(2, action="DELETE", **usual, childQuantityList=quantities(name)) for name in taken),
        on(3, type="AggregationEvent", action="ADD", parentID=lorry, childEPCs=[container]),
        owner=MAKER,
    )
    return container, lorry, set(names)


@pytest.mark.parametrize("one_lot", [False, True])
def test_portions_of_lots(parties, one_lot):
    asked, counted = {}, []

    def prepared(count):
        def work():
            container, lorry, lots = asked[count]
            found = {one.id for one in downstream(container, EVERYTHING).things}
            assert found == {container, lorry, *lots}

        return work

    for count in SIZES:
        asked[count] = silo(count, lots=1 if one_lot else count)
        counted.append(steps_of(prepared(count)))
    least, middle, most = counted
    assert (most - middle) / (middle - least) <= MOST


def test_one_lot_in_many_hand_overs(parties):
    """SQLite expects few rows of one thing, and joins what it takes for few by reading all for each."""
    counted = []
    for count in SIZES:
        named = [{"type": "possessing_party", "destination": party(a_gln(BUYER))}]
        sold = lot(f"P{count}")
        made = on(1, action="ADD", quantityList=quantities(sold))
        handed = [
            on(2 + place % 20, quantityList=quantities(sold), destinationList=named) for place in range(count)
        ]
        capture(made, *handed, owner=MAKER)
        asked = {Standing(BUYER, sold)}
        counted.append(steps_of(lambda asked=asked: confirmed_standings(asked, places={}, authorities=())))
    least, middle, most = counted
    assert (most - middle) / (middle - least) <= MOST
