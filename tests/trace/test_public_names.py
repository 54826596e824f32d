"""Whose names of goods and places a page shows: the owner's of the code and the department's; a stranger's only as not confirmed."""

import pytest

from tests.trace.public_given import (
    GROWER,
    NOODLES_GTIN,
    ROOTS,
    STARCH,
    commissioned,
    confirm,
    lot,
    master,
    observed,
    of,
    page,
    parties,
    place,
    send,
    text,
    transformed,
    visitor,
    with_master_data,
)
from tests.trace.rest_given import OTHER

__all__ = ["parties", "visitor"]  # fixtures

PRODUCT = f"/01/{NOODLES_GTIN}"
MADE = lot(NOODLES_GTIN, "L1")
MARKET = "9529999000019"  # of no party in the register
NOT_CONFIRMED = "Sở chưa xác nhận"
DEPARTMENT = "Sở Khoa học và Công nghệ"  # at the foot of each page
LD = {"Accept": "application/ld+json"}


def calls(speaker, name, **more):
    """A party gives the product and the market a name."""
    goods = master(
        "EPCClass", f"https://id.gs1.org{PRODUCT}", descriptionShort=name, brandName=f"Hiệu {name}", **more
    )
    where = [
        master("BusinessLocation", one, name=f"Chợ {name}", streetAddressOne=f"Đường {name}")
        for one in (place(MARKET), place(GROWER))
    ]
    assert speaker.captured(with_master_data(goods, *where))["success"]


def names_on(visitor, path):
    """Which of the names are on a page, whether it says that they are not confirmed, and what machines get."""
    shown = text(page(visitor, path))
    data = visitor.get(path, headers=LD).json()
    words = f" {shown} ".replace("Sở chưa", "").replace(DEPARTMENT, "")
    named = [name for name in ("giả", "chủ", "Sở") if f" {name} " in words]
    return named, NOT_CONFIRMED in shown, data.get("gs1:productName") or data.get("rdfs:label")


@pytest.mark.parametrize("first", ["stranger", "grower"])
def test_the_name_of_a_product_is_the_owners_and_else_the_departments(parties, visitor, first):
    """Also where a stranger was the first to report a lot of the product."""
    speakers = (
        [parties.stranger, parties.grower] if first == "stranger" else [parties.grower, parties.stranger]
    )
    for number, speaker in enumerate(speakers):
        send(speaker, commissioned(10 + number, 1, lot(NOODLES_GTIN, f"L{number}"), speaker.party.gln))
    calls(parties.stranger, "giả", countryOfOrigin="XX")
    paths = (PRODUCT, f"{PRODUCT}/10/L0", f"{PRODUCT}/10/L1", f"{PRODUCT}/10/KHAC")
    assert [names_on(visitor, path) for path in paths] == [([], False, None)] * 4
    assert "XX" not in "".join(page(visitor, path) for path in paths)
    calls(parties.province, "Sở")
    assert [names_on(visitor, path) for path in paths] == [(["Sở"], False, "Sở")] * 4
    calls(parties.grower, "chủ")
    assert [names_on(visitor, path) for path in paths] == [(["chủ"], False, "chủ")] * 4


def test_the_name_of_a_product_that_is_nobodys_is_marked(parties, visitor):
    confirm(parties.grower, "")
    send(parties.stranger, commissioned(10, 1, MADE, OTHER))
    calls(parties.stranger, "giả", countryOfOrigin="XX")
    paths = (PRODUCT, f"{PRODUCT}/10/L1", f"{PRODUCT}/10/KHAC")
    assert [names_on(visitor, path) for path in paths] == [(["giả"], True, None)] * 3
    html = "".join(page(visitor, path) for path in paths)
    assert ("Hiệu giả" in html, "XX" in html) == (False, False)
    data = visitor.get(PRODUCT, headers=LD).json()
    assert data["rdfs:comment"] == ["Tên chưa xác nhận: giả"]
    calls(parties.province, "Sở")
    assert [names_on(visitor, path) for path in paths] == [(["Sở"], False, "Sở")] * 3


def test_raw_materials_in_a_journey_are_named_by_their_owner(parties, visitor):
    """The maker of the noodles used roots of a product without owner, and starch of a stranger."""
    confirm(parties.grower, NOODLES_GTIN)
    starch = STARCH.partition("/10/")[0].removeprefix("https://id.gs1.org/01/")
    confirm(parties.stranger, starch)
    send(parties.grower, transformed(10, 5, [ROOTS, STARCH], [MADE]))
    goods = [
        master("EPCClass", one.partition("/10/")[0], descriptionShort=name)
        for one, name in ((ROOTS, "Củ tự gọi"), (STARCH, "Bột tự gọi"))
    ]
    assert parties.grower.captured(with_master_data(*goods))["success"]
    shown = text(page(visitor, f"{PRODUCT}/10/L1"))
    assert "Củ tự gọi (chưa xác nhận) (lô CU-1)" in shown
    assert "Bột tự gọi" not in shown
    assert parties.stranger.captured(
        with_master_data(master("EPCClass", STARCH.partition("/10/")[0], descriptionShort="Bột của chủ"))
    )["success"]
    assert "Bột của chủ (lô BOT-1)" in text(page(visitor, f"{PRODUCT}/10/L1"))


def test_a_place_is_named_by_who_is_there_by_the_owner_of_the_number_or_by_the_department(parties, visitor):
    own, market = f"/414/{GROWER}", f"/414/{MARKET}"
    calls(parties.stranger, "giả")
    assert names_on(visitor, own) == ([], False, "Hợp tác xã Thử Nghiệm")  # the register's
    assert names_on(visitor, market) == (["giả"], True, None)
    assert visitor.get(market, headers=LD).json()["rdfs:comment"] == ["Tên chưa xác nhận: Chợ giả, Đường giả"]
    confirm(parties.shop, MARKET[:7])
    page(visitor, market, 404)  # whose number it is has given no name
    calls(parties.province, "Sở")
    assert [names_on(visitor, path) for path in (own, market)] == [(["Sở"], False, "Chợ Sở")] * 2
    calls(parties.grower, "chủ")
    assert [names_on(visitor, path) for path in (own, market)] == [
        (["chủ"], False, "Chợ chủ"),
        (["Sở"], False, "Chợ Sở"),
    ]


def test_a_place_in_a_journey_that_only_the_reporting_party_names_is_marked(parties, visitor):
    send(
        parties.grower,
        commissioned(10, 1, MADE, GROWER),
        observed(11, 2, "shipping", MARKET, quantityList=of(MADE)),
    )
    calls(parties.stranger, "giả")
    assert "GLN 9529999000019" in text(page(visitor, f"{PRODUCT}/10/L1"))
    calls(parties.grower, "chủ")
    assert "Chợ chủ (chưa xác nhận) Đường chủ" in text(page(visitor, f"{PRODUCT}/10/L1"))
    steps = visitor.get(f"{PRODUCT}/10/L1", headers=LD).json()["epcis:eventList"]
    assert [one["epcis:readPoint"].get("rdfs:label") for one in steps] == ["Chợ chủ", None]
    calls(parties.province, "Sở")
    assert "Chợ Sở Đường Sở" in text(page(visitor, f"{PRODUCT}/10/L1"))
