"""Who made goods under a code that the department has confirmed for nobody, and which recalls that party sets and ends."""

import pytest

from tests.trace.public_given import commissioned, confirm, lot, of, parties_who, send, transformed
from tests.trace.rest_given import OTHER, PROVINCE, SHOP, Speaker, party
from tests.trace.test_recalls_in_walks import walked
from tests.trace.test_whose_package import FIT, SECOND, SET, packs, recalled, says, to

GTIN = "09521236000011"
KIND, LOT, OWN_LOT = f"https://id.gs1.org/01/{GTIN}", lot(GTIN, "L1"), lot(GTIN, "L2")
ITEM = f"{KIND}/21/A1"
CRATE = "https://id.gs1.org/00/095212360000000018"
PATH = ITEM.removeprefix("https://id.gs1.org")
IN_LOT, IN_OWN_LOT = {"ilmd": {"cbvmda:lotNumber": "L1"}}, {"ilmd": {"cbvmda:lotNumber": "L2"}}


def at_first(parties):
    parties.other = Speaker(party(SECOND, "Người lạ khác"))


parties = parties_who(at_first)


def item_made(number, day, speaker, **fields):
    send(
        speaker,
        commissioned(number, day, None, speaker.party.gln, quantityList=None, epcList=[ITEM], **fields),
    )


def lot_made(number, day, speaker, thing=LOT):
    send(speaker, commissioned(number, day, thing, speaker.party.gln))


def becomes(number, day, speaker, **outputs):
    """A party reports that the goods were made of something of its own."""
    made_of = [lot("09521236000028", "R")]
    made = {"outputQuantityList": of(LOT), **outputs}
    send(speaker, transformed(number, day, made_of, [], gln=speaker.party.gln, **made))


MADE = {
    "object": [item_made],
    "object of a lot": [lambda *made: item_made(*made, **IN_LOT)],
    "object and lot": [lambda *made: item_made(*made, **IN_LOT), lot_made],
    "lot and object": [lot_made, lambda *made: item_made(*made, **IN_LOT)],
}
AGAIN = {
    "object": [item_made],
    "object of the lot": [lambda *made: item_made(*made, **IN_LOT)],
    "object of a lot of his own": [
        lambda *made: lot_made(*made, thing=OWN_LOT),
        lambda *made: item_made(*made, **IN_OWN_LOT),
    ],
    "lot": [lot_made],
    "object from other goods": [lambda *made: becomes(*made, outputQuantityList=None, outputEPCList=[ITEM])],
    "lot from other goods": [becomes],
}
OF_LOT = {"object of a lot", "object and lot", "lot and object"}


@pytest.mark.parametrize("again", AGAIN)
@pytest.mark.parametrize("made", MADE)
def test_who_reports_goods_as_created_that_exist_recalls_none_and_ends_no_recall(parties, made, again):
    """Whether with a day before they were made or since; here both."""
    for place, report in enumerate(MADE[made]):
        report(60 + place, 3, parties.grower)
    for first, day in ((40, 1), (45, 5)):
        for place, report in enumerate(AGAIN[again]):
            report(first + place, day, parties.stranger)
    of_grower = [LOT, ITEM] if made in OF_LOT else [ITEM]
    for place, thing in enumerate((*of_grower, OWN_LOT, KIND)):
        says(70 + place, 10, parties.stranger, *([thing] if thing == ITEM else []), things=(thing,), **SET)
    shown = [one.removeprefix("https://id.gs1.org") for one in of_grower]
    assert recalled(*shown) == [False] * len(shown)
    walk = walked(parties.province, "upstream", ITEM)
    assert [one for one in walk if one[0] in of_grower] == []
    says(80, 11, parties.grower, ITEM, **SET)
    if made in OF_LOT:
        says(81, 11, parties.grower, things=(LOT,), **SET)
    says(82, 12, parties.stranger, ITEM, disposition="active", **FIT)
    says(83, 12, parties.stranger, things=(LOT,), disposition="active", **FIT)
    assert recalled(*shown) == [True] * len(shown)
    says(84, 13, parties.grower, ITEM, **FIT)
    says(85, 13, parties.grower, things=(LOT,), **FIT)
    assert recalled(*shown) == [False] * len(shown)


def test_who_only_says_that_he_made_goods_ends_no_recall_of_another(parties):
    """Of an object that an authority put into the lot of another maker, both are makers."""
    lot_made(60, 1, parties.stranger)
    item_made(61, 1, parties.grower)
    send(parties.province, commissioned(62, 2, None, PROVINCE, quantityList=None, epcList=[ITEM], **IN_LOT))
    says(63, 10, parties.grower, ITEM, **SET)
    says(64, 11, parties.stranger, ITEM, **FIT)
    assert recalled(PATH) == [True]
    confirm(parties.stranger, GTIN)
    says(65, 12, parties.province, ITEM, **SET)
    says(66, 13, parties.stranger, ITEM, **FIT)
    assert recalled(PATH) == [True]
    says(67, 14, parties.province, ITEM, **FIT)
    assert recalled(PATH) == [False]


def test_of_two_makers_each_ends_its_own_recall_alone(parties):
    """The brand owner has the company prefix, and who packs for it is confirmed for the GTIN."""
    confirm(parties.grower, GTIN[1:8])
    confirm(parties.stranger, GTIN)
    lot_made(60, 1, parties.stranger)
    path = LOT.removeprefix("https://id.gs1.org")
    says(61, 10, parties.grower, things=(LOT,), **SET)
    says(62, 11, parties.stranger, things=(LOT,), disposition="active", **FIT)
    assert recalled(path) == [True]
    says(63, 12, parties.stranger, things=(LOT,), **SET)
    says(64, 13, parties.grower, things=(LOT,), **FIT)
    assert recalled(path) == [True]
    says(65, 14, parties.stranger, things=(LOT,), **FIT)
    assert recalled(path) == [False]


def test_of_the_makers_of_goods_and_of_their_case_each_ends_its_own_recall_alone(parties):
    """Both are confirmed for their codes."""
    case = "https://id.gs1.org/01/09521239000018/21/K1"
    confirm(parties.grower, GTIN)
    confirm(parties.other, "9521239")
    item_made(60, 1, parties.grower)
    says(61, 2, parties.grower, ITEM, **to(SECOND))
    packs(62, 3, parties.other, case, ITEM)
    for number, sets, ends in ((63, "grower", "other"), (70, "other", "grower")):
        says(number, number - 53, getattr(parties, sets), case, **SET)
        says(number + 1, number - 52, getattr(parties, ends), case, **FIT)
        assert recalled(PATH) == [True]
        says(number + 2, number - 51, getattr(parties, sets), case, **FIT)
        assert recalled(PATH) == [False]


def test_a_holder_ends_no_recall_of_the_holder_before_it_who_ends_its_own(parties):
    item_made(60, 1, parties.grower)
    says(61, 2, parties.grower, ITEM, **to(SHOP))
    says(62, 10, parties.shop, ITEM, **SET)
    says(63, 11, parties.shop, ITEM, **to(SECOND))
    says(64, 12, parties.other, ITEM, **FIT)
    assert recalled(PATH) == [True]
    says(65, 13, parties.shop, ITEM, **FIT)
    assert recalled(PATH) == [False]


def test_a_maker_who_is_not_confirmed_ends_no_recall_of_the_holder_and_the_confirmed_one_does(parties):
    item_made(60, 1, parties.grower)
    says(61, 2, parties.grower, ITEM, **to(SHOP))
    says(62, 10, parties.shop, ITEM, **SET)
    says(63, 11, parties.grower, ITEM, **FIT)
    assert recalled(PATH) == [True]
    confirm(parties.grower, GTIN)
    assert recalled(PATH) == [False]


@pytest.mark.parametrize("direction", ["upstream", "downstream"])
def test_who_reports_a_crate_as_created_that_another_packed_recalls_nothing_in_it(parties, direction):
    packs(60, 1, parties.grower, CRATE, ITEM)
    item_made(61, 1, parties.grower)
    send(parties.stranger, commissioned(62, 2, None, OTHER, quantityList=None, epcList=[CRATE]))
    says(63, 10, parties.stranger, CRATE, **SET)
    assert recalled(PATH) == [False]
    thing = CRATE if direction == "upstream" else ITEM
    assert walked(parties.province, direction, thing) == []
