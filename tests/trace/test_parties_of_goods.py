"""Who must be called about goods: the parties that had them, or were named as receivers, in walks forward."""

import pytest

from khcn.trace.queries.answers import goods_reports
from tests.trace.public_given import BOX, Parties, commissioned, lot, observed, of, place, send
from tests.trace.rest_given import GROWER, OTHER, PROVINCE, SHOP, Speaker, party
from tests.trace.test_whose_package import packs

pytestmark = [pytest.mark.django_db, pytest.mark.both]
BUYER, UNKNOWN = "9521238000002", "9521239000001"
LOT, NEXT, PALLET = (
    lot("09521234000013", "L1"),
    lot("09521234000013", "L2"),
    "https://id.gs1.org/00/095212340000000020",
)


def to(*glns):
    named = [
        {"type": "possessing_party", "destination": place(gln).replace("/414/", "/417/")} for gln in glns
    ]
    return {"destinationList": named}


@pytest.fixture
def chain(db):
    """The lot goes to the shop, and a part of it in a box, on a pallet, to the buyer, who sends it to one who is not registered.

    Emptied, the box goes back and is filled with another lot, for the shop.
    """
    made = Parties()
    made.buyer = Speaker(party(BUYER, "Bên mua"))
    send(
        made.grower,
        commissioned(1, 1, LOT, GROWER),
        commissioned(2, 1, NEXT, GROWER),
        observed(3, 2, "shipping", GROWER, quantityList=of(LOT), **to(SHOP)),
    )
    send(made.shop, observed(4, 3, "receiving", SHOP, quantityList=of(LOT)))
    packs(5, 2, made.grower, BOX, LOT)
    packs(6, 3, made.grower, PALLET, BOX)
    send(made.grower, observed(7, 4, "shipping", GROWER, epcList=[PALLET], **to(BUYER)))
    send(
        made.buyer,
        observed(8, 5, "receiving", BUYER, epcList=[PALLET]),
        observed(9, 6, "shipping", BUYER, epcList=[PALLET], **to(UNKNOWN)),
    )
    send(made.stranger, observed(10, 7, "shipping", OTHER, quantityList=of(LOT), **to(PROVINCE)))
    packs(11, 8, made.grower, BOX, action="DELETE")
    packs(12, 9, made.grower, BOX, NEXT)
    send(made.grower, observed(13, 10, "shipping", GROWER, epcList=[BOX], **to(SHOP)))
    return made


def called(speaker, thing, direction="downstream"):
    answer = speaker.get(f"/trace/{direction}?epc={thing}").json()
    assert "partiesLeftOut" not in answer
    return sorted(
        (one["epc"], one["party"], one["how"], one["confirmed"]) for one in answer.get("parties", ())
    )


def test_an_authority_learns_who_had_the_goods_and_to_whom_they_went(chain):
    expected = [
        (LOT, GROWER, "reported", True),
        (LOT, SHOP, "reported", True),
        (LOT, OTHER, "reported", False),
        (LOT, PROVINCE, "destination", False),
        (BOX, GROWER, "reported", True),
        (PALLET, GROWER, "reported", True),
        (PALLET, BUYER, "reported", True),
        (PALLET, UNKNOWN, "destination", True),
    ]
    assert called(chain.province, LOT) == sorted(expected)
    of_next = [
        (NEXT, GROWER, "reported", True),
        (BOX, GROWER, "reported", True),
        (BOX, SHOP, "destination", True),
    ]
    assert called(chain.province, NEXT) == sorted(of_next)
    assert called(chain.province, LOT, "upstream") == []


def test_who_had_the_goods_and_reports_nothing_is_named_by_who_got_them_from_him(chain):
    """The source of a delivery may still have the rest; who is also a receiver, or reports himself, is named as that."""
    had = [{"type": "possessing_party", "source": place(UNKNOWN).replace("/414/", "/417/")}]
    owned = [{"type": "owning_party", "source": place(GROWER).replace("/414/", "/417/")}]
    got = observed(20, 4, "receiving", SHOP, quantityList=of(LOT), sourceList=had + owned)
    before = called(chain.province, LOT)
    send(chain.shop, got)
    assert called(chain.province, LOT) == sorted([*before, (LOT, UNKNOWN, "source", True)])
    false = observed(21, 4, "receiving", OTHER, quantityList=of(LOT), sourceList=had)
    send(
        chain.stranger,
        false,
        {**false, "eventID": f"{false['eventID']}0", "sourceList": [{**had[0], "source": "urn:example:a"}]},
    )
    expected = [(LOT, UNKNOWN, "source", True), (LOT, "urn:example:a", "source", False)]
    assert called(chain.province, LOT) == sorted([*before, *expected])
    send(chain.grower, observed(22, 5, "shipping", GROWER, quantityList=of(LOT), **to(UNKNOWN)))
    assert (LOT, UNKNOWN, "destination", True) in called(chain.province, LOT)


def test_a_party_learns_of_parties_in_events_that_it_may_see(chain):
    """One step forward; the buyer of a part and the shop do not see each other."""
    assert called(chain.shop, LOT, "step-forward") == sorted(
        [(LOT, GROWER, "reported", True), (LOT, SHOP, "reported", True)]
    )
    assert called(chain.buyer, LOT, "step-forward") == []
    assert called(chain.stranger, LOT, "step-forward") == sorted(
        [(LOT, OTHER, "reported", False), (LOT, PROVINCE, "destination", False)]
    )


def test_an_event_that_was_declared_wrong_names_nobody(chain):
    wrong = observed(3, 2, "shipping", GROWER, quantityList=of(LOT), **to(SHOP))
    send(chain.grower, {**wrong, "errorDeclaration": {"declarationTime": "2026-10-08T08:00:00+07:00"}})
    of_shop = [one for one in called(chain.province, LOT) if one[1] == SHOP]
    assert of_shop == [(LOT, SHOP, "reported", False)]


def test_where_too_many_events_name_the_goods_the_answer_says_so(chain, monkeypatch):
    monkeypatch.setattr(goods_reports, "MOST_REPORTS", 1)
    assert chain.province.get(f"/trace/downstream?epc={LOT}").json()["partiesLeftOut"] is True


def test_who_reports_one_thing_again_and_again_crowds_nobody_out(chain, monkeypatch):
    before = called(chain.province, LOT)
    monkeypatch.setattr(goods_reports, "MOST_REPORTS", 25)
    flood = [observed(100 + number, 3, "holding", OTHER, epcList=[BOX]) for number in range(60)]
    send(chain.stranger, *flood)
    answer = chain.province.get(f"/trace/downstream?epc={LOT}").json()
    assert answer["partiesLeftOut"] is True
    found = {(one["epc"], one["party"], one["how"], one["confirmed"]) for one in answer["parties"]}
    assert found == {*before, (BOX, OTHER, "reported", False)}
