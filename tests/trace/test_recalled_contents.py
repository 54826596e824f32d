"""The page and the trace of a package name recalled contents while they are inside; false reports of others change nothing."""

from khcn.epcis.ids import digital_link
from khcn.trace.queries.page_notices import Notice
from khcn.trace.queries.public_page import public_goods
from khcn.trace.queries.recalls import recalled_contents
from khcn.trace.queries.recalls.public_recalls import recalls_of_package
from tests.trace.public_given import (
    BOX,
    NOODLES,
    NOODLES_GTIN,
    STARCH,
    commissioned,
    lot,
    page,
    send,
    serial,
    text,
    visitor,
)
from tests.trace.rest_given import GROWER, OTHER
from tests.trace.test_recalls_in_walks import ids, walked
from tests.trace.test_whose_package import (
    CASE,
    FIT,
    KIND,
    PALLET,
    SET,
    SHIP,
    packs,
    parties,
    recalled,
    says,
)

__all__ = ["parties", "visitor"]  # fixtures
ROOT = "https://id.gs1.org"
OTHER_CASE, OTHER_LOT = CASE.replace("K1", "K2"), lot(NOODLES_GTIN, "MIEN-2")
LINE = "có trong kiện này"


def path(thing):
    return thing.removeprefix(ROOT)


def holding(*things):
    """Which packages say that something in them is recalled, by what names."""
    found = []
    for one in things:
        link = digital_link.parse(one)
        if "/01/" in one:
            goods = public_goods(link)
            assert (Notice.HOLDS_RECALLED in goods.notices) is bool(goods.recalls)
            found.append([each.named for each in goods.recalls])
        else:
            found.append([each.named for each in recalls_of_package(link).recalls])
    return found


def in_walk(speaker, thing, direction="upstream"):
    return [one[:2] for one in walked(speaker, direction, thing) if one[2] == "contents"]


def packed(parties):
    """Two cases, one with a part of each lot; the first on a pallet in a container."""
    for number, case in enumerate((CASE, OTHER_CASE)):
        send(
            parties.grower,
            commissioned(100 + number, 11, None, GROWER, quantityList=None, epcList=[case]),
        )
    send(parties.grower, commissioned(102, 11, OTHER_LOT, GROWER))
    packs(103, 12, parties.grower, CASE, NOODLES)
    packs(104, 12, parties.grower, OTHER_CASE, OTHER_LOT)
    packs(105, 13, parties.grower, PALLET, CASE)
    packs(106, 13, parties.grower, SHIP, PALLET)


def test_a_case_with_a_part_of_a_recalled_lot_says_so_and_one_with_other_lots_does_not(parties, visitor):
    packed(parties)
    packages = (CASE, OTHER_CASE, PALLET, SHIP)
    assert holding(*packages) == [[], [], [], []]
    says(110, 20, parties.grower, things=(NOODLES,), **SET, **{"vidu:recallReason": "Mốc"})
    assert holding(*packages) == [[NOODLES], [], [NOODLES], [NOODLES]]
    assert recalled(path(CASE)) == [False]  # it is not the case that is recalled
    html = page(visitor, path(CASE))
    assert html.index("Bên trong có hàng đang bị THU HỒI") < html.index("<h1>")
    line = f"Hợp tác xã Thử Nghiệm (nhà sản xuất) thu hồi lô (01) {NOODLES_GTIN} (10) MIEN-1, {LINE} từ 20/09/2026, 08:00. Lý do: Mốc"
    assert line in text(html)
    assert line in text(page(visitor, path(PALLET)))
    assert "Kiện này đang bị THU HỒI" not in page(visitor, path(PALLET))
    for case, lots in ((CASE, [(CASE, NOODLES)]), (OTHER_CASE, [])):
        assert in_walk(parties.province, case) == lots
    assert sorted(in_walk(parties.province, NOODLES, "downstream")) == sorted(
        (one, NOODLES) for one in (BOX, CASE, PALLET, SHIP)
    )
    says(111, 21, parties.grower, things=(NOODLES,), **FIT)
    assert holding(*packages) == [[], [], [], []]
    says(112, 22, parties.province, things=(KIND,), **SET)  # each lot of the product
    assert holding(*packages) == [[KIND]] * 4


def test_an_object_in_a_package_is_recalled_itself_or_with_its_lot(parties):
    says(110, 20, parties.province, serial("A1"), **SET)
    assert holding(BOX) == [[serial("A1")]]
    says(111, 20, parties.grower, things=(NOODLES,), **SET)
    assert sorted(holding(BOX)[0]) == sorted([NOODLES, serial("A1")])
    packs(112, 21, parties.grower, BOX, serial("A1"), action="DELETE")
    assert holding(BOX) == [[NOODLES]]
    packs(113, 21, parties.grower, BOX, action="DELETE")
    assert holding(BOX) == [[]]


def test_strangers_put_nothing_recalled_into_a_package_take_nothing_out_and_recall_nothing(parties):
    packed(parties)
    foreign = lot("09521236000011", "DOC")
    send(parties.stranger, commissioned(107, 1, foreign, OTHER))
    for number, package in enumerate((CASE, OTHER_CASE, PALLET)):
        packs(110 + number, 13, parties.stranger, package, foreign, STARCH)
    says(115, 20, parties.stranger, things=(foreign, OTHER_LOT), **SET)
    says(116, 20, parties.province, things=(STARCH,), **SET)
    assert holding(CASE, OTHER_CASE, PALLET) == [[], [], []]
    says(117, 20, parties.province, things=(NOODLES,), **SET)
    for number, package in enumerate((CASE, PALLET), start=120):
        packs(number, 14, parties.stranger, package, action="DELETE")
    says(122, 21, parties.stranger, things=(NOODLES,), **FIT)
    assert holding(CASE, OTHER_CASE, PALLET) == [[NOODLES], [], [NOODLES]]
    # his own package has what he says is in it
    [own] = ids(1, "9521236")
    packs(123, 13, parties.stranger, own, foreign)
    assert holding(own) == [[foreign]]


def test_where_too_much_is_in_a_package_the_page_says_that_recalls_may_be_missing(parties, monkeypatch):
    packed(parties)
    says(110, 20, parties.province, things=(NOODLES, OTHER_LOT), **SET)
    packs(111, 13, parties.grower, CASE, OTHER_LOT)
    assert sorted(holding(CASE)[0]) == sorted([NOODLES, OTHER_LOT])
    monkeypatch.setattr(recalled_contents, "MOST_NAMES", 1)
    goods = public_goods(digital_link.parse(CASE))
    assert (len(goods.recalls), Notice.RECALLS_CUT in goods.notices) == (1, True)
    monkeypatch.setattr(recalled_contents, "MOST_CONTENTS", 1)
    assert not recalls_of_package(digital_link.parse(PALLET)).is_whole
    answer = parties.province.get(f"/trace/upstream?epc={PALLET}").json()
    assert answer["recallsLeftOut"] >= 1
