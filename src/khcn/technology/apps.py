from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TechnologyConfig(AppConfig):
    name = "khcn.technology"
    verbose_name = _("Quản lý công nghệ, thông tin KH&CN")
