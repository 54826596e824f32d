from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GoodsConfig(AppConfig):
    name = "khcn.goods"
    verbose_name = _("Hàng hóa truy xuất")
