"""The page of a product says which lots and objects of it are recalled, that of a lot which objects; and that goods have expired."""

from datetime import date

import pytest
from django.db import connection

from khcn.epcis.ids import digital_link
from khcn.trace.queries.page_notices import Notice
from khcn.trace.queries.public_page import public_goods
from khcn.trace.queries.recalls import part_recalls
from tests.trace.public_given import (
    NOODLES,
    NOODLES_GTIN,
    commissioned,
    confirm,
    lot,
    observed,
    page,
    reported,
    send,
    serial,
    text,
    visitor,
)
from tests.trace.rest_given import GROWER, OTHER, SHOP
from tests.trace.test_questions_use_indexes import whole_readings
from tests.trace.test_whose_package import FIT, SET, parties, says, to

__all__ = ["parties", "visitor"]  # fixtures
pytestmark = pytest.mark.both
ROOT = "https://id.gs1.org"
GOOD, EXPIRED, UNREAD = "Mã đúng, còn hạn sử dụng", "Đã hết hạn sử dụng", "Chưa rõ hạn sử dụng"
KIND, NEXT = f"{ROOT}/01/{NOODLES_GTIN}", lot(NOODLES_GTIN, "MIEN-2")


def parts(*things):
    """Of which things the pages say that parts are recalled: by what names."""
    found = []
    for one in things:
        goods = public_goods(digital_link.parse(one))
        assert (Notice.PARTS_RECALLED in goods.notices) is bool(goods.recalls_of_parts)
        found.append(sorted(each.named for each in goods.recalls_of_parts))
    return found


@pytest.mark.parametrize("who", ["grower", "province"])
def test_pages_of_the_whole_name_the_recalled_parts(parties, visitor, who):
    speaker = getattr(parties, who)
    send(parties.grower, commissioned(50, 1, NEXT, GROWER))
    third_party = f"{KIND}/235/T1"
    made = {"quantityList": None, "epcList": [third_party], "ilmd": {"cbvmda:lotNumber": "MIEN-1"}}
    send(parties.grower, commissioned(51, 1, None, GROWER, **made))
    things = (KIND, NOODLES, NEXT, serial("A1"))
    assert parts(*things) == [[], [], [], []]
    says(60, 20, parties.stranger, serial("A1"), things=(NEXT,), **SET)
    assert parts(*things) == [[], [], [], []]
    says(61, 20, speaker, things=(NEXT,), **SET, **{"vidu:recallReason": "Mốc"})
    says(62, 20, speaker, serial("A1"), third_party, **SET)
    of_lot = sorted([serial("A1"), third_party])
    assert parts(*things) == [sorted([*of_lot, NEXT]), of_lot, [], []]
    shown = text(page(visitor, KIND.removeprefix(ROOT)))
    assert "thu hồi lô (01) 09521234000037 (10) MIEN-2 từ 20/09/2026, 08:00. Lý do: Mốc" in shown
    assert "Hàng này đang bị THU HỒI" not in shown
    says(63, 21, speaker, things=(NEXT,), **FIT)
    says(64, 21, speaker, serial("A1"), third_party, **FIT)
    assert parts(*things) == [[], [], [], []]


def test_a_recall_of_the_whole_is_none_of_its_parts(parties):
    says(60, 20, parties.province, things=(KIND,), **SET)
    assert parts(KIND, NOODLES) == [[], []]


def test_strangers_add_no_object_to_a_lot_and_displace_nothing(parties, monkeypatch):
    foreign = serial("X9")
    made = {"quantityList": None, "epcList": [foreign], "ilmd": {"cbvmda:lotNumber": "MIEN-1"}}
    send(parties.stranger, commissioned(50, 1, None, OTHER, **made))
    says(60, 20, parties.stranger, foreign, **SET)
    says(61, 20, parties.province, things=(NEXT,), **SET)
    monkeypatch.setattr(part_recalls, "MOST_REPORTS", 1)
    for number in range(3):
        says(70 + number, 21, parties.stranger, serial(f"Y{number}"), **SET)
    assert parts(KIND, NOODLES) == [[NEXT], []]
    assert Notice.PARTS_CUT not in public_goods(digital_link.parse(KIND)).notices
    confirm(parties.grower, "")  # nobody is known to have the code: the stranger made his object
    says(62, 22, parties.province, things=(NOODLES,), **SET)
    goods = public_goods(digital_link.parse(KIND))
    assert (NOODLES in {one.named for one in goods.recalls_of_parts}, Notice.PARTS_CUT in goods.notices) == (
        True,
        True,
    )


def test_the_pages_read_no_table_whole(parties):
    says(60, 20, parties.province, serial("A1"), things=(NEXT,), **SET)
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL rightly reads a small table whole")
    trusted = frozenset({parties.province.party.pk})
    for one in (KIND, NOODLES):
        assert whole_readings(lambda thing=one: part_recalls.recalls_of_parts(thing, trusted)) == []
        assert part_recalls.recalls_of_parts(one, trusted).recalls


def test_goods_past_their_expiration_date_say_so_from_the_next_day(parties, visitor):
    goods = public_goods(digital_link.parse(NOODLES))
    days = (date(2027, 9, 9), date(2027, 9, 10), date(2027, 9, 11), date(2099, 1, 1))
    assert [Notice.EXPIRED in goods.on(day).notices for day in days] == [False, False, True, True]
    old = {"ilmd": {"cbvmda:itemExpirationDate": "2024-06-01"}}
    send(parties.grower, commissioned(50, 1, NEXT, GROWER, **old))
    assert "đã quá hạn sử dụng" in text(page(visitor, NEXT.removeprefix(ROOT)))


@pytest.mark.parametrize(
    ("written", "verdict"),
    [
        ("2098-11-30", GOOD),
        ("2098-11-30+07:00", GOOD),
        ({"@type": "xsd:date", "@value": "2024-11-30"}, EXPIRED),
        (["2024-11-30", "2098-11-30"], EXPIRED),
        ("2024-11-30T00:00:00Z", EXPIRED),
        *((each, UNREAD) for each in ("30/11/2098", "981130", "2098-11", "2098-13-45", "tháng 6")),
    ],
)
def test_goods_are_good_only_until_a_day_that_can_be_read(parties, visitor, written, verdict):
    odd = {"ilmd": {"cbvmda:itemExpirationDate": written}}
    send(parties.grower, commissioned(51, 1, lot(NOODLES_GTIN, "MIEN-3"), GROWER, **odd))
    path = f"/01/{NOODLES_GTIN}/10/MIEN-3"
    shown = text(page(visitor, path))
    assert [each for each in (GOOD, EXPIRED, UNREAD) if each in shown] == [verdict]
    passport = visitor.get(f"{path}?form=passport").json()
    assert passport["expires_on"] == {GOOD: "2098-11-30", EXPIRED: "2024-11-30", UNREAD: None}[verdict]


def test_a_moment_of_expiry_is_of_the_day_here(parties, visitor):
    odd = {"ilmd": {"cbvmda:itemExpirationDate": "2026-12-01T18:00:00Z"}}
    send(parties.grower, commissioned(51, 1, NOODLES, GROWER, **odd))
    goods = public_goods(digital_link.parse(NOODLES))
    assert goods.expires_on == "2026-12-02"


WORDS = {
    "stolen": "đã được báo mất cắp",
    "destroyed": "đã được báo tiêu hủy",
    "disposed": "đã được báo tiêu hủy",
    "non_conformant": "không đạt yêu cầu, hư hỏng hoặc quá hạn",
    "damaged": "không đạt yêu cầu, hư hỏng hoặc quá hạn",
    "expired": "không đạt yêu cầu, hư hỏng hoặc quá hạn",
}


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(
    ("who", "counts"), [("grower", True), ("shop", True), ("province", True), ("stranger", False)]
)
def test_an_object_says_what_is_reported_against_it(parties, visitor, word, who, counts):
    """It went from the grower to the shop; who did not hold it neither says so nor undoes it."""

    def shown():
        return WORDS[word] in text(page(visitor, serial("A1").removeprefix(ROOT)))

    says(60, 17, parties.grower, serial("A1"), **to(SHOP), disposition="in_transit")
    assert not shown()
    says(61, 18, getattr(parties, who), serial("A1"), disposition=word)
    assert shown() is counts
    says(62, 19, parties.stranger, serial("A1"), disposition="sellable_accessible")
    assert shown() is counts
    says(63, 20, parties.shop, serial("A1"), disposition="sellable_accessible")
    assert shown() is (who == "province")
    says(64, 21, parties.province, serial("A1"), disposition="sellable_accessible")
    assert not shown()


def against(*names):
    """What the pages of things say that was reported against them."""
    losses = {Notice.STOLEN, Notice.DESTROYED, Notice.UNFIT, Notice.PARTLY_UNFIT, Notice.INACTIVE}
    return [
        {one.value for one in losses.intersection(public_goods(digital_link.parse(name)).notices)}
        for name in names
    ]


def says_of_lot(number, day, speaker, kilograms, **fields):
    """Of ten kilograms that were made."""
    goods = [{"epcClass": NOODLES} | ({"quantity": kilograms, "uom": "KGM"} if kilograms else {})]
    event = observed(number, day, "inspecting", GROWER, quantityList=goods)
    send(speaker, {**event, **fields})


@pytest.mark.parametrize("who", ["grower", "province"])
@pytest.mark.parametrize("kilograms", [10, None])
@pytest.mark.parametrize(
    ("word", "notice"),
    [(word, "stolen") for word in ("stolen",)]
    + [(word, "destroyed") for word in ("destroyed", "disposed")]
    + [(word, "unfit") for word in ("non_conformant", "damaged", "expired")],
)
def test_a_lot_and_its_objects_say_what_is_reported_against_the_whole(
    parties, visitor, who, kilograms, word, notice
):
    speaker = getattr(parties, who)
    for number, other in enumerate((parties.shop, parties.stranger)):
        says_of_lot(60 + number, 17, other, kilograms, disposition=word)
    assert against(NOODLES, serial("A1")) == [set(), set()]
    says_of_lot(62, 18, speaker, kilograms, disposition=word)
    assert against(NOODLES, serial("A1")) == [{notice}, {notice}]
    shown = page(visitor, NOODLES.removeprefix(ROOT))
    assert WORDS[word] in text(shown)
    assert "Mã đúng" not in text(shown)
    says_of_lot(63, 19, speaker, None, disposition="in_transit")  # to where it is looked at, or destroyed
    says_of_lot(64, 19, speaker, 2, disposition="conformant")  # of which the rest is not
    says_of_lot(65, 19, parties.stranger, None, disposition="conformant")
    assert against(NOODLES) == [{notice}]
    says_of_lot(66, 20, parties.grower, None, disposition="conformant")
    assert against(NOODLES) == [set() if who == "grower" else {notice}]
    says_of_lot(67, 21, parties.province, None, disposition="conformant")
    assert against(NOODLES) == [set()]


@pytest.mark.parametrize("word", ["stolen", "non_conformant", "damaged", "expired"])
def test_a_report_against_a_part_of_a_lot_says_that_it_is_a_part(parties, visitor, word):
    says_of_lot(60, 18, parties.grower, 3, disposition=word)
    assert against(NOODLES) == [{"partly unfit"}]
    shown = text(page(visitor, NOODLES.removeprefix(ROOT)))
    assert "một phần hàng của lô này" in shown
    assert "Mã đúng" not in shown
    says_of_lot(61, 19, parties.grower, 1, disposition="conformant")
    assert against(NOODLES) == [{"partly unfit"}]
    says_of_lot(62, 20, parties.grower, 2, action="DELETE", disposition="disposed")
    assert against(NOODLES) == [set()]


def test_parts_that_are_destroyed_say_nothing_of_the_rest_until_none_is_left(parties, visitor):
    says_of_lot(60, 18, parties.grower, 3, disposition="destroyed")
    goods = [{"epcClass": NOODLES, "quantity": 6000, "uom": "GRM"}]
    gone = {"action": "DELETE", "bizStep": "destroying", "disposition": "destroyed", "quantityList": goods}
    send(parties.grower, reported(61, "ObjectEvent", 18, **gone))
    assert against(NOODLES) == [set()]
    assert "Mã đúng" in text(page(visitor, NOODLES.removeprefix(ROOT)))
    says_of_lot(62, 19, parties.province, 1, disposition="disposed")
    assert against(NOODLES) == [{"destroyed"}]


def test_a_code_that_was_ended_is_not_good_and_one_that_was_sold_is(parties, visitor):
    def ended(number, day, **fields):
        send(
            parties.shop,
            reported(number, "ObjectEvent", day, action="DELETE", epcList=[serial("A1")], **fields),
        )

    says(60, 17, parties.grower, serial("A1"), **to(SHOP), disposition="in_transit")
    ended(61, 18, bizStep="retail_selling")
    ended(62, 19, bizStep="dispensing", disposition="dispensed")
    assert against(serial("A1")) == [set()]
    ended(63, 20, bizStep="decommissioning", disposition="inactive")
    assert against(serial("A1")) == [{"inactive"}]
    assert "Mã đã ngừng dùng" in text(page(visitor, serial("A1").removeprefix(ROOT)))
    says(64, 21, parties.stranger, serial("A1"), disposition="active")
    assert against(serial("A1")) == [{"inactive"}]
    says(65, 22, parties.grower, serial("A1"), disposition="active")
    assert against(serial("A1")) == [set()]
