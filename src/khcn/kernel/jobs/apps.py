from django.apps import AppConfig
from django.core import checks
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Finds every area's ``jobs.py``, where recurring work is declared."""

    name = "khcn.kernel.jobs"
    label = "kernel_jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the registry once all models exist."""
        from khcn.kernel.jobs.checks import check_recurring  # local: app registry

        autodiscover_modules("jobs")
        checks.register(check_recurring)
