from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The composition root: the only package that may import every layer."""

    name = "khcn.config"
    label = "config"

    def ready(self) -> None:
        """List what packages add to the work list (the worker's e-mail needs it too, and loads no views) and to the
        permission page.
        """
        from khcn.config.rights import RIGHTS  # local: app registry
        from khcn.kernel.intake.work_items import intake_work  # local: app registry
        from khcn.kernel.registers.deadline_work_items import deadline_work  # local: app registry
        from khcn.kernel.screens.paper_work_items import paper_work  # local: app registry
        from khcn.kernel.ui import work_items  # local: app registry
        from khcn.reports.work import report_work  # local: app registry
        from khcn.science.work import (  # local: app registry
            failed_item_work,
            proposal_work,
            request_work,
            task_work,
        )
        from khcn.trace.work import key_work  # local: app registry
        from khcn.web import permissions  # local: app registry
        from khcn.web.backup_work import backup_work  # local: app registry
        from khcn.web.password_issue_notices import password_issue_work  # local: app registry

        permissions.show(*RIGHTS)
        own = (request_work, failed_item_work, proposal_work, task_work, key_work)
        first = (deadline_work, report_work, intake_work, paper_work, backup_work, password_issue_work)
        for provider in (*first, *own):
            work_items.register_work_provider(provider)
