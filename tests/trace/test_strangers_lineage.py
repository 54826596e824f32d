"""A stranger's event that goods were made of what they were packed in takes no step off their page."""

import pytest
from django.test import Client

from tests.trace.public_given import (
    GROWER,
    NOODLES_GTIN,
    Parties,
    commissioned,
    confirm,
    of,
    page,
    reported,
    send,
    serial,
    text,
)
from tests.trace.test_whose_package import packs

pytestmark = pytest.mark.django_db
LOT, CASE = f"https://id.gs1.org/01/{NOODLES_GTIN}/10/N1", "https://id.gs1.org/00/095212340000000044"


@pytest.mark.parametrize("is_first", [True, False], ids=["before", "afterwards"])
def test_the_producers_packing_stays_on_the_page(db, is_first):
    parties = Parties()
    confirm(parties.grower, "9521234")

    def lies():
        of_the_case = {"inputEPCList": [CASE], "outputQuantityList": of(LOT)}
        send(parties.stranger, reported(50, "TransformationEvent", 13, **of_the_case))
        to_an_object = {"inputEPCList": [CASE], "outputEPCList": [serial("A2")]}
        from_it = {"inputEPCList": [serial("A2")], "outputQuantityList": of(LOT)}
        send(parties.stranger, reported(51, "TransformationEvent", 13, **to_an_object))
        send(parties.stranger, reported(52, "TransformationEvent", 14, **from_it))

    if is_first:
        lies()
    send(parties.grower, commissioned(1, 8, LOT, GROWER))
    packs(2, 12, parties.grower, CASE, LOT)
    if not is_first:
        lies()
    assert "Đóng gói" in text(page(Client(), f"/01/{NOODLES_GTIN}/10/N1"))
