"""Who holds goods when he recalls them: what is captured later takes nothing from him, what he dates back gives him nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.trace.public_given import (
    NOODLES_GTIN,
    noodles,
    observed,
    page,
    parties_who,
    reported,
    send,
    serial,
    visitor,  # noqa: F401 -- a fixture
)
from tests.trace.rest_given import GROWER, OTHER, SHOP, Speaker, party

PACKET = f"/01/{NOODLES_GTIN}/10/MIEN-1/21/A1"
PALLET = "https://id.gs1.org/00/095212340000000020"
SECOND, ABSENT = "9521238000002", "9521239000001"
A1 = [serial("A1")]
FIT = {"persistentDisposition": {"unset": ["recalled"]}}
WRONG = {"declarationTime": "2026-09-25T08:00:00+07:00", "reason": "incorrect_data"}


def at_first(parties):
    parties.second = Speaker(party(SECOND, "Người mua lại"))
    noodles(parties)


parties = parties_who(at_first)


def recalled(visitor):  # noqa: F811 -- the fixture's value
    return "THU HỒI" in page(visitor, PACKET)


def to(gln):
    return [{"type": "possessing_party", "destination": f"https://id.gs1.org/417/{gln}"}]


def shipped(number, day, gln, receiver, epcs=A1, **fields):
    return observed(number, day, "shipping", gln, epcList=epcs, destinationList=to(receiver), **fields)


def recall(number, day, gln):
    return observed(number, day, "holding", gln, epcList=A1, disposition="recalled")


def passed_on(parties):
    """The grower ships it to the shop, and the shop to the second buyer."""
    send(parties.grower, shipped(60, 13, GROWER, SHOP))
    send(parties.shop, shipped(61, 17, SHOP, SECOND))


@pytest.mark.parametrize("receiver", [ABSENT, OTHER])
def test_a_former_holder_lifts_no_recall_by_a_shipment_dated_back(parties, visitor, receiver):  # noqa: F811 -- the fixture's value
    passed_on(parties)
    send(parties.second, recall(62, 20, SECOND))
    assert recalled(visitor)
    send(parties.shop, shipped(63, 15, SHOP, receiver))
    assert recalled(visitor)


def test_a_former_holder_makes_nobody_else_the_holder(parties, visitor):  # noqa: F811 -- the fixture's value
    passed_on(parties)
    send(parties.shop, shipped(63, 15, SHOP, OTHER))
    send(parties.stranger, recall(64, 20, OTHER))
    assert not recalled(visitor)
    send(parties.second, recall(65, 20, SECOND))
    assert recalled(visitor)


def test_a_former_holder_passes_nothing_on_in_a_pallet_that_he_packs_afterwards(parties, visitor):  # noqa: F811 -- the fixture's value
    send(parties.grower, shipped(60, 13, GROWER, SHOP))
    send(parties.shop, shipped(61, 16, SHOP, OTHER, [PALLET]))
    send(parties.shop, shipped(62, 17, SHOP, SECOND))
    usual = {"action": "ADD", "bizStep": "packing", "parentID": PALLET, "childEPCs": A1}
    send(parties.shop, reported(63, "AggregationEvent", 15, **usual))
    send(parties.stranger, recall(64, 20, OTHER))
    assert not recalled(visitor)
    send(parties.second, recall(65, 20, SECOND))
    assert recalled(visitor)


@pytest.mark.parametrize("who", ["grower", "shop"])
def test_who_declares_his_shipment_wrong_lifts_no_recall_of_before(parties, visitor, who):  # noqa: F811 -- the fixture's value
    passed_on(parties)
    send(parties.second, recall(62, 20, SECOND))
    wrong = shipped(60, 13, GROWER, SHOP) if who == "grower" else shipped(61, 17, SHOP, SECOND)
    send(getattr(parties, who), {**wrong, "errorDeclaration": WRONG})
    assert recalled(visitor)


def test_two_who_declare_their_shipments_wrong_lift_no_recall_of_before(parties, visitor):  # noqa: F811 -- the fixture's value
    """They reported nothing else about it."""
    first, then = shipped(60, 13, GROWER, SECOND), shipped(61, 17, SECOND, OTHER)
    send(parties.grower, first)
    send(parties.second, then)
    send(parties.stranger, recall(62, 20, OTHER))
    assert recalled(visitor)
    send(parties.grower, {**first, "errorDeclaration": WRONG})
    send(parties.second, {**then, "errorDeclaration": WRONG})
    assert recalled(visitor)


@pytest.mark.parametrize("who", ["grower", "second"])
def test_who_declares_a_shipment_of_its_pallet_wrong_lifts_no_recall_of_before(parties, visitor, who):  # noqa: F811 -- the fixture's value
    usual = {"action": "ADD", "bizStep": "packing", "parentID": PALLET, "childEPCs": A1}
    send(parties.grower, reported(59, "AggregationEvent", 12, **usual))
    first, then = shipped(60, 13, GROWER, SECOND, [PALLET]), shipped(61, 17, SECOND, OTHER, [PALLET])
    send(parties.grower, first)
    send(parties.second, then)
    send(parties.stranger, recall(62, 20, OTHER))
    assert recalled(visitor)
    send(getattr(parties, who), {**(first if who == "grower" else then), "errorDeclaration": WRONG})
    assert recalled(visitor)


def test_a_shipment_declared_wrong_before_gives_nothing_and_one_by_the_authority_never(parties, visitor):  # noqa: F811 -- the fixture's value
    passed_on(parties)
    send(parties.shop, {**shipped(61, 17, SHOP, SECOND), "errorDeclaration": WRONG})
    send(parties.second, recall(62, 20, SECOND))
    assert not recalled(visitor)
    send(parties.shop, recall(63, 20, SHOP))
    assert recalled(visitor)
    send(parties.province, {**shipped(60, 13, GROWER, SHOP), "errorDeclaration": WRONG})
    assert not recalled(visitor)


@pytest.mark.parametrize("seen", [A1, [PALLET]])
@pytest.mark.parametrize("by_authority", [False, True])
def test_who_reported_goods_holds_them_whatever_their_shipper_declares_then(
    parties,
    visitor,  # noqa: F811 -- the fixture's value
    seen,
    by_authority,
):
    usual = {"action": "ADD", "bizStep": "packing", "parentID": PALLET, "childEPCs": A1}
    send(parties.grower, reported(59, "AggregationEvent", 12, **usual))
    first = shipped(60, 13, GROWER, SECOND, [PALLET])
    send(parties.grower, first)
    send(parties.second, observed(61, 14, "receiving", SECOND, epcList=seen))
    if by_authority:
        send(parties.province, {**first, "errorDeclaration": WRONG})
    send(parties.grower, {**first, "errorDeclaration": WRONG})
    send(parties.second, recall(62, 20, SECOND))
    assert recalled(visitor) is not by_authority


def test_goods_that_come_back_are_passed_on_again(parties, visitor):  # noqa: F811 -- the fixture's value
    passed_on(parties)
    send(parties.second, shipped(62, 18, SECOND, SHOP))
    send(parties.shop, shipped(63, 19, SHOP, OTHER))
    send(parties.second, recall(64, 20, SECOND))
    send(parties.shop, recall(65, 20, SHOP))
    assert not recalled(visitor)
    send(parties.stranger, recall(66, 20, OTHER))
    assert recalled(visitor)


def test_who_receives_goods_recalls_them_also_before_their_shipment_is_reported(parties, visitor):  # noqa: F811 -- the fixture's value
    send(parties.shop, recall(61, 14, SHOP))
    assert not recalled(visitor)
    send(parties.grower, shipped(60, 13, GROWER, SHOP))
    assert recalled(visitor)


@pytest.mark.parametrize("turned", [False, True])
def test_a_recall_and_a_shipment_after_it_in_one_document(parties, visitor, turned):  # noqa: F811 -- the fixture's value
    send(parties.grower, shipped(60, 13, GROWER, SHOP))
    events = [recall(61, 14, SHOP), shipped(62, 17, SHOP, SECOND)]
    send(parties.shop, *(events[::-1] if turned else events))
    assert recalled(visitor)


@pytest.mark.parametrize("in_one_document", [False, True])
def test_a_recall_stays_before_whose_hand_over_was_reported_when_its_party_ships_the_goods(
    parties,
    visitor,  # noqa: F811 -- the fixture's value
    in_one_document,
):
    """The hand-over to the party is captured after the recall; the shipment happened after it, and before it was uploaded."""
    shipment = shipped(62, 16, SHOP, SECOND)
    send(parties.shop, recall(61, 15, SHOP), *([shipment] if in_one_document else []))
    assert not recalled(visitor)
    send(parties.grower, shipped(60, 13, GROWER, SHOP))
    assert recalled(visitor)
    if not in_one_document:
        send(parties.shop, shipment)
        assert recalled(visitor)


def test_a_recall_after_the_goods_were_shipped_has_no_effect_where_the_hand_over_is_reported_late(
    parties,
    visitor,  # noqa: F811 -- the fixture's value
):
    send(parties.shop, shipped(62, 14, SHOP, SECOND))
    send(parties.shop, recall(61, 13, SHOP))
    send(parties.grower, shipped(60, 12, GROWER, SHOP))
    assert not recalled(visitor)


@pytest.mark.parametrize("newest_first", [False, True])
def test_of_shipments_in_one_document_the_earlier_one_was_first(parties, visitor, newest_first):  # noqa: F811 -- the fixture's value
    """The goods come back between them."""
    sold = [shipped(60, 13, GROWER, SHOP), shipped(61, 17, GROWER, SECOND)]
    returned = [recall(62, 15, SHOP), shipped(63, 16, SHOP, GROWER)]
    send(parties.grower, *(sold[::-1] if newest_first else sold))
    send(parties.shop, *(returned[::-1] if newest_first else returned))
    assert recalled(visitor)


def test_a_shipment_and_a_recall_after_it_in_one_document(parties, visitor):  # noqa: F811 -- the fixture's value
    send(parties.grower, shipped(60, 13, GROWER, SHOP))
    send(parties.shop, recall(61, 18, SHOP), shipped(62, 17, SHOP, SECOND))
    assert not recalled(visitor)


def test_a_shipment_uploaded_after_a_recall_does_not_hide_it(parties, visitor):  # noqa: F811 -- the fixture's value
    """It happened before the recall was uploaded, and after the recall happened."""
    ago = {
        seconds: {"eventTime": (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()}
        for seconds in (3600, 120, 60)
    }
    send(parties.grower, {**shipped(60, 13, GROWER, SHOP), **ago[3600]})
    send(parties.shop, {**recall(61, 14, SHOP), **ago[120]})
    assert recalled(visitor)
    send(parties.shop, {**shipped(62, 17, SHOP, SECOND), **ago[60]})
    assert recalled(visitor)


POSSESSING, OWNING, LOCATION = "possessing_party", "owning_party", "location"


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("named", "holder"),
    [
        ({OWNING: SHOP, POSSESSING: SECOND}, SECOND),
        ({OWNING: SHOP, POSSESSING: ABSENT}, None),
        ({OWNING: SHOP, POSSESSING: GROWER}, GROWER),
        ({OWNING: SHOP, LOCATION: SECOND}, SECOND),
        ({OWNING: SHOP, LOCATION: ABSENT}, SHOP),
        ({POSSESSING: SHOP, LOCATION: SECOND}, SHOP),
        ({OWNING: SHOP}, SHOP),
    ],
)
def test_of_several_destinations_the_one_that_possesses_the_goods_holds_them(
    parties,
    visitor,  # noqa: F811 -- the fixture's value
    named,
    holder,
    turned,
):
    other = {SHOP: SECOND, SECOND: SHOP}
    if turned:  # whichever is the first in the register
        named = {kind: other.get(gln, gln) for kind, gln in named.items()}
        holder = other.get(holder, holder)
    places = {POSSESSING: "417", OWNING: "417", LOCATION: "414"}
    listed = [
        {"type": kind, "destination": f"https://id.gs1.org/{places[kind]}/{gln}"}
        for kind, gln in named.items()
    ]
    send(parties.grower, {**shipped(60, 13, GROWER, SHOP), "destinationList": listed})
    found = []
    for place, (gln, speaker) in enumerate(((SHOP, parties.shop), (SECOND, parties.second))):
        send(speaker, recall(61 + place, 20 + 2 * place, gln))
        if recalled(visitor):
            found.append(gln)
            send(parties.grower, observed(71 + place, 21 + 2 * place, "holding", GROWER, epcList=A1, **FIT))
    assert found == [one for one in (SHOP, SECOND) if one == holder]


def ahead(event, hours):
    return event | {"eventTime": (datetime.now(UTC) + timedelta(hours=hours)).isoformat()}


@pytest.mark.both
@pytest.mark.parametrize("packed", [False, True], ids=["alone", "on a pallet"])
def test_who_got_goods_from_one_whose_clock_was_ahead_recalls_them(parties, visitor, packed):  # noqa: F811 -- the fixture's value
    """The grower, seven hours ahead, packs and ships; the shop, with the right time, receives and recalls."""
    if packed:
        packing = reported(60, "AggregationEvent", 2, action="ADD", parentID=PALLET, childEPCs=A1)
        send(parties.grower, ahead(packing, 7))
    sent = [PALLET] if packed else A1
    send(parties.grower, ahead(shipped(61, 2, GROWER, SHOP, epcs=sent), 8))
    send(
        parties.shop,
        ahead(observed(62, 3, "receiving", SHOP, epcList=sent), -1),
        ahead(recall(63, 3, SHOP), 0),
    )
    assert recalled(visitor)


@pytest.mark.both
@pytest.mark.parametrize("packed", [False, True], ids=["alone", "on a pallet"])
def test_goods_that_were_sent_with_a_clock_ahead_may_be_passed_on_with_the_right_time(
    parties,
    visitor,  # noqa: F811 -- the fixture's value
    packed,
):
    packing = reported(60, "AggregationEvent", 2, action="ADD", parentID=PALLET, childEPCs=A1)
    sent = [PALLET] if packed else A1
    send(parties.grower, ahead(packing, 7), ahead(shipped(61, 2, GROWER, SHOP, epcs=sent), 8))
    send(parties.shop, ahead(shipped(62, 3, SHOP, SECOND, epcs=sent), 0))
    send(parties.second, ahead(recall(63, 3, SECOND), 0))
    assert recalled(visitor)


def test_what_was_taken_out_in_a_document_that_is_ahead_is_not_passed_on(parties, visitor):  # noqa: F811 -- the fixture's value
    packing = reported(60, "AggregationEvent", 2, action="ADD", parentID=PALLET, childEPCs=A1)
    removal = reported(61, "AggregationEvent", 2, action="DELETE", parentID=PALLET, childEPCs=A1)
    shipping = ahead(shipped(62, 2, GROWER, SHOP, epcs=[PALLET]), 9)
    send(parties.grower, ahead(packing, 7), ahead(removal, 8), shipping)
    send(parties.shop, ahead(recall(63, 3, SHOP), 0))
    assert not recalled(visitor)


def test_who_ships_with_a_clock_ahead_still_recalls_before_that_time_and_a_former_holder_not_after_it(
    parties,
    visitor,  # noqa: F811 -- the fixture's value
):
    send(parties.grower, shipped(60, 13, GROWER, SHOP))
    send(parties.shop, ahead(shipped(61, 3, SHOP, SECOND), 7))
    send(parties.shop, ahead(recall(62, 3, SHOP), 8))
    after = recalled(visitor)
    send(parties.shop, ahead(recall(63, 3, SHOP), 0))
    assert [after, recalled(visitor)] == [False, True]


@pytest.mark.both
def test_a_pallet_that_was_packed_with_a_clock_ahead_is_recalled_with_the_right_time(parties, visitor):  # noqa: F811 -- the fixture's value
    packing = reported(60, "AggregationEvent", 2, action="ADD", parentID=PALLET, childEPCs=A1)
    send(parties.grower, ahead(packing, 7))
    recalling = observed(61, 3, "holding", GROWER, epcList=[PALLET], disposition="recalled")
    send(parties.grower, ahead(recalling, 0))
    assert recalled(visitor)
