from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScienceConfig(AppConfig):
    name = "khcn.science"
    verbose_name = _("Nhiệm vụ KH&CN")

    def ready(self) -> None:
        """Make known which issued papers stand on milestones and amendments."""
        from khcn.kernel.actions.dependents import register_dependency_check  # local: app registry
        from khcn.science.operations.dependents import papers_with  # local: app registry

        register_dependency_check(papers_with)
