"""Whatever former holders pack, unpack or declare wrong after a recall, by whatever date, the holder's recall stays in force."""

from itertools import pairwise

import pytest

from tests.lines_counted import MOST, growth
from tests.trace.public_given import reported, send, serial
from tests.trace.rest_given import OTHER, SHOP
from tests.trace.store_given import crate
from tests.trace.test_whose_package import (
    NEW_PACKET,
    PALLET,
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
A3 = serial("A3")
MANY = 40  # more than are read where a test says so


@pytest.fixture
def few_read(monkeypatch):
    """A page reads the steps of few packages, and of few packings it is asked who holds the goods."""
    monkeypatch.setattr("khcn.trace.queries.journey.MAX_CONTAINERS", MANY - 10)
    monkeypatch.setattr("khcn.trace.queries.graph.packings.MOST_PACKINGS", MANY - 10)


def decoys(count, day, first=1000):
    """The goods packed in as many other boxes."""
    usual = {"action": "ADD", "childEPCs": [A3]}
    return [
        reported(first + number, "AggregationEvent", day, parentID=crate(first + number), **usual)
        for number in range(count)
    ]


def handed_over(parties, *, levels=1, hands=1):
    """The grower packs the goods on a pallet, which goes to the shop, or through it to the second buyer; gives who has them."""
    things = [A3, *(crate(10 + level) for level in range(levels - 1)), PALLET]
    for number, (inner, outer) in enumerate(pairwise(things)):
        packs(60 + number, 12, parties.grower, outer, inner)
    chain = [parties.grower, parties.shop, parties.other][: hands + 1]
    for number, (giver, receiver) in enumerate(pairwise(chain)):
        says(80 + 2 * number, 13 + 2 * number, giver, PALLET, **to(receiver.party.gln))
        says(81 + 2 * number, 14 + 2 * number, receiver, PALLET)
    return chain[-1]


@pytest.mark.parametrize("named", ["goods", "pallet"])
@pytest.mark.parametrize("day", [11, 13, 20], ids=["before the packing", "on the way", "after the recall"])
@pytest.mark.parametrize("who", ["grower", "shop", "stranger"])
@pytest.mark.parametrize("hands", [1, 2])
def test_packings_captured_after_a_recall_take_nothing_from_its_holder(
    parties, few_read, hands, who, day, named
):
    holder = handed_over(parties, hands=hands)
    says(90, 18, holder, A3 if named == "goods" else PALLET, **SET)
    assert recalled(NEW_PACKET) == [True]
    send(getattr(parties, who), *decoys(MANY, day))
    assert recalled(NEW_PACKET) == [True]


@pytest.mark.parametrize("named", ["goods", "pallet"])
@pytest.mark.parametrize("who", ["grower", "stranger"])
def test_packings_captured_before_a_hand_over_do_not_hide_it(parties, monkeypatch, who, named):
    monkeypatch.setattr("khcn.trace.queries.journey.MAX_CONTAINERS", MANY - 10)
    send(getattr(parties, who), *decoys(MANY, 11))
    holder = handed_over(parties)
    says(90, 18, holder, A3 if named == "goods" else PALLET, **SET)
    assert recalled(NEW_PACKET) == [True]


@pytest.mark.parametrize("named", ["goods", "pallet"])
def test_packings_hide_no_recall_by_an_authority(parties, few_read, named):
    handed_over(parties)
    says(90, 18, parties.province, A3 if named == "goods" else PALLET, **SET)
    send(parties.grower, *decoys(MANY, 11))
    assert recalled(NEW_PACKET) == [True]


def test_a_stranger_who_addresses_his_packings_gets_no_word(parties, few_read):
    holder = handed_over(parties)
    send(parties.stranger, *({**one, **to(OTHER)} for one in decoys(MANY, 11)))
    says(90, 18, holder, A3, **SET)
    assert recalled(NEW_PACKET) == [True]
    says(91, 19, parties.stranger, A3, disposition="active", persistentDisposition={"unset": ["recalled"]})
    assert recalled(NEW_PACKET) == [True]


@pytest.mark.parametrize("where", ["innermost", "outermost"])
def test_through_twelve_packages_around_each_other(parties, few_read, where):
    holder = handed_over(parties, levels=12)
    says(90, 18, holder, A3, **SET)
    assert recalled(NEW_PACKET) == [True]
    inside = A3 if where == "innermost" else crate(20)
    send(parties.grower, *({**one, "childEPCs": [inside]} for one in decoys(MANY, 11)))
    assert recalled(NEW_PACKET) == [True]


@pytest.mark.parametrize("count", [600, 1000])
def test_more_packings_than_a_page_shows_take_nothing_from_the_holder(parties, count):
    holder = handed_over(parties)
    says(90, 18, holder, A3, **SET)
    send(parties.grower, *decoys(count, 11))
    assert recalled(NEW_PACKET) == [True]


def test_a_thousand_packings_before_a_hand_over_do_not_hide_it(parties):
    send(parties.grower, *decoys(1000, 11))
    says(90, 18, handed_over(parties), A3, **SET)
    assert recalled(NEW_PACKET) == [True]


def test_goods_that_went_through_more_hands_than_packages_around_each_other(parties):
    """Each of the two sends them to the other, and back."""
    for number in range(21):
        giver, receiver = (parties.grower, parties.shop)[:: -1 if number % 2 else 1]
        says(100 + number, 1 + number, giver, A3, **to(receiver.party.gln))
    says(90, 24, parties.shop, A3, **SET)
    assert recalled(NEW_PACKET) == [True]


@pytest.mark.parametrize("named", ["goods", "pallet"])
@pytest.mark.parametrize("what", ["the goods", "everything"])
@pytest.mark.parametrize(("who", "hands"), [("grower", 1), ("grower", 2), ("shop", 2)])
def test_an_unpacking_captured_after_a_recall_takes_nothing_from_its_holder(parties, who, hands, what, named):
    """Its party dates it before it passed the pallet on."""
    holder = handed_over(parties, hands=hands)
    says(90, 18, holder, A3 if named == "goods" else PALLET, **SET)
    day = 12 if who == "grower" else 14
    inside = [A3] if what == "the goods" else []
    send(
        getattr(parties, who),
        reported(91, "AggregationEvent", day, action="DELETE", parentID=PALLET, childEPCs=inside or None)
        | {"eventTime": f"2026-09-{day}T20:00:00.000+07:00"},
    )
    assert recalled(NEW_PACKET) == [True]


def unpacked(number, day, **fields):
    event = reported(number, "AggregationEvent", day, action="DELETE", parentID=PALLET, childEPCs=[A3])
    return {**event, "eventTime": f"2026-09-{day}T20:00:00.000+07:00", **fields}


@pytest.mark.parametrize("is_seen", [False, True])
def test_what_its_packer_took_out_is_his_until_somebody_has_reported_it(parties, is_seen):
    """He reports that late, but before the recall."""
    holder = handed_over(parties)
    if is_seen:
        says(88, 16, holder, A3)
    send(parties.grower, unpacked(91, 12))
    says(90, 18, holder, A3, **SET)
    assert recalled(NEW_PACKET) == [is_seen]
    says(92, 19, parties.grower, A3, **to(SECOND))
    says(93, 20, parties.other, A3, **SET)
    assert recalled(NEW_PACKET) == [True]


def test_what_an_authority_takes_out_was_not_passed_on(parties):
    says(90, 18, handed_over(parties), A3, **SET)
    send(parties.province, unpacked(91, 12))
    assert recalled(NEW_PACKET) == [False]


def test_an_unpacking_declared_wrong_after_a_recall_takes_nothing_from_its_holder(parties):
    """The pallet without the goods went to another before they were sent to their holder."""
    packs(60, 12, parties.grower, PALLET, A3)
    unpacking = unpacked(61, 12)
    send(parties.grower, unpacking)
    says(62, 13, parties.grower, PALLET, **to(OTHER))
    says(63, 14, parties.grower, A3, **to(SHOP))
    says(64, 18, parties.shop, A3, **SET)
    assert recalled(NEW_PACKET) == [True]
    declare_wrong(parties.grower, unpacking)
    assert recalled(NEW_PACKET) == [True]


def test_packages_that_went_nowhere_cost_in_proportion(parties):
    says(90, 18, handed_over(parties), A3, **SET)
    captured = []

    def prepared(count):
        more = count - sum(captured)
        send(parties.grower, *decoys(more, 11, first=1000 + sum(captured)))
        captured.append(more)
        return lambda: recalled(NEW_PACKET) == [True]

    assert growth(prepared, (100, 200, 400)) <= MOST
