"""``khcn check FORM YEAR``: the contradictions of a report. The exit status is 0 whether or not there are any."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from khcn.reports.checks import run_checks
from khcn.reports.lookup import find_report
from khcn.reports.refusals import ReportRefused

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

    from khcn.reports.findings import Finding


class Command(BaseCommand):
    help = _("Kiểm tra mâu thuẫn của một báo cáo.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("form", help=_("mã mẫu báo cáo, ví dụ bao-cao-9-thang"))
        parser.add_argument("year", type=int, help=_("năm báo cáo"))
        parser.add_argument("--number", type=int, default=1, help=_("tháng, quý hoặc kỳ 6 tháng thứ mấy"))
        parser.add_argument("--variant", default="", help=_("bản báo cáo đã lưu, ví dụ nhu-da-gui"))
        parser.add_argument("--format", choices=("json", "text"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = find_report(
                options["form"], options["year"], number=options["number"], variant=options["variant"]
            )
        except ReportRefused as refusal:
            raise CommandError(str(refusal)) from None
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
