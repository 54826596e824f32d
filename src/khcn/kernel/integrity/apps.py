from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class IntegrityConfig(AppConfig):
    """Finds every package's ``integrity.py``, where its rules are declared."""

    name = "khcn.kernel.integrity"
    label = "kernel_integrity"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the registry once all models exist."""
        autodiscover_modules("integrity")
