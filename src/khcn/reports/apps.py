from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """The report engine; refuses to start with a shipped form that names an unknown figure."""

    name = "khcn.reports"
    verbose_name = _("Báo cáo")

    def ready(self) -> None:
        """Register the check of the shipped forms, and the frozen reports: as what depends on records, and as what is verified."""
        from khcn.kernel.actions.dependents import (  # local: app registry
            register_dependency_check,
            register_opening,
            register_signed_content,
        )
        from khcn.kernel.audit.verification_checks import register_verification_check  # local: app registry
        from khcn.kernel.deadlines.kinds import registry as deadlines  # local: app registry
        from khcn.reports.checking.system_checks import check_shipped_forms  # local: app registry
        from khcn.reports.deadlines import HAND_IN_KIND, REPORTS, SECTIONS, SEND_KIND  # local: app registry
        from khcn.reports.freezing.contradictions import SignedReports  # local: app registry
        from khcn.reports.freezing.dependents import frozen_reports_with  # local: app registry
        from khcn.reports.freezing.openings import OpenReplacements  # local: app registry
        from khcn.reports.freezing.verifying import check_reports  # local: app registry

        checks.register(check_shipped_forms)
        deadlines.add(SEND_KIND, REPORTS, REPORTS.model)
        deadlines.add(HAND_IN_KIND, SECTIONS, SECTIONS.model)
        register_dependency_check(frozen_reports_with)
        register_signed_content(SignedReports())
        register_opening(OpenReplacements())
        register_verification_check(check_reports)
