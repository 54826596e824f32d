"""Recalls around goods that were packed into very many packages, and what a page says where it cannot read all."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khcn.epcis.ids import digital_link
from khcn.trace.models import LineageEdgeEnd
from khcn.trace.queries.page_notices import Notice
from khcn.trace.queries.public_page import public_goods
from khcn.trace.queries.recalls import recalled_packages
from khcn.trace.stored_codes import EdgeKind, EdgeSide
from tests.trace.public_given import (
    BOX,
    NOODLES,
    page,
    visitor,  # noqa: F401 -- a fixture
)
from tests.trace.test_whose_package import (
    FIT,
    LOT,
    PALLET,
    SET,
    SHIP,
    packs,
    parties,  # noqa: F401 -- a fixture
    recalled,
    says,
)

BOXES = [f"https://id.gs1.org/00/09521234001{number:07d}" for number in range(6000)]
CUT = "không đọc hết được các thông báo thu hồi kiện"


def packed_by_the_thousand(speaker, boxes, first=10_000_000):
    """The maker packs a part of the lot into each box."""
    rows = []
    for number, box in enumerate(boxes, start=first):
        for thing, side in ((NOODLES, EdgeSide.SOURCE), (box, EdgeSide.PRODUCT)):
            usual = {"part": 0, "kind": EdgeKind.CONTAINMENT, "event_time": 1_789_000_000_000_000}
            rows.append(LineageEdgeEnd(event=number, thing=thing, side=side, owner=speaker.party.pk, **usual))
    LineageEdgeEnd.objects.bulk_create(rows, 2000)


def notices(path=LOT):
    return public_goods(digital_link.parse(f"https://id.gs1.org{path}")).notices


def test_a_recall_of_any_of_six_thousand_boxes_is_found(parties):  # noqa: F811 -- the fixture's value
    packed_by_the_thousand(parties.grower, BOXES)
    assert recalled(LOT) == [False]
    says(60, 20, parties.province, BOXES[5999], **SET)
    assert (recalled(LOT), Notice.RECALLS_CUT in notices()) == (["part"], False)
    says(61, 21, parties.province, BOXES[5999], **FIT)
    packs(62, 13, parties.grower, PALLET, *BOXES[5500:5510])
    packs(63, 13, parties.grower, SHIP, PALLET)
    assert recalled(LOT) == [False]
    says(64, 22, parties.province, SHIP, **SET)
    assert recalled(LOT) == ["part"]
    with CaptureQueriesContext(connection) as asked:
        recalled(LOT)
    assert len(asked) < 150
    says(65, 23, parties.province, SHIP, **FIT)
    says(66, 23, parties.grower, things=(NOODLES,), **SET)
    assert recalled(LOT) == [True]


@pytest.mark.parametrize("limit", ["MOST_PACKINGS", "MOST_NAMES"])
def test_where_a_limit_cuts_the_page_says_so(parties, visitor, monkeypatch, limit):  # noqa: F811 -- the fixtures' values
    packed_by_the_thousand(parties.grower, BOXES[:3])
    says(60, 20, parties.province, *BOXES[:3], **SET)
    assert (recalled(LOT), Notice.RECALLS_CUT in notices()) == (["part"], False)
    monkeypatch.setattr(recalled_packages, limit, 2)
    assert Notice.RECALLS_CUT in notices()
    assert CUT in page(visitor, LOT)
    answer = parties.province.get(f"/trace/upstream?epc={NOODLES}").json()
    assert answer["recallsLeftOut"] == 1


def test_the_page_of_a_package_says_that_recalls_may_be_missing(parties, visitor, monkeypatch):  # noqa: F811 -- the fixtures' values
    packs(60, 13, parties.grower, PALLET, BOX)
    packs(61, 13, parties.grower, SHIP, BOX)
    says(62, 14, parties.province, PALLET, **SET)
    path = BOX.removeprefix("https://id.gs1.org")
    assert CUT not in page(visitor, path)
    monkeypatch.setattr(recalled_packages, "MOST_PACKINGS", 1)
    assert CUT in page(visitor, path)
    assert CUT in str(visitor.get(path, headers={"Accept": "application/ld+json"}).json())
