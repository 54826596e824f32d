"""Recalls of products and packages in the trace walk."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khcn.epcis.ids.check import check_digit
from tests.trace.public_given import BOX, NOODLES, STARCH_GTIN, commissioned, send, serial
from tests.trace.rest_given import GROWER, OTHER, PROVINCE, SHOP
from tests.trace.test_whose_package import (
    FIT,
    LOT,
    SET,
    packs,
    parties,  # noqa: F401 -- a fixture
    recalled,
    says,
    to,
)


def walked(speaker, direction, thing):
    """Which things of a walk are recalled, by what recall, of whom."""
    answer = speaker.get(f"/trace/{direction}?epc={thing}").json()
    assert "recallsLeftOut" not in answer
    return [
        (one["epc"], one["recalled"], one["scope"], one["party"], one["rank"])
        for one in answer.get("recalls", ())
    ]


def test_the_trace_walk_names_the_recalls_of_its_things(parties):  # noqa: F811 -- the fixture's value
    assert walked(parties.province, "downstream", NOODLES) == []
    says(60, 14, parties.province, BOX, **SET)
    says(61, 14, parties.stranger, BOX, things=(), **SET)
    says(62, 20, parties.grower, things=(f"https://id.gs1.org/01/{STARCH_GTIN}",), **SET)
    box = [(one, BOX, "package", PROVINCE, "authority") for one in (BOX, serial("A1"), serial("A2"))]
    starch = f"https://id.gs1.org/01/{STARCH_GTIN}"
    lot = (f"{starch}/10/BOT-1", starch, "product", GROWER, "maker")
    assert sorted(walked(parties.province, "downstream", NOODLES)) == sorted(box)
    assert sorted(walked(parties.province, "upstream", serial("A1"))) == sorted([lot, box[1]])
    assert walked(parties.grower, "step-back", NOODLES) == [lot]


@pytest.mark.parametrize("crate", ["00/095212340000000990", "8003/09521234000013K1"])
def test_a_crate_is_a_package_by_either_key(parties, crate):  # noqa: F811 -- the fixture's value
    crate = f"https://id.gs1.org/{crate}"
    packs(60, 13, parties.grower, crate, serial("A3"))
    says(61, 14, parties.province, crate, **SET)
    recall = (crate, "package", PROVINCE, "authority")
    assert sorted(walked(parties.province, "upstream", serial("A3"))) == [(serial("A3"), *recall)]
    assert sorted(walked(parties.province, "downstream", serial("A3"))) == sorted(
        [(crate, *recall), (serial("A3"), *recall)]
    )


def test_of_too_many_things_recalled_by_others_a_walk_says_how_many_it_left_out(parties, monkeypatch):  # noqa: F811 -- the fixture's value
    """Those that the authority recalls are not among them."""
    monkeypatch.setattr("khcn.trace.queries.recalls.graph_recalls.MOST_NAMED", 1)
    says(60, 14, parties.province, serial("A1"), serial("A2"), **SET, **{"vidu:recallReason": "mốc"})
    answer = parties.province.get(f"/trace/downstream?epc={NOODLES}").json()
    # each of the two is in the box, which says so
    named = [(one["epc"], one["recalled"], one["reason"]) for one in answer["recalls"]]
    both = [(serial("A1"), "mốc"), (serial("A2"), "mốc")]
    expected = [(one, one, why) for one, why in both] + [(BOX, *one) for one in both]
    assert sorted(named) == sorted(expected)
    assert "recallsLeftOut" not in answer
    says(61, 15, parties.stranger, serial("A1"), serial("A2"), BOX, **SET)
    again = parties.province.get(f"/trace/downstream?epc={NOODLES}").json()
    assert (again["recalls"], "recallsLeftOut" in again) == (answer["recalls"], False)
    says(62, 15, parties.grower, BOX, **to(SHOP))
    says(63, 16, parties.shop, serial("A1"), serial("A2"), BOX, **SET)
    answer = parties.province.get(f"/trace/downstream?epc={NOODLES}").json()
    of_box = [(one["recalled"], one["rank"]) for one in answer["recalls"] if one["epc"] == BOX]
    assert of_box == [(BOX, "holder")]
    assert {one["epc"] for one in answer["recalls"]} == {serial("A1"), serial("A2"), BOX}
    assert answer["recallsLeftOut"] == 2


def ids(number, company="9521234"):
    """So many packages of a company."""
    bodies = (f"0{company}{place:09d}" for place in range(100, number + 100))
    return [f"https://id.gs1.org/00/{body}{check_digit(body)}" for body in bodies]


def test_a_walk_has_the_recall_of_a_pallet_of_a_hundred_boxes(parties):  # noqa: F811 -- the fixture's value
    *boxes, pallet = ids(101)
    for place, box in enumerate(boxes):
        packs(100 + place, 12, parties.grower, box, NOODLES)
    packs(60, 13, parties.grower, pallet, *boxes)
    says(61, 14, parties.province, pallet, **SET)
    found = walked(parties.province, "downstream", NOODLES)
    assert sorted(one[0] for one in found) == sorted([NOODLES, pallet, *boxes])
    assert {one[1:] for one in found} == {(pallet, "package", PROVINCE, "authority")}


def test_recalls_by_a_stranger_hide_none_of_authority_and_maker(parties, monkeypatch):  # noqa: F811 -- the fixture's value
    monkeypatch.setattr("khcn.trace.queries.recalls.graph_recalls.MOST_NAMED", 3)
    packets = [serial(f"B{place:02d}") for place in range(70)]
    made = commissioned(
        50, 11, None, GROWER, quantityList=None, epcList=packets, ilmd={"cbvmda:lotNumber": "MIEN-1"}
    )
    send(parties.grower, made)
    says(60, 14, parties.province, packets[69], **SET)
    says(61, 14, parties.grower, packets[68], **SET)
    says(62, 15, parties.stranger, *packets, **SET)
    says(63, 16, parties.stranger, *packets, **FIT)
    answer = parties.province.get(f"/trace/downstream?epc={NOODLES}").json()
    assert [(one["epc"], one["rank"]) for one in answer["recalls"]] == [
        (packets[68], "maker"),
        (packets[69], "authority"),
    ]
    says(64, 17, parties.province, packets[68], disposition="active")
    says(65, 17, parties.grower, packets[69], **FIT)
    answer = parties.province.get(f"/trace/downstream?epc={NOODLES}").json()
    assert [one["epc"] for one in answer["recalls"]] == [packets[69]]


def test_recalls_of_many_packets_cost_no_statement_for_each(parties):  # noqa: F811 -- the fixture's value
    walked(parties.province, "downstream", NOODLES)  # looks up what processes remember
    counted = []
    for number, letter in enumerate("CD"):
        packets = [serial(f"{letter}{place:02d}") for place in range(40)]
        usual = {"quantityList": None, "ilmd": {"cbvmda:lotNumber": "MIEN-1"}}
        send(parties.grower, commissioned(50 + number, 11, None, GROWER, epcList=packets, **usual))
        says(60 + number, 14, parties.province, *packets, **SET)
        with CaptureQueriesContext(connection) as queries:
            assert len(walked(parties.province, "downstream", NOODLES)) == 40 * (number + 1)
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_a_recall_by_an_epc_urn_of_other_case_is_shown(parties):  # noqa: F811 -- the fixture's value
    says(60, 20, parties.province, things=("URN:EPC:class:lgtin:9521234.000003.MIEN-1",), **SET)
    assert recalled(LOT) == [True]


def test_objects_of_a_recalled_lot_say_so_in_every_walk(parties):  # noqa: F811 -- the fixture's value
    """Also where the lot is not among the things of the walk; by the reports of who decides what belongs to the lot."""
    foreign = serial("X9")
    send(
        parties.stranger,
        commissioned(
            70, 12, None, OTHER, quantityList=None, epcList=[foreign], ilmd={"cbvmda:lotNumber": "MIEN-1"}
        ),
    )
    asked = [
        ("downstream", serial("A1")),
        ("step-forward", serial("A1")),
        ("upstream", serial("A1")),
        ("downstream", foreign),
    ]
    assert [walked(parties.province, *one) for one in asked] == [[], [], [], []]
    says(71, 14, parties.stranger, things=(NOODLES,), **SET)
    assert [walked(parties.province, *one) for one in asked] == [[], [], [], []]
    says(72, 15, parties.grower, things=(NOODLES,), **SET)
    says(73, 16, parties.province, things=(NOODLES,), **SET)
    whose = [(PROVINCE, "authority"), (GROWER, "maker")]

    def entries(thing, scope):
        return sorted((thing, NOODLES, scope, *one) for one in whose)

    packet, box = entries(serial("A1"), "lot"), entries(BOX, "contents")
    assert [sorted(walked(parties.province, *one)) for one in asked] == [
        sorted([*packet, *box]),
        sorted([*packet, *box]),
        sorted([*packet, *entries(NOODLES, "lot")]),
        [],
    ]
    of_lot = [one for one in walked(parties.province, "downstream", NOODLES) if one[2] == "lot"]
    assert sorted(of_lot) == sorted(
        [one for thing in (NOODLES, serial("A1"), serial("A2")) for one in entries(thing, "lot")]
    )
    says(74, 17, parties.province, things=(NOODLES,), **FIT)
    assert walked(parties.province, "downstream", serial("A1")) == []
