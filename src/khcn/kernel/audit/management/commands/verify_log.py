"""Verify the change log and all records, without the server: against the installation's anchors or a copy of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from khcn.kernel.audit.log_verification import verify_log
from khcn.kernel.audit.printed_heads import PrintedHead, check_printed_head, read_printed


class Command(BaseCommand):
    """``./khcn verify-log [--anchors FILE] [--printed "LINE"]`` names every row and record that is not as it was written."""

    help = "Kiểm tra nhật ký hệ thống còn nguyên / verify the change log and all records"
    requires_system_checks = ()  # they load every screen; `serve` and `check-system` make them

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the anchors are."""
        parser.add_argument(
            "--anchors",
            type=Path,
            metavar="TỆP",
            help="tệp mốc đã chép ra ngoài, hoặc dòng mốc trong thư / a copy of the anchors, or the line of a mail",
        )

        parser.add_argument(
            "--printed",
            action="append",
            default=[],
            metavar="MỐC",
            help="mốc in ở chân trang báo cáo giấy: ngày, vị trí và mã / the line at the foot of a signed report",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify and print; exit status 1 where something does not agree."""
        path: Path | None = options["anchors"]
        printed = [self._printed(text) for text in options["printed"]]
        with translation.override("vi"):
            try:
                # a copy is as old as it is; only the installation's own file has to be of today
                verdict = verify_log(path=path, check_age=path is None)
                verdict.findings += [finding for each in printed if (finding := check_printed_head(each))]
            except OSError as problem:
                raise CommandError(
                    f"Không đọc được tệp mốc {path}: {problem.strerror}. / The file of anchors cannot be read."
                ) from None
            for finding in verdict.findings:
                self.stdout.write(str(finding))
            for notice in verdict.notices:
                self.stdout.write(notice)
        self.stdout.write(
            f"{verdict.entries} lượt ghi, {verdict.records} bản ghi / {verdict.entries} rows, {verdict.records} records"
        )
        if not verdict.holds:
            raise CommandError(
                f"{len(verdict.findings)} chỗ không khớp. Giữ nguyên máy chủ và báo lãnh đạo Sở. / "
                f"{len(verdict.findings)} places do not agree."
            )

    @staticmethod
    def _printed(text: str) -> PrintedHead:
        head = read_printed(text)
        if head is None:
            raise CommandError(
                f"Không đọc được mốc “{text}”. Chép đủ ngày, vị trí và mã 16 ký tự ở chân trang báo cáo, "
                'ví dụ --printed "27/11/2026 1234 3f9a0c1be27d5588". / The printed line cannot be read.'
            )
        return head
