from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DossiersConfig(AppConfig):
    name = "khcn.dossiers"
    verbose_name = _("Một cửa, thủ tục hành chính")
