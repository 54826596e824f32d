from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TraceConfig(AppConfig):
    """Django app of traceability: events, parties, subscriptions."""

    name = "khcn.trace"
    verbose_name = _("Truy xuất nguồn gốc")

    def ready(self) -> None:
        """Offer keys that end soon to the work list."""
        from khcn.kernel.ui.work_items import register_work_provider  # local: app registry
        from khcn.trace.work import key_work  # local: app registry

        register_work_provider(key_work)
