"""The log tells the hash of a password from another, without holding it: what SQL puts in its place is named."""

import pytest
from django.contrib.auth.hashers import make_password

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.findings import FindingKind
from khcn.kernel.audit.log_verification import verify_log
from khcn.kernel.audit.logged_values import MASK
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.audit.record_comparison import _difference
from khcn.parties.models import User
from tests.kernel.test_verify import named, sql

pytestmark = pytest.mark.django_db


def test_a_password_that_was_replaced_by_sql_is_named_and_the_log_never_holds_its_hash(settings):
    with acting(SYSTEM):
        user = User.objects.create_user("lan", password="mật khẩu đầu", full_name="Lan", role_id="reader")
        user.set_password("một mật khẩu dài")
        user.save()
    assert verify_log().holds
    logged = [
        entry.after for entry in ChangeEntry.objects.filter(model="parties.user", object_id=str(user.pk))
    ]
    assert len({each["password"] for each in logged}) == 2
    assert not any(User.objects.get().password in str(each) for each in logged)
    settings.LOG_SECRETS_BEFORE, settings.SECRET_KEY = [settings.SECRET_KEY], "một khóa mới"
    assert verify_log().holds
    other = make_password("mật khẩu của kẻ khác")
    sql("UPDATE parties_user SET password = %s WHERE id = %s", other, user.pk)
    assert named(FindingKind.RECORD_CHANGED) == [f"Tài khoản “Lan” (#{user.pk}): password"]


def test_a_password_stored_under_a_newer_kind_of_hash_at_sign_in_is_no_difference(settings):
    with acting(SYSTEM):
        user = User.objects.create_user("lan", password="mật khẩu đầu", full_name="Lan", role_id="reader")
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]
    before = user.password
    assert user.check_password("mật khẩu đầu")
    assert User.objects.get().password != before
    assert verify_log().holds


def test_what_an_earlier_version_logged_of_a_password_is_not_compared():
    with acting(SYSTEM):
        user = User.objects.create_user("lan", password="mật khẩu đầu", full_name="Lan", role_id="reader")
    entry = ChangeEntry.objects.get(model="parties.user")
    assert _difference(user, {**entry.after, "password": MASK}) is None
