"""``khcn report FORM YEAR -o FILE``: the report as a file, its kind by the file's suffix."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from khcn.reports.composing.compose import compose
from khcn.reports.composing.draft_marks import with_draft_marks
from khcn.reports.composing.rendering import FORMATS, render
from khcn.reports.management.report_command import ReportCommand

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(ReportCommand):
    help = _("Xuất báo cáo ra tệp Word, PDF, HTML hoặc JSON.")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "-o", "--output", type=Path, required=True, help=_("tệp .docx, .pdf, .html hoặc .json")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        output: Path = options["output"]
        kind = output.suffix.removeprefix(".").lower()
        if kind not in FORMATS:
            message = _("Tệp “%(file)s” có đuôi chưa biết. Dùng .docx, .pdf, .html hoặc .json.")
            raise CommandError(message % {"file": output.name})
        if not output.parent.is_dir():
            message = _("Không có thư mục %(folder)s. Tạo thư mục rồi làm lại.")
            raise CommandError(message % {"folder": output.parent})
        report = self.report(options)
        document = compose(report)
        if report.source.is_draft and kind in {"docx", "pdf"}:
            document = with_draft_marks(document)
        output.write_bytes(render(document, kind))
        self.stdout.write(_("Đã ghi %(file)s") % {"file": output})
