"""The goods of a party: what its own events touch, each thing once in each way; also those of before the table."""

from importlib import import_module

import pytest
from django.db import connection

from khcn.trace.enums import Holding
from khcn.trace.models import Goods
from tests.trace.store_given import capture, event, item, lot, place, quantities

pytestmark = pytest.mark.django_db

CRATE = "https://id.gs1.org/00/095212340000000173"
FARM, SHOP = 1, 2


def goods():
    return sorted(Goods.objects.values_list("owner", "thing", "holding"))


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
            (FARM, CRATE, Holding.OBJECT),
            (FARM, item(1), Holding.OBJECT),
            (FARM, item(2), Holding.OBJECT),
            (FARM, lot("A"), Holding.LOT),
            (FARM, lot("A"), Holding.MADE),
            (SHOP, CRATE, Holding.OBJECT),
            (SHOP, lot("A"), Holding.LOT),
            (SHOP, lot("B"), Holding.LOT),
            (SHOP, lot("B"), Holding.MADE),
        ]
    )


@pytest.mark.usefixtures("traded")
def test_the_migration_finds_the_goods_of_the_links_that_are_there():
    before = goods()
    Goods.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(import_module("khcn.trace.migrations.0004_goods").FILLED)
    assert goods() == before
