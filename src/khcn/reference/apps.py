from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReferenceConfig(AppConfig):
    name = "khcn.reference"
    verbose_name = _("Danh mục dùng chung")

    def ready(self) -> None:
        """Hand the deadlines of the kernel their rules and calendar, and its letterheads the names of the province."""
        from khcn.kernel.deadlines.law_source import set_law_source  # local: app registry
        from khcn.kernel.province.names import set_province_source  # local: app registry
        from khcn.reference.queries import LawOnRecord, ProvinceOnRecord  # local: app registry

        set_law_source(LawOnRecord())
        set_province_source(ProvinceOnRecord())
