from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CouncilsConfig(AppConfig):
    name = "khcn.councils"
    verbose_name = _("Hội đồng")

    def ready(self) -> None:
        """Offer meetings to the work list and to the calendar."""
        from khcn.councils.work import meeting_entries, meeting_work  # local: app registry
        from khcn.kernel.ui.calendar_entries import register_entry_provider  # local: app registry
        from khcn.kernel.ui.work_items import register_work_provider  # local: app registry

        register_work_provider(meeting_work)
        register_entry_provider(meeting_entries)
