"""A walk says of an object that several parties sold it to consumers, without a return between."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khcn.trace.queries.answers import repeated_sales
from tests.trace.public_given import BOX, NOODLES, commissioned, observed, send, serial
from tests.trace.rest_given import GROWER, OTHER, SHOP
from tests.trace.test_whose_package import declare_wrong, packs, parties, to

__all__ = ["parties"]  # a fixture
pytestmark = pytest.mark.both
OBJECT = serial("A3")


def sells(number, day, speaker, *objects, step="retail_selling", **fields):
    event = observed(number, day, step, speaker.party.gln, epcList=list(objects or [OBJECT]), **fields)
    send(speaker, event)
    return event


def sold(speaker, thing=OBJECT, direction="downstream"):
    """By which parties, and on which days, each object was sold."""
    answer = speaker.get(f"/trace/{direction}?epc={thing}").json()
    assert "salesLeftOut" not in answer
    return [
        (one["epc"], [(each["party"], int(each["eventTime"][8:10])) for each in one["sales"]])
        for one in answer.get("soldRepeatedly", ())
    ]


TWICE = [(OBJECT, [(SHOP, 14), (OTHER, 16)])]
SOLD = {"step": "storing", "disposition": "retail_sold"}


@pytest.mark.parametrize("first", [{}, SOLD])
@pytest.mark.parametrize("second", [{}, SOLD])
def test_an_object_that_two_parties_sold_says_so_in_every_walk(parties, first, second):
    sells(60, 14, parties.shop, **first)
    assert sold(parties.province) == []
    sells(61, 16, parties.stranger, **second)
    assert sold(parties.province) == TWICE
    packs(62, 12, parties.grower, BOX, OBJECT)
    assert [sold(parties.province, BOX, one) for one in ("upstream", "downstream")] == [TWICE, TWICE]
    assert sold(parties.province, NOODLES) == []  # of another lot


def test_a_return_between_or_a_repeated_report_of_one_party_is_none(parties):
    sells(60, 14, parties.shop)
    sells(61, 15, parties.shop)
    assert sold(parties.province) == []
    sells(62, 15, parties.shop, step="receiving", disposition="returned")
    sells(63, 16, parties.stranger)
    assert sold(parties.province) == []
    sells(64, 17, parties.grower)
    assert sold(parties.province) == [(OBJECT, [(SHOP, 14), (SHOP, 15), (OTHER, 16), (GROWER, 17)])]


def test_a_return_that_somebody_else_reports_hides_nothing(parties):
    sells(60, 14, parties.shop)
    sells(61, 16, parties.stranger)
    sells(62, 15, parties.other, step="receiving", disposition="returned")
    sells(63, 13, parties.shop, step="receiving", disposition="returned")
    assert sold(parties.province) == TWICE


def test_a_sale_that_was_declared_wrong_counts_for_nothing(parties):
    sells(60, 14, parties.shop)
    wrong = sells(61, 16, parties.stranger)
    declare_wrong(parties.other, wrong)
    assert sold(parties.province) == TWICE
    declare_wrong(parties.stranger, wrong)
    assert sold(parties.province) == []


def test_a_party_learns_it_of_the_reports_that_it_may_see(parties):
    """The maker sees what the shop reports to which it gave the object; an outsider sees its own report alone."""
    sells(59, 12, parties.grower)
    send(parties.grower, observed(60, 13, "shipping", GROWER, epcList=[OBJECT], **to(SHOP)))
    sells(61, 14, parties.shop)
    sells(62, 18, parties.stranger)
    assert sold(parties.grower, direction="step-forward") == [(OBJECT, [(GROWER, 12), (SHOP, 14)])]
    assert sold(parties.stranger, direction="step-forward") == []
    assert sold(parties.province) == [(OBJECT, [(GROWER, 12), (SHOP, 14), (OTHER, 18)])]


def test_many_sales_cost_no_further_statement_and_of_too_many_the_answer_says_so(parties, monkeypatch):
    sold(parties.province)  # looks up what processes remember
    counted = []
    for number, letter in enumerate("GH"):
        objects = [serial(f"{letter}{place:02d}") for place in range(40)]
        send(
            parties.grower,
            commissioned(60 + number, 11, None, GROWER, quantityList=None, epcList=objects),
        )
        packs(70 + number, 12, parties.grower, BOX, *objects)
        sells(80 + number, 14, parties.shop, *objects)
        sells(90 + number, 16, parties.stranger, *objects)
        with CaptureQueriesContext(connection) as queries:
            assert len(sold(parties.province, BOX, "upstream")) == 40 * (number + 1)
        counted.append(len(queries))
    assert counted[0] == counted[1]
    monkeypatch.setattr(repeated_sales, "MOST_REPORTS", 10)
    answer = parties.province.get(f"/trace/upstream?epc={BOX}").json()
    assert answer["salesLeftOut"] is True
