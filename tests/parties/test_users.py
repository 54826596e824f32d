"""Accounts: what of them is logged, and what the kernel knows about a person who signs in."""

import pytest
from django.utils import timezone

from khcn.kernel.actors import SYSTEM, Actor, ActorKind, NoActorError, Role, acting
from khcn.kernel.audit.logged_values import masked_value
from khcn.kernel.audit.models import ChangeEntry
from khcn.parties.models import User
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
            "quan.ly", password="mật khẩu thứ nhất", full_name="Nguyễn Quản Lý", role="office"
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
