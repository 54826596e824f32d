"""Goods that are moved from one container to another without a report that they were taken out: who holds them, and what that costs."""

import pytest

from tests.lines_counted import MOST, growth
from tests.trace.public_given import commissioned, observed, reported, send, serial
from tests.trace.rest_given import GROWER, OTHER, SHOP
from tests.trace.store_given import crate
from tests.trace.test_whose_package import (
    NEW_PACKET,
    SECOND,
    SET,
    declare_wrong,
    packs,
    parties,
    recalled,
    says,
    to,
)

__all__ = ["parties"]
pytestmark = pytest.mark.django_db
PACKET = serial("A3")
CARTON, FIRST, NEW = crate(76), crate(77), crate(78)


def is_recalled_by(speaker, number=90):
    """Whether the packet is recalled when a party recalls it."""
    says(number, 20, speaker, PACKET, **SET)
    return recalled(NEW_PACKET) == [True]


def moved(parties, *, by="grower"):
    packs(60, 12, parties.grower, FIRST, PACKET)
    packs(61, 14, getattr(parties, by), NEW, PACKET)


@pytest.mark.parametrize("is_sent", [False, True])
@pytest.mark.parametrize("is_taken_out", [False, True])
@pytest.mark.parametrize("recalled_by", ["holder", "province"])
def test_goods_go_with_the_pallet_onto_which_they_were_moved(parties, recalled_by, is_taken_out, is_sent):
    """Also where the second one was sent first, or the first one to another; their holder packs them too."""
    moved(parties)
    if is_taken_out:
        packs(62, 13, parties.grower, FIRST, PACKET, action="DELETE")
    if is_sent:
        says(63, 15, parties.grower, FIRST, **to(SHOP))
    says(64, 16, parties.grower, NEW, **to(SECOND))
    says(65, 17, parties.other, NEW)
    if recalled_by == "holder":
        assert is_recalled_by(parties.other)
    else:
        packs(66, 18, parties.other, CARTON, PACKET)
        says(67, 19, parties.province, CARTON, **SET)
        assert recalled(NEW_PACKET) == [True]


def test_goods_that_were_moved_before_the_first_pallet_was_sent_did_not_go_with_it(parties):
    """Where they are is in no package that was sent."""
    moved(parties)
    says(63, 15, parties.grower, FIRST, **to(SHOP))
    says(64, 16, parties.shop, FIRST, PACKET)
    assert not is_recalled_by(parties.shop)


@pytest.mark.parametrize("in_one_document", [False, True])
def test_a_move_that_is_reported_after_the_pallet_was_sent_takes_nothing(parties, in_one_document):
    packs(60, 12, parties.grower, FIRST, PACKET)
    shipment = observed(63, 15, "shipping", GROWER, epcList=[FIRST], **to(SHOP))
    move = reported(61, "AggregationEvent", 14, action="ADD", parentID=NEW, childEPCs=[PACKET])
    if in_one_document:  # then it was reported in time
        send(parties.grower, shipment, move)
    else:
        send(parties.grower, shipment)
        send(parties.grower, move)
    says(64, 16, parties.grower, NEW, **to(SECOND))
    assert is_recalled_by(parties.shop) is not in_one_document
    assert is_recalled_by(parties.other, 91)  # the shop's recall stays beside that of another


@pytest.mark.parametrize("by", ["shop", "stranger"])
def test_who_does_not_have_them_moves_goods_nowhere(parties, by):
    moved(parties, by=by)
    says(63, 15, parties.grower, FIRST, **to(SHOP))
    says(64, 16, getattr(parties, by), NEW, **to(SECOND))
    assert not is_recalled_by(parties.other)
    assert is_recalled_by(parties.shop, 91)


def test_who_had_the_goods_once_moves_no_crate_into_which_another_put_them(parties):
    """The grower says, while it has the goods, that the shop's crate is on a trolley of its own."""
    packs(60, 5, parties.shop, FIRST, CARTON)
    packs(61, 11, parties.grower, NEW, CARTON)
    says(62, 13, parties.grower, PACKET, **to(SHOP))
    packs(63, 15, parties.shop, CARTON, PACKET)
    says(64, 17, parties.shop, FIRST, **to(SECOND))
    assert is_recalled_by(parties.other)


@pytest.mark.parametrize("by", ["shop", "grower"])
def test_a_crate_is_where_its_packer_put_it_last_before_the_goods_came(parties, by):
    """Also where another put the goods into it."""
    packs(60, 5, getattr(parties, by), FIRST, CARTON)
    packs(61, 6, getattr(parties, by), NEW, CARTON)
    says(62, 13, parties.grower, PACKET, **to(SHOP))
    packs(63, 15, parties.shop, CARTON, PACKET)
    says(64, 16, parties.shop, FIRST, **to(OTHER))
    says(65, 17, parties.shop, NEW, **to(SECOND))
    assert not is_recalled_by(parties.stranger)
    assert is_recalled_by(parties.other, 91)


def test_goods_that_the_receiver_packs_anew_do_not_go_back_with_the_empty_pallet(parties):
    packs(60, 12, parties.grower, FIRST, PACKET)
    says(61, 13, parties.grower, FIRST, **to(SHOP))
    packs(62, 14, parties.shop, NEW, PACKET)
    says(63, 15, parties.shop, FIRST, **to(GROWER))
    assert is_recalled_by(parties.shop)


def test_a_move_that_was_declared_wrong_moves_nothing(parties):
    packs(60, 12, parties.grower, FIRST, PACKET)
    move = reported(61, "AggregationEvent", 14, action="ADD", parentID=NEW, childEPCs=[PACKET])
    send(parties.grower, move)
    declare_wrong(parties.grower, move)
    says(63, 15, parties.grower, FIRST, **to(SHOP))
    assert is_recalled_by(parties.shop)


@pytest.mark.parametrize("sent", [CARTON, NEW])
def test_goods_that_are_named_on_the_pallet_too_stay_in_their_carton(parties, sent):
    """Some programs report of a pallet also what is in its cartons."""
    packs(60, 12, parties.grower, CARTON, PACKET)
    packs(61, 13, parties.grower, NEW, CARTON, PACKET)
    says(62, 14, parties.grower, sent, **to(SECOND))
    assert is_recalled_by(parties.other)


@pytest.mark.both
@pytest.mark.parametrize("first", ["packing", "shipment"])
def test_at_one_instant_goods_are_packed_before_they_are_sent(parties, first):
    packing = reported(60, "AggregationEvent", 13, action="ADD", parentID=FIRST, childEPCs=[PACKET])
    shipment = observed(61, 13, "shipping", GROWER, epcList=[FIRST], **to(SHOP))
    send(parties.grower, *((packing, shipment) if first == "packing" else (shipment, packing)))
    says(62, 14, parties.shop, FIRST, **to(SECOND))
    assert is_recalled_by(parties.other)


# ------------------------------------------------------------------------------------------- taken out, and reported later


@pytest.mark.parametrize("captured", ["before the recall", "after it"])
@pytest.mark.parametrize("in_one_document", [False, True])
def test_what_was_taken_out_is_not_in_the_crate_that_goes_back(parties, in_one_document, captured):
    """The unpacking is captured after the return of the crate."""
    packs(60, 12, parties.grower, FIRST, PACKET)
    says(61, 13, parties.grower, FIRST, **to(SHOP))
    unpacking = reported(62, "AggregationEvent", 14, action="DELETE", parentID=FIRST, childEPCs=[PACKET])
    empty = observed(63, 15, "shipping", SHOP, epcList=[FIRST], **to(GROWER))
    if in_one_document:
        send(parties.shop, empty, unpacking)
    else:
        send(parties.shop, empty)
    if captured == "after it":
        is_recalled_by(parties.shop)
    if not in_one_document:
        send(parties.shop, unpacking)
    assert recalled(NEW_PACKET) == [True] if captured == "after it" else is_recalled_by(parties.shop)


@pytest.mark.parametrize("captured", ["before the recall", "after it"])
@pytest.mark.parametrize("received", [FIRST, PACKET])
def test_an_unpacking_that_is_reported_late_takes_nothing_from_who_reported_the_goods(
    parties, received, captured
):
    """Nor does it end a recall that was reported before it."""
    packs(60, 12, parties.grower, FIRST, PACKET)
    says(61, 13, parties.grower, FIRST, **to(SHOP))
    says(62, 15, parties.shop, FIRST, **to(SECOND))
    says(63, 16, parties.other, received)
    if captured == "after it":
        assert is_recalled_by(parties.other)
    packs(64, 14, parties.shop, FIRST, PACKET, action="DELETE")
    if captured == "before the recall":
        assert is_recalled_by(parties.other) is (received == PACKET)
    assert recalled(NEW_PACKET) == [captured == "after it" or received == PACKET]


# ------------------------------------------------------------------------------------------- in proportion


def aggregated(number, minute, container, *things, action="ADD"):
    when = f"2026-09-12T{6 + minute // 60:02d}:{minute % 60:02d}:00.000+07:00"
    fields = {"parentID": container, "childEPCs": list(things), "eventTime": when}
    return reported(number, "AggregationEvent", 12, action=action, **fields)


@pytest.mark.both
def test_crates_on_a_pallet_that_is_sent_and_emptied_again_and_again_cost_in_proportion(parties):
    """The packet is in so many crates, out of each, and these on one pallet that is sent as often; each is taken off it, reported late."""

    def prepare(many):
        packet, pallet = serial(f"M{many}"), crate(many * 1000)
        crates = [crate(many * 1000 + place) for place in range(1, many + 1)]
        base = many * 10_000
        made = commissioned(base, 11, None, GROWER, quantityList=None, epcList=[packet])
        usual = enumerate(crates)
        events = [made]
        for place, one in usual:
            events += [
                aggregated(base + 1000 + place, 0, one, packet),
                aggregated(base + 2000 + place, 60, one, packet, action="DELETE"),
                aggregated(base + 3000 + place, 120, pallet, one),
                observed(base + 4000 + place, 13, "shipping", GROWER, epcList=[pallet], **to(SHOP)),
            ]
        send(parties.grower, *events)
        late = (
            aggregated(base + 5000 + place, 180, pallet, one, action="DELETE")
            for place, one in enumerate(crates)
        )
        send(parties.grower, *late)
        says(base + 6000, 20, parties.stranger, packet, **SET)
        path = packet.removeprefix("https://id.gs1.org")
        return lambda: recalled(path)

    assert growth(prepare, (50, 100, 200)) <= MOST
