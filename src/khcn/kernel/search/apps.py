from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models.signals import post_migrate


class SearchConfig(AppConfig):
    """Lets entries follow records, and fills the table once when it has just been made."""

    name = "khcn.kernel.search"
    label = "kernel_search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Join the write path."""
        from khcn.kernel.audit.projections import register_projection  # local: app registry
        from khcn.kernel.search.entries import update_entries  # local: app registry

        register_projection(update_entries)
        post_migrate.connect(_prepare_search, sender=self)


def _prepare_search(using: str = DEFAULT_DB_ALIAS, plan: Any = (), **options: object) -> None:
    """Lay the index out; records that were there before the table get their entries. Runs after all migrations."""
    from khcn.kernel.search.rebuilding import rebuild_entries  # local: app registry
    from khcn.kernel.search.trigram_index import create_index  # local: app registry

    connection = connections[using]
    if (
        "kernel_search_searchentry" not in connection.introspection.table_names()
    ):  # migrated back to before it
        return
    create_index(connection)
    if any(migration.app_label == SearchConfig.label and not backwards for migration, backwards in plan):
        rebuild_entries()
