"""Quantities that cannot be, and symbols in place of unit codes: stored as sent, with a warning to their sender."""

import pytest

from tests.trace.public_given import (
    NOODLES,
    Parties,
    commissioned,
    observed,
    reported,
    send,
    transformed,
)
from tests.trace.rest_given import GROWER

pytestmark = pytest.mark.django_db
WHERE = "/epcisBody/eventList/0"
CRATE = "https://id.gs1.org/00/095212340000000020"


def notes(event):
    job = send(Parties().grower, event)
    assert (job["success"], job["errors"], job["accepted"]) == (True, [], 1)
    return [(one["code"], one["path"].removeprefix(WHERE)) for one in job["warnings"]]


def of(quantity, uom="KGM"):
    return [{"epcClass": NOODLES, "quantity": quantity, "uom": uom}]


@pytest.mark.parametrize("quantity", [-5, 0, -0.001, 1.7e308, 10**19, 2_000_000_000_000])
def test_a_quantity_that_cannot_be_is_noted(quantity):
    expected = [("QUANTITY", "/quantityList/0/quantity")]
    assert notes(commissioned(1, 1, None, GROWER, quantityList=of(quantity))) == expected


@pytest.mark.parametrize("quantity", [0.001, 1, 500_000_000_000])
def test_a_quantity_that_can_be_is_not(quantity):
    assert notes(commissioned(1, 1, None, GROWER, quantityList=of(quantity))) == []


def test_that_nothing_was_there_is_a_quantity():
    assert notes(observed(1, 1, "cycle_counting", GROWER, quantityList=of(0))) == []


@pytest.mark.parametrize("uom", ["KG", "KGS", "GR", "TON", "LIT", "ML", "PCS"])
def test_a_symbol_in_place_of_a_unit_code_is_noted(uom):
    assert notes(observed(1, 1, "storing", GROWER, quantityList=of(5, uom))) == [
        ("UNIT", "/quantityList/0/uom")
    ]


@pytest.mark.parametrize("uom", ["KGM", "GRM", "TNE", "LTR", "MLT", "H87", "C62", "EA", "DTN", "XBX"])
def test_a_unit_code_is_not(uom):
    assert notes(observed(1, 1, "storing", GROWER, quantityList=of(5, uom))) == []


def test_every_list_of_quantities_is_looked_at():
    both = transformed(1, 1, [], [], inputQuantityList=of(-1), outputQuantityList=of(0, "KG"))
    assert sorted(notes(both)) == [
        ("QUANTITY", "/inputQuantityList/0/quantity"),
        ("QUANTITY", "/outputQuantityList/0/quantity"),
        ("UNIT", "/outputQuantityList/0/uom"),
    ]
    packed = {"action": "DELETE", "parentID": CRATE, "childQuantityList": of(1) + of(0)}
    found = notes(reported(2, "AggregationEvent", 1, **packed))
    assert found == [("QUANTITY", "/childQuantityList/1/quantity")]
