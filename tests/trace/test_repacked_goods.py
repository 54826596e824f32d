"""Goods of a recalled pallet that are packed into another box, or used, are marked there too (docs/adr/0028)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khcn.epcis.ids import digital_link
from khcn.epcis.ids.check import check_digit
from khcn.trace.queries.graph import inputs_elsewhere
from khcn.trace.queries.page_notices import Notice
from khcn.trace.queries.public_page import public_goods
from khcn.trace.queries.recalls import former_packages, recalls
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
    transformed,
    visitor,
)
from tests.trace.rest_given import GROWER, PROVINCE, SHOP
from tests.trace.test_recalls_in_walks import ids, walked
from tests.trace.test_whose_package import (
    CASE,
    FIT,
    PALLET,
    SET,
    SHIP,
    packs,
    parties,
    says,
    to,
)

__all__ = ["parties", "visitor"]  # fixtures
MADE_GTIN = "09521234000044"
PRODUCT, OTHER_PRODUCT = lot(MADE_GTIN, "X1"), lot(MADE_GTIN, "X2")
OF_SHOP = lot(f"0{SHOP[:7]}00001{check_digit(f'0{SHOP[:7]}00001')}", "X1")
NEW, NEWER, OLD = ids(3)


def makes(number, day, speaker, made, *things):
    lots, objects = ([one for one in things if ("/10/" in one) is is_lot] for is_lot in (True, False))
    more = {} if lots else {"inputQuantityList": None}
    send(
        speaker,
        transformed(number, day, lots, [made], speaker.party.gln, inputEPCList=objects or None, **more),
    )


def inside(*packages):
    """By what recalls each package says that something recalled is in it, and whether only a part of a lot."""
    found = []
    for one in packages:
        link = digital_link.parse(one)
        shown = recalls_of_package(link) if "/00/" in one else public_goods(link)
        found.append([(each.named, each.scope.value, each.is_of_part) for each in shown.recalls])
    return found


def of_inputs(*products):
    """Whether goods are recalled, and which ingredients are, wholly and in part."""
    found = []
    for one in products:
        goods = public_goods(digital_link.parse(one))
        recalled = goods.recalled_inputs
        found.append((bool(goods.recalls), sorted(recalled.here - recalled.partly), sorted(recalled.partly)))
    return found


def comments(visitor, thing):
    """What machines read at the ingredients of goods."""
    path = thing.removeprefix("https://id.gs1.org")
    data = visitor.get(path, headers={"Accept": "application/ld+json"}).json()
    steps = data["epcis:eventList"]
    return [each.get("rdfs:comment") for step in steps for each in step.get("epcis:inputQuantityList", ())]


def former(*names, part=False):
    return [(one, "former-package", part) for one in names]


NONE = (False, [], [])


@pytest.mark.parametrize("by", ["grower", "shop"])
@pytest.mark.parametrize("who", ["province", "grower"])
def test_objects_of_a_recalled_pallet_are_marked_in_another_box_and_where_they_are_used(
    parties, visitor, who, by
):
    """The recalled pallet is unpacked by its packer, or by the shop that was sent it, and packs the goods into boxes of its own."""
    speaker = getattr(parties, by)
    new, newer, product = (NEW, NEWER, PRODUCT) if by == "grower" else (*ids(2, SHOP[:7]), OF_SHOP)
    packs(60, 12, parties.grower, PALLET, serial("A3"))
    says(61, 13, parties.grower, PALLET, **to(SHOP))
    packs(62, 15, speaker, PALLET, serial("A3"), action="DELETE")
    packs(63, 16, speaker, new, serial("A3"))
    packs(64, 17, speaker, newer, new)
    packs(65, 12, parties.grower, OLD, serial("A1"))
    makes(66, 18, speaker, product, serial("A3"))
    makes(67, 18, parties.grower, OTHER_PRODUCT, serial("A1"))
    packages, products = (new, newer, OLD), (product, OTHER_PRODUCT)
    assert (inside(*packages), of_inputs(*products)) == ([[], [], []], [NONE, NONE])
    says(70, 14, parties.stranger, PALLET, **SET)
    assert (inside(*packages), of_inputs(*products)) == ([[], [], []], [NONE, NONE])
    says(71, 14, getattr(parties, who), PALLET, **SET)
    assert inside(*packages) == [former(PALLET), former(PALLET), []]
    assert of_inputs(*products) == [(False, [serial("A3")], []), NONE]
    assert inside(PALLET) == [[(PALLET, "package", False)]]
    gln, rank = (PROVINCE, "authority") if who == "province" else (GROWER, "maker")
    found = walked(parties.province, "downstream", serial("A3"))
    assert sorted(found) == sorted(
        [(one, PALLET, "package", gln, rank) for one in (serial("A3"), PALLET)]
        + [(one, PALLET, "former-package", gln, rank) for one in (new, newer)]
    )
    html = text(page(visitor, new.removeprefix("https://id.gs1.org")))
    assert "Bên trong có hàng đang bị THU HỒI" in html
    assert "thu hồi hàng trong kiện (00) 095212340000000020, nay ở trong kiện này từ 14/09/2026" in html
    html = text(page(visitor, product.removeprefix("https://id.gs1.org")))
    assert "Có 1 nguyên liệu trên trang này đang bị thu hồi" in html
    says(72, 20, getattr(parties, who), PALLET, **FIT)
    assert (inside(*packages), of_inputs(*products)) == ([[], [], []], [NONE, NONE])


@pytest.mark.both
def test_a_part_of_a_lot_is_marked_only_where_it_was_packed_or_used_since(parties, visitor):
    """What was packed or used before the recall was not on the pallet."""
    clean = lot(NOODLES_GTIN, "SACH")
    send(parties.grower, commissioned(59, 11, clean, GROWER))
    packs(60, 12, parties.grower, PALLET, NOODLES)
    packs(61, 13, parties.grower, OLD, NOODLES, clean)
    makes(62, 13, parties.grower, OTHER_PRODUCT, NOODLES)
    says(63, 14, parties.province, PALLET, **SET)
    packs(64, 15, parties.grower, PALLET, action="DELETE")
    packs(65, 16, parties.grower, NEW, NOODLES, clean)
    packs(66, 16, parties.grower, NEWER, OLD)  # put together after the recall, packed before
    makes(67, 17, parties.grower, PRODUCT, NOODLES)
    assert inside(NEW, OLD, NEWER) == [former(PALLET, part=True), [], []]
    assert of_inputs(PRODUCT, OTHER_PRODUCT) == [(False, [], [NOODLES]), NONE]
    html = text(page(visitor, NEW.removeprefix("https://id.gs1.org")))
    assert "hàng trong kiện (00) 095212340000000020, nay một phần có thể ở trong kiện này" in html
    html = text(page(visitor, PRODUCT.removeprefix("https://id.gs1.org")))
    assert "(lô MIEN-1 có một phần đang bị thu hồi)" in html
    assert "có một phần đang bị thu hồi" in comments(visitor, PRODUCT)
    assert not any(comments(visitor, OTHER_PRODUCT))


def test_goods_made_of_objects_of_a_lot_of_which_some_was_on_the_pallet_are_marked(parties, visitor):
    """As those made of the lot itself, and as the page of the object; used before the recall it was not on the pallet."""
    packs(60, 12, parties.grower, PALLET, NOODLES)
    made = {"quantityList": None, "epcList": [serial("U1"), serial("U2")]}
    send(parties.grower, commissioned(61, 12, None, GROWER, **made, ilmd={"cbvmda:lotNumber": "MIEN-1"}))
    makes(62, 13, parties.grower, OTHER_PRODUCT, serial("U1"))
    says(63, 14, parties.province, PALLET, **SET)
    packs(64, 15, parties.grower, PALLET, action="DELETE")
    makes(65, 17, parties.grower, PRODUCT, serial("U2"), serial("A3"))
    assert of_inputs(PRODUCT, OTHER_PRODUCT) == [(False, [], [serial("U2")]), NONE]
    html = text(page(visitor, PRODUCT.removeprefix("https://id.gs1.org")))
    assert "(lô của hàng này có một phần đang bị thu hồi)" in html
    says(66, 20, parties.province, PALLET, **FIT)
    assert of_inputs(PRODUCT, OTHER_PRODUCT) == [NONE, NONE]


def test_boxes_of_a_recalled_pallet_on_another_pallet_and_used_whole(parties):
    packs(60, 12, parties.grower, BOX, serial("A3"), NOODLES)
    packs(61, 13, parties.grower, PALLET, BOX)
    says(62, 14, parties.province, PALLET, **SET)
    packs(63, 15, parties.grower, PALLET, BOX, action="DELETE")
    packs(64, 16, parties.grower, SHIP, BOX)
    makes(65, 17, parties.grower, PRODUCT, BOX)
    makes(66, 17, parties.grower, OTHER_PRODUCT, SHIP)
    # the box has been unpacked before, so the objects A1 and A2 are in it no longer
    assert inside(SHIP) == [former(PALLET)]
    assert inside(BOX) == [[(PALLET, "package", False)]]
    assert of_inputs(PRODUCT, OTHER_PRODUCT) == [(False, [BOX], []), (False, [SHIP], [])]


def test_what_left_the_pallet_before_its_recall_or_came_onto_it_later_marks_nothing(parties):
    packs(60, 11, parties.grower, PALLET, serial("A1"))
    packs(61, 12, parties.grower, PALLET, serial("A1"), action="DELETE")
    says(62, 14, parties.province, PALLET, **SET)
    packs(63, 15, parties.grower, PALLET, serial("A3"))
    packs(64, 16, parties.grower, PALLET, serial("A3"), action="DELETE")
    packs(65, 17, parties.grower, NEW, serial("A1"), serial("A3"))
    makes(66, 18, parties.grower, PRODUCT, serial("A1"), serial("A3"))
    packs(67, 12, parties.stranger, PALLET, serial("A2"), STARCH)  # a stranger's word
    packs(68, 17, parties.grower, NEWER, serial("A2"), STARCH)
    makes(69, 18, parties.grower, OTHER_PRODUCT, serial("A2"), STARCH)
    assert inside(NEW, NEWER) == [[], []]
    assert of_inputs(PRODUCT, OTHER_PRODUCT) == [NONE, NONE]


def test_a_case_that_is_recalled_with_its_lot_and_its_goods_in_another(parties):
    cases = lot("19521234000034", "LK")
    send(
        parties.grower,
        commissioned(
            60, 11, None, GROWER, quantityList=None, epcList=[CASE], ilmd={"cbvmda:lotNumber": "LK"}
        ),
    )
    packs(61, 12, parties.grower, CASE, serial("A3"))
    says(62, 14, parties.province, things=(cases,), **SET)
    packs(63, 15, parties.grower, CASE, action="DELETE")
    packs(64, 16, parties.grower, NEW, serial("A3"))
    assert inside(NEW) == [former(cases)]


@pytest.mark.both
def test_objects_that_their_holder_packed_are_looked_up_and_of_too_many_the_page_says_so(
    parties, visitor, monkeypatch
):
    box, other = ids(2, SHOP[:7])
    objects = [serial(f"H{place}") for place in range(3)]
    send(parties.grower, commissioned(60, 11, None, GROWER, quantityList=None, epcList=objects))
    says(61, 12, parties.grower, *objects, **to(SHOP))
    packs(62, 13, parties.shop, box, *objects)
    says(63, 14, parties.province, box, **SET)
    packs(64, 15, parties.shop, box, action="DELETE")
    packs(65, 16, parties.shop, other, *objects)
    makes(66, 17, parties.shop, OF_SHOP, *objects)
    assert inside(other) == [former(box)]
    assert of_inputs(OF_SHOP) == [(False, objects, [])]
    link = digital_link.parse(other)
    assert recalls_of_package(link).is_whole
    monkeypatch.setattr(former_packages, "MOST_OBJECTS", 2)
    assert (inside(other), recalls_of_package(link).is_whole) == ([former(box)], False)
    goods = public_goods(digital_link.parse(OF_SHOP))
    assert (sorted(goods.recalled_inputs.here), goods.recalled_inputs.is_whole) == (objects[:2], False)
    html = text(page(visitor, OF_SHOP.removeprefix("https://id.gs1.org")))
    assert "có thể còn nguyên liệu đang bị thu hồi chưa nêu ở đây" in html
    assert parties.province.get(f"/trace/upstream?epc={other}").json()["recallsLeftOut"] >= 1


@pytest.mark.both
def test_packings_and_recalls_by_strangers_leave_no_page_in_doubt(parties, monkeypatch):
    monkeypatch.setattr(former_packages, "MOST_OBJECTS", 0)
    packs(60, 15, parties.grower, NEW, serial("A3"))
    packs(61, 12, parties.stranger, OLD, serial("A3"))
    says(62, 14, parties.stranger, OLD, **SET)
    assert (inside(NEW), recalls_of_package(digital_link.parse(NEW)).is_whole) == ([[]], True)


@pytest.mark.both
@pytest.mark.parametrize("ask", ["package", "product", "walk"])
def test_many_repacked_goods_cost_no_further_statement_and_of_too_many_some_may_be_missing(
    parties, monkeypatch, ask
):
    counted = []
    questions = {
        "package": lambda: inside(NEW)[0] == former(PALLET),
        "product": lambda: len(of_inputs(PRODUCT)[0][1]) == len(objects),
        "walk": lambda: len(walked(parties.province, "downstream", NOODLES)) > len(objects),
    }
    objects = []
    for number, many in enumerate((4, 40)):
        some = [serial(f"Q{number}{place:02d}") for place in range(many)]
        objects += some
        send(
            parties.grower,
            commissioned(60 + number, 11, None, GROWER, quantityList=None, epcList=some,
                         ilmd={"cbvmda:lotNumber": "MIEN-1"}),
        )  # fmt: skip
        packs(70 + number, 12, parties.grower, PALLET, *some)
        says(80 + number, 14, parties.province, PALLET, **SET)
        packs(90 + number, 16, parties.grower, NEW, *some)
        makes(100 + number, 17, parties.grower, PRODUCT, *some)
        assert questions[ask]()  # looks up what processes remember
        with CaptureQueriesContext(connection) as queries:
            assert questions[ask]()
        counted.append(len(queries))
    assert counted[0] == counted[1]
    monkeypatch.setattr(former_packages, "MOST_THINGS", 10)
    goods, boxes = public_goods(digital_link.parse(PRODUCT)), recalls_of_package(digital_link.parse(NEW))
    assert (len(goods.recalled_inputs.here), goods.recalled_inputs.is_whole) == (10, False)
    assert (bool(boxes.recalls), boxes.is_whole) == (True, False)
    monkeypatch.setattr(former_packages, "MOST_THINGS", 100)
    monkeypatch.setattr(recalls, "MOST_MAKERS", 0)
    assert recalls_of_package(digital_link.parse(NEW)) == ((), False)


@pytest.mark.both
def test_ingredients_of_a_recalled_pallet_on_other_pages_are_counted(parties, monkeypatch):
    objects = [serial(f"R{place:03d}") for place in range(150)]
    send(parties.grower, commissioned(60, 11, None, GROWER, quantityList=None, epcList=objects))
    packs(61, 12, parties.grower, PALLET, objects[3], objects[140])
    packs(62, 12, parties.grower, NEW, objects[4], objects[141])
    packs(63, 12, parties.grower, SHIP, PALLET)
    says(64, 14, parties.province, SHIP, **SET)
    makes(65, 17, parties.grower, PRODUCT, *objects)
    link = digital_link.parse(PRODUCT)
    pages = [public_goods(link, number).recalled_inputs for number in (1, 2)]
    assert [(sorted(one.here), one.elsewhere, one.is_whole) for one in pages] == [
        ([objects[3]], ((2, 1),), True),
        ([objects[140]], ((1, 1),), True),
    ]
    assert Notice.RECALLS_CUT not in public_goods(link).notices
    monkeypatch.setattr(inputs_elsewhere, "MOST_PACKED", 1)
    assert not public_goods(link).recalled_inputs.is_whole
