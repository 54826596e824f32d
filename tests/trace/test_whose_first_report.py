"""Who is the maker of goods under a code that is confirmed for nobody: what creates them, and what a correction changes."""

import pytest

from tests.trace.public_given import OTHER, lot, observed, of, parties, reported, send
from tests.trace.test_whose_making import IN_LOT, ITEM, LOT, PATH, item_made, lot_made
from tests.trace.test_whose_package import SET, recalled, says

__all__ = ["parties"]
WITH_LOT = f"{LOT}/21/A1"
RAW, OF_OTHERS = lot("09521236000028", "R"), lot("09521236000035", "R")
CRATE = "https://id.gs1.org/00/095212360000000028"
SEEN = {
    "observed": lambda: observed(60, 5, "receiving", OTHER, epcList=[WITH_LOT]),
    "withdrawn": lambda: reported(60, "ObjectEvent", 5, action="DELETE", epcList=[WITH_LOT]),
    "packed": lambda: reported(60, "AggregationEvent", 5, action="ADD", parentID=CRATE, childEPCs=[WITH_LOT]),
    "used up": lambda: reported(
        60,
        "TransformationEvent",
        5,
        inputEPCList=[WITH_LOT],
        outputQuantityList=of(OF_OTHERS),
    ),
}


@pytest.mark.parametrize("how", SEEN)
def test_who_only_names_an_object_with_its_lot_has_made_neither(parties, how):
    send(parties.stranger, SEEN[how]())
    says(61, 6, parties.stranger, things=(LOT,), **SET)
    assert recalled(PATH, LOT.removeprefix("https://id.gs1.org")) == [False, False]
    lot_made(62, 1, parties.grower)
    item_made(63, 1, parties.grower, **IN_LOT)
    says(64, 10, parties.grower, things=(LOT,), **SET)
    says(65, 10, parties.grower, ITEM, **SET)
    assert recalled(PATH, LOT.removeprefix("https://id.gs1.org")) == [True, True]


def test_the_lot_number_of_what_was_made_of_other_goods_is_its_lot(parties):
    made = {"inputQuantityList": of(RAW), "outputEPCList": [ITEM]}
    send(parties.grower, reported(60, "TransformationEvent", 2, **made, **IN_LOT))
    says(61, 10, parties.province, things=(LOT,), **SET)
    assert recalled(PATH) == [True]
