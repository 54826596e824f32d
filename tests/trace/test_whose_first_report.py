"""Who is the maker of goods under a code that is confirmed for nobody: what creates them, and what a correction changes."""

import pytest

from tests.trace.public_given import GROWER, OTHER, commissioned, lot, observed, of, parties, reported, send
from tests.trace.test_whose_making import IN_LOT, ITEM, LOT, PATH, item_made, lot_made
from tests.trace.test_whose_package import SET, declare_wrong, recalled, says

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


@pytest.mark.parametrize("order", ["declared before", "declared afterwards", "later"])
@pytest.mark.parametrize("goods", ["lot", "object"])
def test_who_corrects_his_report_stays_the_maker(parties, goods, order):
    things = {"quantityList": of(LOT)} if goods == "lot" else {"quantityList": None, "epcList": [ITEM]}
    first, second = (
        commissioned(number, 1, None, GROWER, **things, ilmd={"cbvmda:countryOfOrigin": country})
        for number, country in ((60, "LA"), (61, "VN"))
    )
    send(parties.grower, first)
    send(parties.stranger, commissioned(62, 2, None, OTHER, **things))
    wrong = {**first, "errorDeclaration": {"declarationTime": "2026-09-25T08:00:00.000+07:00"}}
    documents = {"declared before": [[wrong, second]], "declared afterwards": [[second], [wrong]]}
    for document in documents.get(order, [[wrong], [second]]):
        send(parties.grower, *document)
    named = LOT if goods == "lot" else ITEM
    path = named.removeprefix("https://id.gs1.org")
    about = {"things": (LOT,)} if goods == "lot" else {}
    says(63, 10, parties.stranger, *([ITEM] if goods == "object" else []), **about, **SET)
    assert recalled(path) == [False]
    says(64, 10, parties.grower, *([ITEM] if goods == "object" else []), **about, **SET)
    assert recalled(path) == [True]


@pytest.mark.parametrize("who", ["stranger", "province"])
def test_false_reports_that_were_declared_wrong_keep_no_place(parties, monkeypatch, who):
    monkeypatch.setattr("khcn.trace.queries.makers.makers_and_trust._MOST_OF_ONE", 2)
    false = [commissioned(60 + number, 1, LOT, OTHER) for number in range(3)]
    send(parties.stranger, *false)
    lot_made(70, 2, parties.grower)
    for one in false:
        declare_wrong(getattr(parties, who), one)
    says(71, 10, parties.grower, things=(LOT,), **SET)
    assert recalled(LOT.removeprefix("https://id.gs1.org")) == [True]
    if who == "province":  # an authority takes the place away
        send(parties.stranger, commissioned(72, 3, LOT, OTHER))
        assert recalled(LOT.removeprefix("https://id.gs1.org")) == [True]
