"""The goods of a party: what its own events touch, each thing once in each way; also those of before the table."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection

from khcn.trace.models import EventObject, LineageEdgeEnd, PartyObject
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


def statements_of(migration, name):
    """Run a function of a migration on the test's own connection."""
    with connection.cursor() as cursor:
        getattr(migration, name)(None, SimpleNamespace(connection=connection, execute=cursor.execute))


@pytest.mark.usefixtures("traded")
def test_migrations_fill_the_table_and_keep_all_rows_under_new_names():
    names = import_module("khcn.trace.migrations.0006_plain_names")
    before = [
        sorted(model.objects.values_list(*(field.attname for field in model._meta.fields)))
        for model in (EventObject, PartyObject, LineageEdgeEnd)
    ]
    assert all(before)
    statements_of(names, "backwards")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM trace_goods")
        cursor.execute(import_module("khcn.trace.migrations.0004_goods").FILLED)
        cursor.execute("SELECT thing, touch, event FROM trace_link")
        assert len(cursor.fetchall()) == len(before[0])
    statements_of(names, "forwards")
    assert before == [
        sorted(model.objects.values_list(*(field.attname for field in model._meta.fields)))
        for model in (EventObject, PartyObject, LineageEdgeEnd)
    ]
