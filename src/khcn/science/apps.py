from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScienceConfig(AppConfig):
    name = "khcn.science"
    verbose_name = _("Nhiệm vụ KH&CN")
