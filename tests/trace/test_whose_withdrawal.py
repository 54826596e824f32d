"""Who declares wrong that he made a thing takes it out of no recall that was reported before."""

import pytest

from tests.trace.public_given import GROWER, SHOP, commissioned, confirm, parties, send
from tests.trace.test_whose_making import GTIN, ITEM, PATH
from tests.trace.test_whose_package import SET, declare_wrong, packs, recalled, says, to

__all__ = ["parties"]
PALLET = "https://id.gs1.org/00/095212360000000035"


def made(number, day):
    return commissioned(number, day, None, GROWER, quantityList=None, epcList=[ITEM])


@pytest.mark.parametrize("corrected", [None, 1, 4], ids=["not again", "same day", "after the shipment"])
@pytest.mark.parametrize("codes", ["", GTIN], ids=["code without owner", "code of the maker"])
@pytest.mark.parametrize("case", ["pallet of the maker", "pallet of the holder", "recall of the holder"])
def test_what_the_maker_takes_back_after_a_recall_lifts_it_not(parties, case, codes, corrected):
    confirm(parties.grower, codes)
    creation = made(60, 1)
    send(parties.grower, creation)
    if case == "pallet of the maker":
        packs(61, 2, parties.grower, PALLET, ITEM)
    else:
        says(61, 2, parties.grower, ITEM, **to(SHOP))
    if case == "pallet of the holder":
        packs(62, 3, parties.shop, PALLET, ITEM)
    by_holder = case == "recall of the holder"
    says(63, 10, parties.shop if by_holder else parties.province, ITEM if by_holder else PALLET, **SET)
    assert recalled(PATH) == [True]
    declare_wrong(parties.grower, creation)
    assert recalled(PATH) == [True]
    if corrected:
        send(parties.grower, made(64, corrected))
        assert recalled(PATH) == [True]


def test_who_got_it_from_the_true_maker_recalls_it_also_while_another_says_he_made_it(parties):
    false = made(60, 1)
    send(parties.stranger, false)
    send(parties.grower, made(61, 1))
    says(62, 2, parties.grower, ITEM, **to(SHOP))
    says(63, 10, parties.shop, ITEM, **SET)
    declare_wrong(parties.stranger, false)
    assert recalled(PATH) == [True]


def test_a_recall_by_who_got_it_from_a_false_maker_does_not_count_after_the_withdrawal(parties):
    false = made(60, 1)
    send(parties.stranger, false)
    says(61, 2, parties.stranger, ITEM, **to(SHOP))
    declare_wrong(parties.stranger, false)
    says(62, 10, parties.shop, ITEM, **SET)
    assert recalled(PATH) == [False]
