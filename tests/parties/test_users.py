"""Accounts: what of them is logged, and what the kernel knows about a person who signs in."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from khcn.kernel.actors import SYSTEM, Actor, ActorKind, Grant, NoActorError, Role, acting
from khcn.kernel.audit.logged_values import masked_value
from khcn.kernel.audit.models import ChangeEntry
from khcn.parties.models import RoleAssignment, RoleRight, User
from tests.factories.parties import OrgUnitFactory

pytestmark = pytest.mark.django_db


def log():
    return [
        (entry.action, entry.before, entry.after)
        for entry in ChangeEntry.objects.filter(model="parties.user").order_by("pk")
    ]


@pytest.fixture
def user():
    with acting(SYSTEM):
        return User.objects.create_user(
            "quan.ly", password="mật khẩu thứ nhất", full_name="Nguyễn Quản Lý", role_id="office"
        )


def test_a_password_is_changed_and_logged_without_its_hash(user):
    first = user.password
    with acting(SYSTEM):
        user.set_password("mật khẩu thứ hai")
        user.save()
    user.refresh_from_db()
    assert user.check_password("mật khẩu thứ hai")
    masks = [{"password": masked_value(user, "password", each)} for each in (first, user.password)]
    assert log()[1:] == [("update", *masks)]
    assert log()[0][2]["password"] == masks[0]["password"]
    assert first not in str(log())
    assert user.password not in str(log())


def test_signing_in_needs_no_actor_and_leaves_no_entry(user):
    before = log()
    user.last_login = timezone.now()
    user.save(update_fields=["last_login"])
    assert log() == before
    user.full_name = "Khác"
    with pytest.raises(NoActorError):
        user.save(update_fields=["full_name"])


def test_the_kernel_knows_role_and_unit(user):
    unit = OrgUnitFactory(code="VP")
    user.unit = unit
    assert user.actor == Actor(user.pk, "Nguyễn Quản Lý", Role.OFFICE, unit.pk, "VP", kind=ActorKind.STAFF)
    user.unit = None
    assert (user.actor.unit_id, user.actor.unit_code) == (None, "")
    assert str(user) == "Nguyễn Quản Lý"


def test_the_actor_of_each_day_has_the_role_and_the_rights_of_that_day(user):
    """The statements that every page asks are put together once: each day and each account must get its own answer."""
    first, moved, withdrawn, last = (date(2023, 9, day) for day in (1, 10, 15, 20))
    other, unit = OrgUnitFactory(code="QLKH"), OrgUnitFactory(code="VP")
    days = {"valid_from": first, "valid_to": last, "reason": "thử"}
    with acting(SYSTEM):
        user.unit = unit
        user.save()
        second = User.objects.create_user(
            "chuyen.vien",
            password="mật khẩu thứ nhất",
            full_name="Trần Chuyên Viên",
            role_id="officer",
            unit=other,
        )
        RoleAssignment.objects.create(user=user, role_id="head", unit=other, **{**days, "valid_from": moved})
        RoleAssignment.objects.create(
            user=second, role_id=None, **{**days, "valid_from": moved}, withdrawn_on=withdrawn
        )
        for role, allowed in (("head", False), ("officer", True)):
            RoleRight.objects.create(role_id=role, register="science", verb="act", allowed=allowed, **days)
    office, head = (
        (Role.OFFICE, unit.pk, "VP", ()),
        (Role.HEAD, other.pk, "QLKH", (Grant("science", "act", False),)),
    )
    officer, nothing = (
        (Role.OFFICER, other.pk, "QLKH", (Grant("science", "act", True),)),
        (None, None, "", ()),
    )
    day = timedelta(days=1)
    expected = {
        first - day: (office, (*officer[:3], ())), first: (office, officer), moved - day: (office, officer),
        moved: (head, nothing), withdrawn - day: (head, nothing), withdrawn: (head, officer), last - day: (head, officer),
        last: (office, (*officer[:3], ())),
    }  # fmt: skip
    accounts = [User.objects.get(pk=each.pk) for each in (user, second)]
    found = {on: tuple(each.actor_on(on) for each in accounts) for on in expected}
    assert {
        on: tuple((each.role, each.unit_id, each.unit_code, each.grants) for each in actors)
        for on, actors in found.items()
    } == expected
    assert {type(grant.allowed) for actors in found.values() for each in actors for grant in each.grants} == {
        bool
    }
