"""Who claims to have packed goods into the package of another, or to have used it, gets nothing of its way on a public page."""

import pytest

from khcn.trace.queries import journey
from tests.trace.public_given import (
    NOODLES_GTIN,
    commissioned,
    confirm,
    lot,
    observed,
    of,
    page,
    parties,  # noqa: F401 -- a fixture
    place,
    reported,
    send,
    serial,
    steps,
    transformed,
    visitor,  # noqa: F401 -- a fixture
)
from tests.trace.rest_given import GROWER, OTHER, SHOP

PALLET = "https://id.gs1.org/00/095212340000000020"
ITEM = "https://id.gs1.org/01/09521239999992/21/RIENG"
CASE = serial("THUNG")
CASE_PATH = CASE.removeprefix("https://id.gs1.org")


def made(number, day, thing, gln, **fields):
    return commissioned(number, day, thing, gln, quantityList=None, epcList=[thing], **fields)


def packed(number, day, parent, gln, **fields):
    usual = {"action": "ADD", "bizStep": "packing", "parentID": parent, "readPoint": {"id": place(gln)}}
    return reported(number, "AggregationEvent", day, **{**usual, **fields})


def to(gln):
    return {
        "destinationList": [
            {"type": "possessing_party", "destination": f"https://id.gs1.org/417/{gln}"},
        ]
    }


def days(visitor, thing):  # noqa: F811 -- the fixture's value
    return [day[:2] for _label, day in steps(page(visitor, thing.removeprefix("https://id.gs1.org")))]


def pallet_of_the_grower(parties):  # noqa: F811 -- the fixture's value
    send(
        parties.grower,
        made(1, 1, serial("A1"), GROWER),
        packed(2, 2, PALLET, GROWER, childEPCs=[serial("A1")]),
        observed(3, 3, "shipping", GROWER, epcList=[PALLET], **to(SHOP)),
    )
    send(
        parties.shop,
        observed(4, 5, "receiving", SHOP, epcList=[PALLET]),
        observed(5, 7, "storing", SHOP, epcList=[PALLET]),
    )


@pytest.mark.parametrize("codes", ["9521234", ""])
def test_who_says_that_a_pallet_is_his_is_not_shown_its_way(parties, visitor, codes):  # noqa: F811 -- the fixture's value
    confirm(parties.grower, codes)
    confirm(parties.stranger, "9521239")
    pallet_of_the_grower(parties)
    assert days(visitor, serial("A1")) == ["01", "02", "03", "05", "07"]
    send(
        parties.stranger,
        made(11, 1, ITEM, OTHER),
        packed(12, 1, PALLET, OTHER, childEPCs=[ITEM], **to(SHOP)),
        observed(13, 2, "shipping", OTHER, epcList=[PALLET], **to(GROWER)),
    )
    assert days(visitor, ITEM) == ["01", "01", "02"]
    of_object, of_lot = f"{ITEM}2", lot("09521239999992", "RIENG")
    send(
        parties.stranger,
        transformed(14, 28, [], [], OTHER, inputQuantityList=None, inputEPCList=[PALLET],
                    outputQuantityList=None, outputEPCList=[of_object]),
        transformed(15, 28, [], [of_lot], OTHER, inputQuantityList=None, inputEPCList=[PALLET]),
    )  # fmt: skip
    # what he reports himself, of the item too that he says is in the pallet
    assert [days(visitor, one) for one in (of_object, of_lot)] == [["01", "01", "02", "28"]] * 2


def test_who_was_sent_a_pallet_shows_where_it_comes_from(parties, visitor):  # noqa: F811 -- the fixture's value
    pallet_of_the_grower(parties)
    confirm(parties.shop, "9521239")
    send(
        parties.shop,
        transformed(14, 28, [], [], SHOP, inputQuantityList=None, inputEPCList=[PALLET],
                    outputQuantityList=None, outputEPCList=[ITEM]),
    )  # fmt: skip
    assert days(visitor, ITEM) == ["01", "02", "03", "05", "07", "28"]


def test_what_a_stranger_packs_into_a_case_is_not_on_its_page(parties, visitor, monkeypatch):  # noqa: F811 -- the fixture's value
    own, foreign = lot(NOODLES_GTIN, "LO-TRONG"), lot("09521239999992", "LO-LA")
    send(
        parties.grower,
        commissioned(1, 1, own, GROWER),
        made(2, 2, CASE, GROWER),
        packed(3, 3, CASE, GROWER, childQuantityList=of(own)),
    )
    before = steps(page(visitor, CASE_PATH))
    assert [day[:2] for _label, day in before] == ["01", "02", "03"]
    send(
        parties.stranger,
        commissioned(11, 4, foreign, OTHER),
        observed(12, 5, "destroying", OTHER, quantityList=of(foreign)),
        packed(13, 5, CASE, OTHER, childQuantityList=of(foreign)),
    )
    html = page(visitor, CASE_PATH)
    assert (steps(html), "LO-LA" in html) == (before, False)
    # nor does he count among the parties whose reports are read first
    monkeypatch.setattr(journey, "MAX_EVENTS", 8)
    send(parties.stranger, *[observed(20 + one, 6, "storing", OTHER, epcList=[CASE]) for one in range(12)])
    send(parties.grower, observed(40, 7, "shipping", GROWER, epcList=[CASE]))
    assert ("Gửi hàng đi", "07/09/2026") in steps(page(visitor, CASE_PATH))


def test_what_is_in_a_case_is_shown_whatever_a_stranger_reports(parties, visitor, monkeypatch):  # noqa: F811 -- the fixture's value
    own = lot(NOODLES_GTIN, "LO-TRONG")
    send(
        parties.grower,
        commissioned(1, 1, own, GROWER),
        made(2, 2, CASE, GROWER),
        packed(3, 3, CASE, GROWER, childQuantityList=of(own)),
    )
    before = page(visitor, CASE_PATH)
    assert "LO-TRONG" in before
    monkeypatch.setattr(journey, "MAX_EDGE_ENDS", 16)
    many = [f"https://id.gs1.org/01/09521239999992/21/{number}" for number in range(20)]
    inputs = {"inputQuantityList": None, "inputEPCList": many}
    output = {"outputQuantityList": None, "outputEPCList": [CASE]}
    send(parties.stranger, transformed(11, 1, [], [], OTHER, **inputs, **output))
    html = page(visitor, CASE_PATH)
    assert (steps(html), "LO-TRONG" in html) == (steps(before), True)
    send(parties.stranger, packed(12, 1, CASE, OTHER, childEPCs=many))
    html = page(visitor, CASE_PATH)
    assert [one for one in steps(html) if one in steps(before)] == steps(before)
    assert ("LO-TRONG" in html, "rất nhiều nguồn" in html) == (True, False)
