"""People are found by their telephone number, by those who may read it."""

from datetime import date

import pytest

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.registers.registry import register_of
from khcn.parties.models import Person, RoleRight, User
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.web.conftest import tree

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def found(client, text, page="/search/"):
    return tree(client.get(page, {"q": text})).xpath(
        "//a[starts-with(@href,'/parties/people/') and @href != '/parties/people/']/@href"
    )


@pytest.fixture
def people():
    return [PersonFactory(phone=phone) for phone in ("0912 345.678", "+84 912345679", "(0209) 3870-123", "")]


@pytest.mark.parametrize("page", ["/search/", "/search/suggest/"])
@pytest.mark.parametrize(
    ("typed", "places"),
    [
        ("0912345678", [0]),
        ("0912 345 678", [0]),
        ("+84.912.345.678", [0]),
        ("0912345679", [1]),
        ("912345", [0, 1]),
        ("345 678", [0]),
        ("02093870123", [2]),
        ("0209 3870 124", []),
        ("12345", []),  # too short for a telephone number
    ],
)
def test_people_are_found_however_their_number_is_grouped(officer, people, page, typed, places):
    register = register_of(Person)
    assert sorted(set(found(officer, typed, page))) == sorted(
        register.detail_url(people[place].pk) for place in places
    )


def test_who_may_not_read_people_or_their_numbers_does_not_find_them(sign_in, people, monkeypatch):
    days = {"valid_from": date(2020, 1, 1), "valid_to": date(2099, 1, 1), "reason": "thử"}
    with acting(SYSTEM):
        RoleRight(role_id="head", register="parties.person", verb="read", allowed=False, **days).save()
    assert len(found(sign_in(Role.OFFICER), "0912345678")) > 0
    assert found(sign_in(Role.HEAD), "0912345678") == []
    scope = register_of(Person).scope
    monkeypatch.setattr(type(scope), "hidden", lambda _scope, _actor: frozenset({"phone"}))
    assert found(sign_in(Role.OFFICER), "0912345678") == []


def test_an_account_from_outside_finds_the_people_of_its_organisation_alone(client):
    own, other = (PersonFactory(phone="0912 345 678", organisation=OrganisationFactory()) for _ in range(2))
    with acting(SYSTEM):
        outside = User.objects.create_user("ngoai", full_name="Ngoài", organisation=own.organisation)
    client.force_login(outside)
    register = register_of(Person)
    assert set(found(client, "0912345678")) <= {register.detail_url(own.pk)}
    assert register.detail_url(other.pk) not in found(client, "0912345678")
