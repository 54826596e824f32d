"""``khcn report FORM YEAR -o FILE``: the report as a file, its kind by the file's suffix."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from khcn.reports.compose import compose
from khcn.reports.lookup import find_report
from khcn.reports.refusals import ReportRefused
from khcn.reports.rendering import FORMATS, render

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = _("Xuất báo cáo ra tệp Word, PDF, HTML hoặc JSON.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("form", help=_("mã mẫu báo cáo, ví dụ bao-cao-9-thang"))
        parser.add_argument("year", type=int, help=_("năm báo cáo"))
        parser.add_argument(
            "-o", "--output", type=Path, required=True, help=_("tệp .docx, .pdf, .html hoặc .json")
        )
        parser.add_argument("--number", type=int, default=1, help=_("tháng, quý hoặc kỳ 6 tháng thứ mấy"))
        parser.add_argument("--variant", default="", help=_("bản báo cáo đã lưu, ví dụ nhu-da-gui"))

    def handle(self, *args: Any, **options: Any) -> None:
        output: Path = options["output"]
        kind = output.suffix.removeprefix(".").lower()
        if kind not in FORMATS:
            message = _("Tệp “%(file)s” có đuôi chưa biết. Dùng .docx, .pdf, .html hoặc .json.")
            raise CommandError(message % {"file": output.name})
        if not output.parent.is_dir():
            message = _("Không có thư mục %(folder)s. Tạo thư mục rồi làm lại.")
            raise CommandError(message % {"folder": output.parent})
        try:
            report = find_report(
                options["form"], options["year"], number=options["number"], variant=options["variant"]
            )
        except ReportRefused as refusal:
            raise CommandError(str(refusal)) from None
        output.write_bytes(render(compose(report), kind))
        self.stdout.write(_("Đã ghi %(file)s") % {"file": output})
