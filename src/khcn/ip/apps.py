from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IpConfig(AppConfig):
    name = "khcn.ip"
    verbose_name = _("Sở hữu trí tuệ, sáng kiến, cuộc thi")
