from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class TraceConfig(AppConfig):
    """Django app of traceability: events, parties, subscriptions."""

    name = "khcn.trace"
    verbose_name = _("Truy xuất nguồn gốc")

    def ready(self) -> None:
        """Offer keys that end soon to the work list, and have changes noticed that show on public pages."""
        from khcn.kernel.ui.work_items import register_work_provider  # local: app registry
        from khcn.trace.models import Event, LineageEdgeEnd, MasterRecord, TraceParty  # local: app registry
        from khcn.trace.store.page_triggers import pages_are_made_of  # local: app registry
        from khcn.trace.work import key_work  # local: app registry

        register_work_provider(key_work)
        pages_are_made_of(TraceParty)
        # all other rows about an event are written in the transaction that writes the event
        pages_are_made_of(Event, MasterRecord, verbs=["INSERT"])
        pages_are_made_of(LineageEdgeEnd, verbs=["UPDATE"])
        post_migrate.connect(_lay_out_triggers, sender=self)


def _lay_out_triggers(using: str = DEFAULT_DB_ALIAS, **_options: object) -> None:
    from khcn.trace.store.page_triggers import lay_out_triggers  # local: app registry

    lay_out_triggers(connections[using])
