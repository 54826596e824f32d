"""One declaration, three answers that must agree: which rows, may I do this to that row, does this row fit.

Asked for every register, kind of actor and verb, over rows that are one's own, another's, and nobody's.
"""

import pytest
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
from khcn.parties.models import Organisation
from tests.conformance.given import NAMES, REGISTERS, some_records
from tests.factories.base import an_actor
from tests.factories.parties import OrganisationFactory, OrgUnitFactory
from tests.factories.registry import factory_of

every_register = pytest.mark.parametrize("register", REGISTERS, ids=NAMES)
ORGANISATION = ActorKind.ORGANISATION


def outsider(organisation):
    return Actor(77, "Tài khoản ngoài", None, kind=ORGANISATION, organisation_id=organisation)


def rows_and_actors(register):
    """Rows of two owners and of none, and one actor of every kind."""
    mine, other = OrganisationFactory(), OrganisationFactory()
    unit, other_unit = OrgUnitFactory(code="QLKH"), OrgUnitFactory(code="QLCN")
    some_records(register)
    for path in register.scope.paths():
        last = register.model
        for step in path.split("__"):
            field = last._meta.pk if step == "pk" else last._meta.get_field(step)
            last = field.related_model or last
        for owner in (mine, other) if last is Organisation else (unit, other_unit):
            if path != "pk":
                factory_of(register.model)(**{path: owner})
    actors = [
        None,
        PUBLIC,
        SYSTEM,
        outsider(mine.pk),
        outsider(other.pk),
        outsider(None),
        an_actor(None, "QLKH", unit_id=unit.pk),
        *(
            an_actor(role, place.code, unit_id=place.pk)
            for role in Role
            if role is not Role.SYSTEM
            for place in (unit, other_unit)
        ),
        an_actor(Role.OFFICER, "VP"),
    ]
    return list(register.model.objects.all()), [actor for actor in actors if actor is not None]


@every_register
@pytest.mark.django_db
def test_row_filter_object_check_and_check_in_memory_agree(register):
    rows, actors = rows_and_actors(register)
    assert len(rows) > 2
    for actor in actors:
        for verb in VERBS:
            reached = set(register.visible(actor, verb).values_list("pk", flat=True))
            asked = {row.pk for row in rows if register.may(verb, actor, row)}
            fitting = {row.pk for row in rows if register.fits(verb, actor, row)}
            assert reached == asked == fitting, (actor, verb)
            assert register.may(verb, actor) or not reached, (actor, verb)


@every_register
@pytest.mark.django_db
def test_who_is_not_named_reaches_nothing(register):
    _rows, _actors = rows_and_actors(register)
    for actor in (PUBLIC, outsider(None), an_actor(None, "QLKH")):
        for verb in VERBS:
            assert register.reach(verb, actor) is False
            assert list(register.visible(actor, verb)) == []
    assert register.reach("no such verb", SYSTEM) is False


@every_register
@pytest.mark.django_db
def test_two_organisations_share_no_row_but_those_anybody_may_choose(register):
    rows_and_actors(register)
    mine, other = Organisation.objects.order_by("pk")[:2]
    for verb in VERBS:
        first, second = (
            set(register.visible(outsider(each.pk), verb).values_list("pk", flat=True))
            for each in (mine, other)
        )
        if register.reach(verb, outsider(mine.pk)) is not True:
            assert not first & second, verb
        else:
            assert verb == "choose"


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
