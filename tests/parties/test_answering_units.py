"""Whose work a division has that has ended: its own name is another version, or another division took it over."""

from datetime import date

import pytest

from khcn.kernel.dated.models import SuccessionKind
from khcn.parties.queries import answering_units
from tests.factories.parties import OrgUnitFactory, OrgUnitSuccessionFactory

pytestmark = pytest.mark.django_db
MERGER = date(2025, 3, 1)
END = date(2025, 7, 1)


def follow(old, new, on):
    kind = SuccessionKind.TRANSFER if new else SuccessionKind.ABOLISH
    OrgUnitSuccessionFactory(predecessor=old, successor=new, effective_on=on, kind=kind)


def test_a_division_with_another_name_is_itself():
    old = OrgUnitFactory(code="QLKH", valid_to=MERGER)
    follow(old, OrgUnitFactory(code="QLKH", valid_from=MERGER), MERGER)
    assert answering_units(on=date(2025, 2, 1)) == {}
    assert answering_units(on=MERGER) == {}


def test_the_work_of_a_division_that_ended_is_that_of_the_one_that_followed_step_by_step():
    inspectorate = OrgUnitFactory(code="TTRA", valid_to=MERGER)
    legal = OrgUnitFactory(code="PC", valid_from=MERGER, valid_to=END)
    office = OrgUnitFactory(code="VP")
    follow(inspectorate, legal, MERGER)
    follow(legal, office, END)
    assert answering_units(on=date(2025, 2, 1)) == {}
    assert answering_units(on=MERGER) == {"TTRA": "PC"}
    assert answering_units(on=END) == {"TTRA": "VP", "PC": "VP"}


def test_of_several_the_first_has_it_and_nobody_after_an_abolition():
    old = OrgUnitFactory(code="CN", valid_to=END)
    for code, position in (("B", 9), ("A", 2)):
        follow(old, OrgUnitFactory(code=code, position=position), END)
    follow(OrgUnitFactory(code="X", valid_to=END), None, END)
    assert answering_units(on=END) == {"CN": "A"}
