from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from khcn.kernel.ui.public_pages import register_public_page


class DossiersConfig(AppConfig):
    name = "khcn.dossiers"
    verbose_name = _("Một cửa, thủ tục hành chính")

    def ready(self) -> None:
        """Lead applicants from the sign-in page to the state of their dossier."""
        register_public_page("dossier-status", _("Tra cứu hồ sơ"))
