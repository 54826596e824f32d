"""Editing the register of parties ends no recall without a word."""

from datetime import date

import pytest

from khcn.kernel.actors import Role
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.trace.models import TraceParty
from tests.factories.base import an_actor
from tests.trace.public_given import NOODLES, confirm, observed, of, page, parties, send, visitor
from tests.trace.rest_given import GROWER, PROVINCE

__all__ = ["parties", "visitor"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.both]
PATH = NOODLES.removeprefix("https://id.gs1.org")
SET = [{"persistentDisposition": {"set": ["recalled"]}}, {"disposition": "recalled"}]
EDITOR, ON = an_actor(Role.ADMIN, "TDC"), date(2026, 10, 1)


def edited(speaker, **values):
    """Saves the party with other values, as its form does; gives the fields that are refused."""
    stored = TraceParty.objects.get(pk=speaker.party.pk)
    for name, value in values.items():
        setattr(stored, name, value)
    try:
        save_row(register_of(TraceParty), stored, actor=EDITOR, on=ON)
    except Refused as refused:
        return sorted(refused.fields)
    return []


def says(number, speaker, **fields):
    send(speaker, observed(number, 20, "holding", speaker.party.gln, quantityList=of(NOODLES), **fields))


def is_recalled(visitor):
    return "THU HỒI" in page(visitor, PATH)


@pytest.mark.parametrize("recall", SET)
def test_an_authority_stays_one_while_its_recalls_are_in_force(parties, visitor, recall):
    says(1, parties.province, **recall)
    assert edited(parties.province, is_authority=False) == ["is_authority"]
    assert edited(parties.province, name="Chi cục khác") == []
    assert is_recalled(visitor)
    says(2, parties.grower, **recall)  # whose the code is recalls it too
    assert edited(parties.province, is_authority=False) == []
    assert is_recalled(visitor)


@pytest.mark.parametrize("recall", SET)
def test_a_code_stays_confirmed_while_goods_under_it_are_recalled_by_its_owner_alone(
    parties, visitor, recall
):
    says(1, parties.grower, **recall)
    for codes in ("", "8930000"):
        assert edited(parties.grower, confirmed_codes=codes) == ["confirmed_codes"]
    assert edited(parties.grower, confirmed_codes="9521234 8930000") == []
    assert edited(parties.grower, confirmed_codes="9521234") == []
    confirm(parties.shop, "9521234")  # the successor recalls it as well
    says(2, parties.shop, **recall)
    assert edited(parties.grower, confirmed_codes="") == []
    assert is_recalled(visitor)


def test_what_is_recalled_no_more_stands_in_nobodys_way(parties):
    says(1, parties.province, **SET[0])
    says(2, parties.province, persistentDisposition={"unset": ["recalled"]})
    assert edited(parties.province, is_authority=False) == []
    assert edited(parties.grower, confirmed_codes="") == []
    assert {GROWER, PROVINCE} == {parties.grower.party.gln, parties.province.party.gln}
