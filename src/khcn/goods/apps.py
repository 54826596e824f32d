from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GoodsConfig(AppConfig):
    name = "khcn.goods"
    verbose_name = _("Hàng hóa truy xuất")

    def ready(self) -> None:
        """Tell the pages of labels which lots are not published, and offer what waits for parties to their home page."""
        from khcn.goods.queries import withheld_lots  # local: app registry
        from khcn.goods.work import shipment_work  # local: app registry
        from khcn.kernel.ui.work_items import register_work_provider  # local: app registry
        from khcn.trace.queries.publication import register_withheld_lots  # local: app registry

        register_withheld_lots(withheld_lots)
        register_work_provider(shipment_work, outside=True)
