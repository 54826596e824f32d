from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReferenceConfig(AppConfig):
    name = "khcn.reference"
    verbose_name = _("Danh mục dùng chung")
