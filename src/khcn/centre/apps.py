from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CentreConfig(AppConfig):
    name = "khcn.centre"
    verbose_name = _("Trung tâm ứng dụng, dịch vụ")
