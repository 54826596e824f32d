"""A condition finds what is stored in another spelling of the same party, transaction, number, instant or field."""

from urllib.parse import quote

import pytest

from khcn.trace.models import TraceParty
from tests.trace.rest_given import GROWER, SHOP, Speaker, document, event, party, problem_of

pytestmark = pytest.mark.django_db
ROOT = "https://id.gs1.org"
CHECKLESS = GROWER[:12]  # a URN has no check digit
PARTY_URN = f"urn:epc:id:pgln:{CHECKLESS[:7]}.{CHECKLESS[7:]}"
PARTY_LINK = f"{ROOT}/417/{GROWER}"
ORDER_URN = f"urn:epc:id:gdti:{CHECKLESS[:7]}.{CHECKLESS[7:]}.55"
ORDER_LINK = f"{ROOT}/253/{GROWER}55"


def stored():
    maker = Speaker(party(), **{"GS1-Extensions": "vidu=https://example.org/truy-xuat/"})
    first = event(
        1,
        action="ADD",
        bizStep="commissioning",
        sourceList=[{"type": "possessing_party", "source": PARTY_URN}],
        destinationList=[{"type": "possessing_party", "destination": f"{ROOT}/417/{SHOP}"}],
        bizTransactionList=[{"type": "po", "bizTransaction": ORDER_URN}],
        ilmd={"cbvmda:lotNumber": "007"},
        **{"vidu:n": 5.0, "vidu:ma": "007", "vidu:luc": "2026-09-01T00:00:00Z"},
    )
    assert maker.captured(document(first))["errors"] in ([], None)
    return maker


def found(maker, **conditions):
    return [
        len(maker.events(f"/events?{quote(name)}={quote(value, safe='')}"))
        for name, value in conditions.items()
    ]


def test_parties_and_transactions_are_found_by_either_spelling():
    maker = stored()
    for one, other in ((PARTY_URN, PARTY_LINK), (ORDER_URN, ORDER_LINK)):
        name = "EQ_source_possessing_party" if one == PARTY_URN else "EQ_bizTransaction_po"
        assert [found(maker, **{name: value}) for value in (one, other, other + "9")] == [[1], [1], [0]]
    shop = f"urn:epc:id:pgln:{SHOP[:7]}.{SHOP[7:12]}"
    assert found(maker, EQ_destination_possessing_party=shop) == [1]


def test_numbers_and_instants_are_found_in_other_notations_and_texts_of_digits_are_not():
    maker = stored()
    wanted = {
        ("vidu:n", "5"): 1,
        ("vidu:n", "5.00"): 1,
        ("vidu:n", "6"): 0,
        ("vidu:luc", "2026-09-01T07:00:00+07:00"): 1,
        ("vidu:luc", "2026-09-01T07:00:00Z"): 0,
        ("vidu:ma", "007"): 1,
        ("vidu:ma", "7"): 0,
    }
    assert {(name, value): found(maker, **{f"EQ_{name}": value})[0] for name, value in wanted} == wanted


def test_a_field_is_found_by_its_whole_name():
    maker = stored()
    names = ("cbvmda:lotNumber", "urn:epcglobal:cbv:mda:lotNumber", "urn:epcglobal:cbv:mda#lotNumber")
    assert [found(maker, **{f"EQ_ILMD_{name}": "007"}) for name in names] == [[1], [1], [1]]


def test_a_prefix_may_have_an_underscore():
    prefixes = {"GS1-Extensions": "my_ns=https://example.org/truy-xuat/"}
    stored()
    asking = Speaker(TraceParty.objects.get(gln=GROWER), **prefixes)
    wanted = {
        "EQ_my_ns:ma": ("007", 1),
        "EQ_my_ns:n": ("6", 0),
        "GE_my_ns:n": ("5", 1),
        "EXISTS_my_ns:ma": ("true", 1),
        "EQ_ILMD_my_ns:giong": ("x", 0),
        "EQ_INNER_my_ns:ma": ("007", 0),
    }
    assert {name: found(asking, **{name: value}) for name, (value, _count) in wanted.items()} == {
        name: [count] for name, (_value, count) in wanted.items()
    }
    for name in ("EQ_your_ns:ma", "EQ_bizTransactoin_po:x", "HASATTR_your_ns:f"):
        problem_of(asking.get(f"/events?{name}=1"), 400, "QueryParameterException")
