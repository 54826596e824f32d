from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PapersConfig(AppConfig):
    """Finds every area's ``documents.py``, where kinds of papers are declared."""

    name = "khcn.kernel.papers"
    label = "kernel_papers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the list of kinds once all models exist, and let every verification of the log look at the papers."""
        from khcn.kernel.audit.verification_checks import register_verification_check  # local: app registry
        from khcn.kernel.papers.verifying import check_papers  # local: app registry

        register_verification_check(check_papers)
        import_module("khcn.kernel.papers.withdrawal_notice")
        autodiscover_modules("documents")
