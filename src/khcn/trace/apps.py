from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TraceConfig(AppConfig):
    """Django app of traceability: events, parties, subscriptions."""

    name = "khcn.trace"
    verbose_name = _("Truy xuất nguồn gốc")
