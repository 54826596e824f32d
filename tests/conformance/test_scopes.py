"""What a scope opens, to whom and for what. That its answers agree over rows of every register is in test_register_rows.py."""

from django.db.models import Q

from khcn.kernel.access.predicates import is_staff
from khcn.kernel.access.scopes import (
    VERBS,
    Department,
    OwnOrganisation,
    is_within_reach,
    rows_within_reach,
)
from khcn.kernel.actors import PUBLIC, SYSTEM, Actor, ActorKind, Grant, Role
from khcn.kernel.registers.spec import Register
from khcn.parties.models import Organisation
from tests.conformance.given import REGISTERS
from tests.factories.base import an_actor
from tests.factories.parties import OrganisationFactory

ORGANISATION = ActorKind.ORGANISATION


def outsider(organisation):
    return Actor(77, "Tài khoản ngoài", None, kind=ORGANISATION, organisation_id=organisation)


def test_an_actor_who_is_not_named_reaches_nothing():
    for register in REGISTERS:
        for actor in (PUBLIC, outsider(None), an_actor(None, "QLKH")):
            assert [verb for verb in VERBS if register.reach(verb, actor) is not False] == [], register.name
        assert register.reach("no such verb", SYSTEM) is False


def test_no_register_answers_otherwise_than_by_its_reach():
    """So that test_register_rows need ask each reach of a register only once, regardless of who has it and for which verb."""
    for register in REGISTERS:
        for name in ("reach", "may", "fits", "visible", "rows", "rows_within"):
            assert getattr(type(register), name) is getattr(Register, name), register.name


def test_a_field_is_hidden_from_whoever_sees_rows_by_a_scope_that_hides_it():
    """Fields are hidden for an actor and not for a row: else a task one only takes part in would show the field too."""
    hiding, open_too = OwnOrganisation("host", hide=("note",)), OwnOrganisation("programme")
    writing = OwnOrganisation("host", verbs=frozenset({"create"}), hide=("title",))
    both = Department(read=is_staff) | hiding | open_too | writing
    assert both.hidden(outsider(5)) == {"note"}
    assert both.hidden(an_actor()) == both.hidden(SYSTEM) == set()
    assert (Department(read=is_staff) | open_too).hidden(outsider(5)) == set()


def test_an_empty_condition_opens_nothing(db):
    OrganisationFactory()
    for nothing in (Q(), False, None, 0, ""):
        assert not rows_within_reach(Organisation.objects.all(), nothing).exists()
    assert not is_within_reach(Q(), Organisation(pk=1))
    assert not is_within_reach(~Q(pk=2), Organisation(pk=1))


def test_a_decision_of_the_administrator_counts_before_the_rules_and_the_narrowest_first():
    register = next(each for each in REGISTERS if each.name == "science.sciencetask")
    given = lambda *grants: an_actor(Role.OFFICER, "QLCN", grants=grants)  # noqa: E731
    assert not register.may("change", given())
    assert register.may("change", given(Grant("science", "change", allowed=True)))
    assert not register.may("delete", given(Grant("science", "change", allowed=True)))
    assert not register.may(
        "change",
        given(Grant("science", "*", allowed=True), Grant("science.sciencetask", "change", allowed=False)),
    )
    assert register.may("change", given(Grant("*", "*", allowed=False), Grant("science", "*", allowed=True)))
    withdrawn = given(Grant("science", "read", allowed=False), Grant("science", "change", allowed=True))
    assert [register.may(verb, withdrawn) for verb in ("read", "change", "export")] == [False] * 3


def test_no_decision_of_the_administrator_reaches_across_to_an_outside_account(db):
    register = next(each for each in REGISTERS if each.name == "science.sciencetask")
    actor = Actor(1, "x", None, kind=ORGANISATION, organisation_id=5, grants=(Grant("*", "*", allowed=True),))
    assert register.reach("change", actor) is False
    assert register.reach("read", actor) == Q(host=5)


def test_a_delegation_covers_its_registers_and_nothing_else():
    by_name = {each.name: each for each in REGISTERS}
    own = an_actor(Role.READER, "TTRA", grants=(Grant("parties.person", "read", allowed=False),))
    acting = an_actor(Role.OFFICER, "QLKH", delegated=("science.sciencetask",), own=own)
    assert by_name["science.sciencetask"].may("change", acting)
    assert not by_name["science.taskmilestone"].may("change", acting)
    assert by_name["science.taskmilestone"].may("read", acting)
    assert not by_name["parties.organisation"].may("create", acting)
    # What the delegation does not cover is read with the delegate's own rights, not with the principal's.
    assert not by_name["parties.person"].may("read", acting)
    assert not by_name["parties.person"].may("export", acting)
