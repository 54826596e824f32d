"""Recalls of a whole product and of packages: on which pages they are, whose count, and what ends them; with two strangers."""

import random
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khcn.epcis.ids import digital_link
from khcn.trace.queries.page_notices import Notice
from khcn.trace.queries.public_page import public_goods
from khcn.trace.queries.recalls.recalls import RecallSearch
from tests.lines_counted import lines_of
from tests.trace.public_given import (
    BOX,
    NOODLES,
    NOODLES_GTIN,
    STARCH_GTIN,
    commissioned,
    confirm,
    noodles,
    observed,
    of,
    page,
    parties_who,
    reported,
    send,
    serial,
    text,
    visitor,  # noqa: F401 -- a fixture
)
from tests.trace.rest_given import GROWER, OTHER, PROVINCE, SHOP, Speaker, document, party

KIND = f"https://id.gs1.org/01/{NOODLES_GTIN}"
PATTERN = "urn:epc:idpat:sgtin:9521234.000003.*"
PRODUCT, LOT = f"/01/{NOODLES_GTIN}", f"/01/{NOODLES_GTIN}/10/MIEN-1"
PACKET, OTHER_PACKET = f"{LOT}/21/A1", f"{LOT}/21/A2"
NEW_PACKET = f"{PRODUCT}/21/A3"
PALLET, SHIP = "https://id.gs1.org/00/095212340000000020", "https://id.gs1.org/00/095212340000000037"
CASE = "https://id.gs1.org/01/19521234000034/21/K1"
FOREIGN = "https://id.gs1.org/00/095212360000000018"
SECOND = "9521238000002"
FIT = {"persistentDisposition": {"unset": ["recalled"]}}
SET = {"disposition": "recalled"}
LINES_OF_A_STRANGERS_ROUND = 300


def at_first(parties):
    parties.other = Speaker(party(SECOND, "Người lạ khác"))
    noodles(parties)
    send(
        parties.grower, commissioned(20, 11, None, GROWER, quantityList=None, epcList=[serial("A3")])
    )  # in no box


parties = parties_who(at_first)


def to(gln):
    return {"destinationList": [{"type": "possessing_party", "destination": f"https://id.gs1.org/417/{gln}"}]}


def says(number, day, speaker, *epcs, things=(), **fields):
    """A party reports something about objects, packages, lots or products."""
    goods = {"epcList": list(epcs)} if epcs else {"quantityList": of(*things)}
    send(speaker, observed(number, day, "holding", speaker.party.gln, **goods, **fields))


def packs(number, day, speaker, container, *things, action="ADD", **fields):
    """A party packs things into a container, or takes them out of it."""
    epcs = [one for one in things if "/10/" not in one]
    lots = of(*(one for one in things if "/10/" in one))
    inside = {"childEPCs": epcs or None, "childQuantityList": lots or None}
    send(
        speaker,
        reported(number, "AggregationEvent", day, action=action, parentID=container, **inside, **fields),
    )


def declare_wrong(speaker, event):
    declaration = {"declarationTime": "2026-09-25T08:00:00.000+07:00", "reason": "incorrect_data"}
    send(speaker, {**event, "errorDeclaration": declaration})


def recalled(*paths):
    """Of which pages the goods are recalled: yes, no, or a part of the lot."""
    found = [public_goods(digital_link.parse(f"https://id.gs1.org{path}")) for path in paths]
    return [
        "part" if Notice.PARTLY_RECALLED in one.notices else Notice.RECALLED in one.notices for one in found
    ]


# ------------------------------------------------------------------------------------------- a whole product


@pytest.mark.parametrize("sets", [SET, {"persistentDisposition": {"set": ["recalled"]}}])
@pytest.mark.parametrize("named", [KIND, PATTERN])
@pytest.mark.parametrize("who", ["grower", "province"])
def test_a_recall_of_a_product_is_on_the_page_of_each_of_its_lots_and_objects(parties, who, named, sets):
    starch = f"/01/{STARCH_GTIN}/10/BOT-1"
    everywhere = (PRODUCT, LOT, PACKET, NEW_PACKET, f"{PRODUCT}/10/KHAC", f"{PRODUCT}/10/KHAC/21/X")
    assert recalled(*everywhere, starch) == [False] * 7
    says(60, 20, getattr(parties, who), things=(named,), **sets)
    assert recalled(*everywhere, starch) == [True] * 6 + [False]
    says(61, 21, getattr(parties, who), things=(NOODLES,), **FIT)  # of one lot: the product stays recalled
    assert recalled(*everywhere) == [True] * 6
    says(62, 22, getattr(parties, who), things=(KIND,), **FIT)
    assert recalled(*everywhere) == [False] * 6


def test_nobody_else_sets_or_ends_a_recall_of_a_product(parties):
    says(60, 13, parties.grower, serial("A1"), **to(SHOP))
    for number, speaker in enumerate((parties.shop, parties.stranger, parties.other), start=61):
        says(number, 20, speaker, things=(KIND,), **SET)  # the shop holds A1, and no product
    assert recalled(PRODUCT, LOT, PACKET) == [False] * 3
    says(70, 20, parties.province, things=(KIND,), **SET)
    for number, speaker in enumerate(
        (parties.shop, parties.stranger, parties.other, parties.grower), start=71
    ):
        says(number, 21, speaker, things=(KIND,), disposition="active", **FIT)
    assert recalled(PRODUCT, LOT, PACKET) == [True] * 3
    says(80, 22, parties.province, things=(KIND,), disposition="sellable_accessible")
    assert recalled(PRODUCT, LOT, PACKET) == [False] * 3


def test_of_a_product_that_nobody_is_confirmed_for_each_maker_recalls_his_own_lots(parties):
    confirm(parties.grower, "")
    lots = [f"{KIND}/10/{name}" for name in ("L1", "L2")]
    for number, speaker in enumerate((parties.stranger, parties.other)):
        send(speaker, commissioned(60 + number, 1, lots[number], speaker.party.gln))
    says(62, 20, parties.stranger, things=(KIND,), **SET)
    paths = [one.removeprefix("https://id.gs1.org") for one in lots]
    assert recalled(*paths, LOT) == [True, False, False]
    says(63, 20, parties.grower, things=(KIND,), **SET)  # he made the first lot
    assert recalled(PRODUCT, LOT) == [False, True]
    says(64, 21, parties.grower, things=(KIND,), **FIT)
    confirm(parties.grower, NOODLES_GTIN)
    assert recalled(*paths, LOT) == [False] * 3


# ------------------------------------------------------------------------------------------- packages


@pytest.mark.parametrize("who", ["grower", "province"])
def test_what_was_in_a_package_stays_recalled_after_it_was_taken_out(parties, who):
    speaker = getattr(parties, who)
    says(60, 14, speaker, BOX, **SET)
    assert recalled(PACKET, OTHER_PACKET, NEW_PACKET, LOT) == [True, True, False, False]
    packs(61, 15, parties.grower, BOX, serial("A1"), action="DELETE")
    packs(62, 16, parties.grower, BOX, serial("A3"))
    says(63, 17, parties.grower, serial("A1"), serial("A2"), BOX, disposition="in_transit")
    assert recalled(PACKET, OTHER_PACKET, NEW_PACKET) == [True, True, False]
    says(64, 18, speaker, BOX, **SET)  # now also what was packed since
    assert recalled(PACKET, OTHER_PACKET, NEW_PACKET) == [True, True, True]
    says(65, 19, speaker, serial("A1"), **FIT)  # an end names what the recall named
    assert recalled(PACKET) == [True]
    says(66, 20, speaker, BOX, **FIT)
    assert recalled(PACKET, OTHER_PACKET, NEW_PACKET) == [False] * 3


def test_what_was_taken_out_before_the_recall_is_not_recalled(parties):
    packs(60, 13, parties.grower, BOX, serial("A1"), action="DELETE")
    says(61, 14, parties.province, BOX, **SET)
    assert recalled(PACKET, OTHER_PACKET) == [False, True]


@pytest.mark.parametrize("inside", [(serial("A1"), serial("A2")), ()])
def test_what_is_taken_out_at_the_instant_of_the_recall_was_in_the_package(parties, inside):
    packs(60, 14, parties.grower, BOX, *inside, action="DELETE")
    says(61, 14, parties.province, BOX, **SET)
    assert recalled(PACKET, OTHER_PACKET) == [True, True]


@pytest.mark.parametrize("who", ["grower", "province"])
def test_a_recall_of_a_variant_of_a_product_is_none_of_the_product(parties, who):
    speaker, variant = getattr(parties, who), f"{KIND}/22/2A"
    says(60, 20, speaker, things=(variant,), **SET)
    assert recalled(PRODUCT, LOT, PACKET) == [False] * 3
    says(61, 20, speaker, things=(f"{variant}/10/MIEN-1",), **SET)
    assert recalled(PRODUCT, LOT, NEW_PACKET) == [False, True, False]
    says(62, 20, parties.province, things=(KIND,), **SET)
    says(63, 21, speaker, things=(variant,), **FIT)
    says(64, 21, parties.province, things=(variant,), disposition="active")
    assert recalled(PRODUCT, LOT, NEW_PACKET) == [True] * 3


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_package_in_a_package_is_recalled_with_it(parties, level):
    packs(60, 13, parties.grower, PALLET, BOX)
    packs(61, 13, parties.grower, SHIP, PALLET)
    says(62, 14, parties.province, (BOX, PALLET, SHIP)[level - 1], **SET)
    assert recalled(PACKET, OTHER_PACKET, NEW_PACKET) == [True, True, False]


def test_a_case_of_goods_is_a_package_too(parties):
    packs(60, 12, parties.grower, CASE, serial("A3"))
    says(61, 14, parties.province, CASE, **SET)
    assert recalled(PACKET, NEW_PACKET) == [False, True]


@pytest.mark.parametrize("word", ["active", "sellable_accessible"])
def test_an_authority_that_takes_sound_goods_out_of_a_package_ends_no_recall_of_the_package(parties, word):
    says(60, 14, parties.province, BOX, **SET)
    says(61, 14, parties.province, serial("A1"), **SET)
    for number, inside in enumerate([(serial("A1"),), (NOODLES,), (serial("A1"), NOODLES)], start=62):
        packs(number, 15, parties.province, BOX, *inside, action="DELETE", disposition=word)
    assert recalled(OTHER_PACKET) == [True]
    packs(70, 16, parties.province, BOX, action="DELETE", disposition=word)  # of the package itself
    assert recalled(OTHER_PACKET) == [False]


def test_what_is_reported_of_a_child_of_a_case_sets_and_ends_no_recall_of_the_case(parties):
    packs(60, 12, parties.grower, CASE, serial("A1"), serial("A3"))
    packs(61, 14, parties.province, CASE, serial("A1"), action="OBSERVE", **SET)
    assert recalled(PACKET, NEW_PACKET) == [True, False]
    says(62, 15, parties.province, CASE, **SET)
    packs(63, 16, parties.province, CASE, serial("A1"), action="OBSERVE", disposition="active")
    assert recalled(PACKET, NEW_PACKET) == [True, True]
    says(64, 17, parties.province, CASE, **FIT)
    assert recalled(PACKET, NEW_PACKET) == [False, False]


def test_an_event_that_names_what_is_inside_recalls_that_alone(parties):
    packs(60, 14, parties.province, BOX, serial("A1"), action="OBSERVE", **SET)
    assert recalled(PACKET, OTHER_PACKET) == [True, False]
    packs(61, 14, parties.province, BOX, action="DELETE", **SET)  # all that is in it
    assert recalled(PACKET, OTHER_PACKET) == [True, True]


def test_of_a_lot_a_part_is_recalled_with_its_package(parties, visitor):  # noqa: F811 -- the fixture's value
    packs(60, 13, parties.grower, PALLET, NOODLES)
    says(61, 14, parties.province, PALLET, **SET, **{"vidu:recallReason": "Vỡ thùng, nhiễm dầu"})
    assert recalled(LOT, PACKET, NEW_PACKET) == ["part", "part", False]
    html = page(visitor, LOT)
    assert html.index("Một phần hàng của lô này đang bị THU HỒI") < html.index("<h1>")
    assert (
        "Chi cục Thử Nghiệm (cơ quan quản lý) thu hồi hàng trong kiện (00) 095212340000000020 từ 14/09/2026, 08:00. "
        "Lý do: Vỡ thùng, nhiễm dầu"
    ) in text(html)


def test_of_whom_a_lot_comes_counts_by_whom_it_was_sent_on(parties):
    """The shop was sent a box with goods of the lot and puts it on a pallet of its own; a stranger says the same of his."""
    own = "https://id.gs1.org/00/095212350000000019"
    packs(60, 11, parties.grower, SHIP, NOODLES)
    says(61, 12, parties.grower, SHIP, **to(SHOP))
    packs(62, 13, parties.shop, own, SHIP)
    packs(63, 13, parties.stranger, FOREIGN, NOODLES, SHIP)
    says(64, 14, parties.province, FOREIGN, **SET)
    assert recalled(LOT) == [False]
    says(65, 14, parties.province, own, **SET)
    assert recalled(LOT) == ["part"]
    packs(66, 13, parties.shop, PALLET, NOODLES)  # reported when the pallet is recalled already
    says(67, 14, parties.province, own, **FIT)
    says(68, 14, parties.province, PALLET, **SET)
    assert recalled(LOT) == ["part"]


def test_who_was_sent_a_lot_puts_it_in_no_package_after_its_recall(parties):
    says(60, 12, parties.grower, things=(NOODLES,), **to(SHOP))
    says(61, 14, parties.province, PALLET, **SET)
    packs(62, 13, parties.shop, PALLET, NOODLES)
    assert recalled(LOT) == [False]
    packs(63, 13, parties.grower, PALLET, NOODLES)  # the maker reports late
    assert recalled(LOT) == ["part"]


# ------------------------------------------------------------------------------------------- who is trusted


def test_strangers_put_nothing_into_a_recalled_package_and_take_nothing_out(parties):
    says(60, 14, parties.province, BOX, PALLET, **SET)
    for number, speaker in enumerate((parties.stranger, parties.other)):
        packs(61 + number, 13, speaker, PALLET, serial("A3"), NOODLES, BOX)
        packs(63 + number, 13, speaker, BOX, serial("A1"), action="DELETE")
        packs(65 + number, 13, speaker, BOX, action="DELETE")
        says(67 + number, 15, speaker, BOX, PALLET, disposition="active", **FIT)
    assert recalled(PACKET, OTHER_PACKET, NEW_PACKET, LOT) == [True, True, False, False]


def test_strangers_recall_no_package(parties):
    for number, speaker in enumerate((parties.shop, parties.stranger, parties.other)):
        says(60 + number, 14, speaker, BOX, **SET)  # nobody sent the shop anything
        packs(63 + number, 13, speaker, FOREIGN, serial("A1"), serial("A2"), NOODLES)
        says(66 + number, 14, speaker, FOREIGN, **SET)
    assert recalled(PACKET, OTHER_PACKET, LOT) == [False] * 3


def test_the_holder_of_a_package_recalls_the_objects_that_he_holds(parties):
    packs(60, 12, parties.grower, PALLET, serial("A3"), NOODLES)
    says(61, 13, parties.grower, PALLET, **to(SHOP))
    says(62, 14, parties.shop, PALLET, **SET)
    assert recalled(NEW_PACKET, LOT) == [True, False]  # never a lot
    says(63, 15, parties.grower, PALLET, **FIT)  # the maker comes before the holder
    assert recalled(NEW_PACKET) == [False]
    says(64, 16, parties.shop, PALLET, **to(SECOND))
    says(65, 17, parties.shop, PALLET, **SET)  # he holds it no longer
    assert recalled(NEW_PACKET) == [False]
    says(66, 17, parties.other, PALLET, **SET)
    assert recalled(NEW_PACKET) == [True]
    says(67, 18, parties.shop, PALLET, **FIT)
    assert recalled(NEW_PACKET) == [True]
    says(68, 18, parties.other, PALLET, **FIT)
    assert recalled(NEW_PACKET) == [False]


def test_a_former_holder_puts_nothing_into_a_package(parties):
    says(60, 13, parties.grower, serial("A1"), **to(SHOP))
    says(61, 14, parties.shop, serial("A1"), **to(SECOND))
    packs(62, 14, parties.shop, FOREIGN, serial("A1"), eventTime="2026-09-14T07:00:00.000+07:00")
    says(63, 15, parties.province, FOREIGN, **SET)
    assert recalled(PACKET) == [False]
    packs(64, 15, parties.other, FOREIGN, serial("A1"), eventTime="2026-09-15T07:00:00.000+07:00")
    assert recalled(PACKET) == [True]


@pytest.mark.parametrize("who", ["grower", "shop"])
def test_nobody_takes_goods_out_of_a_recall_by_an_earlier_date(parties, who):
    says(60, 13, parties.grower, BOX, **to(SHOP))
    before = {"eventTime": "2026-09-14T07:00:00.000+07:00"}
    says(61, 14, parties.province, BOX, **SET)
    packs(62, 14, getattr(parties, who), BOX, serial("A1"), action="DELETE", **before)
    assert recalled(PACKET) == [True]
    packs(63, 14, parties.province, BOX, serial("A1"), action="DELETE", **before)
    assert recalled(PACKET) == [False]


def test_who_set_a_recall_may_correct_what_was_in_the_package(parties):
    says(61, 15, parties.grower, BOX, **SET)
    packs(62, 14, parties.grower, BOX, serial("A1"), action="DELETE")
    assert recalled(PACKET, OTHER_PACKET) == [False, True]


@pytest.mark.parametrize(
    ("sets", "corrects", "stays"),
    [
        ("province", "grower", True),
        ("province", "stranger", True),
        ("province", "province", False),
        ("grower", "grower", False),
    ],
)
def test_a_packing_that_is_declared_wrong_after_the_recall(parties, sets, corrects, stays):
    wrong = reported(60, "AggregationEvent", 12, action="ADD", parentID=PALLET, childEPCs=[serial("A3")])
    send(parties.grower, wrong)
    says(61, 15, getattr(parties, sets), PALLET, **SET)
    assert recalled(NEW_PACKET) == [True]
    declare_wrong(getattr(parties, corrects), wrong)
    assert recalled(NEW_PACKET) == [stays]


def test_a_packing_that_was_declared_wrong_before_the_recall_is_none(parties):
    wrong = reported(60, "AggregationEvent", 12, action="ADD", parentID=PALLET, childEPCs=[serial("A3")])
    send(parties.grower, wrong)
    declare_wrong(parties.grower, wrong)
    says(61, 15, parties.province, PALLET, **SET)
    assert recalled(NEW_PACKET) == [False]


def test_many_packings_by_a_stranger_hide_none(parties, monkeypatch):
    monkeypatch.setattr("khcn.trace.queries.recalls.recalled_packages.MOST_PACKINGS", 5)
    boxes = [f"https://id.gs1.org/8004/9521236{number}" for number in range(12)]
    for number, container in enumerate(boxes, start=60):
        packs(number, 11, parties.stranger, container, serial("A3"))
    packs(80, 12, parties.grower, PALLET, serial("A3"))
    says(81, 15, parties.province, PALLET, **SET)
    assert recalled(NEW_PACKET) == [True]


def test_many_reports_of_a_stranger_about_packages_cost_a_page_no_statement(parties, monkeypatch):
    """A stranger packs the goods into many boxes, recalls each of these, and unpacks the box that the authority recalled."""
    monkeypatch.setattr("khcn.trace.queries.recalls.recalled_packages.MOST_PACKINGS", 200)
    packs(60, 13, parties.grower, PALLET, NOODLES, BOX)
    says(61, 14, parties.province, PALLET, **SET)
    made_by = {parties.grower.party.pk}
    authorities = {parties.province.party.pk}

    def work():
        for one in (NOODLES, BOX):
            assert RecallSearch(authorities, [one]).recalls_of(one, made_by)

    def cost(numbers):
        for number in numbers:
            own = f"https://id.gs1.org/8004/9521236{number}"
            packs(1000 + number, 13, parties.stranger, own, NOODLES, BOX)
            packs(2000 + number, 13, parties.stranger, PALLET, NOODLES, BOX, action="DELETE")
            packs(3000 + number, 13, parties.stranger, PALLET, action="DELETE")
            says(4000 + number, 14, parties.stranger, own, BOX, PALLET, **SET)
        work()
        with CaptureQueriesContext(connection) as asked:
            work()
        return lines_of(work), len(asked)

    small, large = cost(range(5)), cost(range(5, 30))
    assert large[1] == small[1]
    assert (
        large[0] - small[0] <= 25 * LINES_OF_A_STRANGERS_ROUND
    )  # whether he was sent the goods is looked up


# ------------------------------------------------------------------------------------------- what strangers do


def _nonsense(chance, number, gln):
    """An event of a stranger about goods and packages of others."""
    things = [serial("A1"), serial("A2"), serial("A3"), BOX, PALLET]
    day, some = chance.randint(9, 25), chance.sample(things, chance.randint(1, 3))
    if chance.random() < 0.5:
        container = chance.choice([BOX, PALLET, SHIP])
        lots = chance.choice([None, of(NOODLES)])
        inside = [one for one in some if one != container] or [serial("A1")]
        action = chance.choice(["ADD", "DELETE"])
        if action == "DELETE" and chance.random() < 0.3:
            inside, lots = None, None
        fields = {"childEPCs": inside, "childQuantityList": lots, "parentID": container, "action": action}
        return reported(number, "AggregationEvent", day, **fields)
    goods = chance.choice([{"epcList": some}, {"quantityList": of(chance.choice([NOODLES, KIND]))}])
    words = chance.choice([SET, FIT, {"disposition": "active"}, {"disposition": "sellable_accessible"}, {}])
    return observed(number, day, "holding", gln, **goods, **words, **to(chance.choice([OTHER, SECOND, SHOP])))


@pytest.mark.parametrize("number", range(10))
def test_whatever_two_strangers_report_every_page_has_the_recalls_that_it_had(parties, number):
    chance = random.Random(number)
    packs(30, 13, parties.grower, PALLET, BOX, NOODLES)
    rest = [(BOX,), (PALLET,), (serial("A1"),)]
    for place in range(chance.randint(0, 3)):
        speaker = chance.choice([parties.grower, parties.province])
        about = {"things": (KIND,)} if chance.random() < 0.2 else {}
        epcs = () if about else chance.choice(rest)
        says(31 + place, 14 + place, speaker, *epcs, **about, **chance.choice([SET, SET, FIT]))

    def shown():
        paths = (PRODUCT, LOT, PACKET, OTHER_PACKET, NEW_PACKET)
        return [public_goods(digital_link.parse(f"https://id.gs1.org{path}")).recalls for path in paths]

    before = shown()
    for place in range(12):
        gln, speaker = chance.choice([(OTHER, parties.stranger), (SECOND, parties.other)])
        event = _nonsense(chance, 100 + place, gln)
        send(speaker, event)
        if chance.random() < 0.2:
            declare_wrong(speaker, event)
    assert shown() == before


# ------------------------------------------------------------------------------------------- what is shown


def test_the_page_says_who_recalled_what_when_and_why(parties, visitor):  # noqa: F811 -- the fixture's value
    says(60, 13, parties.grower, serial("A1"), **to(SHOP))
    says(61, 20, parties.province, things=(KIND,), **SET, **{"vidu:recallReason": "<b>Phẩm màu</b>\u202e lạ"})
    says(62, 21, parties.grower, things=(NOODLES,), **SET)
    says(63, 22, parties.shop, serial("A1"), **SET, **{"vidu:recallReason": "Bao bì rách"})
    says(64, 23, parties.grower, things=(NOODLES,), **SET)  # again
    html = page(visitor, PACKET)
    lines = [text(f"<body>{one}") for one in re.findall(r"<li>(.*?)</li>", html.partition("<h1>")[0])]
    kind, province = "(01) 09521234000037", "Chi cục Thử Nghiệm (cơ quan quản lý)"
    assert lines == [
        f"{province} thu hồi mọi lô của mặt hàng {kind} từ 20/09/2026, 08:00. Lý do: <b>Phẩm màu</b> lạ",
        f"Hợp tác xã Thử Nghiệm (nhà sản xuất) thu hồi lô {kind} (10) MIEN-1 từ 21/09/2026, 08:00. Lý do: chưa ghi",
        f"Cửa hàng Thử Nghiệm (bên giữ hàng) thu hồi sản phẩm {kind} (21) A1 từ 22/09/2026, 08:00. Lý do: Bao bì rách",
    ]
    data = visitor.get(PACKET, headers={"Accept": "application/ld+json"}).json()
    assert [one.replace("\N{NO-BREAK SPACE}", " ") for one in data["rdfs:comment"][1:]] == lines
    links = visitor.get(PACKET, headers={"Accept": "application/linkset+json"}).json()
    assert "https://ref.gs1.org/voc/recallStatus" in links["linkset"][0]


def test_the_page_of_a_package_says_that_it_is_recalled(parties, visitor):  # noqa: F811 -- the fixture's value
    path = BOX.removeprefix("https://id.gs1.org")
    says(60, 14, parties.stranger, BOX, **SET)
    assert "THU HỒI" not in page(visitor, path)
    packs(61, 13, parties.grower, PALLET, BOX)
    says(62, 14, parties.grower, PALLET, **SET)
    shown = text(page(visitor, path))
    assert "Kiện này đang bị THU HỒI" in shown
    assert "Hợp tác xã Thử Nghiệm (nhà sản xuất) thu hồi hàng trong kiện (00) 095212340000000020" in shown
    data = visitor.get(path, headers={"Accept": "application/ld+json"}).json()
    assert len(data["rdfs:comment"]) == 3  # and what the page says of every package


@pytest.mark.parametrize("goods", [{"quantityList": of(KIND)}, {"epcList": [BOX]}])
def test_a_recall_that_pages_show_is_taken_without_a_note(parties, goods):
    job = parties.province.captured(document(observed(60, 20, "holding", PROVINCE, **goods, **SET)))
    assert (job["accepted"], job["errors"], job["warnings"]) == (1, [], [])
