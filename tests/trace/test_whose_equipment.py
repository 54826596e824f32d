"""Crates on trolleys, in lorries, in cold stores: what stood in another container before goods came into it."""

import pytest

from tests.trace.public_given import serial
from tests.trace.rest_given import SHOP
from tests.trace.store_given import crate
from tests.trace.test_whose_package import NEW_PACKET, SECOND, SET, packs, parties, recalled, says, to

__all__ = ["parties"]
pytestmark = pytest.mark.django_db
PACKET = serial("A3")
CRATE, TROLLEY, LORRY = crate(77), crate(78), crate(79)


def arrive_in_a_crate(parties, crate_day):
    """The shop puts its crate on its trolley, that into its lorry, and on day 15 the packet that the grower sent it into the crate."""
    packs(60, crate_day, parties.shop, TROLLEY, CRATE)
    packs(61, crate_day, parties.shop, LORRY, TROLLEY)
    says(62, 13, parties.grower, PACKET, **to(SHOP))
    says(63, 14, parties.shop, PACKET)
    packs(64, 15, parties.shop, CRATE, PACKET)


@pytest.mark.parametrize("crate_day", [5, 16])
@pytest.mark.parametrize("recalled_by", ["province", "shop"])
@pytest.mark.parametrize("named", [CRATE, TROLLEY, LORRY])
def test_a_recall_of_equipment_reaches_what_came_into_it_later(parties, crate_day, recalled_by, named):
    arrive_in_a_crate(parties, crate_day)
    says(65, 18, getattr(parties, recalled_by), named, **SET)
    assert recalled(NEW_PACKET) == [True]


@pytest.mark.parametrize("crate_day", [5, 16])
@pytest.mark.parametrize("sent", [CRATE, TROLLEY, LORRY])
def test_who_is_sent_equipment_holds_what_came_into_it_later(parties, crate_day, sent):
    arrive_in_a_crate(parties, crate_day)
    says(65, 17, parties.shop, sent, **to(SECOND))
    says(66, 18, parties.other, sent)
    says(67, 19, parties.other, PACKET, **SET)
    assert recalled(NEW_PACKET) == [True]


@pytest.mark.parametrize("recalled_by", ["province", "shop"])
def test_a_crate_that_was_filled_before_too_is_judged_by_what_it_holds_now(parties, recalled_by):
    packs(59, 3, parties.grower, CRATE, PACKET)
    packs(58, 4, parties.grower, CRATE, PACKET, action="DELETE")
    arrive_in_a_crate(parties, 5)
    says(65, 18, getattr(parties, recalled_by), TROLLEY, **SET)
    assert recalled(NEW_PACKET) == [True]


@pytest.mark.parametrize("packed_by", ["other", "grower"])
def test_equipment_of_who_never_had_the_goods_takes_them_nowhere(parties, packed_by):
    """A party says that the crate of the shop is on its trolley, before or after the shop filled the crate, and sends the trolley on."""
    says(62, 13, parties.grower, PACKET, **to(SHOP))
    says(63, 14, parties.shop, PACKET)
    for number, day in enumerate((5, 16)):
        packs(70 + number, day, getattr(parties, packed_by), TROLLEY, CRATE)
    packs(64, 15, parties.shop, CRATE, PACKET)
    if packed_by == "other":
        says(65, 17, parties.other, TROLLEY, **to(SHOP))
        says(66, 18, parties.other, TROLLEY, **SET)
        assert recalled(NEW_PACKET) == [False]
    says(67, 19, parties.shop, PACKET, **SET)
    assert recalled(NEW_PACKET) == [True]
