"""Who had received a package holds what was packed in it, whatever the packer declares wrong afterwards."""

from itertools import pairwise

import pytest

from khcn.epcis.ids.check import check_digit
from khcn.trace.queries.graph import packings
from khcn.trace.queries.holders import holders
from tests.trace.public_given import (
    observed,
    reported,
    send,
    visitor,  # noqa: F401 -- a fixture
)
from tests.trace.rest_given import GROWER, OTHER, Speaker, party
from tests.trace.store_given import crate
from tests.trace.test_whose_hand_over import A1, PALLET, SECOND, WRONG, parties, recall, recalled, shipped

__all__ = ["parties"]
CRATES = [f"https://id.gs1.org/00/09521234000000{number}" for number in ("0037", "0044", "0051")]


def packed(number, day, container, *things, **fields):
    usual = {"action": "ADD", "bizStep": "packing", "parentID": container, "childEPCs": list(things)}
    return reported(number, "AggregationEvent", day, **usual, **fields)


def in_pallet(parties, *, levels=1):
    """The grower packs it on a pallet, through crates where there are more levels; gives the packings."""
    things = [*A1, *CRATES[: levels - 1], PALLET]
    events = [packed(50 + n, 12, outer, inner) for n, (inner, outer) in enumerate(pairwise(things))]
    send(parties.grower, *events)
    return events


def declare(speaker, event):
    send(speaker, {**event, "errorDeclaration": WRONG})


@pytest.mark.parametrize(("levels", "place"), [(1, 0), (2, 0), (2, -1), (4, 0), (4, -1)])
@pytest.mark.parametrize("seen", ["object", "innermost", "pallet"])
@pytest.mark.parametrize("when", ["before the recall", "after it"])
def test_a_packing_declared_wrong_takes_nothing_from_who_reported_the_goods(
    parties,
    visitor,  # noqa: F811 -- the fixture's value
    when,
    seen,
    levels,
    place,
):
    """A report of what the wrong packing put them in says nothing of them, as when they were scanned onto the wrong pallet."""
    events = in_pallet(parties, levels=levels)
    send(parties.grower, shipped(60, 13, GROWER, SECOND, [PALLET]))
    named = {"object": A1[0], "innermost": events[0]["parentID"], "pallet": PALLET}[seen]
    send(parties.second, observed(61, 14, "receiving", SECOND, epcList=[named]))
    wrong = events[place]
    is_inside = seen == "object" or (seen == "innermost" and wrong is not events[0])
    if when == "before the recall":
        declare(parties.grower, wrong)
    send(parties.second, recall(62, 20, SECOND))
    assert recalled(visitor) is (when == "after it" or is_inside)
    declare(parties.grower, wrong)
    assert recalled(visitor) is (when == "after it" or is_inside)


@pytest.mark.both
@pytest.mark.parametrize("corrected", ["in time", "when the pallet was there"])
def test_goods_on_the_wrong_pallet_are_of_who_got_them(parties, visitor, corrected):  # noqa: F811 -- the fixture's value
    (wrong,) = in_pallet(parties)
    if corrected == "in time":
        declare(parties.grower, wrong)
    send(parties.grower, shipped(60, 13, GROWER, OTHER, [PALLET]))
    send(parties.stranger, observed(61, 14, "receiving", OTHER, epcList=[PALLET]))
    if corrected != "in time":
        declare(parties.grower, wrong)
    send(parties.grower, packed(62, 15, CRATES[0], *A1), shipped(63, 15, GROWER, SECOND, CRATES[:1]))
    send(parties.second, observed(64, 16, "receiving", SECOND, epcList=A1))
    send(parties.stranger, recall(65, 20, OTHER))
    assert not recalled(visitor)
    send(parties.second, recall(66, 20, SECOND))
    assert recalled(visitor)


@pytest.mark.both
@pytest.mark.parametrize("what", ["shipments", "packings"])
def test_many_reports_declared_wrong_hide_none_that_counts(parties, visitor, monkeypatch, what):  # noqa: F811 -- the fixture's value
    monkeypatch.setattr(holders, "MOST_WITHDRAWN", 5)
    monkeypatch.setattr(packings, "MOST_PACKINGS", 5)
    if what == "shipments":
        false = [shipped(100 + number, 13, GROWER, OTHER) for number in range(8)]
        shipment = shipped(60, 13, GROWER, SECOND)
    else:
        false = [packed(100 + number, 12, CRATES[0], *A1) for number in range(8)]
        shipment = shipped(60, 13, GROWER, SECOND, [PALLET])
    for event in false:
        send(parties.grower, event)
        declare(parties.grower, event)
    if what == "packings":
        in_pallet(parties)
    send(parties.grower, shipment)
    send(parties.second, observed(61, 14, "receiving", SECOND, epcList=A1))
    send(parties.second, recall(62, 20, SECOND))
    assert recalled(visitor)
    declare(parties.grower, shipment)
    assert recalled(visitor)


def test_a_recall_stays_that_was_reported_before_the_packing_was_declared_wrong(parties, visitor):  # noqa: F811 -- the fixture's value
    """Its party reported nothing else about the goods."""
    (event,) = in_pallet(parties)
    send(parties.grower, shipped(60, 13, GROWER, SECOND, [PALLET]))
    send(parties.second, recall(62, 20, SECOND))
    declare(parties.grower, event)
    assert recalled(visitor)


def test_a_packing_declared_wrong_before_anything_was_reported_gives_nothing(parties, visitor):  # noqa: F811 -- the fixture's value
    (event,) = in_pallet(parties)
    send(parties.grower, shipped(60, 13, GROWER, SECOND, [PALLET]))
    declare(parties.grower, event)
    send(parties.second, observed(61, 14, "receiving", SECOND, epcList=[PALLET]))
    send(parties.second, recall(62, 20, SECOND))
    assert not recalled(visitor)
    send(parties.grower, recall(63, 20, GROWER))
    assert recalled(visitor)


@pytest.mark.both
def test_a_packing_that_an_authority_declares_wrong_gives_nothing(parties, visitor):  # noqa: F811 -- the fixture's value
    (event,) = in_pallet(parties)
    send(parties.grower, shipped(60, 13, GROWER, SECOND, [PALLET]))
    send(parties.second, observed(61, 14, "receiving", SECOND, epcList=[PALLET]))
    send(parties.second, recall(62, 20, SECOND))
    declare(parties.grower, event)
    declare(parties.province, event)
    assert not recalled(visitor)


def test_what_was_taken_out_before_the_shipment_was_passed_to_nobody(parties, visitor):  # noqa: F811 -- the fixture's value
    (event,) = in_pallet(parties)
    send(parties.grower, packed(59, 12, PALLET, *A1, eventTime="2026-09-12T20:00:00+07:00") | {"action": "DELETE", "bizStep": "unpacking"})  # fmt: skip
    send(parties.grower, shipped(60, 13, GROWER, SECOND, [PALLET]))
    send(parties.second, observed(61, 14, "receiving", SECOND, epcList=[PALLET]))
    declare(parties.grower, event)
    send(parties.second, recall(62, 20, SECOND))
    assert not recalled(visitor)


def test_a_stranger_who_packs_it_and_declares_that_wrong_makes_nobody_its_holder(parties, visitor):  # noqa: F811 -- the fixture's value
    event = packed(50, 12, PALLET, *A1)
    send(parties.stranger, event)
    send(parties.stranger, shipped(60, 13, OTHER, SECOND, [PALLET]))
    send(parties.second, observed(61, 14, "receiving", SECOND, epcList=[PALLET]))
    declare(parties.stranger, event)
    send(parties.second, recall(62, 20, SECOND))
    assert not recalled(visitor)
    send(parties.grower, recall(63, 20, GROWER))
    assert recalled(visitor)


@pytest.mark.parametrize("is_received", [False, True])
def test_two_corrections_give_the_goods_to_nobody_who_had_no_share_in_them(
    parties,
    visitor,  # noqa: F811 -- the fixture's value
    is_received,
):
    """The packing was declared wrong before the pallet was shipped, and then the shipment as well."""
    (event,) = in_pallet(parties)
    declare(parties.grower, event)
    shipment = shipped(60, 13, GROWER, SECOND, [PALLET])
    send(parties.grower, shipment)
    if is_received:
        send(parties.second, observed(61, 14, "receiving", SECOND, epcList=[PALLET]))
    declare(parties.grower, shipment)
    send(parties.second, recall(62, 20, SECOND))
    assert not recalled(visitor)


@pytest.mark.parametrize("when", ["before the recall", "after it"])
@pytest.mark.parametrize("seen", ["object", "pallet"])
@pytest.mark.parametrize(("levels", "place"), [(1, 0), (3, 0), (3, -1)])
@pytest.mark.parametrize("hands", [2, 7])
def test_the_goods_go_on_in_the_package_through_others_who_name_only_that(
    parties,
    visitor,  # noqa: F811 -- the fixture's value
    hands,
    place,
    levels,
    seen,
    when,
):
    """The last one reports the goods, or the pallet alone."""
    event = in_pallet(parties, levels=levels)[place]
    others = [Speaker(party(f"{952124000000 + number}{check_digit(f'{952124000000 + number}')}", f"Bên {number}")) for number in range(hands - 1)]  # fmt: skip
    chain = [parties.grower, *others, parties.second]
    for number, (giver, receiver) in enumerate(pairwise(chain)):
        gln = receiver.party.gln
        send(giver, shipped(60 + 2 * number, 13 + number, giver.party.gln, gln, [PALLET]))
        send(receiver, observed(61 + 2 * number, 13 + number, "receiving", gln, epcList=[PALLET]))
    if seen == "object":
        send(parties.second, observed(98, 20, "unpacking", SECOND, epcList=A1))
    if when == "before the recall":
        declare(parties.grower, event)
    send(parties.second, recall(99, 20, SECOND))
    assert recalled(visitor) is (when == "after it" or seen == "object")
    declare(parties.grower, event)
    assert recalled(visitor) is (when == "after it" or seen == "object")


@pytest.mark.both
def test_many_packings_afterwards_take_the_place_of_none_before(parties, visitor, monkeypatch):  # noqa: F811 -- the fixture's value
    monkeypatch.setattr(packings, "MOST_PACKINGS", 5)
    (event,) = in_pallet(parties)
    send(parties.grower, shipped(60, 13, GROWER, SECOND, [PALLET]))
    send(parties.second, observed(61, 14, "receiving", SECOND, epcList=[PALLET, *A1]))
    send(parties.second, recall(62, 20, SECOND))
    send(parties.grower, *(packed(200 + number, 21, crate(number), *A1) for number in range(8)))
    assert recalled(visitor)
    declare(parties.grower, event)
    assert recalled(visitor)


@pytest.mark.parametrize("hands", [1, 2])
@pytest.mark.parametrize("when", ["before the recall", "after it"])
def test_a_packing_that_is_corrected_for_another_child_leaves_the_goods_where_they_are(
    parties,
    visitor,  # noqa: F811 -- the fixture's value
    when,
    hands,
):
    """The corrected packing names the goods too, and is captured after the pallet went on."""
    event = packed(50, 12, PALLET, *A1, CRATES[0])
    send(parties.grower, event, shipped(60, 13, GROWER, OTHER if hands == 2 else SECOND, [PALLET]))
    if hands == 2:
        send(parties.stranger, shipped(61, 14, OTHER, SECOND, [PALLET]))
    send(parties.second, observed(62, 15, "receiving", SECOND, epcList=[PALLET]))
    if when == "after it":
        send(parties.second, recall(63, 20, SECOND))
        assert recalled(visitor)
    declare(parties.grower, event)
    send(parties.grower, packed(64, 12, PALLET, *A1))
    if when != "after it":
        send(parties.second, recall(63, 20, SECOND))
    assert recalled(visitor)
