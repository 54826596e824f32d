"""The page of goods says at an ingredient that it is recalled; the goods are not recalled by that."""

import json

import pytest

from tests.trace.public_given import (
    NOODLES_GTIN,
    ROOTS,
    ROOTS_GTIN,
    STARCH,
    commissioned,
    lot,
    named,
    noodles,
    observed,
    of,
    page,
    parties_who,
    send,
    text,
    transformed,
    visitor,
)
from tests.trace.rest_given import GROWER, OTHER
from tests.trace.test_whose_package import packs

__all__ = ["visitor"]  # a fixture
LOT = f"/01/{NOODLES_GTIN}/10/MIEN-1"
SET, FIT = {"disposition": "recalled"}, {"persistentDisposition": {"unset": ["recalled"]}}


def at_first(parties):
    noodles(parties)


parties = parties_who(at_first)


def about(number, day, speaker, *things, **fields):
    send(speaker, observed(number, day, "holding", speaker.party.gln, quantityList=of(*things), **fields))


def shown(visitor, path=LOT):
    """Whether the goods are recalled, and which ingredients the page marks."""
    html = text(page(visitor, path))
    return "THU HỒI" in html, [one for one in ("CU-1", "BOT-1") if f"(lô {one} đang bị thu hồi)" in html]


@pytest.mark.both
@pytest.mark.parametrize("who", ["grower", "province"])
def test_a_recalled_ingredient_is_marked_until_its_recall_ends(parties, visitor, who):
    speaker = getattr(parties, who)
    assert shown(visitor) == (False, [])
    about(60, 20, parties.stranger, ROOTS, **SET)
    assert shown(visitor) == (False, [])
    about(61, 20, speaker, ROOTS, **SET)
    assert shown(visitor) == (False, ["CU-1"])
    assert shown(visitor, f"{LOT}/21/A1") == (False, ["CU-1"])
    about(62, 21, speaker, STARCH, **SET)
    assert shown(visitor) == (False, ["CU-1", "BOT-1"])
    about(63, 22, speaker, ROOTS, **FIT)
    assert shown(visitor) == (False, ["BOT-1"])
    about(64, 22, speaker, STARCH, **FIT)
    assert shown(visitor) == (False, [])


def test_a_recall_of_the_product_marks_its_lots_and_the_goods_keep_their_own(parties, visitor):
    about(60, 20, parties.province, f"https://id.gs1.org/01/{ROOTS_GTIN}", **SET)
    assert shown(visitor) == (False, ["CU-1"])
    about(61, 20, parties.province, lot(NOODLES_GTIN, "MIEN-1"), **SET)
    assert shown(visitor) == (True, ["CU-1"])
    assert "(lô MIEN-1 đang bị thu hồi)" not in text(page(visitor, LOT))


def test_an_object_of_a_recalled_lot_is_marked_where_it_was_used(parties, visitor):
    named(parties)
    made = {"R": {"ilmd": {"cbvmda:lotNumber": "CU-1"}}, "S": {}}
    for number, (serial, more) in enumerate(made.items()):
        root = f"https://id.gs1.org/01/{ROOTS_GTIN}/21/{serial}"
        noodle = lot("09521234000044", serial)
        send(
            parties.grower,
            commissioned(60 + number, 1, None, GROWER, quantityList=None, epcList=[root], **more),
            transformed(70 + number, 2, [], [noodle], inputQuantityList=None, inputEPCList=[root]),
        )
    about(80, 20, parties.province, ROOTS, **SET)
    pages = [text(page(visitor, f"/01/09521234000044/10/{one}")) for one in made]
    assert ["Củ dong riềng (đang bị thu hồi)" in one for one in pages] == [True, False]
    assert not any("THU HỒI" in one for one in pages)


def test_machines_get_it_as_a_comment_of_the_ingredient(parties, visitor):
    about(60, 20, parties.province, ROOTS, **SET)
    answer = visitor.get(LOT, headers={"Accept": "application/ld+json"})
    found = json.loads(answer.content)
    inputs = [one for step in found["epcis:eventList"] for one in step.get("epcis:inputQuantityList", ())]
    marked = {one["gs1:hasBatchLotNumber"]: one.get("rdfs:comment") for one in inputs}
    assert marked == {"CU-1": "đang bị thu hồi", "BOT-1": None}
    assert not any("THU HỒI" in one for one in found.get("rdfs:comment", ()))


def test_what_a_stranger_says_he_used_is_not_on_the_page_and_marks_nothing(parties, visitor):
    bad = lot("09521236000011", "XAU")
    send(parties.stranger, commissioned(60, 1, bad, OTHER), transformed(61, 2, [bad], [ROOTS], gln=OTHER))
    about(62, 20, parties.province, bad, **SET)
    assert shown(visitor) == (False, [])
    assert "XAU" not in text(page(visitor, LOT))


def made_of_box(number, day, speaker, box, made):
    send(
        speaker,
        transformed(number, day, [], [made], speaker.party.gln, inputQuantityList=None, inputEPCList=[box]),
    )


@pytest.mark.both
@pytest.mark.parametrize("who", ["grower", "province"])
def test_what_was_in_a_box_that_was_used_is_looked_at(parties, visitor, who):
    """The crate is filled, used, emptied, filled with another lot and used again; one box is on a pallet that is used whole."""
    crate, box, pallet, other = (
        f"https://id.gs1.org/00/09521234000000{end}" for end in ("0020", "0037", "0044", "0051")
    )
    first, second, third, fourth = (lot("09521234000044", f"X{number}") for number in range(4))
    grower, clean = parties.grower, lot("09521234000051", "SACH")
    packs(70, 6, grower, crate, STARCH)
    made_of_box(71, 7, grower, crate, first)
    packs(72, 8, grower, crate, action="DELETE")
    packs(73, 9, grower, crate, clean)
    made_of_box(74, 10, grower, crate, second)
    packs(75, 6, grower, box, STARCH)
    packs(76, 7, grower, pallet, box)
    made_of_box(77, 8, grower, pallet, third)
    packs(78, 6, parties.stranger, other, STARCH)
    packs(79, 6, grower, other, clean)
    made_of_box(80, 7, grower, other, fourth)

    def marked():
        return [
            "Có 1 nguyên liệu trên trang này đang bị thu hồi"
            in text(page(visitor, one.removeprefix("https://id.gs1.org")))
            for one in (first, second, third, fourth)
        ]

    about(81, 20, parties.stranger, STARCH, **SET)
    assert marked() == [False, False, False, False]
    about(82, 20, getattr(parties, who), STARCH, **SET)
    assert marked() == [True, False, True, False]
    about(83, 21, getattr(parties, who), STARCH, **FIT)
    assert marked() == [False, False, False, False]
