"""``khcn check FORM YEAR``: the contradictions of a report. The exit status is 0 whether or not there are any."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.reports.checking.checks import run_checks
from khcn.reports.management.report_command import ReportCommand

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

    from khcn.reports.checking.findings import Finding


class Command(ReportCommand):
    help = _("Kiểm tra mâu thuẫn của một báo cáo.")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--format", choices=("json", "text"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        report = self.report(options)
        findings = run_checks(report)
        if options["format"] == "json":
            self.stdout.write(json.dumps([each.as_dict() for each in findings], ensure_ascii=False, indent=1))
            return
        for each in findings:
            self.stdout.write(_as_text(each))
        self.stdout.write(_("Có %(count)d điểm cần xem.") % {"count": len(findings)})


def _as_text(finding: Finding) -> str:
    severity = {"error": _("MÂU THUẪN"), "warning": _("LƯU Ý"), "note": _("GHI CHÚ")}[finding.severity]
    sides = " | ".join(
        f"{place}: {value}" if value else place
        for place, value in ((finding.place_1, finding.value_1), (finding.place_2, finding.value_2))
        if place or value
    )
    return f"{severity} [{finding.code}] {sides}\n  {finding.message}\n  → {finding.remedy}"
