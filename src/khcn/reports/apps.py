from django.apps import AppConfig
from django.core import checks


class ReportsConfig(AppConfig):
    """The report engine; refuses to start with a shipped form that names an unknown figure."""

    name = "khcn.reports"

    def ready(self) -> None:
        """Register the check of the shipped forms."""
        from khcn.reports.checking.system_checks import check_shipped_forms  # local: app registry

        checks.register(check_shipped_forms)
