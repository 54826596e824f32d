"""The page of what was made of very many raw materials: a part on each page, and the cost of that part alone."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khcn.epcis.ids import digital_link
from khcn.trace.queries import journey
from khcn.trace.queries.makers import makers_and_trust
from khcn.trace.queries.page_contents import InputsShown
from khcn.trace.queries.public_page import public_goods
from tests.lines_counted import UNNOTICED, lines_of
from tests.trace.public_given import (
    NOODLES,
    NOODLES_GTIN,
    commissioned,
    lot,
    page,
    parties,
    send,
    steps,
    text,
    transformed,
    visitor,
)
from tests.trace.rest_given import GROWER, OTHER

__all__ = ["parties", "visitor"]  # fixtures
pytestmark = pytest.mark.both

LOT = f"/01/{NOODLES_GTIN}/10/MIEN-1"
SHOWN = 4


@pytest.fixture(autouse=True)
def small_pages(monkeypatch):
    monkeypatch.setattr(journey, "SHOWN_INPUTS", SHOWN)
    monkeypatch.setattr(journey, "MAX_EDGE_ENDS", 24)
    monkeypatch.setattr(makers_and_trust, "_MOST_OF_ONE", 5)


def roots(count):
    return [lot("09521234000013", f"CU-{number:03}") for number in range(count)]


def made_of(speaker, count, shape, output=NOODLES):
    """Noodles of so many lots of roots, by one event or by one for each lot."""
    some = roots(count)
    made = [commissioned(1000 + number, 1, one, GROWER) for number, one in enumerate(some)]
    if shape == "one event":
        made.append(transformed(3, 10, some, [output]))
    else:
        made += [transformed(2000 + number, 10, [one], [output]) for number, one in enumerate(some)]
    send(speaker, *made)


SHAPES = pytest.mark.parametrize("shape", ["one event", "many events"])


@SHAPES
def test_each_input_is_on_one_page_with_its_own_steps(parties, visitor, shape):
    made_of(parties.grower, 10, shape)
    send(
        parties.stranger,
        transformed(60, 1, [lot("09521236000011", f"X{one}") for one in range(9)], [NOODLES], gln=OTHER),
    )
    seen, html, address = [], page(visitor, LOT), ""
    for number in (1, 2, 3):
        shown = text(html)
        lots = sorted(set(re.findall(r"CU-\d{3}", shown)))
        assert f"còn {10 - len(lots)} nguyên liệu ở trang khác" in shown
        assert steps(html) == [("Tạo lô hàng, gắn mã", "01/09/2026"), ("Chế biến", "10/09/2026")]
        assert "X1" not in shown
        seen += lots
        links = dict(re.findall(r'<a href="([^"]+)" rel="(prev|next) nofollow"', html))
        ways = {rel: href.replace("&amp;", "&") for href, rel in links.items()}
        assert sorted(ways) == {1: ["next"], 2: ["next", "prev"], 3: ["prev"]}[number]
        if number < 3:
            address = LOT + ways["next"]
            html = page(visitor, address)
    assert seen == [one.rpartition("/")[2] for one in roots(10)]
    assert steps(page(visitor, f"{LOT}?inputs=9999")) != []
    assert page(visitor, f"{LOT}?inputs=x") == page(visitor, LOT)


def test_what_has_place_on_one_page_is_on_one_page(parties, visitor):
    made_of(parties.grower, SHOWN, "one event")
    html = page(visitor, LOT)
    assert ("trang khác" in html, "CU-003" in html) == (False, True)


def test_machines_get_the_number_of_inputs_on_other_pages(parties, visitor):
    made_of(parties.grower, 10, "one event")
    data = visitor.get(LOT, headers={"Accept": "application/ld+json"}).json()
    assert data["rdfs:comment"] == ["Trang này hiện một phần nguyên liệu; còn 6 nguyên liệu ở trang khác."]


@SHAPES
def test_what_is_not_shown_costs_nothing(parties, shape):
    """Lines of Python and statements, with twice and four times as many inputs as on a page that is full."""

    def cost(count):
        output = lot(NOODLES_GTIN, f"N{count:03}")
        some = [lot("09521234000013", f"C{count:03}-{number:03}") for number in range(count)]
        made = [
            commissioned(count * 1000 + 100000 + number, 1, one, GROWER) for number, one in enumerate(some)
        ]
        if shape == "one event":
            made.append(transformed(count * 1000 + 500, 10, some, [output]))
        else:
            made += [
                transformed(count * 1000 + 500 + number, 10, [one], [output])
                for number, one in enumerate(some)
            ]
        send(parties.grower, *made)
        link = digital_link.parse(output)
        with CaptureQueriesContext(connection) as asked:
            found = public_goods(link)
        assert found.inputs == InputsShown(1, count - SHOWN, True)
        return lines_of(lambda: public_goods(link)), len(asked)

    small, large = cost(30), cost(120)
    assert large[0] - small[0] <= UNNOTICED
    assert large[1] == small[1]
