from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FinanceConfig(AppConfig):
    name = "khcn.finance"
    verbose_name = _("Kế hoạch – tài chính")
