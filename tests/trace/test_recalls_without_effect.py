"""A recall, or its end, that names nothing it could have an effect on: its sender is warned, and the others are not."""

import pytest

from khcn.trace.operations import capture
from khcn.trace.store.database.cpu_slot import CPU_SLOT
from tests.trace.public_given import (
    NOODLES,
    NOODLES_GTIN,
    commissioned,
    lot,
    observed,
    of,
    reported,
    send,
    serial,
    transformed,
)
from tests.trace.rest_given import GROWER
from tests.trace.test_whose_package import (
    FIT,
    KIND,
    LOT,
    PALLET,
    SET,
    SHIP,
    declare_wrong,
    packs,
    parties,
    recalled,
)

__all__ = ["parties"]


def warnings(speaker, *things, **fields):
    job = send(speaker, observed(60, 20, "holding", speaker.party.gln, quantityList=of(*things), **fields))
    return [(one["code"], one["path"]) for one in job["warnings"] if one["code"] != "IDENTIFIER"]


@pytest.mark.parametrize("fields", [SET, FIT, {"persistentDisposition": {"set": ["recalled"]}}])
@pytest.mark.parametrize(
    "thing",
    [f"{KIND}/22/VANG", f"https://vidu.vn/gtin/{NOODLES_GTIN}/cpv/VANG", "urn:epc:idpat:sgtin:9521234.*.*"],
)
def test_a_name_without_effect_is_noted(parties, thing, fields):
    assert warnings(parties.province, NOODLES, thing, **fields) == [
        ("RECALL_NAMES_NOTHING", "/epcisBody/eventList/0")
    ]
    assert recalled(LOT) == [fields is not FIT]


@pytest.mark.parametrize(
    "thing", [NOODLES, KIND, "urn:epc:idpat:sgtin:9521234.000003.*", f"{KIND}/22/VANG/10/MIEN-1"]
)
def test_a_name_with_effect_is_not(parties, thing):
    assert warnings(parties.province, thing, **SET) == []
    assert recalled(LOT) == [True]


def test_events_that_recall_nothing_are_not_noted(parties):
    assert warnings(parties.province, f"{KIND}/22/VANG", disposition="active") == []


def test_a_transformation_that_makes_nothing_recalls_nothing(parties):
    event = transformed(
        60,
        20,
        [],
        [],
        inputQuantityList=of(NOODLES),
        outputQuantityList=None,
        transformationID="urn:epc:id:gdti:9521234.00001.T-7",
        **SET,
    )
    job = send(parties.province, event)
    assert [one["code"] for one in job["warnings"]] == ["RECALL_NAMES_NOTHING"]
    assert recalled(LOT) == [False]


def test_an_object_and_a_package_are_names(parties):
    for number, epc in enumerate((serial("A1"), PALLET, "https://example.org/lo/7")):
        job = send(
            parties.province,
            observed(70 + number, 20, "holding", parties.province.party.gln, epcList=[epc], **SET),
        )
        assert "RECALL_NAMES_NOTHING" not in [one["code"] for one in job["warnings"]]


def test_what_was_in_the_packages_is_asked_while_others_may_compute(parties, monkeypatch):
    asked, known = [], capture.recalls_of_empty_packages

    def noted(*arguments):
        asked.append(CPU_SLOT._is_taken)
        return known(*arguments)

    monkeypatch.setattr(capture, "recalls_of_empty_packages", noted)
    send(parties.province, observed(70, 20, "holding", parties.province.party.gln, epcList=[PALLET], **SET))
    send(parties.stranger, observed(71, 20, "holding", parties.stranger.party.gln, epcList=[PALLET], **SET))
    assert asked == [False]


def recalls_of_packages(speaker, *events):
    job = send(speaker, *events)
    assert (job["success"], job["errors"]) == (True, [])
    return [(one["code"], one["path"]) for one in job["warnings"] if one["code"] != "IDENTIFIER"]


def test_an_authority_learns_that_what_was_in_a_package_had_left_it(parties):
    packs(60, 12, parties.grower, PALLET, serial("A3"))
    packs(61, 12, parties.grower, SHIP, PALLET)

    def recall(number, day, *packages, **fields):
        return observed(number, day, "holding", GROWER, epcList=[*packages], **(fields or SET))

    assert recalls_of_packages(parties.province, recall(62, 13, PALLET, SHIP)) == []
    packs(63, 14, parties.stranger, PALLET, serial("A3"), action="DELETE")
    assert recalls_of_packages(parties.province, recall(64, 15, PALLET)) == []
    packs(65, 16, parties.grower, PALLET, serial("A3"), action="DELETE")
    assert (
        recalls_of_packages(parties.province, recall(66, 16, PALLET)) == []
    )  # in the moment in which it left
    noted = [("RECALL_REACHES_NOTHING", "/epcisBody/eventList/0")]
    assert recalls_of_packages(parties.province, recall(67, 17, PALLET)) == noted
    assert recalls_of_packages(parties.province, recall(68, 17, SHIP)) == []  # the empty pallet is in it
    assert recalls_of_packages(parties.province, recall(69, 15, PALLET)) == []  # of an earlier day
    assert recalls_of_packages(parties.province, recall(70, 17, PALLET, **FIT)) == []
    for speaker in (parties.grower, parties.stranger):  # who would find out what is in the packages of others
        assert recalls_of_packages(speaker, recall(71, 17, PALLET)) == []


def test_a_package_that_is_packed_again_in_the_document_is_not_noted(parties):
    packs(61, 12, parties.grower, SHIP, serial("A3"))
    packs(62, 13, parties.grower, SHIP, action="DELETE")
    usual = {"action": "ADD", "parentID": SHIP, "childEPCs": [serial("A3")]}
    packing = reported(63, "AggregationEvent", 19, **usual)
    recall = observed(64, 20, "holding", GROWER, epcList=[SHIP], **SET)
    assert recalls_of_packages(parties.province, packing, recall) == []


def test_an_authority_learns_that_the_packing_of_a_package_was_declared_wrong(parties):
    usual = {"action": "ADD", "bizStep": "packing", "parentID": PALLET, "childEPCs": [serial("A3")]}
    packing = reported(61, "AggregationEvent", 12, **usual)
    recall = observed(64, 20, "holding", GROWER, epcList=[PALLET], **SET)
    send(parties.grower, packing)
    assert recalls_of_packages(parties.province, recall) == []
    declare_wrong(parties.grower, packing)
    noted = [("RECALL_REACHES_NOTHING", "/epcisBody/eventList/0")]
    recall["eventID"] = recall["eventID"][:-1] + "5"
    assert recalls_of_packages(parties.province, recall) == noted
    assert recalls_of_packages(parties.grower, recall) == []
    packs(66, 13, parties.grower, PALLET, serial("A3"))
    recall["eventID"] = recall["eventID"][:-1] + "7"
    assert recalls_of_packages(parties.province, recall) == []


def test_the_note_comes_where_the_wrong_packing_is_one_level_down(parties):
    usual = {"action": "ADD", "bizStep": "packing", "parentID": PALLET, "childEPCs": [serial("A3")]}
    packing = reported(61, "AggregationEvent", 12, **usual)
    send(parties.grower, packing)
    packs(62, 12, parties.grower, SHIP, PALLET)
    declare_wrong(parties.grower, packing)
    recall = observed(64, 20, "holding", GROWER, epcList=[SHIP], **SET)
    noted = [("RECALL_REACHES_NOTHING", "/epcisBody/eventList/0")]
    assert recalls_of_packages(parties.province, recall) == noted


def on(day, number, speaker, *things, **fields):
    job = send(
        speaker, observed(number, day, "holding", speaker.party.gln, quantityList=of(*things), **fields)
    )
    return [(one["code"], one["path"]) for one in job["warnings"] if one["code"] != "IDENTIFIER"]


FIRST_EVENT = "/epcisBody/eventList/0"


@pytest.mark.both
@pytest.mark.parametrize("who", ["grower", "province"])
def test_a_recall_before_an_end_is_noted(parties, who):
    speaker = getattr(parties, who)
    noted = [
        on(day, number, speaker, NOODLES, **fields) for number, day, fields in ((60, 10, SET), (61, 12, FIT))
    ]
    assert [*noted, on(11, 62, speaker, NOODLES, **SET), on(13, 63, speaker, NOODLES, **SET)] == [
        [],
        [],
        [("RECALL_ENDED_LATER", FIRST_EVENT)],
        [],
    ]
    # what is in force already is not noted, whatever date it has
    assert on(11, 64, speaker, NOODLES, **SET) == []


def test_a_recall_by_the_maker_before_the_end_by_an_authority_is_noted(parties):
    on(12, 60, parties.province, NOODLES, **FIT)
    assert on(11, 61, parties.grower, NOODLES, **SET) == [("RECALL_ENDED_LATER", FIRST_EVENT)]


def test_a_maker_does_not_learn_what_an_authority_found_fit_for_use(parties):
    on(12, 60, parties.province, NOODLES, disposition="active")
    assert on(11, 61, parties.grower, NOODLES, **SET) == []


@pytest.mark.both
def test_an_end_that_leaves_goods_recalled_is_noted(parties):
    on(10, 60, parties.province, NOODLES, **SET)
    assert on(12, 61, parties.grower, NOODLES, **FIT) == [("RECALL_STAYS", FIRST_EVENT)]
    assert on(9, 62, parties.province, NOODLES, **FIT) == [("RECALL_STAYS", FIRST_EVENT)]
    assert on(12, 63, parties.province, NOODLES, **FIT) == []


def test_a_recall_and_its_end_in_one_document_are_not_noted(parties):
    about = {"quantityList": of(NOODLES)}
    job = send(
        parties.province,
        observed(60, 10, "holding", GROWER, **about, **SET),
        observed(61, 12, "holding", GROWER, **about, **FIT),
    )
    assert job["warnings"] == []


@pytest.mark.both
def test_a_recall_of_the_lot_of_another_is_noted(parties):
    noted = [
        on(20, number, one, NOODLES, **SET) for number, one in ((60, parties.shop), (61, parties.grower))
    ]
    assert noted == [[("RECALL_OF_OTHERS", FIRST_EVENT)], []]


def test_who_makes_a_lot_and_recalls_it_in_one_document_learns_nothing(parties):
    made = lot(NOODLES_GTIN, "MIEN-9")
    job = send(
        parties.grower,
        commissioned(60, 10, made, GROWER),
        observed(61, 11, "holding", GROWER, quantityList=of(made), **SET),
    )
    assert job["warnings"] == []


@pytest.mark.both
def test_a_recall_by_an_authority_of_what_nobody_reported_is_noted_once(parties):
    unknown, pallet = lot(NOODLES_GTIN, "MIEN-7"), "https://id.gs1.org/00/095212340000000990"
    event = observed(60, 10, "holding", GROWER, quantityList=of(unknown), epcList=[pallet], **SET)
    job = send(parties.province, event)
    noted = [(one["code"], one["path"]) for one in job["warnings"]]
    assert noted == [("RECALL_OF_UNKNOWN", FIRST_EVENT)] * 2
    assert on(11, 61, parties.province, unknown, **SET) == []
    assert recalled(f"/01/{NOODLES_GTIN}/10/MIEN-7") == [True]
