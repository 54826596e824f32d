from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models.signals import post_migrate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PartiesConfig(AppConfig):
    name = "khcn.parties"
    verbose_name = _("Tổ chức, cá nhân")

    def ready(self) -> None:
        """Let addresses of merged records lead to the one that took them over, and put the built-in roles into a new database."""
        from khcn.kernel.screens.removed_records import register_survivor_finder  # local: app registry
        from khcn.parties.operations import survivor_of  # local: app registry

        register_survivor_finder(survivor_of)
        post_migrate.connect(_enter_shipped_roles, sender=self)


def _enter_shipped_roles(using: str = DEFAULT_DB_ALIAS, **options: object) -> None:
    """Runs after all migrations; where they were taken back, the table is not there."""
    from khcn.parties.models import AccountRole  # local: app registry
    from khcn.parties.operations.shipped_roles import enter_shipped_roles  # local: app registry

    if AccountRole._meta.db_table in connections[using].introspection.table_names():
        enter_shipped_roles(at=timezone.now())  # noqa: TID251 -- the signal brings no time
