"""Any number of packings by a stranger hides neither a recall of goods nor a step of their boxes."""

import pytest

from khcn.epcis.ids.check import check_digit
from tests.trace.public_given import (
    GROWER,
    NOODLES_GTIN,
    SHOP,
    commissioned,
    observed,
    page,
    parties,
    reported,
    send,
    steps,
    visitor,
)
from tests.trace.test_recalls_in_walks import walked
from tests.trace.test_whose_package import SET, packs, recalled, says, to

__all__ = ["parties", "visitor"]
ITEM = f"https://id.gs1.org/01/{NOODLES_GTIN}/21/FLOOD"
PATH = ITEM.removeprefix("https://id.gs1.org")
BOX, PALLET = "https://id.gs1.org/00/095212340000000037", "https://id.gs1.org/00/095212350000000012"
EARLY, LATE = "1971-01-01T08:00:00.000+07:00", "2026-09-20T08:00:00.000+07:00"


def flood(parties, when, *packed, count):
    """The stranger packs things into so many boxes."""
    numbers = [f"09521237{number:09d}" for number in range(count)]
    boxes = [f"https://id.gs1.org/00/{number}{check_digit(number)}" for number in numbers]
    events = [
        reported(
            500 + place,
            "AggregationEvent",
            1,
            action="ADD",
            parentID=box,
            childEPCs=list(packed),
            eventTime=when,
        )
        for place, box in enumerate(boxes)
    ]
    send(parties.stranger, *events)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr("khcn.trace.queries.journey.MAX_CONTAINERS", 3)
    monkeypatch.setattr("khcn.trace.queries.journey.MAX_EDGE_ENDS", 16)


@pytest.mark.parametrize("count", [5, 20])
@pytest.mark.parametrize("when", [EARLY, LATE])
@pytest.mark.parametrize("who", ["the authority recalls the pallet", "the holder recalls the object"])
def test_a_recall_stays_whatever_number_of_packings_a_stranger_reports(parties, who, when, count):
    send(parties.grower, commissioned(60, 1, None, GROWER, quantityList=None, epcList=[ITEM]))
    packs(61, 2, parties.grower, BOX, ITEM)
    says(62, 3, parties.grower, BOX, **to(SHOP))
    packs(63, 4, parties.shop, BOX, ITEM, action="DELETE")
    packs(64, 5, parties.shop, PALLET, ITEM)
    by_authority = who == "the authority recalls the pallet"
    says(65, 10, parties.province if by_authority else parties.shop, PALLET if by_authority else ITEM, **SET)
    before = (recalled(PATH), walked(parties.province, "upstream", ITEM))
    assert before[0] == [True]
    flood(parties, when, ITEM, count=count)
    assert (recalled(PATH), walked(parties.province, "upstream", ITEM)) == before


@pytest.mark.parametrize("count", [5, 20])
def test_the_steps_of_the_box_stay_on_the_page(parties, visitor, count):
    send(parties.grower, commissioned(60, 1, None, GROWER, quantityList=None, epcList=[ITEM]))
    packs(61, 2, parties.grower, BOX, ITEM)
    send(parties.grower, observed(62, 3, "shipping", GROWER, epcList=[BOX], **to(SHOP)))
    send(parties.shop, observed(63, 5, "receiving", SHOP, epcList=[BOX]))
    before = steps(page(visitor, PATH))
    flood(parties, EARLY, ITEM, count=count)
    after = steps(page(visitor, PATH))
    assert [one for one in before if one not in after] == []
