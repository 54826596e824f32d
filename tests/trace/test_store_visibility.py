"""Who sees which event (docs/adr/0010): each negative with data that could leak."""

import pytest

from khcn.trace.models import Event
from khcn.trace.store import DjangoEventStore, Viewer, viewer_of, visibility, visible_events
from khcn.trace.store.search import candidates
from tests.factories.trace import TracePartyFactory, a_gln
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
FARM, COOP, SHOP, RIVAL, OUTSIDER = 1, 2, 3, 4, 5
GLNS = {owner: a_gln(owner) for owner in (FARM, COOP, SHOP, RIVAL)}


@pytest.fixture(autouse=True)
def registered():
    """The parties of the register, by whose GLN events name them."""
    for owner, gln in GLNS.items():
        TracePartyFactory(pk=owner, gln=gln)


def who(owner):
    return viewer_of(party=owner, gln=GLNS[owner], sees_all=False)


def to(*owners):
    """The destinations of what is sent to some parties."""
    return {
        "destinationList": [
            {"type": "possessing_party", "destination": party(GLNS[owner])} for owner in owners
        ]
    }


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
        owner: [
            on(2 * place + 1, epcList=[item(1)], action="OBSERVE" if place else "ADD"),
            on(2 * place + 2, epcList=[item(1)], **to(*following)),
        ]
        for place, (owner, following) in enumerate(
            ((FARM, [COOP]), (COOP, [SHOP]), (SHOP, [RIVAL]), (RIVAL, []))
        )
    }
    for owner, events in chain.items():
        capture(*events, owner=owner)
    assert sees(who(FARM), *chain[FARM], *chain[COOP])
    assert sees(who(COOP), *chain[FARM], *chain[COOP], *chain[SHOP])
    assert sees(who(SHOP), *chain[COOP], *chain[SHOP], *chain[RIVAL])
    assert sees(who(RIVAL), *chain[SHOP], *chain[RIVAL])


def test_the_order_of_capture_does_not_matter_but_the_order_of_time():
    mine, between = on(1, epcList=[item(1)], action="ADD", **to(COOP)), on(2, epcList=[item(1)], **to(SHOP))
    beyond = on(3, epcList=[item(1)])
    capture(mine, owner=FARM)
    capture(beyond, owner=SHOP)
    assert sees(who(FARM), mine, beyond)
    assert sees(who(SHOP), beyond)  # nobody says yet that he got it
    capture(between, owner=COOP)
    assert sees(who(FARM), mine, between)
    assert sees(who(SHOP), beyond, between)


def test_a_stranger_between_hides_nothing_and_sees_nothing():
    mine, next_one = on(1, epcList=[item(1)], action="ADD", **to(COOP)), on(5, epcList=[item(1)])
    capture(mine, owner=FARM)
    capture(next_one, owner=COOP)
    reports = on(3, epcList=[item(1)], **to(SHOP)), on(4, epcList=[item(1)], action="ADD", **to(RIVAL))
    capture(reports[0], owner=RIVAL)
    capture(reports[1], owner=SHOP)
    observed = on(4, epcList=[item(1)])
    capture(observed, owner=OUTSIDER)
    assert sees(
        who(FARM), mine, next_one, observed
    )  # what others say about one's goods one sees, but not their trade
    assert sees(who(COOP), mine, next_one, observed)
    assert sees(who(SHOP), *reports)
    assert sees(who(RIVAL), *reports)


def test_a_third_party_between_hides_even_what_one_holds_again_later():
    """Farm, cooperative, shop, farm: from either of its own events the farm sees one holder, and no further."""
    first, coop, shop, again = (
        on(day, epcList=[item(1)], action="ADD" if day == 1 else "OBSERVE", **to(following))
        for day, following in ((1, COOP), (2, SHOP), (3, FARM), (4, COOP))
    )
    for owner, one in ((FARM, first), (COOP, coop), (SHOP, shop)):
        capture(one, owner=owner)
    assert sees(who(COOP), first, coop, shop)
    capture(again, owner=FARM)
    assert sees(who(FARM), first, coop, shop, again)


def test_events_of_one_instant_stand_in_the_order_of_capture():
    mine, one, other = (
        on(1, epcList=[item(1)], action=action, **to(COOP, SHOP)) for action in ("ADD", "OBSERVE", "OBSERVE")
    )
    capture(mine, owner=FARM)
    capture(one, owner=COOP)
    capture(other, owner=SHOP)
    assert sees(who(FARM), mine, one)


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
    sent, sent_too = (on(1, quantityList=quantities(lot("L")), **to(owner)) for owner in (SHOP, RIVAL))
    bought = on(2, quantityList=quantities(lot("L")))
    bought_too = on(3, quantityList=quantities(lot("L")))
    capture(made, owner=FARM)
    capture(bought, owner=SHOP)
    capture(bought_too, owner=RIVAL)
    assert sees(who(SHOP), bought)  # that one says that one bought it is not enough
    capture(sent, sent_too, owner=FARM)
    assert sees(who(SHOP), made, bought, sent)
    assert sees(who(RIVAL), made, bought_too, sent_too)
    assert sees(who(FARM), made, bought, bought_too, sent, sent_too)


def test_a_customers_customer_sees_the_maker_and_not_the_dealer():
    made = on(1, type="TransformationEvent", inputQuantityList=quantities(lot("A", OTHER_GLN + "0")),
              outputQuantityList=quantities(lot("L")))  # fmt: skip
    dealt, sold = on(2, quantityList=quantities(lot("L"))), on(3, quantityList=quantities(lot("L")))
    sent, passed_on = (on(2, quantityList=quantities(lot("L")), **to(owner)) for owner in (COOP, SHOP))
    capture(made, sent, owner=FARM)
    capture(dealt, passed_on, owner=COOP)
    capture(sold, owner=SHOP)
    assert sees(who(SHOP), made, passed_on, sold)
    assert sees(who(COOP), made, sent, dealt, passed_on)


def test_what_went_into_a_lot_is_two_steps_away():
    grown = on(1, action="ADD", quantityList=quantities(lot("A")))
    made = on(2, type="TransformationEvent", inputQuantityList=quantities(lot("A")),
              outputQuantityList=quantities(lot("L")))  # fmt: skip
    sold = on(3, quantityList=quantities(lot("L")))
    sent = on(1, quantityList=quantities(lot("A")), **to(COOP))
    sent_on = on(2, quantityList=quantities(lot("L")), **to(SHOP))
    capture(grown, sent, owner=FARM)
    capture(made, sent_on, owner=COOP)
    capture(sold, owner=SHOP)
    assert sees(who(SHOP), made, sent_on, sold)
    assert sees(who(COOP), grown, sent, made, sent_on, sold)
    assert sees(who(FARM), grown, sent, made)


def test_a_lot_that_somebody_else_made_first_cannot_be_leased():
    made = on(5, action="ADD", quantityList=quantities(lot("L")))
    sold = on(6, quantityList=quantities(lot("L")))
    leased = on(1, action="ADD", quantityList=quantities(lot("L")))
    capture(made, owner=FARM)
    capture(sold, owner=SHOP)
    capture(leased, owner=RIVAL)
    assert sees(who(RIVAL), leased)
    assert sees(who(FARM), made, sold)


def test_what_was_sent_in_a_crate_on_a_pallet_was_sent_to_who_got_the_pallet():
    made = on(1, action="ADD", quantityList=quantities(lot("L")), epcList=[item(1)])
    packed = on(2, type="AggregationEvent", action="ADD", parentID=crate(17), childEPCs=[item(1)],
                childQuantityList=quantities(lot("L")))  # fmt: skip
    loaded = on(3, type="AggregationEvent", action="ADD", parentID=crate(18), childEPCs=[crate(17)])
    sent = on(4, epcList=[crate(18)], **to(SHOP))
    capture(made, packed, loaded, sent, owner=FARM)
    got = on(5, epcList=[crate(18), crate(17), item(1)], quantityList=quantities(lot("L")))
    capture(got, owner=SHOP)
    reported_too = on(5, epcList=[crate(18), crate(17), item(1)], quantityList=quantities(lot("L")))
    capture(reported_too, owner=RIVAL)
    assert sees(who(SHOP), made, packed, loaded, sent, got, reported_too)
    assert sees(who(RIVAL), reported_too)


def test_who_got_a_crate_before_it_was_packed_did_not_get_what_is_in_it():
    capture(on(1, epcList=[crate(17)], **to(SHOP)), owner=FARM)
    made = on(2, action="ADD", epcList=[item(1)])
    packed = on(3, type="AggregationEvent", action="ADD", parentID=crate(17), childEPCs=[item(1)])
    capture(made, packed, owner=FARM)
    touched = on(4, epcList=[item(1)])
    capture(on(1, epcList=[crate(17)]), touched, owner=SHOP)
    assert made.event_id not in asked(who(SHOP))


def test_who_reported_a_crate_first_is_not_in_what_others_pack_into_it():
    capture(on(1, epcList=[crate(17)], **to(SHOP)), owner=RIVAL)
    made = on(2, action="ADD", epcList=[item(1)])
    packed = on(3, type="AggregationEvent", action="ADD", parentID=crate(17), childEPCs=[item(1)])
    capture(made, packed, owner=FARM)
    for owner in (RIVAL, SHOP):
        capture(on(4, epcList=[crate(17), item(1)], **to(RIVAL, SHOP)), owner=owner)
    assert made.event_id not in asked(who(SHOP))
    assert made.event_id not in asked(who(RIVAL))


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
    mine, theirs = on(1, epcList=[item(1)], action="ADD"), on(2, epcList=[item(1)])
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
