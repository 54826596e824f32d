"""``khcn figures FORM YEAR``: the bound figures of a report, for people and for other programs."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from khcn.reports.lookup import find_report
from khcn.reports.refusals import ReportRefused
from khcn.reports.tables import figure_rows

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

COLUMNS = ("figure_id", "code", "label", "value", "unit", "records")


class Command(BaseCommand):
    help = _("In mọi số liệu gắn trong một báo cáo.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("form", help=_("mã mẫu báo cáo, ví dụ bao-cao-9-thang"))
        parser.add_argument("year", type=int, help=_("năm báo cáo"))
        parser.add_argument("--number", type=int, default=1, help=_("tháng, quý hoặc kỳ 6 tháng thứ mấy"))
        parser.add_argument("--variant", default="", help=_("bản báo cáo đã lưu, ví dụ nhu-da-gui"))
        parser.add_argument("--format", choices=("csv", "json", "text"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = find_report(
                options["form"], options["year"], number=options["number"], variant=options["variant"]
            )
        except ReportRefused as refusal:
            raise CommandError(str(refusal)) from None
        rows = [asdict(row) for row in figure_rows(report)]
        if options["format"] == "json":
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
        elif options["format"] == "csv":
            writer = csv.DictWriter(self.stdout, COLUMNS, extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        else:
            for row in rows:
                self.stdout.write(
                    f"{row['figure_id']:>5} {row['code']:<6} {row['value']:>8} {row['unit']:<18} {row['label']}"
                )
