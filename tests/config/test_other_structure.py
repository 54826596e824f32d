"""A database made before a first migration was edited is named as such: its migrations have the right names, its tables not."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from khcn.__main__ import explanation_of
from khcn.config.doctor import database
from khcn.kernel.upgrading.other_structure import structure_differences
from khcn.parties.models import AccountRole

pytestmark = [pytest.mark.django_db, pytest.mark.both]
FOUND = "Cơ sở dữ liệu này do một bản thử cũ hơn tạo ra"


def run(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def older():
    """As before accounts' roles had a table, and rights a link to it."""
    run("ALTER TABLE parties_roleright RENAME COLUMN reason TO why")
    run("ALTER TABLE parties_accountrole RENAME TO old_roles")


def lacking():
    return [f"parties_accountrole.{field.column}" for field in AccountRole._meta.local_concrete_fields]


def test_the_database_of_this_version_has_the_columns_of_its_models():
    assert structure_differences() == []
    assert [each.level.value for each in database.structure(timezone.now())] == ["good"]
    call_command("migrate", verbosity=0)


def test_columns_that_are_missing_and_columns_that_nobody_fills_are_named(older):
    assert structure_differences() == sorted(
        [*lacking(), "parties_roleright.reason", "parties_roleright.why"]
    )


def test_the_doctor_says_that_the_structure_is_another_and_what_to_do(older):
    (found,) = database.structure(timezone.now())
    assert (found.level.value, "do một bản thử cũ hơn tạo ra" in found.text) == ("error", True)
    assert "chạy khcn init" in found.remedy


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("migrate", {"verbosity": 0}),  # serve and demo
        ("migrate", {"verbosity": 0, "check_unapplied": True}),
        ("upgrade", {"no_backup": True}),
    ],
)
def test_commands_that_bring_a_database_up_to_date_refuse_it(older, command, options):
    with pytest.raises(CommandError, match=FOUND):
        call_command(command, **options)


def test_any_other_command_that_fails_there_says_why(older):
    with pytest.raises(DatabaseError) as failed, transaction.atomic():
        AccountRole.objects.count()
    assert explanation_of(failed.value).startswith(FOUND)


def test_a_fault_of_the_database_of_this_version_stays_what_it_is():
    fault = DatabaseError("disk I/O error")
    with pytest.raises(DatabaseError) as raised:
        explanation_of(fault)
    assert raised.value is fault
