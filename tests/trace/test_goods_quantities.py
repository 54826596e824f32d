"""How much of a lot was made, used, sold and destroyed, as an authority's walk forward says it: by party, and whether it is confirmed."""

import pytest

from khcn.trace.queries.answers import goods_quantities, goods_reports
from tests.trace.public_given import (
    Parties,
    commissioned,
    confirm,
    lot,
    observed,
    place,
    send,
    transformed,
)
from tests.trace.rest_given import GROWER, OTHER, SHOP
from tests.trace.test_whose_package import packs

pytestmark = [pytest.mark.django_db, pytest.mark.both]
GTIN = "09521234000013"
KIND = f"https://id.gs1.org/01/{GTIN}"
LOT, SOUP = lot(GTIN, "L1"), lot(GTIN, "SOUP")
CRATE = "https://id.gs1.org/00/095212340000000020"


def of(quantity, uom="KGM", thing=LOT):
    given = {"quantity": quantity, "uom": uom}
    return [{"epcClass": thing, **{name: value for name, value in given.items() if value is not None}}]


def gone(*report, **fields):
    """The goods exist no longer, or not for those who trace them."""
    return {**observed(*report, **fields), "action": "DELETE"}


def to(gln):
    return {
        "destinationList": [{"type": "possessing_party", "destination": place(gln).replace("/414/", "/417/")}]
    }


@pytest.fixture
def chain(db):
    """The grower makes a ton, uses 0.2 tons, destroys 50.5 kg, and sends 700 kg to the shop, which sells 600.25 kg."""
    made = Parties()
    confirm(made.grower, "9521234")
    send(
        made.grower,
        commissioned(1, 1, LOT, GROWER, quantityList=of(1, "TNE")),
        transformed(2, 2, [], [], inputQuantityList=of(200), outputQuantityList=of(180, "LTR", SOUP)),
        observed(3, 2, "shipping", GROWER, quantityList=of(700), **to(SHOP)),
        gone(4, 3, "destroying", GROWER, quantityList=of(50.5)),
    )
    send(
        made.shop,
        observed(5, 3, "receiving", SHOP, quantityList=of(700)),
        gone(6, 4, "retail_selling", SHOP, quantityList=of(600)),
        gone(7, 5, "retail_selling", SHOP, quantityList=of(250, "GRM")),
        gone(8, 6, "retail_selling", SHOP, quantityList=of(None, None)),
    )
    return made


def quantities(speaker, thing=LOT, direction="downstream"):
    answer = speaker.get(f"/trace/{direction}?epc={thing}").json()
    rows = [one for one in answer.get("quantities", ()) if one["epc"] == thing]
    keys = ("party", "list", "action", "bizStep", "quantity", "uom", "events", "withoutQuantity", "confirmed")
    return [tuple(one.get(key) for key in keys) for one in rows]


OF_CHAIN = [
    (GROWER, "inputQuantityList", None, "commissioning", 0.2, "TNE", 1, None, True),
    (GROWER, "quantityList", "ADD", "commissioning", 1, "TNE", 1, None, True),
    (GROWER, "quantityList", "DELETE", "destroying", 0.0505, "TNE", 1, None, True),
    (GROWER, "quantityList", "OBSERVE", "shipping", 0.7, "TNE", 1, None, True),
    (SHOP, "quantityList", "DELETE", "retail_selling", 0.60025, "TNE", 2, None, True),
    (SHOP, "quantityList", "DELETE", "retail_selling", None, None, 1, 1, True),
    (SHOP, "quantityList", "OBSERVE", "receiving", 0.7, "TNE", 1, None, True),
]


def test_an_authority_learns_how_much_was_made_used_sold_and_destroyed(chain):
    """In one unit for a lot, and exactly; what nobody says how much it was is counted."""
    found = quantities(chain.province)
    assert sorted(found, key=str) == sorted(OF_CHAIN, key=str)
    sums = {(one[1], one[3]): one[4] for one in found if one[4]}
    left = (
        sums["quantityList", "commissioning"]
        - sums["inputQuantityList", "commissioning"]
        - sums["quantityList", "destroying"]
        - sums["quantityList", "retail_selling"]
    )
    assert round(left, 6) == 0.14925
    assert quantities(chain.province, SOUP) == [
        (GROWER, "outputQuantityList", None, "commissioning", 180, "LTR", 1, None, True)
    ]
    assert quantities(chain.province, LOT, "upstream") == quantities(chain.shop, LOT, "step-forward") == []


def test_what_a_stranger_reports_stands_apart(chain):
    sold = gone(20, 5, "retail_selling", SHOP, quantityList=of(5000))
    send(chain.stranger, sold)
    of_stranger = (OTHER, "quantityList", "DELETE", "retail_selling", 5, "TNE", 1, None, False)
    assert sorted(quantities(chain.province), key=str) == sorted([*OF_CHAIN, of_stranger], key=str)
    wrong = {**sold, "errorDeclaration": {"declarationTime": "2026-10-08T08:00:00+07:00"}}
    send(chain.province, wrong)
    assert sorted(quantities(chain.province), key=str) == sorted(OF_CHAIN, key=str)


def test_quantities_that_cannot_be_are_counted_and_not_summed_up(chain):
    for number, quantity in enumerate((0, -5, 1.7e308, 1e300)):
        send(chain.shop, observed(30 + number, 7, "storing", SHOP, quantityList=of(quantity)))
    of_shop = [one for one in quantities(chain.province) if one[3] == "storing"]
    assert of_shop == [(SHOP, "quantityList", "OBSERVE", "storing", None, "TNE", 4, 4, True)]
    many = [observed(40 + number, 7, "picking", SHOP, quantityList=of(9e17, "C62")) for number in range(12)]
    send(chain.shop, *many)
    of_shop = [one for one in quantities(chain.province) if one[3] == "picking"]
    assert of_shop == [(SHOP, "quantityList", "OBSERVE", "picking", 1.08e19, "C62", 12, None, True)]


def test_objects_of_the_lot_are_counted_once_each(chain):
    packets = [f"{KIND}/21/P{number}" for number in range(3)]
    made = {"quantityList": None, "epcList": packets, "ilmd": {"cbvmda:lotNumber": "L1"}}
    send(chain.grower, commissioned(50, 1, None, GROWER, **made))
    packs(51, 2, chain.grower, CRATE, *packets)
    for number in (52, 53):
        send(chain.grower, gone(number, 3, "retail_selling", GROWER, epcList=packets[:2]))
    answer = chain.province.get(f"/trace/downstream?epc={LOT}").json()
    rows = [one for one in answer["quantities"] if one["list"] in ("childEPCs", "epcList")]
    assert {one["epc"] for one in rows} == {LOT}
    assert [
        (one["list"], one["action"], one.get("bizStep"), one["quantity"], one["events"]) for one in rows
    ] == [
        ("childEPCs", "ADD", None, 3, 1),
        ("epcList", "ADD", "commissioning", 3, 1),
        ("epcList", "DELETE", "retail_selling", 2, 2),
    ]


@pytest.mark.parametrize("crate", [CRATE, "https://id.gs1.org/8003/09521234000013K1"])
def test_crates_are_no_goods_by_either_key(chain, crate):
    packet = f"{KIND}/21/P1"
    ilmd = {"cbvmda:lotNumber": "L1"}
    send(chain.grower, commissioned(50, 1, None, GROWER, quantityList=None, epcList=[packet], ilmd=ilmd))
    packs(51, 2, chain.grower, crate, packet)
    send(chain.grower, observed(52, 3, "shipping", GROWER, epcList=[crate], **to(SHOP)))
    answer = chain.province.get(f"/trace/downstream?epc={packet}").json()
    assert crate in [one["id"] for one in answer["things"]]
    assert [(one["epc"], one["list"], one["quantity"]) for one in answer["quantities"]] == [
        (KIND, "childEPCs", 1),
        (KIND, "epcList", 1),
    ]


def objects(speaker):
    rows = speaker.get(f"/trace/downstream?epc={LOT}").json()["quantities"]
    keys = ("epc", "list", "action", "bizStep", "quantity", "uom")
    return [tuple(one.get(key) for key in keys) for one in rows if one["list"] == "epcList"]


def test_objects_of_two_lots_of_one_product_stand_apart(chain):
    """Four packets of a lot of which three are made into another lot: one of the first and all of the second are sold."""
    first, second = ([f"{KIND}/21/{letter}{number}" for number in range(4)] for letter in "PQ")
    other = lot(GTIN, "L2")
    ilmd = {"quantityList": None, "ilmd": {"cbvmda:lotNumber": "L1"}}
    send(
        chain.grower,
        commissioned(50, 1, None, GROWER, epcList=first, **ilmd),
        transformed(51, 2, first[1:], [other]),
        commissioned(52, 2, None, GROWER, **{**ilmd, "ilmd": {"cbvmda:lotNumber": "L2"}}, epcList=second[:3]),
        gone(53, 3, "retail_selling", GROWER, epcList=[first[0], *second[:3]]),
    )
    # a stranger says that a packet is of another lot
    send(
        chain.stranger,
        commissioned(54, 2, None, OTHER, **{**ilmd, "ilmd": {"cbvmda:lotNumber": "L2"}}, epcList=first[:1]),
    )
    of_grower = [one for one in objects(chain.province) if one[3] == "retail_selling"]
    assert sorted(of_grower) == [
        (LOT, "epcList", "DELETE", "retail_selling", 1, None),
        (other, "epcList", "DELETE", "retail_selling", 3, None),
    ]


def test_pieces_are_one_unit_however_they_are_named(chain):
    given = [
        observed(60 + place, 7, "storing", SHOP, quantityList=of(2, uom))
        for place, uom in enumerate((None, "C62", "H87", "EA"))
    ]
    send(chain.shop, *given)
    of_shop = [one for one in quantities(chain.province) if one[3] == "storing"]
    assert of_shop == [(SHOP, "quantityList", "OBSERVE", "storing", 8, "H87", 4, None, True)]


def test_many_reports_of_strangers_displace_none_of_the_chain(chain, monkeypatch):
    flood = [observed(100 + number, 2, "storing", OTHER, quantityList=of(7)) for number in range(9)]
    send(chain.stranger, *flood)
    assert "quantitiesLeftOut" not in chain.province.get(f"/trace/downstream?epc={LOT}").json()
    monkeypatch.setattr(goods_quantities, "MOST_EVENTS", 9)
    answer = chain.province.get(f"/trace/downstream?epc={LOT}").json()
    assert answer["quantitiesLeftOut"] is True
    assert sorted((one for one in quantities(chain.province) if one[-1]), key=str) == sorted(
        OF_CHAIN, key=str
    )
    monkeypatch.setattr(goods_quantities, "MOST_EVENTS", 900)
    monkeypatch.setattr(goods_reports, "MOST_REPORTS", 3)
    assert chain.province.get(f"/trace/downstream?epc={LOT}").json()["quantitiesLeftOut"] is True


def objects_made(number, day, lot_name, serials, maker, links=True, **fields):
    """A transformation of the lot that makes single objects of another lot, named in their links or in the master data of the lot."""
    stem = f"{PIECE}/10/{lot_name}" if links else PIECE
    made = [f"{stem}/21/{one}" for one in serials]
    event = transformed(number, day, [], [], inputQuantityList=of(100), outputEPCList=made, **fields)
    send(maker, event)
    return made


PIECE = "https://id.gs1.org/01/09521234000037"


@pytest.mark.parametrize("links", [True, False], ids=["link", "master data"])
def test_objects_of_a_transformation_are_counted_by_their_lots(chain, links):
    made = [
        objects_made(
            20 + place,
            2,
            name,
            [f"{name}{each}" for each in range(3)],
            chain.grower,
            links,
            ilmd={"cbvmda:lotNumber": name},
        )
        for place, name in enumerate(("LA", "LB"))
    ]
    send(chain.grower, gone(22, 4, "retail_selling", GROWER, epcList=[made[0][0], made[1][0], made[1][1]]))
    answer = chain.province.get(f"/trace/downstream?epc={LOT}").json()
    found = [
        (one["epc"], one["list"], one["quantity"])
        for one in answer["quantities"]
        if one["epc"].startswith(PIECE)
    ]
    assert found == [
        (f"{PIECE}/10/LA", "epcList", 1),
        (f"{PIECE}/10/LA", "outputEPCList", 3),
        (f"{PIECE}/10/LB", "epcList", 2),
        (f"{PIECE}/10/LB", "outputEPCList", 3),
    ]


def test_a_stranger_gives_the_objects_of_a_transformation_no_lot(chain):
    made = objects_made(20, 2, "LA", ["A1", "A2"], chain.grower, False)
    event = transformed(
        21, 3, [], [], SHOP, inputQuantityList=of(1), outputEPCList=made, ilmd={"cbvmda:lotNumber": "LX"}
    )
    send(chain.stranger, event)
    answer = chain.province.get(f"/trace/downstream?epc={LOT}").json()
    found = {one["epc"] for one in answer["quantities"] if one["epc"].startswith(PIECE) and one["confirmed"]}
    assert found == {PIECE}
