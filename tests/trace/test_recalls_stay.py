"""What does not lift a recall, and by what it is reached: events of every type, rework, packages in packages, corrections."""

import pytest

from khcn.epcis.ids import digital_link
from khcn.trace.queries.graph.packings import MOST_LEVELS
from khcn.trace.queries.page_notices import Notice
from khcn.trace.queries.public_page import public_goods
from tests.trace.public_given import (
    BOX,
    NOODLES,
    NOODLES_GTIN,
    STARCH,
    commissioned,
    lot,
    observed,
    of,
    reported,
    send,
    serial,
    transformed,
)
from tests.trace.rest_given import GROWER, SHOP, document
from tests.trace.test_whose_package import (
    FIT,
    KIND,
    LOT,
    NEW_PACKET,
    PACKET,
    PALLET,
    SET,
    declare_wrong,
    packs,
    parties,
    recalled,
    says,
)

__all__ = ["parties"]
OTHER_EVENTS = {
    "AggregationEvent": {
        "parentID": "https://id.gs1.org/00/095212340000000020",
        "childQuantityList": of(NOODLES),
        "action": "OBSERVE",
    },
    "TransactionEvent": {
        "quantityList": of(NOODLES),
        "action": "OBSERVE",
        "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:9521234022039:77"}],
    },
    "AssociationEvent": {
        "parentID": "https://id.gs1.org/8004/9521234000000",
        "childQuantityList": of(NOODLES),
        "action": "OBSERVE",
    },
    "TransformationEvent": {"inputQuantityList": of(STARCH), "outputQuantityList": of(NOODLES)},
}


def cut(path):
    """Whether a page says that recalls of packages may be missing."""
    return Notice.RECALLS_CUT in public_goods(digital_link.parse(f"https://id.gs1.org{path}")).notices


@pytest.mark.parametrize("kind", OTHER_EVENTS)
def test_every_type_of_event_may_say_it(parties, kind):
    send(parties.stranger, reported(60, kind, 20, **OTHER_EVENTS[kind], **SET))
    assert recalled(LOT, PACKET) == [False, False]
    send(parties.province, reported(61, kind, 20, **OTHER_EVENTS[kind], **SET))
    assert recalled(LOT, PACKET) == [True, True]


def test_packages_around_each_other(parties):
    """Up to the limit, and one more than is promised; where something is left out it is said."""
    boxes = [f"https://id.gs1.org/00/0952123400000001{number:02}" for number in range(MOST_LEVELS + 3)]
    walk = f"/trace/upstream?epc={serial('A3')}"
    for number, (inside, box) in enumerate(zip([serial("A3"), *boxes], boxes, strict=False)):
        packs(60 + number, 13, parties.grower, box, inside)
    assert (cut(NEW_PACKET), parties.province.get(walk).json().get("recallsLeftOut")) == (False, None)
    for number, box in enumerate(boxes):
        is_found = number <= MOST_LEVELS
        says(100 + number, 20, parties.province, box, **SET)
        assert (number, recalled(NEW_PACKET), cut(NEW_PACKET)) == (number, [is_found], True)
        answer = parties.province.get(walk).json()
        named = [one["recalled"] for one in answer.get("recalls", []) if one["epc"] == serial("A3")]
        assert (named, answer.get("recallsLeftOut")) == ([box] * is_found, 1)
        says(200 + number, 21, parties.province, box, **FIT)
        assert (number, recalled(NEW_PACKET)) == (number, [False])


@pytest.mark.both
def test_packages_in_a_circle_leave_nothing_out(parties):
    """Of a crate in a pallet in the crate everything is known."""
    packs(60, 13, parties.grower, BOX, serial("A3"))
    packs(61, 13, parties.grower, PALLET, BOX)
    packs(62, 13, parties.grower, BOX, PALLET)
    says(63, 20, parties.province, PALLET, **SET)
    assert (recalled(NEW_PACKET), cut(NEW_PACKET)) == ([True], False)


@pytest.mark.both
def test_rework_and_repacking_lift_nothing(parties):
    says(60, 20, parties.province, things=(NOODLES,), **SET)
    send(parties.grower, transformed(61, 21, [NOODLES], [NOODLES], disposition="active"))  # into itself
    send(parties.grower, transformed(62, 21, [NOODLES], [lot(NOODLES_GTIN, "MIEN-2")], disposition="active"))
    repacked = {"inputQuantityList": None, "outputQuantityList": None}
    repacked |= {"inputEPCList": [serial("A1")], "outputEPCList": [serial("R1")]}
    send(parties.shop, transformed(63, 21, [], [], gln=SHOP, disposition="active", **repacked))
    assert recalled(LOT, PACKET) == [True, True]


def test_who_corrects_his_recall_by_another_recalls(parties):
    first, second = (
        observed(number, 20, "holding", GROWER, quantityList=of(NOODLES), **SET) for number in (60, 61)
    )
    declaration = {"declarationTime": "2026-09-25T08:00:00.000+07:00", "reason": "incorrect_data"}
    wrong = {**first, "errorDeclaration": {**declaration, "correctiveEventIDs": [second["eventID"]]}}
    send(parties.province, first)
    send(parties.stranger, wrong)
    assert recalled(LOT, PACKET) == [True, True]
    send(parties.province, wrong, second)
    assert recalled(LOT, PACKET) == [True, True]
    send(parties.province, {**second, "errorDeclaration": declaration})
    assert recalled(LOT, PACKET) == [False, False]


def test_the_end_of_a_recall_that_is_declared_wrong_ends_nothing(parties):
    says(60, 20, parties.province, things=(NOODLES,), **SET)
    end = observed(61, 21, "holding", GROWER, quantityList=of(NOODLES), **FIT)
    send(parties.province, end)
    declare_wrong(parties.stranger, end)
    assert recalled(LOT, PACKET) == [False, False]
    declare_wrong(parties.province, end)
    assert recalled(LOT, PACKET) == [True, True]


@pytest.mark.parametrize("key", ["21", "235"])
@pytest.mark.parametrize("way", ["commissioned", "transformed"])
def test_objects_of_a_lot_by_either_serial_number_and_either_event(parties, key, way):
    """A serial number (AI 21), and one that a third party controls (AI 235)."""
    made = {"quantityList": None, "epcList": [f"{KIND}/{key}/T1"]}
    if way == "transformed":
        made = {"outputQuantityList": None, "outputEPCList": made["epcList"]}
    more = {**made, "ilmd": {"cbvmda:lotNumber": "T-1"}}
    event = (
        transformed(60, 12, [STARCH], [], **more)
        if way == "transformed"
        else commissioned(60, 12, None, GROWER, **more)
    )
    send(parties.grower, event)
    path = f"/01/{NOODLES_GTIN}/{key}/T1"
    assert recalled(path) == [False]
    says(61, 20, parties.province, things=(f"{KIND}/10/T-1",), **SET)
    assert recalled(path) == [True]


def test_a_lot_number_where_nothing_is_created_is_refused(parties):
    """EPCIS 2.0, 7.4.2: only an event with the action ADD has ILMD; else the number would tie nothing."""
    event = observed(60, 12, "storing", GROWER, epcList=[serial("A3")], ilmd={"cbvmda:lotNumber": "T-1"})
    job = parties.grower.captured(document(event))
    assert (job["success"], job["accepted"]) == (False, 0)
