from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartiesConfig(AppConfig):
    name = "khcn.parties"
    verbose_name = _("Tổ chức, cá nhân")
