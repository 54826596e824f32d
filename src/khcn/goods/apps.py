from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GoodsConfig(AppConfig):
    name = "khcn.goods"
    verbose_name = _("Hàng hóa truy xuất")

    def ready(self) -> None:
        """Tell the pages of labels which lots are not published."""
        from khcn.goods.queries import withheld_lots  # local: app registry
        from khcn.trace.queries.publication import register_withheld_lots  # local: app registry

        register_withheld_lots(withheld_lots)
