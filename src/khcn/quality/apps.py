from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QualityConfig(AppConfig):
    name = "khcn.quality"
    verbose_name = _("Tiêu chuẩn, đo lường, chất lượng")
