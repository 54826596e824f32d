"""A crate that is used again and has a GRAI is a package as one with an SSCC is: the same stories give the same answers."""

import pytest
from django.db import transaction

from tests.trace.public_given import NOODLES_GTIN, SHOP, Parties, confirm, reported, send, serial
from tests.trace.test_whose_package import packs, recalled

pytestmark = pytest.mark.django_db
OBJECT = f"https://id.gs1.org/01/{NOODLES_GTIN}/21/B1"
CRATES = ("https://id.gs1.org/00/095212340000000020", "https://id.gs1.org/8003/09521234000013K1")


def observation(number, day, who, thing, **more):
    return send(who, reported(number, "ObjectEvent", day, action="OBSERVE", epcList=[thing], **more))


def created(number, day, who, thing):
    send(who, reported(number, "ObjectEvent", day, action="ADD", bizStep="commissioning", epcList=[thing]))


def recall_by_holder(crate, parties):
    to_shop = [{"type": "possessing_party", "destination": f"https://id.gs1.org/417/{SHOP}"}]
    observation(5, 14, parties.grower, crate, bizStep="shipping", destinationList=to_shop)
    return observation(9, 20, parties.shop, crate, bizStep="holding", disposition="recalled")


def recall_by_holder_of_a_crate_that_a_stranger_creates(crate, parties):
    created(2, 1, parties.stranger, crate)
    return recall_by_holder(crate, parties)


def recall_by_packer(crate, parties):
    return observation(9, 20, parties.grower, crate, bizStep="holding", disposition="recalled")


def recall_by_late_maker(crate, parties):
    created(4, 13, parties.stranger, crate)
    return observation(9, 20, parties.stranger, crate, bizStep="holding", disposition="recalled")


def recall_of_an_emptied_crate(crate, parties):
    packs(6, 15, parties.grower, crate, OBJECT, action="DELETE")
    return observation(9, 20, parties.province, crate, bizStep="holding", disposition="recalled")


def outcome(story, crate, parties):
    """What comes of a story: whether page and crate are recalled, warnings, and the recalls of the walk."""
    created(1, 8, parties.grower, OBJECT)
    packs(3, 12, parties.grower, crate, OBJECT)
    job = story(crate, parties)
    walk = parties.province.get(f"/trace/downstream?epc={OBJECT}").json()
    short = {crate: "crate", OBJECT: "object"}
    return {
        "pages": [recalled(each.removeprefix("https://id.gs1.org")) for each in (OBJECT, crate)],
        "warnings": [each["code"] for each in job["warnings"] if each["code"].startswith("RECALL")],
        "walk": sorted(
            (short[each["epc"]], short[each["recalled"]], each["scope"], each["rank"])
            for each in walk.get("recalls", ())
        ),
    }


def reported_of_crates(story, *, is_confirmed):
    parties = Parties()
    if not is_confirmed:
        confirm(parties.grower, "")
    found = []
    for crate in CRATES:
        with transaction.atomic():
            found.append(outcome(story, crate, parties))
            transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("is_confirmed", [False, True])
@pytest.mark.parametrize(
    ("story", "walk", "warnings"),
    [
        (
            recall_by_holder,
            [("crate", "crate", "package", "holder"), ("object", "crate", "package", "holder")],
            [],
        ),
        (
            recall_by_holder_of_a_crate_that_a_stranger_creates,
            [("crate", "crate", "package", "holder"), ("object", "crate", "package", "holder")],
            [],
        ),
        (
            recall_by_packer,
            [("crate", "crate", "package", "maker"), ("object", "crate", "package", "maker")],
            [],
        ),
        (recall_by_late_maker, [], []),
        (
            recall_of_an_emptied_crate,
            [("crate", "crate", "package", "authority")],
            ["RECALL_REACHES_NOTHING"],
        ),
    ],
)
def test_a_crate_with_a_grai_is_a_package(story, walk, warnings, is_confirmed):
    sscc, grai = reported_of_crates(story, is_confirmed=is_confirmed)
    assert grai == sscc
    assert (sscc["walk"], sscc["warnings"]) == (walk, warnings)


@pytest.mark.both
@pytest.mark.parametrize(
    "named",
    [
        {"quantityList": [{"epcClass": "https://id.gs1.org/8003/09521234000013"}]},
        {"quantityList": [{"epcClass": "urn:epc:idpat:grai:9521234.00001.*"}]},
    ],
)
def test_a_recall_of_a_type_of_crates_is_one_of_the_crates_and_its_sender_learns_it(named):
    parties, crate = Parties(), CRATES[1]
    created(1, 8, parties.grower, OBJECT)
    packs(3, 12, parties.grower, crate, OBJECT)
    fields = {"action": "OBSERVE", "bizStep": "holding", **named}
    job = send(parties.province, reported(9, "ObjectEvent", 20, disposition="recalled", **fields))
    assert [each["code"] for each in job["warnings"]] == ["RECALL_OF_CRATES_ALONE"]
    assert [recalled(each.removeprefix("https://id.gs1.org")) for each in (crate, OBJECT)] == [
        [True],
        [False],
    ]
    job = send(parties.province, reported(10, "ObjectEvent", 21, disposition="active", **fields))
    assert job["warnings"] == []


@pytest.mark.both
@pytest.mark.parametrize("crate", CRATES)
def test_the_recall_of_a_large_pallet_by_its_holder_is_in_the_walk_before_those_of_what_is_in_it(crate):
    parties, packets = Parties(), [serial(f"Q{number}") for number in range(60)]
    pallet = "https://id.gs1.org/00/095212340000000037"
    making = {"action": "ADD", "bizStep": "commissioning", "ilmd": {"cbvmda:lotNumber": "N1"}}
    send(parties.grower, reported(1, "ObjectEvent", 8, epcList=packets, **making))
    packs(3, 12, parties.grower, crate, *packets)
    packs(4, 12, parties.grower, pallet, crate)
    to_shop = [{"type": "possessing_party", "destination": f"https://id.gs1.org/417/{SHOP}"}]
    observation(5, 13, parties.grower, pallet, bizStep="shipping", destinationList=to_shop)
    observation(9, 20, parties.shop, pallet, bizStep="holding", disposition="recalled")
    lot = f"https://id.gs1.org/01/{NOODLES_GTIN}/10/N1"
    for asked in (lot, crate, pallet):
        walk = parties.province.get(f"/trace/downstream?epc={asked}").json()
        of_pallet = [each for each in walk["recalls"] if each["epc"] == pallet]
        assert [(each["recalled"], each["scope"], each["rank"]) for each in of_pallet] == [
            (pallet, "package", "holder")
        ]
        things = 62  # packets, crate and pallet
        assert len(walk["recalls"]) + walk["recallsLeftOut"] == things
