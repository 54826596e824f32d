"""`khcn migrate` on a database that has all migrations: soon done, and what follows a migration is done again."""

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from tests.trace.test_store_at_once import on_postgresql


class BuiltError(Exception):
    """Django builds the models of all migrations."""


@on_postgresql
@pytest.mark.django_db
def test_models_are_built_only_where_a_migration_is_missing(monkeypatch):
    def build(*_arguments, **_options):
        raise BuiltError

    monkeypatch.setattr(MigrationExecutor, "_create_project_state", build)
    call_command("migrate", verbosity=0)
    permissions = Permission.objects.count()
    Permission.objects.all().delete()  # as after a process that was killed behind the last migration
    call_command("migrate", verbosity=0)
    assert Permission.objects.count() == permissions > 0
    call_command("migrate", verbosity=0)
    with pytest.raises(BuiltError):  # what is printed is Django's
        call_command("migrate", verbosity=1)
    MigrationRecorder(connection).migration_qs.filter(app="privacy").delete()
    with pytest.raises(BuiltError):
        call_command("migrate", verbosity=0)


@pytest.mark.django_db
def test_the_graph_of_migrations_is_made_once_where_none_is_missing(monkeypatch):
    made, make = [], MigrationLoader.build_graph
    monkeypatch.setattr(MigrationLoader, "build_graph", lambda self: made.append(self) or make(self))
    call_command("migrate", verbosity=0)
    assert len(made) == 1
