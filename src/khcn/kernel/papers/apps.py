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
        from khcn.kernel.audit.verification_checks import (  # local: app registry
            register_verification_check,
            register_verification_notice,
        )
        from khcn.kernel.papers.verifying import check_papers, papers_dated_back  # local: app registry

        register_verification_check(check_papers)
        register_verification_notice(papers_dated_back)
        import_module("khcn.kernel.papers.withdrawal_notice")
        autodiscover_modules("documents")
