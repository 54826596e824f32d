"""Who had received a package holds what was packed in it, whatever the packer declares wrong afterwards."""

from itertools import pairwise

import pytest

from tests.trace.public_given import (
    observed,
    reported,
    send,
    visitor,  # noqa: F401 -- a fixture
)
from tests.trace.rest_given import GROWER, OTHER, SHOP
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


@pytest.mark.parametrize("place", [0, -1], ids=["inner", "outer"])
@pytest.mark.parametrize("levels", [1, 2, 4])
@pytest.mark.parametrize("seen", [A1, [PALLET]], ids=["object", "pallet"])
@pytest.mark.parametrize("when", ["before the recall", "after it"])
def test_a_packing_declared_wrong_takes_nothing_from_who_reported_the_goods(
    parties,
    visitor,  # noqa: F811 -- the fixture's value
    when,
    seen,
    levels,
    place,
):
    events = in_pallet(parties, levels=levels)
    send(parties.grower, shipped(60, 13, GROWER, SECOND, [PALLET]))
    send(parties.second, observed(61, 14, "receiving", SECOND, epcList=seen))
    if when == "before the recall":
        declare(parties.grower, events[place])
    send(parties.second, recall(62, 20, SECOND))
    assert recalled(visitor)
    declare(parties.grower, events[place])
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
@pytest.mark.parametrize("seen", [A1, [PALLET]], ids=["object", "pallet"])
def test_the_goods_go_on_in_the_package_through_others_who_name_only_that(
    parties,
    visitor,  # noqa: F811 -- the fixture's value
    seen,
    when,
):
    (event,) = in_pallet(parties)
    send(parties.grower, shipped(60, 13, GROWER, SHOP, [PALLET]))
    send(parties.shop, observed(61, 14, "receiving", SHOP, epcList=[PALLET]))
    send(parties.shop, shipped(62, 15, SHOP, SECOND, [PALLET]))
    send(parties.second, shipped(63, 16, SECOND, OTHER, [PALLET]))
    send(parties.stranger, observed(64, 17, "receiving", OTHER, epcList=seen))
    if when == "before the recall":
        declare(parties.grower, event)
    send(parties.stranger, recall(65, 20, OTHER))
    assert recalled(visitor)
    declare(parties.grower, event)
    assert recalled(visitor)
