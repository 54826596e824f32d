from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from khcn.kernel.ui.public_pages import register_public_page


class QualityConfig(AppConfig):
    name = "khcn.quality"
    verbose_name = _("Tiêu chuẩn, đo lường, chất lượng")

    def ready(self) -> None:
        """Lead who looks for a standard from the sign-in page to the catalogue."""
        register_public_page("standard-catalogue", _("Tra cứu tiêu chuẩn, quy chuẩn"))
