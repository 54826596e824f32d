"""A false creation of the goods of others, with their names, opens nothing of them to its party and takes nothing from them."""

import pytest

from khcn.kernel.actors import SYSTEM, acting
from khcn.trace.models import TraceParty
from khcn.trace.store import viewer_of
from tests.factories.trace import TracePartyFactory, a_gln
from tests.trace.store_given import asked, capture, crate, declared, ids, item, lot, on, party, quantities

pytestmark = pytest.mark.django_db
MAKER, BUYER, SHOP, STRANGER, OTHER_BUYER, AUTHORITY = 1, 2, 3, 4, 5, 6
GLNS = {owner: a_gln(owner) for owner in range(1, 6)}
ORDER = {"bizTransactionList": [{"type": "po", "bizTransaction": "urn:example:po:secret"}]}
BOX = crate(17)
OBJECT, LOT = {"epcList": [item(1)]}, {"quantityList": quantities(lot("L"))}


@pytest.fixture(autouse=True)
def registered():
    """The parties of the register; the code is confirmed for none of them."""
    for owner, gln in GLNS.items():
        TracePartyFactory(pk=owner, gln=gln)


def seen(*owners):
    return [set(asked(viewer_of(party=one, gln=GLNS[one], sees_all=False))) for one in owners]


def to(*owners):
    return {
        "destinationList": [{"type": "possessing_party", "destination": party(GLNS[one])} for one in owners]
    }


def of(*owners):
    return {"sourceList": [{"type": "possessing_party", "source": party(GLNS[one])} for one in owners]}


def packs(day, thing, **more):
    return on(day, type="AggregationEvent", action="ADD", parentID=BOX, childEPCs=[thing], **more)


def trade(goods, **got):
    """The maker sells to the buyer, and the buyer to the shop."""
    made, sale = on(1, action="ADD", **goods), on(2, **goods, **to(BUYER), **ORDER)
    taken, resale = on(3, **goods, **got), on(4, **goods, **to(SHOP), **ORDER)
    sold = on(5, **goods)
    capture(made, sale, owner=MAKER)
    capture(taken, resale, owner=BUYER)
    capture(sold, owner=SHOP)
    return [made, sale, taken, resale, sold]


CREATIONS = {
    "names the maker as receiver": to(MAKER),
    "names the maker as giver": of(MAKER),
    "names all": {**of(MAKER, BUYER, SHOP), **to(MAKER, BUYER, SHOP)},
}


@pytest.mark.parametrize("names", CREATIONS)
@pytest.mark.parametrize("goods", [OBJECT, LOT], ids=["object", "lot"])
@pytest.mark.parametrize("day", [1, 2, 5, 6])
def test_a_stranger_who_reports_the_goods_as_created_and_names_their_parties_sees_nothing_of_them(
    day, goods, names
):
    trade(goods)
    before = seen(MAKER, BUYER, SHOP)
    creation = on(day, action="ADD", **goods, **CREATIONS[names])
    capture(creation, owner=STRANGER)
    assert seen(STRANGER) == [set(ids(creation))]
    assert [each - set(ids(creation)) for each in seen(MAKER, BUYER, SHOP)] == before


@pytest.mark.parametrize("goods", [OBJECT, LOT], ids=["object", "lot"])
def test_a_false_creation_before_the_maker_takes_nothing_from_those_who_say_whom_they_have_it_from(goods):
    creation = on(1, action="ADD", **goods, **CREATIONS["names all"])
    capture(creation, owner=STRANGER)
    made, sale, taken, resale, _sold = trade(goods, **of(MAKER))
    assert seen(STRANGER)[0] & set(ids(made, sale, taken, resale)) == set()
    assert seen(MAKER)[0] >= set(ids(made, sale, taken, resale))
    assert seen(BUYER)[0] >= set(ids(made, taken, resale))


def test_who_packs_a_thing_of_his_own_into_the_box_of_another_sees_nothing_of_it():
    packed, sale = packs(1, item(1)), on(2, epcList=[BOX], **to(BUYER), **ORDER)
    capture(packed, sale, owner=MAKER)
    taken, resale = on(3, epcList=[BOX]), on(4, epcList=[BOX], **to(SHOP), **ORDER)
    capture(taken, resale, owner=BUYER)
    before = seen(MAKER, BUYER)
    creation = packs(2, item(99), **of(MAKER), **to(BUYER))
    capture(creation, owner=STRANGER)
    assert seen(STRANGER) == [set(ids(creation))]
    assert [each - set(ids(creation)) for each in seen(MAKER, BUYER)] == before


def test_to_name_a_party_that_began_no_chain_shows_nothing_of_its_earlier_trade():
    sale = on(2, **OBJECT, **to(BUYER), **ORDER)
    capture(sale, owner=MAKER)
    creation = on(1, action="ADD", **OBJECT, **to(MAKER, BUYER))
    capture(creation, owner=STRANGER)
    assert seen(STRANGER) == [set(ids(creation))]


@pytest.mark.parametrize("buyer", [BUYER, SHOP, OTHER_BUYER])
@pytest.mark.parametrize("names", [{}, *CREATIONS.values()], ids=["names nobody", *CREATIONS])
def test_a_buyer_of_a_lot_who_reports_it_as_created_sees_no_other_buyer(names, buyer):
    trade(LOT)
    sale = on(2, **LOT, **to(OTHER_BUYER), **ORDER)
    capture(sale, owner=MAKER)
    capture(on(3, **LOT), on(6, **LOT, **to(SHOP), **ORDER), owner=OTHER_BUYER)
    [before] = seen(buyer)
    creation = on(1, action="ADD", **LOT, **names)
    capture(creation, owner=buyer)
    assert seen(buyer) == [before | set(ids(creation))]


@pytest.mark.parametrize("code", ["", "9521234"], ids=["code without owner", "code of the maker"])
@pytest.mark.parametrize("way", ["sent", "packed", "repeated", "names the shop afterwards"])
@pytest.mark.parametrize("corrects", [MAKER, BUYER])
def test_who_declares_his_own_shipment_wrong_sees_no_more_than_before(code, way, corrects):
    maker = TraceParty.objects.get(pk=MAKER)
    maker.confirmed_codes = code
    with acting(SYSTEM):
        maker.save()
    inside = {"epcList": [BOX]} if way == "packed" else OBJECT
    made, packed = on(1, action="ADD", **OBJECT), packs(1, item(1))
    sale = on(2, **inside, **to(BUYER), **ORDER)
    taken, resale = on(3, epcList=[item(1), BOX]), on(4, **OBJECT, **to(OTHER_BUYER), **ORDER)
    third = on(5, **OBJECT), on(7, **OBJECT, **to(SHOP), **ORDER)
    last = on(8, **OBJECT), on(9, **OBJECT, **to(STRANGER), **ORDER)
    capture(made, *([packed] if way == "packed" else []), sale, owner=MAKER)
    capture(taken, resale, owner=BUYER)
    capture(*third, owner=OTHER_BUYER)
    capture(*last, owner=SHOP)
    before = seen(MAKER, BUYER)
    assert before[1] & set(ids(*third, *last)) == set(ids(*third))
    wrong = (packed if way == "packed" else sale) if corrects == MAKER else resale
    repeats = {**OBJECT, **to(BUYER if corrects == MAKER else OTHER_BUYER)} if way == "repeated" else {}
    capture(declared(wrong, **repeats), owner=corrects)
    more = on(9, **OBJECT, **of(SHOP))
    if way == "names the shop afterwards":
        capture(more, owner=corrects)
    own = {wrong.event_id, more.event_id}
    assert [after - own - each for each, after in zip(before, seen(MAKER, BUYER), strict=True)] == [
        set(),
        set(),
    ]


def test_a_shipment_that_the_authority_declares_wrong_lets_nobody_hide_anything():
    TracePartyFactory(pk=AUTHORITY, gln=a_gln(AUTHORITY), is_authority=True)
    made, mistake, sale = (
        on(1, action="ADD", **OBJECT),
        on(2, **OBJECT, **to(STRANGER)),
        on(3, **OBJECT, **to(BUYER)),
    )
    capture(made, mistake, sale, owner=MAKER)
    capture(on(4, **OBJECT), owner=STRANGER)
    taken = on(5, **OBJECT)
    capture(taken, owner=BUYER)
    capture(declared(mistake), owner=AUTHORITY)
    assert taken.event_id in seen(MAKER)[0]
