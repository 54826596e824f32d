"""Django's ``migrate``, which carries out nothing on a database that has only some of the migrations of before."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from khcn.kernel.audit.models import ONLY_INSERT
from khcn.kernel.database_roles import connect_as_owner, grant_to_application

_PARTLY_MIGRATED = """
Cơ sở dữ liệu này do một bản thử cũ hơn tạo ra và chưa được cập nhật hết, nên bản này không cập nhật tiếp được: {apps}.
Chưa có gì thay đổi. Hãy chạy `./khcn migrate` bằng bản thử còn các bước cũ (mã {revision}), rồi chạy lại bản này; hoặc bắt đầu với cơ sở dữ liệu trống.

This database was made by an older trial version and lacks some of its migrations, so this version cannot go on from there: {apps}.
Nothing was changed. Run `./khcn migrate` of a version that still has the old migrations (revision {revision}), then this one again; or begin with an empty database.
"""
_WITH_OLD_MIGRATIONS = "69e31b80"  # docs/adr/0024

Key = tuple[str, str]


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse before anything is done, then do what Django does, as the role that owns the tables."""
        connect_as_owner()
        refuse_partly_migrated(options["database"])
        super().handle(*args, **options)
        grant_to_application(only_insert=ONLY_INSERT)


def refuse_partly_migrated(database: str = DEFAULT_DB_ALIAS) -> None:
    """Raise CommandError for a database that has only some of the migrations of before."""
    apps = partly_migrated(
        MigrationLoader(None).replacements,
        applied=MigrationRecorder(connections[database]).applied_migrations(),
    )
    if apps:
        raise CommandError(_PARTLY_MIGRATED.format(apps=", ".join(apps), revision=_WITH_OLD_MIGRATIONS))


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
