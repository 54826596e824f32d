"""Recalls of the lot or the product of cases, and of a case, reach the goods in the cases."""

import pytest

from tests.trace.public_given import (
    NOODLES,
    commissioned,
    confirm,
    lot,
    page,
    send,
    serial,
    text,
    visitor,  # noqa: F401 -- a fixture
)
from tests.trace.rest_given import GROWER, SHOP
from tests.trace.test_recalls_in_walks import walked
from tests.trace.test_whose_package import (
    FIT,
    LOT,
    NEW_PACKET,
    PACKET,
    SET,
    declare_wrong,
    packs,
    parties,  # noqa: F401 -- a fixture
    recalled,
    says,
    to,
)

GTIN = "19521234000034"
CASES, CASE_LOT = f"https://id.gs1.org/01/{GTIN}", lot(GTIN, "T1")
CASE, OTHER_CASE = f"{CASES}/21/K1", f"{CASES}/21/K2"
FOREIGN_GTIN = "09521236000011"
FOREIGN_CASE, FOREIGN_LOT = f"https://id.gs1.org/01/{FOREIGN_GTIN}/21/K1", lot(FOREIGN_GTIN, "T1")


def cases_made(number, speaker, *cases, name="T1"):
    made = commissioned(
        number,
        11,
        None,
        speaker.party.gln,
        quantityList=None,
        epcList=list(cases),
        ilmd={"cbvmda:lotNumber": name},
    )
    send(speaker, made)
    return made


@pytest.fixture
def cases(parties):  # noqa: F811 -- the fixture's value
    """Two cases, each of a lot of its own and with one packet."""
    cases_made(50, parties.grower, CASE)
    cases_made(51, parties.grower, OTHER_CASE, name="T2")
    packs(52, 12, parties.grower, CASE, serial("A3"))
    packs(53, 12, parties.grower, OTHER_CASE, serial("A1"))
    return parties


@pytest.mark.parametrize("who", ["grower", "province"])
@pytest.mark.parametrize("named", [CASE_LOT, CASES, CASE])
def test_a_recall_of_cases_is_one_of_the_goods_in_them(cases, named, who):
    speaker, about = getattr(cases, who), {"things": (named,)} if named != CASE else {}
    epcs = [CASE] if named == CASE else []
    says(60, 14, speaker, *epcs, **about, **SET)
    other = named == CASES
    assert recalled(NEW_PACKET, PACKET) == [True, other]
    packs(
        61, 15, cases.grower, CASE, serial("A3"), action="DELETE"
    )  # it was in the case when that was recalled
    assert recalled(NEW_PACKET) == [True]
    packs(62, 16, cases.grower, CASE, serial("A2"))  # packed into it later: while it is in it
    path = PACKET.replace("A1", "A2")
    assert recalled(path) == [True]
    packs(63, 17, cases.grower, CASE, serial("A2"), action="DELETE")
    assert recalled(path, NEW_PACKET) == [False, True]
    says(64, 18, speaker, *epcs, **about, **FIT)
    assert recalled(NEW_PACKET, PACKET, path) == [False] * 3


@pytest.mark.both
def test_what_was_taken_out_before_the_recall_of_the_cases_is_not_recalled(cases):
    packs(60, 13, cases.grower, CASE, serial("A3"), action="DELETE")
    says(61, 14, cases.province, things=(CASE_LOT,), **SET)
    assert recalled(NEW_PACKET) == [False]


@pytest.mark.both
def test_of_a_lot_a_part_is_recalled_with_the_cases_in_which_it_is(cases):
    packs(60, 12, cases.grower, CASE, NOODLES)
    says(61, 14, cases.province, things=(CASE_LOT,), **SET)
    assert recalled(LOT) == ["part"]
    says(62, 15, cases.province, things=(CASE_LOT,), **FIT)
    assert recalled(LOT) == [False]


def test_what_is_in_a_box_in_a_recalled_case_is_recalled_and_the_case_on_a_recalled_pallet(cases, visitor):  # noqa: F811 -- the fixture's value
    box = "https://id.gs1.org/00/095212340000000037"
    packs(60, 13, cases.grower, box, serial("A2"))
    packs(61, 13, cases.grower, CASE, box)
    says(62, 14, cases.grower, things=(CASE_LOT,), **SET, **{"vidu:recallReason": "Mốc"})
    path = PACKET.replace("A1", "A2")
    assert recalled(path) == [True]
    shown = text(page(visitor, path))
    assert (
        "Hợp tác xã Thử Nghiệm (nhà sản xuất) thu hồi hàng trong mọi thùng của lô (01) 19521234000034 (10) T1 từ"
        in shown
    )
    assert "Kiện này đang bị THU HỒI" in page(visitor, box.removeprefix("https://id.gs1.org"))
    assert (serial("A2"), CASE_LOT, "package", GROWER, "maker") in walked(
        cases.province, "upstream", serial("A2")
    )
    says(63, 15, cases.province, things=(CASES,), **SET)
    assert "thu hồi hàng trong mọi thùng của mặt hàng (01) 19521234000034 từ" in text(page(visitor, path))


def test_strangers_neither_recall_cases_nor_put_a_case_into_a_recalled_lot(cases):
    says(60, 14, cases.province, things=(lot(GTIN, "T9"),), **SET)
    cases_made(61, cases.stranger, CASE, name="T9")
    for number, thing in enumerate((CASE_LOT, CASES)):
        says(62 + number, 14, cases.stranger, things=(thing,), **SET)
    packs(64, 13, cases.stranger, FOREIGN_CASE, serial("A3"), NOODLES)
    cases_made(65, cases.stranger, FOREIGN_CASE)
    says(66, 14, cases.stranger, things=(FOREIGN_LOT,), **SET)
    assert recalled(NEW_PACKET, LOT) == [False, False]
    says(67, 14, cases.province, things=(CASE_LOT,), **SET)
    says(68, 15, cases.stranger, things=(CASE_LOT,), **FIT)
    assert recalled(NEW_PACKET) == [True]


def test_whose_the_code_of_a_case_is_recalls_the_goods_that_their_holder_put_into_it(cases):
    """The shop packs a packet into a case of the stranger's code; once that is confirmed he may recall his cases."""
    says(60, 13, cases.grower, serial("A3"), **to(SHOP))
    packs(61, 14, cases.shop, FOREIGN_CASE, serial("A3"))
    cases_made(62, cases.stranger, FOREIGN_CASE)
    says(63, 15, cases.stranger, things=(FOREIGN_LOT,), **SET)
    assert recalled(NEW_PACKET) == [False]
    confirm(cases.stranger, FOREIGN_GTIN)
    assert recalled(NEW_PACKET) == [True]
    says(64, 16, cases.other, things=(FOREIGN_LOT,), **FIT)
    assert recalled(NEW_PACKET) == [True]
    says(65, 16, cases.stranger, things=(FOREIGN_LOT,), **FIT)
    assert recalled(NEW_PACKET) == [False]


def test_a_case_whose_lot_was_declared_wrong_is_not_of_it(cases):
    made = cases_made(60, cases.grower, OTHER_CASE)
    says(61, 14, cases.province, things=(CASE_LOT,), **SET)
    assert recalled(PACKET) == [True]
    declare_wrong(cases.grower, made)
    assert recalled(PACKET) == [False]


@pytest.mark.parametrize("case", [f"{CASES}/235/K9", f"https://id.gs1.org/8006/{GTIN}0102/21/K9"])
@pytest.mark.parametrize("named", [CASES, CASE_LOT])
def test_cases_with_a_serial_number_of_a_third_party_and_pieces_are_cases(parties, case, named):  # noqa: F811 -- the fixture's value
    """AI 235, and the piece of a product (ITIP, AI 8006) in which something is packed."""
    cases_made(50, parties.grower, case)
    packs(52, 12, parties.grower, case, serial("A3"), NOODLES)
    assert recalled(NEW_PACKET, LOT) == [False, False]
    says(60, 14, parties.province, things=(named,), **SET)
    assert recalled(NEW_PACKET, LOT) == [True, "part"]
    assert (serial("A3"), named, "package") in [
        one[:3] for one in walked(parties.province, "step-back", serial("A3"))
    ]
