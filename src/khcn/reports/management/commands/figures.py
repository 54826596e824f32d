"""``khcn figures FORM YEAR``: the bound figures of a report, for people and for other programs."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.reports.composing.tables import figure_rows
from khcn.reports.management.report_command import ReportCommand

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

COLUMNS = ("figure_id", "code", "label", "value", "unit", "records")


class Command(ReportCommand):
    help = _("In mọi số liệu gắn trong một báo cáo.")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--format", choices=("csv", "json", "text"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        report = self.report(options)
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
