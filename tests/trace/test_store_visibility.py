"""Who sees which event (docs/adr/0010): each negative with data that could leak."""

import pytest

from khcn.trace.models import Event
from khcn.trace.store import DjangoEventStore, Viewer, viewer_of, visibility, visible_events
from khcn.trace.store.search import candidates
from tests.trace.store_given import (
    OTHER_GLN,
    asked,
    capture,
    crate,
    declared,
    event,
    ids,
    item,
    kind,
    lot,
    on,
    party,
    place,
    quantities,
    viewer,
)

pytestmark = pytest.mark.django_db
FARM, COOP, SHOP, RIVAL = 1, 2, 3, 4


@pytest.fixture(params=["few", "many", "scanned"], autouse=True)
def way(request, monkeypatch):
    """Each way to the same answer: all that one can reach, at once or a part at a time; the events one by one."""
    if request.param != "few":
        monkeypatch.setattr(visibility, "_FEW", 0)
        monkeypatch.setattr(candidates, "_FEW", 0)
    if request.param == "scanned":
        monkeypatch.setattr(candidates, "_MAX_VIEWER_GOODS", -1)
        monkeypatch.setattr(candidates, "_MANY", -1)


def sees(who, *events):
    """Whether exactly these are seen, in whatever way one asks."""
    wanted = ids(*events)
    assert asked(who) == wanted
    assert sorted(asked(who, orderBy="eventTime", perPage=2)) == sorted(wanted)
    every = list(Event.objects.order_by("id"))
    for one in every[:2]:
        found = DjangoEventStore(who).events_of(one.event_id)
        assert [each.event_id for each in found] == [one.event_id] * wanted.count(one.event_id)
    seen = visible_events(who, [(one.id, one.event_time) for one in every])
    assert [one.event_id for one in every if one.id in seen] == wanted
    return True


def test_one_sees_what_one_captured_and_nobody_elses():
    mine, theirs = event(epcList=[item(1)]), event(epcList=[item(2)])
    capture(mine, owner=FARM)
    capture(theirs, owner=RIVAL)
    assert sees(viewer(FARM), mine)
    assert sees(viewer(COOP))
    assert sees(Viewer(None, False, ()))
    assert sees(Viewer(RIVAL, True, ()), mine, theirs)


@pytest.mark.parametrize("role", ["sourceList", "destinationList"])
@pytest.mark.parametrize(
    ("named", "is_seen"),
    [
        (party(), True),
        (place(), True),
        (f"{place()}/254/kho-2", True),
        ("urn:epc:id:pgln:9521234.02203", True),
        ("urn:epc:id:sgln:9521234.02203.kho-2", True),
        (party(OTHER_GLN), False),
        (f"{place()}0", False),
        ("https://example.org/414/9521234022039x", False),
    ],
)
def test_one_sees_events_that_name_one(role, named, is_seen):
    field = role.removesuffix("List")
    other = event(epcList=[item(1)])
    names = event(epcList=[item(1)], **{role: [{"type": "possessing_party", field: named}]})
    capture(other, names, owner=RIVAL)
    assert sees(viewer_of(party=COOP, gln="9521234022039", sees_all=False), *([names] if is_seen else []))


@pytest.mark.parametrize("field", ["readPoint", "bizLocation"])
def test_one_sees_events_at_ones_places(field):
    here, part, there, transaction = (
        event(epcList=[item(1)], **{field: {"id": place()}}),
        event(epcList=[item(2)], **{field: {"id": "urn:epc:id:sgln:9521234.02203.kho-2"}}),
        event(epcList=[item(3)], **{field: {"id": place(OTHER_GLN)}}),
        event(epcList=[item(4)], bizTransactionList=[{"type": "po", "bizTransaction": place()}]),
    )
    capture(here, part, there, transaction, owner=RIVAL)
    assert sees(viewer_of(party=COOP, gln="9521234022039", sees_all=False), here, part)


def test_of_an_object_one_sees_the_holder_before_and_the_holder_after():
    """Farm, cooperative, shop, and the shop's customer, each with two events on the same item."""
    chain = {
        owner: [on(2 * place + 1, epcList=[item(1)]), on(2 * place + 2, epcList=[item(1)])]
        for place, owner in enumerate((FARM, COOP, SHOP, RIVAL))
    }
    for owner, events in chain.items():
        capture(*events, owner=owner)
    assert sees(viewer(FARM), *chain[FARM], *chain[COOP])
    assert sees(viewer(COOP), *chain[FARM], *chain[COOP], *chain[SHOP])
    assert sees(viewer(SHOP), *chain[COOP], *chain[SHOP], *chain[RIVAL])
    assert sees(viewer(RIVAL), *chain[SHOP], *chain[RIVAL])


def test_the_order_of_capture_does_not_matter_but_the_order_of_time():
    mine, between, beyond = (on(day, epcList=[item(1)]) for day in (1, 2, 3))
    capture(beyond, owner=SHOP)
    capture(mine, owner=FARM)
    assert sees(viewer(FARM), beyond, mine)
    capture(between, owner=COOP)
    assert sees(viewer(FARM), mine, between)


def test_a_third_party_between_hides_even_what_one_holds_again_later():
    """Farm, cooperative, shop, farm: from either of its own events the farm sees one holder, and no further."""
    first, coop, shop, again = (on(day, epcList=[item(1)]) for day in (1, 2, 3, 4))
    for owner, one in ((FARM, first), (COOP, coop), (SHOP, shop), (FARM, again)):
        capture(one, owner=owner)
    assert sees(viewer(FARM), first, coop, shop, again)
    assert sees(viewer(COOP), first, coop, shop)


def test_events_of_one_instant_stand_in_the_order_of_capture():
    mine, one, other = (on(1, epcList=[item(1)]) for _ in range(3))
    capture(mine, owner=FARM)
    capture(one, owner=COOP)
    capture(other, owner=SHOP)
    assert sees(viewer(FARM), mine, one)


def test_all_ways_of_touching_an_object_count_and_only_of_that_object():
    packed = on(1, type="AggregationEvent", action="ADD", parentID=crate(17), childEPCs=[item(1)])
    capture(packed, owner=FARM)
    on_crate = on(2, epcList=[crate(17)])
    on_item = on(2, epcList=[item(1)])
    made = on(2, type="TransformationEvent", inputEPCList=[item(1)], outputEPCList=[item(9)])
    same_kind = on(2, epcList=[item(2)], quantityList=quantities(kind()))
    capture(on_crate, on_item, made, same_kind, owner=COOP)
    assert sees(viewer(FARM), packed, on_crate, on_item, made)


def test_two_shops_that_bought_from_one_lot_do_not_see_each_other():
    made = on(1, action="ADD", quantityList=quantities(lot("L")))
    bought = on(2, quantityList=quantities(lot("L")))
    bought_too = on(3, quantityList=quantities(lot("L")))
    capture(made, owner=FARM)
    capture(bought, owner=SHOP)
    capture(bought_too, owner=RIVAL)
    assert sees(viewer(SHOP), made, bought)
    assert sees(viewer(RIVAL), made, bought_too)
    assert sees(viewer(FARM), made, bought, bought_too)


def test_a_customers_customer_sees_the_maker_and_not_the_dealer():
    made = on(1, type="TransformationEvent", inputQuantityList=quantities(lot("A", OTHER_GLN + "0")),
              outputQuantityList=quantities(lot("L")))  # fmt: skip
    dealt, sold = on(2, quantityList=quantities(lot("L"))), on(3, quantityList=quantities(lot("L")))
    capture(made, owner=FARM)
    capture(dealt, owner=COOP)
    capture(sold, owner=SHOP)
    assert sees(viewer(SHOP), made, sold)
    assert sees(viewer(COOP), made, dealt)


def test_what_went_into_a_lot_is_two_steps_away():
    grown = on(1, action="ADD", quantityList=quantities(lot("A")))
    made = on(2, type="TransformationEvent", inputQuantityList=quantities(lot("A")),
              outputQuantityList=quantities(lot("L")))  # fmt: skip
    sold = on(3, quantityList=quantities(lot("L")))
    capture(grown, owner=FARM)
    capture(made, owner=COOP)
    capture(sold, owner=SHOP)
    assert sees(viewer(SHOP), made, sold)
    assert sees(viewer(COOP), grown, made, sold)
    assert sees(viewer(FARM), grown, made)


def test_a_lot_that_somebody_else_made_first_cannot_be_leased():
    made = on(5, action="ADD", quantityList=quantities(lot("L")))
    sold = on(6, quantityList=quantities(lot("L")))
    leased = on(1, action="ADD", quantityList=quantities(lot("L")))
    capture(made, owner=FARM)
    capture(sold, owner=SHOP)
    capture(leased, owner=RIVAL)
    assert sees(viewer(RIVAL), made, leased)
    assert sees(viewer(FARM), made, sold, leased)


def test_a_class_alone_shows_nothing():
    mine = on(1, action="ADD", quantityList=quantities(kind()), epcList=[item(1)])
    theirs = on(2, quantityList=quantities(kind()), epcList=[item(2)])
    capture(mine, owner=FARM)
    capture(theirs, owner=SHOP)
    assert sees(viewer(FARM), mine)
    assert sees(viewer(SHOP), theirs)


def test_a_transaction_or_a_partner_in_common_shows_nothing():
    common = {
        "bizTransactionList": [{"type": "po", "bizTransaction": "urn:example:po:1"}],
        "sourceList": [{"type": "owning_party", "source": party()}],
        "readPoint": {"id": place()},
    }
    mine, theirs = on(1, epcList=[item(1)], **common), on(2, epcList=[item(2)], **common)
    capture(mine, owner=FARM)
    capture(theirs, owner=SHOP)
    assert sees(viewer(FARM), mine)


def test_a_thing_that_is_named_in_another_role_is_not_ones_goods():
    """A purchase order that bears the number of an item of somebody else's."""
    theirs = on(1, epcList=[item(1)])
    mine = on(2, epcList=[item(2)], bizTransactionList=[{"type": "po", "bizTransaction": item(1)}])
    capture(theirs, owner=SHOP)
    capture(mine, owner=FARM)
    assert sees(viewer(FARM), mine)


def test_a_declaration_is_seen_where_its_event_is():
    mine, theirs = on(1, epcList=[item(1)]), on(2, epcList=[item(1)])
    capture(mine, owner=FARM)
    capture(theirs, declared(theirs), owner=COOP)
    found = DjangoEventStore(viewer(FARM)).events_of(theirs.event_id)
    assert [one.error_declaration is None for one in found] == [True]  # the declaration names no goods


def test_lists_hold_only_what_one_captured_oneself():
    capture(on(1, epcList=[item(1)], bizStep="shipping", readPoint={"id": place()}), owner=FARM)
    capture(
        on(2, epcList=[item(1), item(2)], bizStep="receiving", readPoint={"id": place(OTHER_GLN)},
           quantityList=quantities(lot("L"))), owner=SHOP)  # fmt: skip
    farm, everybody = DjangoEventStore(viewer(FARM)), DjangoEventStore(Viewer(9, True, ()))
    assert farm.listed("epcs") == [item(1)]
    assert farm.listed("bizSteps") == ["shipping"]
    assert farm.listed("readPoints") == [place()]
    assert everybody.listed("epcs") == [lot("L"), item(1), item(2)]
    assert everybody.listed("bizSteps") == ["receiving", "shipping"]
    assert farm.has_value("epcs", "urn:epc:id:sgtin:9521234.022031.1")
    assert not farm.has_value("epcs", item(2))
    assert not farm.has_value("readPoints", place(OTHER_GLN))
    assert not farm.has_value("bizSteps", "receiving")
    assert DjangoEventStore(Viewer(None, False, ())).listed("epcs") == []
    assert DjangoEventStore(Viewer(None, False, ())).listed("eventTypes") == []
