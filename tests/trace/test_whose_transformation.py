"""By no transformation, with or without a transformationID, does a stranger say of what another party's goods were made."""

import pytest

from khcn.trace.queries import journey, upstream
from khcn.trace.store import EVERYTHING
from tests.trace.public_given import (
    NOODLES,
    NOODLES_GTIN,
    ROOTS,
    commissioned,
    confirm,
    lot,
    page,
    parties,  # noqa: F401 -- a fixture
    send,
    serial,
    steps,
    transformed,
    visitor,  # noqa: F401 -- a fixture
)
from tests.trace.rest_given import GROWER, OTHER
from tests.trace.test_whose_package import says

FOREIGN_GTIN = "09521239999992"
POISON, SUPPLIED = lot(FOREIGN_GTIN, "DOC"), lot(FOREIGN_GTIN, "PHU-GIA")
OTHER_LOT, PACKET = lot(NOODLES_GTIN, "MIEN-2"), serial("A1")
OBJECTS = {"outputEPCList": [PACKET]}
NAME = {"transformationID": f"https://id.gs1.org/253/{FOREIGN_GTIN[1:]}X"}
RECALLED = {"persistentDisposition": {"set": ["recalled"]}}
GOODS = (NOODLES, OTHER_LOT, PACKET)


def goods_of_the_grower(parties, codes):  # noqa: F811 -- the fixture's value
    confirm(parties.grower, codes)
    confirm(parties.stranger, "")
    send(
        parties.grower,
        commissioned(1, 1, ROOTS, GROWER),
        transformed(2, 3, [ROOTS], [NOODLES], ilmd={"cbvmda:itemExpirationDate": "2027-09-10"}),
        commissioned(3, 3, OTHER_LOT, GROWER),
        commissioned(4, 4, PACKET, GROWER, quantityList=None, epcList=[PACKET],
                     ilmd={"cbvmda:lotNumber": "MIEN-1"}),
    )  # fmt: skip
    send(parties.stranger, commissioned(11, 1, POISON, OTHER))
    says(12, 2, parties.stranger, things=(POISON,), **RECALLED)


def shown(visitor):  # noqa: F811 -- the fixture's value
    return [page(visitor, one.removeprefix("https://id.gs1.org")) for one in GOODS]


def confirmed_edges(thing):
    """The events by which a thing was made, by the numbers in their ids, and whether they are confirmed."""
    return {
        int(event.event_id[-12:]): event.is_confirmed
        for edge in upstream(thing, EVERYTHING).edges
        if thing in edge.products
        for event in edge.events
    }


def false_reports():
    """In one event, in two, by a way over a further lot, and as one of several outputs of which one is his own."""
    yield transformed(20, 2, [POISON], [NOODLES, OTHER_LOT], OTHER, ilmd={"cbvmda:itemExpirationDate": "2035-01-01"},
                      **OBJECTS)  # fmt: skip
    yield transformed(21, 2, [POISON], [], OTHER, outputQuantityList=None)
    yield transformed(22, 2, [], [NOODLES, OTHER_LOT], OTHER, inputQuantityList=None, **OBJECTS)
    yield transformed(24, 2, [lot(FOREIGN_GTIN, "QUA")], [NOODLES, OTHER_LOT, lot(FOREIGN_GTIN, "RA")], OTHER,
                      **OBJECTS)  # fmt: skip


@pytest.mark.parametrize("codes", ["9521234", ""])
@pytest.mark.parametrize("most", [1000, 8])
def test_a_transformation_id_lets_nobody_into_the_making_of_anothers_goods(
    parties,  # noqa: F811 -- the fixture's value
    visitor,  # noqa: F811 -- the fixture's value
    monkeypatch,
    codes,
    most,
):
    """`most`: also where the reports of all are too many for a page, and those of trusted parties are searched."""
    goods_of_the_grower(parties, codes)
    before = shown(visitor)
    assert [len(steps(one)) for one in before] == [2, 1, 3]
    monkeypatch.setattr(journey, "MAX_EDGE_ENDS", most)
    named = [{**one, **NAME} for one in false_reports()]
    send(parties.stranger, transformed(23, 2, [POISON], [lot(FOREIGN_GTIN, "QUA")], OTHER))
    send(parties.stranger, *named)
    assert shown(visitor) == before
    again = {"declarationTime": "2026-10-25T08:00:00.000+07:00", "reason": "incorrect_data"}
    corrected = {**named[0], "eventID": "urn:uuid:00000000-0000-4000-9000-000000000099"}
    send(
        parties.stranger,
        corrected,
        {**named[0], "errorDeclaration": {**again, "correctiveEventIDs": [corrected["eventID"]]}},
    )
    assert shown(visitor) == before
    of_strangers = dict.fromkeys((21, 22, 24, 99), False)
    own = {NOODLES: {2: True}, OTHER_LOT: {}, PACKET: {4: True}}
    assert {one: confirmed_edges(one) for one in GOODS} == {one: own[one] | of_strangers for one in GOODS}


@pytest.mark.parametrize("codes", ["9521234", ""])
def test_who_supplies_an_ingredient_says_of_what_that_was_made_and_not_what_was_made_of_it(
    parties,  # noqa: F811 -- the fixture's value
    visitor,  # noqa: F811 -- the fixture's value
    codes,
):
    goods_of_the_grower(parties, codes)
    send(parties.stranger, commissioned(31, 1, SUPPLIED, OTHER))
    send(parties.grower, transformed(32, 3, [SUPPLIED], [NOODLES]))
    before = shown(visitor)
    send(
        parties.stranger,
        transformed(33, 1, [POISON], [SUPPLIED, NOODLES, OTHER_LOT], OTHER, **OBJECTS,
                    ilmd={"cbvmda:itemExpirationDate": "2035-01-01"}),
        transformed(34, 1, [lot(FOREIGN_GTIN, "DOC-2")], [NOODLES, OTHER_LOT], OTHER, **OBJECTS, **NAME),
        transformed(35, 1, [], [SUPPLIED], OTHER, inputQuantityList=None, **NAME),
    )  # fmt: skip
    after = shown(visitor)
    assert after[1] == before[1]
    for one in (after[0], after[2]):
        assert "lô DOC đang bị thu hồi" in one  # what he says of his own goods counts
        assert ("2035" in one, "10/09/2027" in one) == (False, True)
    assert confirmed_edges(NOODLES) == {2: True, 32: True, 33: True, 34: False, 35: True}
    assert confirmed_edges(OTHER_LOT) == {33: False, 34: False, 35: False}
