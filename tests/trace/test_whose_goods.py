"""Whose word about goods counts for seeing: reports on the goods of others, wrong events, and what one holds no longer."""

import pytest

from khcn.trace.store import viewer_of
from tests.factories.trace import TracePartyFactory, a_gln
from tests.trace.store_given import (
    asked,
    capture,
    crate,
    declared,
    ids,
    item,
    lot,
    on,
    party,
    quantities,
)

pytestmark = pytest.mark.django_db
MAKER, BUYER, SHOP, STRANGER, OUTSIDER, AUTHORITY = 1, 2, 3, 4, 5, 6
GLNS = {owner: a_gln(owner) for owner in range(1, 7)}
GRAI, GIAI = "https://id.gs1.org/8003/09521200000214C1", "https://id.gs1.org/8004/9521200TS1"
CODED = {
    "00": "https://id.gs1.org/00/095212000000000776",
    "253": "https://id.gs1.org/253/9521200000214X",
    "255": "https://id.gs1.org/255/9521200000214",
    "401": "https://id.gs1.org/401/9521200A",
    "402": "https://id.gs1.org/402/95212000000000008",
    "414": "https://id.gs1.org/414/9521200000214",
    "417": "https://id.gs1.org/417/9521200000214",
    "8003": GRAI,
    "8004": GIAI,
    "8010": "https://id.gs1.org/8010/9521200P/8011/1",
    "8017": "https://id.gs1.org/8017/952120000000000000",
    "8018": "https://id.gs1.org/8018/952120000000000000",
}


@pytest.fixture(autouse=True)
def registered():
    """The parties of the register."""
    for owner, gln in GLNS.items():
        TracePartyFactory(pk=owner, gln=gln, is_authority=owner == AUTHORITY)


def seen(owner):
    return asked(viewer_of(party=owner, gln=GLNS[owner], sees_all=False))


def to(*owners):
    return {
        "destinationList": [{"type": "possessing_party", "destination": party(GLNS[one])} for one in owners]
    }


def packed_and_sent(thing):
    """The maker packs goods into a thing and sends it to the buyer, who receives it."""
    packed = on(2, type="AggregationEvent", action="ADD", parentID=thing, childEPCs=[item(1)])
    sent, got = on(3, epcList=[thing], **to(BUYER)), on(4, epcList=[thing])
    capture(packed, sent, owner=MAKER)
    capture(got, owner=BUYER)
    return packed, sent, got


@pytest.mark.parametrize("creation", ["OBSERVE", "ADD", "packs"])
@pytest.mark.parametrize("thing", [crate(17), GRAI, GIAI], ids=["SSCC", "GRAI", "GIAI"])
def test_who_names_a_pallet_or_crate_first_sees_nothing_and_takes_nothing_away(thing, creation):
    first = (
        on(1, type="AggregationEvent", action="ADD", parentID=thing, childEPCs=[item(99)])
        if creation == "packs"
        else on(1, epcList=[thing], action=creation)
    )
    capture(first, owner=STRANGER)
    chain = packed_and_sent(thing)
    assert seen(STRANGER) == ids(first)
    assert seen(BUYER) == ids(*chain)
    # what a stranger observes is shown to those whose goods they are
    assert seen(MAKER) == ids(*([first] if creation == "OBSERVE" else []), *chain)


@pytest.mark.parametrize("key", CODED)
def test_the_company_prefix_is_read_from_each_key_that_has_one(key):
    TracePartyFactory(pk=9, gln=a_gln(9), confirmed_codes="9521200")
    first = on(1, epcList=[CODED[key]], action="ADD")
    capture(first, owner=STRANGER)
    sent, got = on(3, epcList=[CODED[key]], **to(BUYER)), on(4, epcList=[CODED[key]])
    capture(sent, owner=9)
    capture(got, owner=BUYER)
    assert seen(STRANGER) == ids(first)
    assert asked(viewer_of(party=9, gln=a_gln(9), sees_all=False)) == ids(first, sent, got)


@pytest.mark.parametrize("declarer", [STRANGER, AUTHORITY])
def test_a_creation_that_was_declared_wrong_does_not_count(declarer):
    creation = on(1, epcList=[crate(17)], action="ADD")
    capture(creation, owner=STRANGER)
    capture(declared(creation), owner=declarer)
    again = on(5, epcList=[crate(17)])
    capture(again, owner=STRANGER)
    packed_and_sent(crate(17))
    assert [one for one in seen(STRANGER) if one != creation.event_id] == ids(again)


@pytest.mark.parametrize(
    "goods", [{"epcList": [item(1)]}, {"quantityList": quantities(lot("L"))}], ids=["object", "lot"]
)
def test_a_shipment_that_was_declared_wrong_gives_no_look(goods):
    made, mistake, sale = (
        on(1, action="ADD", **goods),
        on(2, **goods, **to(STRANGER)),
        on(3, **goods, **to(BUYER)),
    )
    capture(made, mistake, declared(mistake), sale, owner=MAKER)
    observed = on(4, **goods)
    capture(observed, owner=STRANGER)
    assert set(seen(STRANGER)) == {mistake.event_id, observed.event_id}  # the mistake names it


def test_a_packing_that_was_declared_wrong_gives_no_look():
    made = on(1, action="ADD", epcList=[item(1)])
    packed = on(2, type="AggregationEvent", action="ADD", parentID=crate(17), childEPCs=[item(1)])
    sent, observed = on(3, epcList=[crate(17)], **to(STRANGER)), on(4, epcList=[crate(17), item(1)])
    capture(made, packed, declared(packed), sent, owner=MAKER)
    capture(observed, owner=STRANGER)
    assert made.event_id not in seen(STRANGER)


def test_two_creations_of_a_lot_show_each_other_nothing():
    goods = {"quantityList": quantities(lot("L"))}
    creation, made, sent = (
        on(1, action="ADD", **goods),
        on(2, action="ADD", **goods),
        on(3, **goods, **to(BUYER)),
    )
    got = on(4, **goods)
    capture(creation, owner=STRANGER)
    capture(made, sent, owner=MAKER)
    capture(got, owner=BUYER)
    assert seen(STRANGER) == ids(creation)
    assert seen(MAKER) == ids(made, sent, got)
    assert seen(BUYER) == ids(made, sent, got)


def test_only_the_time_in_which_one_had_the_goods_counts():
    """Maker, stranger, buyer, shop, outsider: the stranger had the object for a day and observes it at any time it likes."""
    made = on(1, action="ADD", epcList=[item(1)])
    sent = on(2, epcList=[item(1)], **to(STRANGER))
    passed = on(4, epcList=[item(1)], **to(BUYER))
    sold = on(8, epcList=[item(1)], **to(SHOP))
    resold, last = on(12, epcList=[item(1)], **to(OUTSIDER)), on(14, epcList=[item(1)])
    for owner, some in (
        (MAKER, [made, sent]),
        (STRANGER, [passed]),
        (BUYER, [sold]),
        (SHOP, [resold]),
        (OUTSIDER, [last]),
    ):
        capture(*some, owner=owner)
    own = [on(day, epcList=[item(1)]) for day in (3, 9, 13, 20)]
    capture(*own, owner=STRANGER)
    assert set(seen(STRANGER)) == set(ids(made, sent, passed, sold, *own))


def test_who_dates_his_sale_after_everything_else_holds_nothing_longer():
    made = on(1, action="ADD", epcList=[item(1)])
    sent = on(2, epcList=[item(1)], **to(STRANGER))
    passed = on(20, epcList=[item(1)], **to(BUYER))
    sold, resold = on(8, epcList=[item(1)], **to(SHOP)), on(12, epcList=[item(1)], **to(OUTSIDER))
    for owner, some in ((MAKER, [made, sent]), (STRANGER, [passed]), (BUYER, [sold]), (SHOP, [resold])):
        capture(*some, owner=owner)
    assert set(seen(STRANGER)) == set(ids(made, sent, passed, sold))


def test_one_gln_in_the_registers_of_two_provinces_is_two_receivers():
    """After a merger both entries are in one store: who names the GLN named both, and none takes the place of the other."""
    twin = 7
    TracePartyFactory(pk=twin, gln=GLNS[BUYER], province="999")
    made, sent = on(1, action="ADD", epcList=[item(1)]), on(2, epcList=[item(1)], **to(BUYER))
    got, also = on(3, epcList=[item(1)]), on(4, epcList=[item(1)])
    capture(made, sent, owner=MAKER)
    capture(got, owner=BUYER)
    capture(also, owner=twin)
    assert seen(MAKER) == ids(made, sent, got)  # the other entry's report is two steps away
    assert seen(BUYER)[:3] == ids(made, sent, got)
    assert asked(viewer_of(party=twin, gln=GLNS[BUYER], sees_all=False))[:2] == ids(made, sent)
