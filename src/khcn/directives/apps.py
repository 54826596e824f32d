from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectivesConfig(AppConfig):
    name = "khcn.directives"
    verbose_name = _("Nhiệm vụ được giao, văn bản")
    menu_is_open = True
