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
    page,
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
    odd = {"ilmd": {"cbvmda:itemExpirationDate": "tháng 6"}}
    send(parties.grower, commissioned(51, 1, lot(NOODLES_GTIN, "MIEN-3"), GROWER, **odd))
    assert "đã quá hạn sử dụng" not in text(page(visitor, f"/01/{NOODLES_GTIN}/10/MIEN-3"))


WORDS = {"stolen": "đã được báo mất cắp", "destroyed": "đã được báo tiêu hủy"}


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(
    ("who", "counts"), [("grower", True), ("shop", True), ("province", True), ("stranger", False)]
)
def test_an_object_that_was_stolen_or_destroyed_says_so(parties, visitor, word, who, counts):
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
