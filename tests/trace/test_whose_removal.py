"""Whose unpacking ends that goods are in a container: who packed, who got the container from him, or the authority."""

import pytest

from khcn.trace.queries import downstream
from khcn.trace.store import EVERYTHING
from tests.factories.trace import TracePartyFactory, a_gln
from tests.trace.store_given import capture, crate, item, lot, on, party, quantities

pytestmark = pytest.mark.django_db
MAKER, BUYER, SHOP, STRANGER, OUTSIDER, AUTHORITY, LESSOR = 1, 2, 3, 4, 5, 6, 7
RENTED = "https://id.gs1.org/8003/09521777000214C1"
LOT = lot("L")


@pytest.fixture(autouse=True)
def registered():
    """The parties of the register; one lends crates under its own prefix."""
    for owner in range(1, 8):
        TracePartyFactory(
            pk=owner,
            gln=a_gln(owner),
            is_authority=owner == AUTHORITY,
            confirmed_codes="9521777" if owner == LESSOR else "",
        )


def to(owner):
    return {"destinationList": [{"type": "possessing_party", "destination": party(a_gln(owner))}]}


def packs(day, thing, parent):
    inside = {"childQuantityList": quantities(thing)} if "/10/" in thing else {"childEPCs": [thing]}
    return on(day, type="AggregationEvent", action="ADD", parentID=parent, **inside)


def unpacks(day, parent, thing=None):
    inside = (
        {}
        if thing is None
        else {"childQuantityList": quantities(thing)}
        if "/10/" in thing
        else {"childEPCs": [thing]}
    )
    return on(day, type="AggregationEvent", action="DELETE", parentID=parent, **inside)


def loaded(crate_, day=9):
    """Later the container comes onto a pallet of the buyer: goods that are still inside come with it."""
    return packs(day, crate_, crate(99))


def reaches(thing):
    """Whether the goods came with the container onto the pallet."""
    return crate(99) in {one.id for one in downstream(thing, EVERYTHING).things}


@pytest.mark.parametrize("container", [crate(17), RENTED], ids=["own", "rented"])
@pytest.mark.parametrize("thing", [item(1), LOT], ids=["object", "lot"])
@pytest.mark.parametrize("names_it", [True, False], ids=["named", "emptied"])
@pytest.mark.parametrize(
    ("owner", "ends"), [(MAKER, True), (BUYER, True), (SHOP, True), (AUTHORITY, True), (STRANGER, False)]
)
def test_only_who_packed_who_got_it_or_the_authority_ends_a_containment(
    container, thing, names_it, owner, ends
):
    capture(packs(1, thing, container), on(2, epcList=[container], **to(BUYER)), owner=MAKER)
    capture(on(3, epcList=[container], **to(SHOP)), owner=BUYER)
    capture(unpacks(5, container, thing if names_it else None), owner=owner)
    capture(loaded(container), owner=BUYER)
    assert reaches(thing) is not ends


def test_strangers_who_send_each_other_the_container_end_nothing():
    capture(packs(1, item(1), crate(17)), on(2, epcList=[crate(17)], **to(BUYER)), owner=MAKER)
    capture(packs(2, item(9), crate(17)), on(3, epcList=[crate(17)], **to(OUTSIDER)), owner=STRANGER)
    capture(unpacks(5, crate(17)), owner=OUTSIDER)
    capture(loaded(crate(17)), owner=BUYER)
    assert reaches(item(1))
    assert not reaches(item(9))  # whose own packing it was


def test_who_had_the_crate_before_it_was_packed_again_ends_nothing():
    capture(packs(1, item(1), crate(17)), on(2, epcList=[crate(17)], **to(STRANGER)), owner=MAKER)
    capture(packs(4, item(2), crate(17)), on(5, epcList=[crate(17)], **to(BUYER)), owner=MAKER)
    capture(unpacks(6, crate(17)), owner=STRANGER)
    capture(loaded(crate(17)), owner=BUYER)
    assert reaches(item(2))
    assert not reaches(item(1))
