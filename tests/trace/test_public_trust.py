"""The public page in a world of many parties: who is trusted, what is never shown, and hostile text."""

import re
from html import unescape

import pytest
from django.core.exceptions import ValidationError

from khcn.trace.rules import check_confirmed_codes, confirmed_codes
from tests.trace.public_given import (
    GROWER,
    NOODLES,
    NOODLES_GTIN,
    ROOTS,
    STARCH,
    commissioned,
    confirm,
    lot,
    master,
    named,
    noodles,
    observed,
    of,
    page,
    parties,
    place,
    reported,
    send,
    serial,
    steps,
    text,
    transformed,
    visitor,
    with_master_data,
)
from tests.trace.rest_given import OTHER, SHOP, Speaker, party

__all__ = ["parties", "visitor"]  # fixtures

LOT = f"/01/{NOODLES_GTIN}/10/MIEN-1"
PACKET = f"{LOT}/21/A1"


# ------------------------------------------------------------------------------------------- who is trusted


def test_a_stranger_cannot_put_words_into_anybodys_journey(parties, visitor):
    noodles(parties)
    named(parties)
    before = page(visitor, LOT), page(visitor, f"/01/{NOODLES_GTIN}")
    foreign = lot("09521239999992", "LA")
    send(
        parties.stranger,
        commissioned(50, 1, foreign, OTHER),
        transformed(51, 9, [foreign], [NOODLES], OTHER),
        commissioned(52, 8, NOODLES, OTHER, ilmd={"cbvmda:productionDate": "2020-01-01"}),
        observed(53, 20, "destroying", OTHER, quantityList=of(NOODLES), disposition="recalled"),
        observed(54, 4, "sampling", OTHER, quantityList=of(ROOTS)),
    )
    assert parties.stranger.captured(
        with_master_data(
            master("EPCClass", f"https://id.gs1.org/01/{NOODLES_GTIN}", descriptionShort="Hàng giả"),
            master("BusinessLocation", place(GROWER), name="Chợ trời"),
        )
    )["success"]
    assert (page(visitor, LOT), page(visitor, f"/01/{NOODLES_GTIN}")) == before


def test_a_stranger_cannot_give_numbers_of_anybodys_lot(parties, visitor):
    noodles(parties)
    fake = commissioned(
        80,
        20,
        NOODLES,
        OTHER,
        quantityList=None,
        epcList=[serial("GIA")],
        ilmd={"cbvmda:lotNumber": "MIEN-1"},
    )
    send(parties.stranger, fake)
    html = page(visitor, f"{LOT}/21/GIA")
    assert ("không thuộc lô" in html, "chưa khai số sê-ri này" in html) == (False, True)
    assert steps(html) == steps(page(visitor, LOT))
    without_lot = commissioned(81, 21, NOODLES, GROWER, quantityList=None, epcList=[serial("A9")])
    send(parties.grower, without_lot)
    assert "không thuộc lô ghi trên nhãn" not in page(visitor, f"{LOT}/21/A9")


@pytest.mark.parametrize("printed", [serial("IN-1"), f"{NOODLES}/21/IN-1"])
@pytest.mark.parametrize("codes", ["9521234", ""])
def test_observing_a_printed_serial_number_hides_nothing_of_its_lot(parties, visitor, codes, printed):
    """The grower commissions the lot alone; the serial numbers on its labels are only printed."""
    confirm(parties.grower, codes)
    path = f"{LOT}/21/IN-1"
    send(parties.grower, commissioned(80, 1, NOODLES, GROWER, ilmd={"cbvmda:productionDate": "2026-09-01"}))
    before = page(visitor, path)
    send(parties.shop, observed(81, 5, "receiving", SHOP, epcList=[printed]))
    html = page(visitor, path)
    assert steps(before) == [("Tạo lô hàng, gắn mã", "01/09/2026")]
    # who names a lot with the object says something of the lot too, which is not his
    received = [("Nhận hàng", "05/09/2026")] if printed == serial("IN-1") else []
    assert steps(html) == [*steps(before), *received]
    assert ("không thuộc lô" in html, "chưa khai số sê-ri này" in html) == (False, True)
    producer = "Đơn vị sản xuất, kinh doanh Hợp tác xã Thử Nghiệm"
    assert (producer in text(html)) is (producer in text(before)) is bool(codes)
    send(parties.province, observed(82, 6, "holding", GROWER, epcList=[printed], disposition="recalled"))
    assert "THU HỒI" in page(visitor, path)


@pytest.mark.parametrize("codes", ["9521234", ""])
@pytest.mark.parametrize(
    "of_lot",
    [{}, {"cbvmda:lotNumber": "MIEN-1"}, {"quantityList": of(NOODLES)}],
    ids=["alone", "in ilmd", "as class"],
)
def test_a_number_that_a_stranger_commissions_takes_nothing_off_the_page_of_its_lot(
    parties, visitor, codes, of_lot
):
    """The maker has said nothing of the number, and so neither that it is of another lot."""
    confirm(parties.grower, codes)
    path = f"{LOT}/21/IN-1"
    days = {"cbvmda:productionDate": "2020-09-01", "cbvmda:itemExpirationDate": "2021-09-01"}
    send(parties.grower, commissioned(80, 1, NOODLES, GROWER, ilmd=days))
    shown = (
        "quá hạn sử dụng",
        "Ngày sản xuất 01/09/2020",
        "Đơn vị sản xuất, kinh doanh Hợp tác xã Thử Nghiệm",
    )
    marked = ("không thuộc lô", "chưa khai số sê-ri này", "2035")
    before = page(visitor, path)
    ilmd = {"cbvmda:itemExpirationDate": "2035-01-01", **of_lot}
    quantities = ilmd.pop("quantityList", None)
    made = commissioned(81, 1, NOODLES, OTHER, quantityList=quantities, epcList=[serial("IN-1")], ilmd=ilmd)
    send(parties.stranger, {**made, "eventTime": "2020-01-01T08:00:00.000+07:00"})
    html = page(visitor, path)
    assert (
        [one in text(html) for one in shown]
        == [one in text(before) for one in shown]
        == [True, True, bool(codes)]
    )
    assert set(steps(before)) <= set(steps(html))
    assert [one in html for one in marked] == [False, True, False]


def test_whose_the_code_is_and_authorities_say_that_a_number_is_of_another_lot(parties, visitor):
    noodles(parties)
    for number, (speaker, name) in enumerate(
        ((parties.grower, "B1"), (parties.province, "B2"), (parties.stranger, "B3"))
    ):
        ilmd = {"cbvmda:lotNumber": "KHAC"}
        packet = serial(name)
        send(
            speaker,
            commissioned(80 + number, 20, NOODLES, GROWER, quantityList=None, epcList=[packet], ilmd=ilmd),
        )
    pages = [page(visitor, f"{LOT}/21/{name}") for name in ("B1", "B2", "B3")]
    assert ["không thuộc lô" in html for html in pages] == [True, True, False]


@pytest.mark.parametrize("codes", ["9521234", ""])
def test_who_reports_a_number_that_he_printed_does_not_make_its_label_genuine(parties, visitor, codes):
    confirm(parties.grower, codes)
    noodles(parties)
    named(parties)
    printed, lot_printed = serial("FAKES1"), lot(NOODLES_GTIN, "FAKE1")
    send(
        parties.shop,
        observed(81, 20, "inspecting", SHOP, epcList=[printed]),
        observed(82, 20, "inspecting", SHOP, quantityList=of(lot_printed)),
    )
    for path, notice in (
        (f"/01/{NOODLES_GTIN}/21/FAKES1", "Nhà sản xuất chưa khai số sê-ri này"),
        (f"/01/{NOODLES_GTIN}/10/FAKE1", "Nhà sản xuất chưa khai lô này"),
    ):
        assert notice in page(visitor, path)
    for path in (LOT, PACKET, f"/01/{NOODLES_GTIN}"):
        assert "chưa khai" not in page(visitor, path)
    send(parties.shop, commissioned(83, 21, NOODLES, SHOP, quantityList=None, epcList=[serial("FAKES2")]))
    # where the department has confirmed no owner of the code, the party that reports the making is trusted
    assert ("chưa khai số sê-ri này" in page(visitor, f"/01/{NOODLES_GTIN}/21/FAKES2")) is bool(codes)


def test_a_step_of_the_year_1_is_not_shown_as_one_of_1970(parties, visitor):
    noodles(parties)
    early = {**observed(90, 20, "inspecting", GROWER, quantityList=of(NOODLES))}
    send(
        parties.grower,
        {
            **early,
            "eventTime": "0001-01-01T05:00:00.000Z",
            "eventTimeZoneOffset": "-14:00",
        },  # in the year 0 there
    )
    assert "1970" not in page(visitor, LOT)


def test_a_lease_that_was_declared_wrong_stands_in_nobodys_way(parties, visitor):
    confirm(parties.grower, "")  # else nobody else could have made it
    mistaken = commissioned(1, 1, NOODLES, OTHER)
    send(parties.stranger, mistaken)
    noodles_by_grower = commissioned(2, 2, NOODLES, GROWER)
    send(parties.grower, noodles_by_grower)
    assert "Người lạ" in page(visitor, LOT)
    declaration = {"declarationTime": "2026-09-25T08:00:00.000+07:00", "reason": "did_not_occur"}
    send(parties.province, {**mistaken, "errorDeclaration": declaration})
    html = page(visitor, LOT)
    assert "Người lạ" not in html
    assert "Hợp tác xã Thử Nghiệm" in html


def test_a_transformation_reported_by_two_parties_is_reported_by_who_made_its_products(parties, visitor):
    shared = {"transformationID": "urn:example:me-1"}
    foreign = lot("09521239999992", "LA")
    send(parties.grower, transformed(1, 1, [ROOTS], [], outputQuantityList=None, **shared))
    send(parties.grower, transformed(2, 2, [], [NOODLES], inputQuantityList=None, **shared))
    send(parties.stranger, transformed(3, 1, [foreign], [], OTHER, outputQuantityList=None, **shared))
    html = page(visitor, LOT)
    assert steps(html) == [("Chế biến", "01/09/2026"), ("Chế biến", "02/09/2026")]
    assert "(lô CU-1)" in html
    assert "LA" not in text(html)
    fake = lot("09521239999992", "FAKE")
    send(parties.stranger, transformed(4, 3, [], [fake], OTHER, inputQuantityList=None, **shared))
    html = page(visitor, "/01/09521239999992/10/FAKE")
    assert steps(html) == [("Chế biến", "01/09/2026"), ("Chế biến", "03/09/2026")]
    assert "(lô LA)" in html
    assert [one in text(html) for one in ("CU-1", "Hợp tác xã Thử Nghiệm")] == [False, False]


def test_an_authority_may_tell_of_everything(parties, visitor):
    noodles(parties)
    send(parties.province, observed(60, 20, "inspecting", GROWER, quantityList=of(NOODLES)))
    assert ("Kiểm tra chất lượng", "20/09/2026") in steps(page(visitor, LOT))


def test_what_else_was_made_of_a_raw_material_is_another_story(parties, visitor):
    noodles(parties)
    send(
        parties.grower,
        transformed(70, 6, [ROOTS], [lot("09521234000044", "KHAC")]),
        observed(71, 25, "shipping", GROWER, quantityList=of(STARCH)),
        reported(
            72,
            "AggregationEvent",
            4,
            action="ADD",
            bizStep="packing",
            parentID="https://id.gs1.org/8003/09521234000013C1",
            childQuantityList=of(ROOTS),
            readPoint={"id": place(GROWER)},
        ),
        observed(73, 4, "transporting", GROWER, epcList=["https://id.gs1.org/8003/09521234000013C1"]),
    )
    found = steps(page(visitor, LOT))
    assert ("Vận chuyển", "04/09/2026") in found
    assert ("Gửi hàng đi", "25/09/2026") not in found
    assert len([label for label, _day in found if label == "Chế biến"]) == 2


# ------------------------------------------------------------------------------------------- what is never shown


CANARY = "CHIMHOANGYEN"
NUMBER = 987654321
SECRETS = (CANARY, str(NUMBER), "c0ffee00", "21.98765", "105.98765")
OTHER_PACKET = f"https://id.gs1.org/01/{NOODLES_GTIN}/21/{CANARY}seri"
SECRET_BOX = f"https://id.gs1.org/8004/9521234{CANARY}thung"
ILMD = {"cbvmda:lotNumber": "MIEN-1", "cbvmda:netWeight": f"{CANARY}1", "vidu:congThuc": f"{CANARY}2"}


def private(number):
    """Something in every field of an event that is not public."""
    return {
        "bizTransactionList": [{"type": "po", "bizTransaction": f"urn:example:{CANARY}po"}],
        "sourceList": [{"type": "owning_party", "source": f"urn:example:{CANARY}nguon"}],
        "destinationList": [{"type": "owning_party", "destination": f"urn:example:{CANARY}dich"}],
        "vidu:rieng": f"{CANARY}truong",
        "certificationInfo": [f"https://example.org/{CANARY}chungnhan"],
        "sensorElementList": [
            {
                "sensorReport": [
                    {
                        "type": "Temperature",
                        "value": NUMBER + 0.5,
                        "uom": "CEL",
                        "vidu:may": f"{CANARY}cambien",
                    }
                ]
            }
        ],
        "eventID": f"urn:uuid:c0ffee00-0000-4000-8000-{number:012d}",
        "bizLocation": {"id": place(GROWER), "vidu:kho": f"{CANARY}vitri"},
    }


def amount(*things):
    return [{"epcClass": thing, "quantity": NUMBER, "uom": "KGM"} for thing in things]


def full_of_secrets():
    """A journey of six steps, one of each kind of event."""
    transformation = {
        "inputQuantityList": amount(ROOTS),
        "outputQuantityList": amount(NOODLES),
        "transformationID": f"urn:example:{CANARY}me",
        "ilmd": ILMD,
    }
    packets = [serial("A1"), OTHER_PACKET]
    elsewhere = {"id": f"urn:example:{CANARY}cho", "vidu:ghi": f"{CANARY}ghichu"}
    return [
        commissioned(1, 1, ROOTS, GROWER, **{**private(1), "quantityList": amount(ROOTS), "ilmd": ILMD}),
        transformed(2, 5, [], [], **{**private(2), **transformation}),
        reported(3, "ObjectEvent", 6, action="ADD", epcList=packets, **{**private(3), "ilmd": ILMD}),
        reported(
            4, "AggregationEvent", 7, action="ADD", parentID=SECRET_BOX, childEPCs=packets, **private(4)
        ),
        observed(5, 8, f"https://example.org/{CANARY}buoc", GROWER, epcList=[SECRET_BOX], **private(5)),
        reported(
            6,
            "TransactionEvent",
            9,
            action="ADD",
            epcList=[serial("A1")],
            parentID=SECRET_BOX,
            **{**private(6), "readPoint": elsewhere},
        ),
    ]


def secret_master_data():
    where = {"telephone": f"{CANARY}3", "email": f"{CANARY}4", "contact": f"{CANARY}5"}
    where |= {"latitude": "21.98765", "longitude": "105.98765"}
    what = {"netContentDescription": f"{CANARY}6", "additionalTradeItemIdentification": f"{CANARY}7"}
    return with_master_data(
        master("BusinessLocation", place(GROWER), name="Xưởng", **where),
        master("EPCClass", f"https://id.gs1.org/01/{NOODLES_GTIN}", descriptionShort="Miến", **what),
    )


def test_nothing_private_comes_to_the_page_or_its_data(parties, visitor):
    send(parties.grower, *full_of_secrets())
    assert parties.grower.captured(secret_master_data())["success"]
    for path in (PACKET, LOT, f"/01/{NOODLES_GTIN}", f"{PACKET}?linkType=linkset", f"{PACKET}?lang=en"):
        for accept in ("text/html", "application/ld+json", "application/linkset+json", "application/json"):
            answer = visitor.get(path, headers={"Accept": accept})
            assert answer.status_code == 200
            whole = answer.content.decode() + str(dict(answer.headers))
            assert [secret for secret in SECRETS if secret in whole] == []
    html = page(visitor, PACKET)
    assert len(steps(html)) == 6
    assert "Xưởng" in html


def test_hostile_text_is_text(parties, visitor):
    noodles(parties)
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(2)>\u202egnp.exe\u0000\u200b{{ 7*7 }}'
    assert parties.grower.captured(
        with_master_data(
            master(
                "EPCClass", f"https://id.gs1.org/01/{NOODLES_GTIN}", descriptionShort=evil.replace("\0", "")
            ),
            master(
                "BusinessLocation", place(GROWER), name="Dòng\nhai\ttab " + "dài " * 400, city="<b>đậm</b>"
            ),
        )
    )["success"]
    html = page(visitor, PACKET)
    assert "<script" not in html
    assert "<img" not in html
    assert "<b>đậm" not in html
    assert "{{ 7*7 }}" in unescape(html)
    assert "\u202e" not in unescape(html)
    assert "\u200b" not in unescape(html)
    assert "Dòng hai tab dài" in html
    assert max(map(len, re.findall(r"dài[ dài]*", html))) < 210
    data = visitor.get(PACKET, headers={"Accept": "application/ld+json"}).json()
    assert data["gs1:productName"].startswith("<script>alert(1)</script>")


def test_the_page_names_as_producer_only_who_is_confirmed_for_the_code(parties, visitor):
    """Two strangers make lots of the grower's product, and the grower one of his own."""
    second = Speaker(party("9521238000002", "Người lạ khác"))
    own, theirs, others = (lot(NOODLES_GTIN, name) for name in ("TRONG", "LA", "KHAC"))
    for number, speaker, thing in (
        (1, parties.grower, own),
        (2, parties.stranger, theirs),
        (3, second, others),
    ):
        send(speaker, commissioned(number, 1, thing, speaker.party.gln))

    def shown(name):
        html = page(visitor, f"/01/{NOODLES_GTIN}/10/{name}")
        producer = text(html).partition("Đơn vị sản xuất, kinh doanh")[2][:40]
        return "Hợp tác xã Thử Nghiệm" in producer, "Người lạ" in producer

    assert [shown(name) for name in ("TRONG", "LA", "KHAC")] == [
        (True, False),
        (False, False),
        (False, False),
    ]
    confirm(parties.stranger, NOODLES_GTIN)  # the grower has others make it
    assert [shown(name) for name in ("TRONG", "LA", "KHAC")] == [(True, False), (False, True), (False, False)]
    for speaker in (parties.grower, parties.stranger):
        confirm(speaker, "")
    html = page(visitor, f"/01/{NOODLES_GTIN}/10/TRONG")
    assert "Đơn vị sản xuất, kinh doanh Hợp tác xã" not in text(html)


@pytest.mark.parametrize("codes", ["12345", "9521234x", "09521234000038", "1" * 15, "9521234, ab"])
def test_what_is_no_code_cannot_be_confirmed(codes):
    with pytest.raises(ValidationError):
        check_confirmed_codes(codes)


def test_codes_are_lists_of_prefixes_and_gtins():
    check_confirmed_codes("9521234, 9521234000037;09521234000020 893123456789")
    assert confirmed_codes(" 9521234,,9521234000037 ") == ["9521234", "9521234000037"]
