from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from khcn.kernel.ui.public_pages import register_portal_page


class ScienceConfig(AppConfig):
    name = "khcn.science"
    verbose_name = _("Nhiệm vụ KH&CN")
    menu_is_open = True

    def ready(self) -> None:
        """Offer what waits for the division to the work list."""
        from khcn.kernel.ui.work_items import register_work_provider  # local: app registry
        from khcn.science.work import (  # local: app registry
            call_work,
            check_work,
            failed_item_work,
            proposal_work,
            request_work,
            task_work,
            tenant_call_work,
        )

        register_portal_page("public-calls", _("Thông báo nhận hồ sơ nhiệm vụ KH&CN"))
        for provider in (request_work, call_work, check_work, failed_item_work, proposal_work, task_work):
            register_work_provider(provider)
        register_work_provider(tenant_call_work, outside=True)
