"""What every command about one report shares: how the report is named, and the refusal when there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from khcn.reports.composing.lookup import find_report
from khcn.reports.refusals import ReportRefused

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

    from khcn.reports.composing.resolve import Report


class ReportCommand(BaseCommand):
    """A command that takes ``FORM YEAR [--number N] [--variant V]``."""

    requires_system_checks = ()  # they load every screen; `serve` and `check-system` make them

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("form", help=_("mã mẫu báo cáo, ví dụ bao-cao-9-thang"))
        parser.add_argument("year", type=int, help=_("năm báo cáo"))
        parser.add_argument("--number", type=int, default=1, help=_("tháng, quý hoặc kỳ 6 tháng thứ mấy"))
        parser.add_argument("--variant", default="", help=_("bản báo cáo đã lưu, ví dụ nhu-da-gui"))

    def report(self, options: dict[str, Any]) -> Report:
        """The report the options name.

        Raises:
            CommandError: there is no such form, period or variant; the message says what there is.
        """
        try:
            return find_report(
                options["form"], options["year"], number=options["number"], variant=options["variant"]
            )
        except ReportRefused as refusal:
            raise CommandError(str(refusal)) from None
