from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The composition root: the only package that may import every layer."""

    name = "khcn.config"
    label = "config"

    def ready(self) -> None:
        """Mark the database file while it is used; list what the packages beside the areas add to the work list (the worker's e-mail needs it too, and loads
        no views) and to the permission page. An area adds its own lines in its own ``apps.py``.
        """
        from khcn.config.database_use import mark_used_database  # local: app registry
        from khcn.config.rights import RIGHTS  # local: app registry
        from khcn.kernel.intake.work_items import intake_work  # local: app registry
        from khcn.kernel.screens.deadline_work_items import deadline_work  # local: app registry
        from khcn.kernel.screens.paper_work_items import paper_work  # local: app registry
        from khcn.kernel.ui import work_items  # local: app registry
        from khcn.reports.work import report_work  # local: app registry
        from khcn.web import permissions  # local: app registry
        from khcn.web.backup_work import backup_work  # local: app registry
        from khcn.web.password_issue_notices import password_issue_work  # local: app registry

        mark_used_database()
        permissions.show(*RIGHTS)
        for provider in (
            deadline_work,
            report_work,
            intake_work,
            paper_work,
            backup_work,
            password_issue_work,
        ):
            work_items.register_work_provider(provider)
