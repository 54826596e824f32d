"""Numbers of packages: whose events use them up, what they cost, and below which codes they are given."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khcn.epcis.ids.check import check_digit
from khcn.epcis.ids.digital_link import CANONICAL_STEM
from khcn.goods.operations import package_numbers
from khcn.goods.operations.package_numbers import next_ssccs
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.refusals import Refused
from tests.factories.goods import LotFactory
from tests.factories.parties import ProducerFactory
from tests.factories.trace import TracePartyFactory
from tests.goods.test_recall_scope import reported

pytestmark = pytest.mark.django_db
PREFIX = "893850012345"


def confirm(party, codes):
    with acting(SYSTEM):
        party.confirmed_codes = codes
        party.save()


@pytest.fixture
def lot():
    lot = LotFactory()
    confirm(lot.item.organisation.trace_parties.get(), PREFIX)
    return lot


@pytest.fixture
def owner(lot):
    return lot.item.organisation


def number(at, prefix=PREFIX):
    body = f"9{prefix}{at:0{16 - len(prefix)}d}"
    return body + check_digit(body)


def observe(lot, party, numbers):
    things = [f"{CANONICAL_STEM}/00/{each}" for each in numbers]
    reported(lot, "ObjectEvent", party=party, action="OBSERVE", bizStep="inspecting", epcList=things)


def test_a_stranger_uses_up_no_number_of_others(lot, owner):
    """Of a prefix of twelve digits there are 9,999 numbers, which fit into one document."""
    stranger = ProducerFactory().trace_parties.get()
    for start in (1, 5000):
        observe(lot, stranger, [number(each) for each in range(start, start + 5000)])
    assert next_ssccs(owner, 3) == [number(1), number(2), number(3)]


def test_what_the_own_program_or_an_authority_has_named_is_passed_over(lot, owner):
    observe(lot, owner.trace_parties.get(), [number(1), number(4)])
    observe(lot, TracePartyFactory(is_authority=True), [number(2)])
    branch = ProducerFactory().trace_parties.get()
    confirm(branch, PREFIX)
    observe(lot, branch, [number(6)])
    assert next_ssccs(owner, 3) == [number(3), number(5), number(7)]


def test_a_number_costs_no_statement_of_its_own(lot, owner):
    def cost(count):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            next_ssccs(owner, count)
        return len(asked)

    few = cost(1)
    observe(lot, owner.trace_parties.get(), [number(each) for each in range(1, 301)])
    assert cost(150) == few
    assert next_ssccs(owner, 150)[0] == number(301)


def test_who_has_used_up_all_numbers_reads_that(lot, owner):
    own = owner.trace_parties.get()
    for start, end in ((1, 5000), (5000, 9998)):
        observe(lot, own, [number(each) for each in range(start, end)])
    assert next_ssccs(owner, 2) == [number(9998), number(9999)]
    with pytest.raises(Refused, match="đã dùng hết mã kiện"):
        next_ssccs(owner, 3)


def test_who_packs_below_another_prefix_does_not_wait(owner, monkeypatch):
    turns = []
    monkeypatch.setattr(package_numbers, "wait_for_turn", turns.append)
    other = ProducerFactory()
    confirm(other.trace_parties.get(), "9521234")
    for each in (owner, other, owner):
        next_ssccs(each, 1)
    assert turns[0] == turns[2] != turns[1]


@pytest.mark.parametrize("code", ["9771234", "9786041", "9790123", "0212345", "2912345", "9912345"])
def test_what_gs1_gives_to_no_company_is_no_beginning_of_a_number(owner, code):
    confirm(owner.trace_parties.get(), f"{code} {PREFIX}")
    assert next_ssccs(owner, 1) == [number(1)]
