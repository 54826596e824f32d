"""Django's ``migrate``, which carries out nothing on a database that has only some of the migrations of before, and is soon done on
one that has them all.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import apps
from django.core.checks import Tags
from django.core.management.base import CommandError, no_translations
from django.core.management.commands import migrate
from django.core.management.sql import emit_post_migrate_signal
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from khcn.kernel.database_roles import connect_as_owner, grant_to_application
from khcn.kernel.upgrading.new_models import new_models_by_themselves
from khcn.kernel.upgrading.other_structure import explain_differences, structure_differences

_PARTLY_MIGRATED = """
Cơ sở dữ liệu này do một bản thử cũ hơn tạo ra và chưa được cập nhật hết, nên bản này không cập nhật tiếp được: {apps}.
Chưa có gì thay đổi. Hãy chạy `./khcn migrate` bằng bản thử còn các bước cũ (mã {revision}), rồi chạy lại bản này; hoặc bắt đầu với cơ sở dữ liệu trống.

This database was made by an older trial version and lacks some of its migrations, so this version cannot go on from there: {apps}.
Nothing was changed. Run `./khcn migrate` of a version that still has the old migrations (revision {revision}), then this one again; or begin with an empty database.
"""
_WITH_OLD_MIGRATIONS = "69e31b80"  # docs/adr/0024
_OTHER_REQUESTS = (
    "app_label",
    "migration_name",
    "run_syncdb",
    "plan",
    "check_unapplied",
    "prune",
    "fake",
    "fake_initial",
)

Key = tuple[str, str]


class Command(migrate.Command):
    requires_system_checks = (
        Tags.database,
    )  # the others load every screen; `serve` and `check-system` make them

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse before anything is done, then do what Django does, as the role that owns the tables."""
        connect_as_owner()
        refuse_partly_migrated(options["database"])
        if is_up_to_date(options):
            refuse_other_structure(options["database"])
            self._repeat_what_follows(options)
        else:
            with new_models_by_themselves():
                super().handle(*args, **options)  # `--check` ends the process where a migration is missing
            if not any(options[name] for name in _OTHER_REQUESTS if name != "check_unapplied"):
                refuse_other_structure(options["database"])
        grant_to_application()

    @no_translations
    def _repeat_what_follows(self, options: Mapping[str, Any]) -> None:
        """Permissions, the tables of searches and the slot: the process that carried the migrations out may have been killed before."""
        emit_post_migrate_signal(
            0, options["interactive"], options["database"], stdout=self.stdout, apps=apps, plan=[]
        )


def is_up_to_date(options: Mapping[str, Any]) -> bool:
    """Whether all migrations are there where all are asked for, and nothing is to be printed.

    Django builds the models of every migration before it finds that out, which takes seconds at each start of a service.
    """
    if options["verbosity"] or any(options[name] for name in _OTHER_REQUESTS):
        return False
    connection = connections[options["database"]]
    executor = MigrationExecutor(connection)
    executor.loader.check_consistent_history(connection)
    if executor.loader.detect_conflicts():
        return False
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def refuse_partly_migrated(database: str = DEFAULT_DB_ALIAS) -> None:
    """Raise CommandError for a database that has only some of the migrations of before."""
    found = partly_migrated(
        _replacements(),
        applied=MigrationRecorder(connections[database]).applied_migrations(),
    )
    if found:
        raise CommandError(_PARTLY_MIGRATED.format(apps=", ".join(found), revision=_WITH_OLD_MIGRATIONS))


def refuse_other_structure(database: str = DEFAULT_DB_ALIAS) -> None:
    """Raise CommandError for a database that has all migrations by name, and other tables than they make now."""
    if found := structure_differences(database):
        raise CommandError(explain_differences(found))


def _replacements() -> dict[Key, Migration]:
    """The migrations that replace others: read from their files alone, because what depends on what is found out afterwards."""
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    return {key: migration for key, migration in loader.disk_migrations.items() if migration.replaces}


def partly_migrated(replacements: Mapping[Key, Migration], *, applied: Iterable[Key]) -> list[str]:
    """Apps of which a database has some of the replaced migrations, but not all.

    Django would leave such an app out, or make its tables again. A first migration keeps its name when it is replaced.
    """
    known = set(applied)
    return sorted(
        app
        for (app, name), migration in replacements.items()
        if not known.issuperset(migration.replaces)
        and not known.isdisjoint({(app, name), *migration.replaces})
    )
