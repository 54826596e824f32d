"""Predicates that combine, and the one door for reading."""

import pytest

from khcn.kernel.access.predicates import has_role, in_unit, is_staff, nobody
from khcn.kernel.actors import SYSTEM, Role
from khcn.parties.models import Organisation, OrgUnit
from tests.factories.base import OUTSIDER, an_actor
from tests.factories.parties import OrganisationFactory

OFFICER, LEADER = an_actor(Role.OFFICER, "QLKH"), an_actor(Role.LEADER, "BGD")


def allowed(rule, *actors):
    return [rule.test(actor, None) for actor in actors]


def test_roles():
    rule = has_role(Role.OFFICER, Role.HEAD)
    assert allowed(rule, OFFICER, an_actor(Role.HEAD), LEADER, an_actor(Role.READER), OUTSIDER, SYSTEM) == [
        True, True, False, False, False, True,
    ]  # fmt: skip


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_units_give_rights_to_those_who_write_only(role):
    writes = role in {Role.OFFICER, Role.HEAD, Role.OFFICE}
    rule = in_unit("QLKH", "VP")
    assert allowed(
        rule, an_actor(role, "QLKH"), an_actor(role, "VP"), an_actor(role, "TDC"), an_actor(role, "")
    ) == [
        writes,
        writes,
        False,
        False,
    ]
    assert rule.test(SYSTEM, None)


def test_staff_and_nobody():
    assert allowed(is_staff, OFFICER, LEADER, SYSTEM, OUTSIDER) == [True, True, True, False]
    assert allowed(nobody, OFFICER, LEADER, SYSTEM, OUTSIDER) == [False] * 4


def test_rules_combine():
    officer_of_science = has_role(Role.OFFICER) & in_unit("QLKH")
    assert allowed(officer_of_science, OFFICER, an_actor(Role.OFFICER, "VP"), LEADER) == [True, False, False]
    assert allowed(officer_of_science | has_role(Role.LEADER), OFFICER, LEADER) == [True, True]
    assert allowed(~has_role(Role.OFFICER), OFFICER, LEADER) == [False, True]


def test_two_rules_of_one_kind_do_not_share_their_arguments():
    one, other = in_unit("QLKH"), in_unit("VP")
    assert allowed(one | other, an_actor(Role.OFFICER, "VP")) == [True]
    assert allowed(one, an_actor(Role.OFFICER, "VP")) == [False]
    assert one.name != other.name


@pytest.mark.parametrize("rule", [has_role(Role.OFFICER), in_unit("QLKH")], ids=["role", "unit"])
def test_a_delegation_gives_the_role_and_the_unit_for_its_registers_only(rule):
    one = an_actor(delegated=("parties.organisation",))
    area, everything = an_actor(delegated=("parties",)), an_actor(delegated=("*",))
    found = [
        [rule.test(actor, record) for record in (Organisation(), Organisation, OrgUnit(), None)]
        for actor in (one, area, everything)
    ]
    assert found == [[True, True, False, False], [True, True, True, False], [True, True, True, True]]


@pytest.mark.django_db
def test_what_one_reader_has_read_is_not_handed_to_the_next():
    organisations = Organisation.objects.all()
    OrganisationFactory()
    assert len(organisations.visible_to(OFFICER)) == 1
    OrganisationFactory()
    assert len(organisations.visible_to(OFFICER)) == 2


@pytest.mark.django_db
def test_outsiders_see_no_row():
    OrganisationFactory()
    assert Organisation.objects.visible_to(OFFICER).count() == 1
    assert Organisation.objects.visible_to(SYSTEM).count() == 1
    assert list(Organisation.objects.visible_to(OUTSIDER)) == []
    assert list(Organisation.objects.filter(name__contains="Trung").visible_to(OUTSIDER)) == []
