from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficeConfig(AppConfig):
    name = "khcn.office"
    verbose_name = _("Tổ chức cán bộ, thi đua, cải cách hành chính")
