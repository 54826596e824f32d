"""A package whose packing names objects and, beside them, the lot of the same objects: each is in it once."""

import pytest

from tests.trace.public_given import NOODLES, NOODLES_GTIN, observed, of, page, send, serial, text, visitor
from tests.trace.test_whose_package import FIT, SET, packs, parties, recalled

__all__ = ["parties", "visitor"]
PALLET = "https://id.gs1.org/00/095212340000000020"
PALLET_PAGE = "/00/095212340000000020"
LOT, PACKET = f"/01/{NOODLES_GTIN}/10/MIEN-1", f"/01/{NOODLES_GTIN}/10/MIEN-1/21/A1"


@pytest.fixture
def packed(parties):
    """Two packets of the lot, and the lot itself with as many, packed by one event."""
    packs(60, 13, parties.grower, PALLET, serial("A1"), serial("A2"), NOODLES)
    return parties


def about(number, speaker, *epcs, things=(), **fields):
    goods = {"epcList": list(epcs)} if epcs else {"quantityList": of(*things)}
    send(speaker, observed(number, 20, "holding", speaker.party.gln, **goods, **fields))


def shown(visitor, path=PALLET_PAGE):
    return text(page(visitor, path))


@pytest.mark.parametrize("way", ["lot", "object"])
def test_a_recall_by_either_is_on_the_page_of_the_package_once(packed, visitor, way):
    named = {"lot": {"things": (NOODLES,)}, "object": {"epcs": (serial("A1"),)}}[way]
    epcs, things = named.get("epcs", ()), named.get("things", ())
    assert "THU HỒI" not in shown(visitor)
    about(61, packed.grower, *epcs, things=things, **SET)
    html = shown(visitor)
    assert (html.count("THU HỒI"), html.count(" thu hồi ")) == (1, 1), html
    assert recalled(PACKET) == [True]
    about(62, packed.grower, *epcs, things=things, **FIT)
    assert "THU HỒI" not in shown(visitor)


def test_a_recall_of_the_package_is_one_of_both(packed, visitor):
    about(61, packed.province, PALLET, **SET)
    assert recalled(PACKET, LOT) == [True, "part"]
    html = shown(visitor, PACKET)
    assert html.count(" thu hồi hàng trong kiện ") == 1


def test_a_walk_names_each_thing_and_each_recall_once(packed):
    about(61, packed.grower, things=(NOODLES,), **SET)
    for epc in (PALLET, NOODLES, serial("A1")):
        for way in ("upstream", "downstream"):
            found = packed.province.get(f"/trace/{way}?epc={epc}").json()
            names = [one["id"] for one in found["things"]]
            assert names, found
            assert len(names) == len(set(names))
            recalls = [(one["epc"], one["recalled"], one["party"]) for one in found["recalls"]]
            assert len(recalls) == len(set(recalls))


def test_taking_out_the_objects_leaves_the_lot_that_was_named_in_it(packed, visitor):
    """The event names both; who takes out only the packets has not said that nothing of the lot is left."""
    packs(61, 14, packed.grower, PALLET, serial("A1"), serial("A2"), action="DELETE")
    about(62, packed.grower, things=(NOODLES,), **SET)
    assert "THU HỒI" in shown(visitor)
    packs(63, 15, packed.grower, PALLET, NOODLES, action="DELETE")
    assert "THU HỒI" not in shown(visitor)
