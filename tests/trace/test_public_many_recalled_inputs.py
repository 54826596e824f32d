"""The page of goods of which very many ingredients are recalled: all are counted, on this page and on the others, at bounded cost."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khcn.epcis.ids import digital_link
from khcn.trace.queries import journey
from khcn.trace.queries.graph import inputs_elsewhere
from khcn.trace.queries.public_page import public_goods
from tests.lines_counted import lines_of
from tests.trace.public_given import (
    NOODLES,
    NOODLES_GTIN,
    commissioned,
    lot,
    observed,
    of,
    page,
    parties,
    send,
    text,
    transformed,
    visitor,
)
from tests.trace.rest_given import GROWER
from tests.trace.test_public_inputs import SHAPES, made_of, roots, small_pages
from tests.trace.test_public_recalled_inputs import FIT, SET

__all__ = ["parties", "small_pages", "visitor"]
pytestmark = pytest.mark.both
LOT = f"/01/{NOODLES_GTIN}/10/MIEN-1"
ROOT_KIND = "https://id.gs1.org/01/09521234000013"


def about(number, speaker, things, day=20, **fields):
    send(speaker, observed(number, day, "holding", speaker.party.gln, quantityList=of(*things), **fields))


def sentences(visitor, address=LOT):
    """The box about recalled ingredients on a page of goods; "" where there is none."""
    boxes = re.findall(
        r'<h2>Hành trình</h2>\s*<div class="note bad">(.*?)</div>', page(visitor, address), re.DOTALL
    )
    return " ".join(re.sub(r"<[^>]+>", "", " ".join(boxes)).split())


@SHAPES
def test_recalled_ingredients_on_other_pages_are_counted_with_their_pages(parties, visitor, shape):
    made_of(parties.grower, 10, shape)  # four on each page
    some = roots(10)
    assert sentences(visitor) == ""
    about(60, parties.stranger, some, **SET)
    assert sentences(visitor) == ""
    about(61, parties.province, [some[1], some[5], some[6], some[9]], **SET)
    assert sentences(visitor) == (
        "Có 1 nguyên liệu trên trang này đang bị thu hồi, ghi ở các bước dưới đây. "
        "Ở trang khác có 3 nguyên liệu đang bị thu hồi: trang 2 (2), trang 3 (1)."
    )
    second = page(visitor, f"{LOT}?inputs=2")
    marked = re.findall(r"lô (CU-\d+) đang bị thu hồi", text(second))
    assert sorted(set(marked)) == ["CU-005", "CU-006"]
    assert '<a href="?inputs=3&amp;lang=vi" rel="nofollow">trang 3 (1)</a>' in second
    data = visitor.get(LOT, headers={"Accept": "application/ld+json"}).json()
    assert "Ở trang khác có 3 nguyên liệu đang bị thu hồi: trang 2 (2), trang 3 (1)" in data["rdfs:comment"]
    about(62, parties.province, some, day=21, **FIT)
    assert sentences(visitor) == ""
    about(63, parties.grower, [ROOT_KIND], day=22, **SET)  # all of the product
    assert sentences(visitor).endswith(
        "Ở trang khác có 6 nguyên liệu đang bị thu hồi: trang 2 (4), trang 3 (2)."
    )


def test_where_not_all_can_be_looked_at_the_page_says_so(parties, visitor, monkeypatch):
    made_of(parties.grower, 10, "one event")
    monkeypatch.setattr(inputs_elsewhere, "MOST_PLACES", 8)
    assert "Chưa kiểm tra hết nguyên liệu ở các trang khác" in sentences(visitor)
    monkeypatch.setattr(inputs_elsewhere, "MOST_PLACES", 10)
    assert sentences(visitor) == ""
    about(60, parties.province, roots(10), **SET)
    monkeypatch.setattr(inputs_elsewhere, "MOST_ELSEWHERE", 2)
    assert "Ở trang khác có 2 nguyên liệu" in sentences(visitor)
    assert "Chưa kiểm tra hết nguyên liệu ở các trang khác" in sentences(visitor)


@SHAPES
def test_what_ingredients_on_other_pages_are_made_of_is_not_known_here(parties, visitor, shape):
    made_of(parties.grower, 10, shape)
    send(parties.grower, transformed(70, 2, [lot("09521234000020", "SAU")], [roots(10)[0]]))  # on this page
    assert sentences(visitor) == ""
    send(parties.grower, transformed(71, 2, [lot("09521234000020", "SAU")], [roots(10)[7]]))
    assert sentences(visitor).startswith("Chưa kiểm tra hết nguyên liệu ở các trang khác")


@SHAPES
def test_recalls_by_strangers_displace_none_of_an_authority_on_other_pages(
    parties, visitor, monkeypatch, shape
):
    made_of(parties.grower, 10, shape)
    monkeypatch.setattr(inputs_elsewhere, "MOST_ELSEWHERE", 1)
    about(60, parties.stranger, roots(10), **SET)
    about(61, parties.province, [roots(10)[9]], **SET)
    assert "Ở trang khác có 1 nguyên liệu đang bị thu hồi: trang 3 (1)" in sentences(visitor)
    assert "Chưa kiểm tra hết" in sentences(visitor)


def test_an_unnamed_object_that_was_used_is_marked(parties, visitor):
    bag = "https://id.gs1.org/00/095212340000000044"
    send(parties.grower, commissioned(60, 1, None, GROWER, quantityList=None, epcList=[bag]))
    send(parties.grower, transformed(61, 10, [], [NOODLES], inputQuantityList=None, inputEPCList=[bag]))
    about_bag = observed(62, 20, "holding", GROWER, epcList=[bag], **SET)
    assert sentences(visitor) == ""
    send(parties.province, about_bag)
    assert sentences(visitor) == "Có 1 nguyên liệu trên trang này đang bị thu hồi, ghi ở các bước dưới đây."
    assert "hàng chưa có tên (đang bị thu hồi)" in text(page(visitor, LOT))


def test_twenty_years_of_recalled_ingredients_are_counted_at_bounded_cost(parties, monkeypatch):
    """A product that is made of every month's lots, all recalled and many fit again and recalled once more, by maker and authority."""
    monkeypatch.setattr(journey, "SHOWN_INPUTS", 300)
    monkeypatch.setattr(journey, "MAX_EDGE_ENDS", 1000)

    def cost(months, output):
        some = [lot("09521234000013", f"{output}{month:03}") for month in range(months)]
        made = [commissioned(months * 100 + number, 1, one, GROWER) for number, one in enumerate(some)]
        noodles = lot(NOODLES_GTIN, output)
        send(parties.grower, *made, transformed(months * 1000, 10, some, [noodles]))
        for turn in range(5):
            about(months * 10_000 + turn, parties.grower, some, day=11 + turn, **(FIT if turn % 2 else SET))
            about(
                months * 10_000 + 50 + turn,
                parties.province,
                some[::2],
                day=11 + turn,
                **(FIT if turn % 2 else SET),
            )
        about(months * 10_000 + 99, parties.stranger, some, **SET)
        link = digital_link.parse(noodles)
        public_goods(link)
        with CaptureQueriesContext(connection) as asked:
            found = public_goods(link)
        assert (len(found.recalled_inputs.here), found.recalled_inputs.is_whole) == (months, True)
        return len(asked), lines_of(lambda: public_goods(link)) / months

    few, many = cost(60, "A"), cost(240, "B")
    assert many[0] - few[0] <= 6
    assert many[1] <= few[1]
