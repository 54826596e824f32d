from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NumberingConfig(AppConfig):
    """Django app of the number books, which are verified together with the change log."""

    name = "khcn.kernel.numbering"
    label = "kernel_numbering"
    verbose_name = _("Sổ cấp số")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the books verified together with the change log."""
        from khcn.kernel.audit.verification_checks import register_verification_check  # local: app registry
        from khcn.kernel.numbering.gaps import check_books  # local: app registry

        register_verification_check(check_books)
