"""Some of a lot is taken out of a box by quantity: the rest is still in it, on pages, in walks and for recalls."""

import sys

import pytest

from khcn.epcis.ids import digital_link
from khcn.trace.queries import downstream
from khcn.trace.queries.public_page import public_goods
from khcn.trace.queries.recalls.recall_terms import RecallScope
from khcn.trace.queries.recalls.recalled_contents import recalls_of_contents
from khcn.trace.store import EVERYTHING
from khcn.trace.store.encoding import lineage_graph
from khcn.trace.store.statements.declarations import all_authorities
from tests.factories.trace import TracePartyFactory, a_gln
from tests.trace.store_given import capture, crate, declared, lot, on, party

pytestmark = pytest.mark.django_db
MAKER, BUYER, STRANGER, AUTHORITY = 1, 2, 3, 4
LOT, BOX, PALLET, MADE = lot("L"), crate(17), crate(99), lot("N")


@pytest.fixture(autouse=True)
def registered():
    """The maker, who makes the lot; a buyer, who gets the box; a stranger and an authority."""
    for owner in (MAKER, BUYER, STRANGER, AUTHORITY):
        TracePartyFactory(pk=owner, gln=a_gln(owner), is_authority=owner == AUTHORITY)
    capture(on(1, action="ADD", quantityList=amount(100)), owner=MAKER)


def amount(quantity, uom="KGM", thing=LOT):
    found = {"epcClass": thing, "quantity": quantity, "uom": uom}
    return [{name: value for name, value in found.items() if value is not None}]


def packs(day, *amounts, action="ADD"):
    children = [one for some in amounts for one in some]
    return on(day, type="AggregationEvent", action=action, parentID=BOX, childQuantityList=children)


def takes(day, *amounts):
    return packs(day, *amounts, action="DELETE")


def sent():
    """The box goes to the buyer on the second day."""
    to = {"destinationList": [{"type": "possessing_party", "destination": party(a_gln(BUYER))}]}
    capture(on(2, epcList=[BOX], **to), owner=MAKER)


def is_inside():
    """Whether the lot is still in the box, by walks, by a recall of the lot and by one of the box."""
    found = set(where_it_is())
    assert len(found) == 1
    return found.pop()


def where_it_is():
    """Later the box comes onto a pallet, something is made of it, and it is recalled: what the lot was in, and what says so."""
    capture(on(20, type="AggregationEvent", action="ADD", parentID=PALLET, childEPCs=[BOX]), owner=MAKER)
    made = on(21, type="TransformationEvent", inputEPCList=[BOX], outputQuantityList=amount(1, thing=MADE))
    capture(made, owner=MAKER)
    capture(on(22, epcList=[BOX], disposition="recalled"), owner=AUTHORITY)
    with_box = [one.scope for one in public_goods(digital_link.parse(LOT)).recalls]
    capture(on(23, quantityList=[{"epcClass": LOT}], disposition="recalled"), owner=AUTHORITY)
    forth = {one.id for one in downstream(LOT, EVERYTHING).things}
    contents = recalls_of_contents([BOX, PALLET], all_authorities()).of
    holding = [any(one.named == LOT for one in contents[each]) for each in (BOX, PALLET)]
    return [
        PALLET in forth,
        MADE in forth,
        *holding,
        with_box == [RecallScope.PACKAGE],
    ]


IN, OUT = amount(100), amount(10)
CASES = {
    "ten of a hundred": ([packs(3, IN), takes(4, OUT)], True),
    "all at once": ([packs(3, IN), takes(4, IN)], False),
    "all by and by": ([packs(3, amount(0.3)), *(takes(day, amount(0.1)) for day in (4, 5, 6))], False),
    "all but a tenth": ([packs(3, amount(0.3)), *(takes(day, amount(0.1)) for day in (4, 5))], True),
    "more than all": ([packs(3, IN), takes(4, amount(120))], False),
    "on one day": ([packs(3, IN), takes(3, IN)], False),
    "some of one day": ([packs(3, IN), takes(3, OUT)], True),
    "packed in two portions": ([packs(3, amount(50)), packs(4, amount(50)), takes(5, amount(50))], True),
    "both portions": ([packs(3, amount(50)), packs(4, amount(50)), takes(5, amount(50)), takes(6, amount(50))], False),
    "filled up again": ([packs(3, IN), takes(4, IN), packs(5, OUT), takes(6, amount(5))], True),
    "filled up again and taken out": ([packs(3, IN), takes(4, IN), packs(5, OUT), takes(6, OUT)], False),
    "without a quantity": ([packs(3, IN), takes(4, [{"epcClass": LOT}])], False),
    "then all that is left": ([packs(3, IN), takes(4, OUT), takes(5, [{"epcClass": LOT}])], False),
    "then emptied": ([packs(3, IN), takes(4, OUT), takes(5)], False),
    "in another unit": ([packs(3, IN), takes(4, amount(100, "GRM"))], True),
    "kilograms, then grams and tons": ([packs(3, IN), takes(4, amount(40_000, "GRM")), takes(5, amount(0.06, "TNE"))], False),
    "all but a gram": ([packs(3, IN), takes(4, amount(99_999, "GRM"))], True),
    "the last milligrams": ([packs(3, amount(1, "GRM")), takes(4, amount(0.0009997)), takes(5, amount(0.2, "MGM"))], True),
    "all milligrams": ([packs(3, amount(1, "GRM")), takes(4, amount(0.0009997)), takes(5, amount(0.3, "MGM"))], False),
    "tons in grams": ([packs(3, amount(1000, "TNE")), takes(4, amount(999_999_999, "GRM"))], True),
    "all tons in grams": ([packs(3, amount(1000, "TNE")), takes(4, amount(1_000_000_000, "GRM"))], False),
    "litres, then millilitres and cubic metres": ([packs(3, amount(2, "LTR")), takes(4, amount(500, "MLT")), takes(5, amount(0.0015, "MTQ"))], False),
    "litres are no kilograms": ([packs(3, amount(1, "LTR")), takes(4, amount(1, "KGM"))], True),
    "boxes are no pieces": ([packs(3, amount(1, "XBX")), takes(4, amount(1, None))], True),
    "in two units of one dimension in one event": ([packs(3, amount(99.5), amount(500, "GRM")), takes(4, IN)], False),
    "in two dimensions in one event": ([packs(3, IN, amount(5, "LTR")), takes(4, IN)], True),
    "more than can be counted": ([packs(3, IN), takes(4, amount(10**400, "TNE"))], True),
    "all of the most that is counted": ([packs(3, amount(10**9, "TNE")), takes(4, amount(10**18, "MGM"))], False),
    "more than is counted was packed": ([packs(3, amount(10**9 + 1, "TNE")), takes(4, amount(10**9 + 1, "TNE"))], True),
    "more than is counted is taken out": ([packs(3, IN), takes(4, amount(1.7e308))], True),
    "more than is counted in one event": ([packs(3, amount(6 * 10**17, None), amount(5 * 10**17, None)), *(takes(day, amount(55 * 10**16, None)) for day in (4, 5))], True),
    "less than nothing": ([packs(3, IN, amount(-50)), takes(4, amount(50))], True),
    "in pieces": ([packs(3, amount(5, None)), takes(4, amount(4, None)), takes(5, amount(1, None))], False),
    "nothing is said of how much was packed": ([packs(3, [{"epcClass": LOT}]), takes(4, IN)], True),
    "twice in one event": ([packs(3, amount(60), amount(40)), takes(4, amount(60))], True),
    "in two units in one event": ([packs(3, IN), takes(4, amount(50), amount(50, "GRM"))], True),
    "an amount of nothing": ([packs(3, IN), takes(4, amount(0))], True),
    "another lot": ([packs(3, IN), packs(3, amount(5, thing=lot("M"))), takes(4, amount(100, thing=lot("M")))], True),
}  # fmt: skip


@pytest.mark.parametrize(("reports", "inside"), CASES.values(), ids=CASES.keys())
def test_the_lot_is_in_the_box_until_all_of_it_is_out(reports, inside):
    capture(*reports, owner=MAKER)
    assert is_inside() is inside


@pytest.mark.parametrize(
    ("owner", "quantity", "inside"),
    [(BUYER, 1, True), (BUYER, 100, False), (AUTHORITY, 1, True), (AUTHORITY, 100, False), (STRANGER, 100, True)],
)  # fmt: skip
def test_only_removals_that_count_take_something_out(owner, quantity, inside):
    capture(packs(1, IN), owner=MAKER)
    sent()
    capture(takes(4, amount(quantity)), owner=owner)
    assert is_inside() is inside


@pytest.mark.parametrize(("quantity", "inside"), [(50, True), (100, True), (150, False)])
def test_what_the_receiver_packs_himself_is_no_part_of_what_he_takes_out(quantity, inside):
    capture(packs(1, IN), owner=MAKER)
    sent()
    capture(packs(3, amount(50)), takes(4, amount(quantity)), owner=BUYER)
    assert is_inside() is inside


def test_what_a_stranger_packs_does_not_stay_inside_for_others():
    capture(packs(1, IN), owner=MAKER)
    capture(packs(2, amount(10**9)), owner=STRANGER)
    capture(takes(4, IN), owner=MAKER)
    assert where_it_is()[2:] == [False, False, False]  # walks have his packing too, as not confirmed


def test_removals_and_packings_that_were_declared_wrong_count_for_nothing():
    wrong, twice = takes(5, amount(90)), packs(3, IN)
    capture(packs(3, IN), twice, takes(4, OUT), wrong, owner=MAKER)
    capture(declared(wrong), declared(twice), owner=MAKER)
    capture(takes(6, amount(80)), owner=MAKER)
    assert is_inside() is True


@pytest.mark.parametrize("uom", [None, "MGM", "KGM"])
@pytest.mark.parametrize("quantity", [1.7e308, 10**18])
def test_no_amounts_that_strangers_pack_stop_a_walk(quantity, uom):
    capture(packs(3, IN), takes(4, OUT), owner=MAKER)
    capture(
        *(packs(day, amount(quantity, uom)) for day in (5, 6, 7)), takes(8, amount(1, uom)), owner=STRANGER
    )
    assert is_inside() is True


def test_no_number_of_amounts_has_a_sum_that_a_float_cannot_hold():
    every_row_number = 2**63
    assert every_row_number * lineage_graph.MOST_AMOUNT < sys.float_info.max
