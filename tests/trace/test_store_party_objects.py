"""The goods of a party: what its own events touch, each thing once in each way."""

import pytest

from khcn.trace.models import PartyObject
from khcn.trace.stored_codes import PartyObjectKind
from tests.trace.store_given import capture, event, item, lot, place, quantities

pytestmark = pytest.mark.django_db

CRATE = "https://id.gs1.org/00/095212340000000173"
FARM, SHOP = 1, 2


def goods():
    return sorted(PartyObject.objects.values_list("owner", "thing", "kind"))


@pytest.fixture
def traded():
    """A farm makes a lot, packs and sends; a shop receives, sees the crate twice and sells of the lot."""
    made = event(action="ADD", epcList=[item(1), item(2)], quantityList=quantities(lot("A")))
    packed = event("AggregationEvent", action="ADD", parentID=CRATE, childEPCs=[item(1), item(2)])
    sent = event(
        epcList=[CRATE],
        bizTransactionList=[{"bizTransaction": "urn:epcglobal:cbv:bt:9521234022015:1"}],
        destinationList=[{"type": "owning_party", "destination": place()}],
    )
    capture(made, packed, sent, owner=FARM)
    received, again = event(epcList=[CRATE]), event(epcList=[CRATE])
    cooked = event(
        "TransformationEvent",
        inputQuantityList=quantities(lot("A")),
        outputQuantityList=quantities(lot("B")),
        transformationID="urn:uuid:00000000-0000-4000-8000-000000000001",
    )
    capture(received, owner=SHOP)
    capture(again, cooked, owner=SHOP)


@pytest.mark.usefixtures("traded")
def test_each_thing_once_in_each_way_and_nothing_that_is_no_goods():
    assert goods() == sorted(
        [
            (FARM, CRATE, PartyObjectKind.INSTANCE),
            (FARM, item(1), PartyObjectKind.INSTANCE),
            (FARM, item(2), PartyObjectKind.INSTANCE),
            (FARM, lot("A"), PartyObjectKind.LOT),
            (FARM, lot("A"), PartyObjectKind.CREATED_LOT),
            (SHOP, CRATE, PartyObjectKind.INSTANCE),
            (SHOP, lot("A"), PartyObjectKind.LOT),
            (SHOP, lot("B"), PartyObjectKind.LOT),
            (SHOP, lot("B"), PartyObjectKind.CREATED_LOT),
        ]
    )
