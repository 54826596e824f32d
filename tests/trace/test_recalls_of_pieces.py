"""Recalls of lots of pieces of a product (ITIP, AI 8006 with 10): found by every spelling of the label, as those of lots of products."""

import pytest

from khcn.epcis.ids import digital_link
from khcn.trace.queries.page_notices import Notice
from khcn.trace.queries.public_page import public_goods
from tests.trace.public_given import commissioned, lot, observed, of, page, send, text, transformed, visitor
from tests.trace.rest_given import GROWER
from tests.trace.test_recalls_in_walks import walked
from tests.trace.test_whose_package import FIT, SET, packs, parties

__all__ = ["parties", "visitor"]
GTIN = "09521234000044"
ITIP, OTHER_ITIP = f"{GTIN}0102", f"{GTIN}0202"
ROOT = "https://id.gs1.org"
LOT = f"{ROOT}/8006/{ITIP}/10/L1"


def says(number, speaker, *things, **fields):
    send(speaker, observed(number, 20, "holding", speaker.party.gln, quantityList=of(*things), **fields))


def recalled(*paths):
    """Of which pages the goods are recalled, by the address on the label in any spelling."""
    links = [digital_link.parse(ROOT + path, digital_link.LENIENT) for path in paths]
    return [Notice.RECALLED in public_goods(link).notices for link in links]


def pieces(parties):
    """The lots L1 of both pieces and of the product, and of the first piece objects in L1, in L2 and in L/1."""
    lots = [f"{ROOT}/8006/{one}/10/L1" for one in (ITIP, OTHER_ITIP)] + [lot(GTIN, "L1"), lot(GTIN, "L2")]
    send(parties.grower, *(commissioned(30 + place, 1, one, GROWER) for place, one in enumerate(lots)))
    for number, (serial, name) in enumerate((("S1", "L1"), ("S2", "L2"), ("S3", "L/1"))):
        thing = f"{ROOT}/8006/{ITIP}/21/{serial}"
        ilmd = {"cbvmda:lotNumber": name}
        send(
            parties.grower,
            commissioned(40 + number, 2, None, GROWER, quantityList=None, epcList=[thing], ilmd=ilmd),
        )


SPELLINGS = [
    f"/8006/{ITIP}/10/L1",
    f"/itip/{ITIP}/lot/L1",
    f"/8006/{ITIP}/22/V/10/L1",
    f"/8006/{ITIP}/10/L1/21/S1",
    f"/itip/{ITIP}/lot/L1/ser/S1",
    f"/8006/{ITIP}/21/S1",
    f"/8006/{ITIP}/10/%4C1",
    f"/8006/{ITIP}/10/L1?17=271231",
]
OF_PRODUCT = [f"/01/{GTIN}/10/L1", f"/gtin/{GTIN[1:]}/lot/L1", f"/01/{GTIN}/22/V/10/L1/21/X"]


@pytest.mark.parametrize(
    "named", [LOT, f"https://truyxuat.example.vn/itip/{ITIP}/lot/L1", f"{ROOT}/8006/{ITIP}/22/V/10/%4C1"]
)
def test_a_recall_of_a_lot_of_pieces_is_on_each_of_their_pages(parties, visitor, named):
    pieces(parties)
    others = [f"/8006/{OTHER_ITIP}/10/L1", f"/8006/{ITIP}/10/L2", f"/8006/{ITIP}/21/S2", *OF_PRODUCT]
    assert recalled(*SPELLINGS, *others) == [False] * len((*SPELLINGS, *others))
    says(60, parties.stranger, named, **SET)
    assert recalled(*SPELLINGS) == [False] * len(SPELLINGS)
    says(61, parties.grower, named, **SET)
    assert recalled(*SPELLINGS) == [True] * len(SPELLINGS)
    assert recalled(*others) == [False] * len(others)
    answers = [visitor.get(one) for one in SPELLINGS]
    answers = [visitor.get(one["Location"]) if "Location" in one else one for one in answers]
    assert ["THU HỒI" in text(one.content.decode()) for one in answers] == [True] * len(SPELLINGS)
    says(62, parties.grower, named, **FIT)
    assert recalled(*SPELLINGS) == [False] * len(SPELLINGS)


def test_a_recall_of_a_lot_of_the_product_is_one_of_its_pieces(parties):
    """The pieces of a product have its lot number."""
    pieces(parties)
    of_lot = [*SPELLINGS, f"/8006/{OTHER_ITIP}/10/L1", *OF_PRODUCT]
    says(60, parties.province, lot(GTIN, "L1"), **SET)
    assert recalled(*of_lot) == [True] * len(of_lot)
    assert recalled(f"/8006/{ITIP}/21/S2", f"/8006/{ITIP}/10/L2", f"/01/{GTIN}/10/L2") == [False] * 3
    says(61, parties.province, LOT, **FIT)  # of the pieces: the lot of the product stays recalled
    assert recalled(*of_lot) == [True] * len(of_lot)
    says(62, parties.province, lot(GTIN, "L1"), **FIT)
    assert recalled(*of_lot) == [False] * len(of_lot)


def test_a_lot_number_with_a_slash_ties_pieces_to_their_lot(parties):
    pieces(parties)
    says(60, parties.grower, f"{ROOT}/8006/{ITIP}/10/L%2F1", **SET)
    assert recalled(f"/8006/{ITIP}/21/S3", f"/8006/{ITIP}/10/L%2F1", f"/8006/{ITIP}/21/S1") == [
        True,
        True,
        False,
    ]


def test_a_label_of_pieces_that_nobody_reported_shows_the_recall_of_the_lot_of_the_product(parties):
    send(parties.grower, commissioned(30, 1, lot(GTIN, "L1"), GROWER))
    says(60, parties.province, lot(GTIN, "L1"), **SET)
    assert recalled(f"/8006/{ITIP}/10/L1", f"/8006/{ITIP}/10/L1/21/S9") == [True, True]
    assert recalled(f"/8006/{ITIP}/10/L2", f"/8006/{ITIP}/21/S9", f"/8006/{ITIP}") == [False] * 3


def test_pieces_in_a_package_and_among_ingredients(parties, visitor):
    pieces(parties)
    pallet, goods = f"{ROOT}/00/095212340000000020", lot("09521234000051", "G1")
    packs(70, 5, parties.grower, pallet, LOT)
    send(parties.grower, transformed(71, 6, [LOT], [goods]))
    paths = ("/00/095212340000000020", "/01/09521234000051/10/G1")
    words = ("Bên trong có hàng đang bị THU HỒI", "Có 1 nguyên liệu trên trang này đang bị thu hồi")
    shown = [text(page(visitor, path)) for path in paths]
    assert [word in one for word, one in zip(words, shown, strict=True)] == [False, False]
    says(60, parties.province, lot(GTIN, "L1"), **SET)
    shown = [text(page(visitor, path)) for path in paths]
    assert [word in one for word, one in zip(words, shown, strict=True)] == [True, True]


def test_a_piece_among_ingredients_and_around_goods_is_recalled_with_the_lot_of_the_product(parties, visitor):
    """As an ingredient, in a package, in a walk, and what was packed into it."""
    pieces(parties)
    piece, other = (f"{ROOT}/8006/{ITIP}/21/{serial}" for serial in ("S1", "S2"))
    goods, others = lot("09521234000051", "G1"), lot("09521234000051", "G2")
    pallet, inside = f"{ROOT}/00/095212340000000020", f"{ROOT}/01/09521234000051/21/IN"
    packs(70, 5, parties.grower, pallet, piece)
    packs(71, 5, parties.grower, piece, inside)
    send(
        parties.grower,
        *(
            transformed(72 + place, 6, [], [made], inputQuantityList=None, inputEPCList=[used])
            for place, (used, made) in enumerate(((piece, goods), (other, others)))
        ),
        commissioned(75, 4, None, GROWER, quantityList=None, epcList=[inside]),
    )

    def found():
        of_goods = [
            "nguyên liệu trên trang này" in page(visitor, one.removeprefix(ROOT)) for one in (goods, others)
        ]
        holds = "Bên trong có hàng đang bị THU HỒI" in page(visitor, pallet.removeprefix(ROOT))
        return (
            *of_goods,
            holds,
            *recalled(inside.removeprefix(ROOT)),
            [one[:3] for one in walked(parties.province, "step-back", piece)],
        )

    assert found() == (False, False, False, False, [])
    says(60, parties.province, lot(GTIN, "L1"), **SET)
    product_lot = lot(GTIN, "L1")
    of_piece, in_piece = (piece, product_lot, "lot"), (inside, product_lot, "package")
    assert found() == (True, False, True, True, [of_piece, in_piece, (LOT, product_lot, "lot")])
