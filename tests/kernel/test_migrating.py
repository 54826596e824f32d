"""Data migrations that change audited records log what they do, so that verification has nothing to say about them."""

import pytest
from django.apps import apps as present
from django.db.migrations.state import ProjectState
from django.db.models import QuerySet

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.data_migrations import migrate_records
from khcn.kernel.audit.findings import FindingKind
from khcn.kernel.audit.log_verification import verify_log
from khcn.kernel.audit.logged_values import masked_value
from khcn.kernel.audit.models import ChangeEntry
from khcn.parties.models import Organisation, User
from tests.factories.parties import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def apps():
    """Models as a migration sees them: without the base classes and functions of the program."""
    return ProjectState.from_apps(present).apps


def found():
    return [each.kind for each in verify_log().findings]


def renamed(row):
    row.name = row.name.replace("Sở", "Chi cục")


def test_records_that_a_migration_changes_are_logged(apps):
    with acting(SYSTEM):
        first, second, other = (OrganisationFactory(name=name) for name in ("Sở A", "Sở B", "Trung tâm C"))
    rows = apps.get_model("parties", "Organisation").objects.all()
    assert migrate_records(apps, rows, reason="đổi tên", change=renamed) == 2
    assert found() == []
    entries = ChangeEntry.objects.filter(reason="đổi tên").order_by("pk")
    assert [(each.object_id, each.object_label, each.before, each.after) for each in entries] == [
        (str(first.pk), "Sở A", {"name": "Sở A"}, {"name": "Chi cục A"}),
        (str(second.pk), "Sở B", {"name": "Sở B"}, {"name": "Chi cục B"}),
    ]
    assert len({each.batch for each in entries}) == 1
    assert {each.actor_label for each in entries} == {SYSTEM.label}
    updated = first.updated_at
    first.refresh_from_db()
    assert first.updated_at > updated  # an open form notices
    other.refresh_from_db()
    assert other.name == "Trung tâm C"


def test_rows_that_become_audited_are_entered_as_they_are(apps):
    organisation = OrganisationFactory.build(name="Sở A")
    organisation.created_at = organisation.updated_at = "2026-01-01T00:00:00Z"
    QuerySet(Organisation).bulk_create([organisation])
    assert found() == [FindingKind.RECORD_INSERTED]
    assert (
        migrate_records(apps, apps.get_model("parties", "Organisation").objects.all(), reason="vào nhật ký")
        == 1
    )
    assert found() == []


def test_secrets_stay_out_of_the_log(apps):
    with acting(SYSTEM):
        user = User.objects.create_user("ai", password="mat-khau")
    rows = apps.get_model("parties", "User").objects.filter(pk=user.pk)
    migrate_records(apps, rows, reason="khóa", change=lambda row: setattr(row, "password", "!"))
    user.refresh_from_db()
    assert ChangeEntry.objects.get(reason="khóa").after == {"password": masked_value(user, "password", "!")}
