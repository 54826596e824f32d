from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartiesConfig(AppConfig):
    name = "khcn.parties"
    verbose_name = _("Tổ chức, cá nhân")

    def ready(self) -> None:
        """Let addresses of merged records lead to the one that took them over."""
        from khcn.kernel.screens.removed_records import register_survivor_finder  # local: app registry
        from khcn.parties.operations import survivor_of  # local: app registry

        register_survivor_finder(survivor_of)
