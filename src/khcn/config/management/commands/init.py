"""Make a real department's installation: structure, national lists, its units, the first administrator, and nothing else."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from khcn.config.management.stepped_command import SteppedCommand
from khcn.config.national_lists import enter_national_lists
from khcn.config.register_files import RegisterFilesError, import_workbook
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.parties.models import OrgUnit, User
from khcn.reference.models import AdminLevel, AdminUnit
from khcn.reference.operations import enter_shipped_rules, prefill_years
from khcn.reports.operations import sync_shipped_forms

if TYPE_CHECKING:
    from datetime import date

_FIRST_CALENDAR_YEAR: Final = 2020


class Command(SteppedCommand):
    """``./khcn init``: may be run again, and then changes nothing that is there."""

    help = "Khởi tạo hệ thống của một Sở: cấu trúc, danh mục toàn quốc, quản trị đầu tiên / set up a real department"
    requires_system_checks = ()  # they read tables that are not there yet
    steps = 5

    def add_arguments(self, parser: CommandParser) -> None:
        """The first administrator; asked for where they are missing and somebody is there to answer."""
        parser.add_argument(
            "--administrator",
            metavar="TÊN",
            help="tên đăng nhập của quản trị đầu tiên / name to sign in with",
        )
        parser.add_argument("--full-name", metavar="HỌ-TÊN", help="họ và tên người ấy / whose account it is")
        parser.add_argument(
            "--units",
            metavar="TỆP",
            type=Path,
            help="tệp phòng, đơn vị của Sở (.csv, .xlsx, .ods) / the units of the department",
        )
        parser.add_argument("--unit", metavar="MÃ", help="phòng, đơn vị của quản trị đầu tiên / whose unit")
        parser.add_argument(
            "--ended-province",
            action="store_true",
            help="cho phép mã của tỉnh đã hết hiệu lực / allow the code of a province that has ended",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run all steps."""
        today = timezone.localdate()
        with self.step(1, "Cấu trúc cơ sở dữ liệu / structure"):
            call_command("migrate", verbosity=0)
        with self.step(2, "Danh mục toàn quốc / national lists"):
            try:
                enter_national_lists(on=today)
            except RegisterFilesError as fault:
                raise CommandError(str(fault)) from fault
            self._check_province(today, with_ended=options["ended_province"])
        with self.step(3, "Tham số quy định, ngày làm việc / rules, working days"):
            enter_shipped_rules(actor=SYSTEM)  # they look for their documents among the lists
            prefill_years(years=range(_FIRST_CALENDAR_YEAR, today.year + 2), actor=SYSTEM)
        with self.step(4, "Mẫu báo cáo / report forms"), acting(SYSTEM, "Mẫu báo cáo"):
            sync_shipped_forms(actor=SYSTEM, on=today)
        with self.step(5, "Phòng, đơn vị / units"):
            units = self._enter_units(options["units"], today)
        self.stdout.write(units)
        self._make_administrator(options)

    def _enter_units(self, path: Path | None, on: date) -> str:
        """Enter the units of a file where there are none yet, and say what was done.

        Raises ``CommandError`` where the file cannot be read, holds anything else or does not import cleanly; no unit is entered then.
        """
        if count := OrgUnit.objects.count():
            return f"Đã có {count} phòng, đơn vị; không nhập thêm. / There are units already."
        if path is None:
            return "Chưa có phòng, đơn vị nào: chạy lại với --units TỆP, hoặc nhập ở Danh mục dùng chung. / No units yet."
        try:
            content = path.read_bytes()
        except OSError as fault:
            raise CommandError(f"{path}: {fault.strerror}") from fault
        try:
            found = import_workbook(content=content, name=path.name, actor=SYSTEM, on=on, only=OrgUnit)
        except RegisterFilesError as fault:
            raise CommandError(str(fault)) from fault
        return f"Đã nhập {found.counts.create} phòng, đơn vị. / Units were entered."

    def _check_province(self, on: date, *, with_ended: bool) -> None:
        """Raises ``CommandError`` where no province has the code today; ``with_ended``: or ever had it. An installation that only looks
        at provinces has a code that none ever had, so that no store is taken for its own.
        """
        versions = AdminUnit.objects.filter(code=settings.PROVINCE, level=AdminLevel.PROVINCE)
        if settings.VIEWING_ONLY:
            if versions.exists():
                raise CommandError(
                    f"KHCN_PROVINCE={settings.PROVINCE} là mã của một tỉnh. Với KHCN_VIEWING_ONLY=1 phải đặt một mã riêng không tỉnh nào mang, ví "
                    "dụ TW, rồi chạy lại. / With KHCN_VIEWING_ONLY the code must be that of no province."
                )
            return
        if not versions.exists():
            raise CommandError(
                f"KHCN_PROVINCE={settings.PROVINCE}: không có tỉnh nào mang mã này. Sửa mã trong tệp cài đặt rồi chạy lại; chưa nhập gì "
                "của tỉnh. / No province has this code."
            )
        if not versions.valid(on=on).exists() and not with_ended:
            ended = versions.latest("valid_from")
            raise CommandError(
                f"KHCN_PROVINCE={settings.PROVINCE} là {ended.full_name}, đã hết hiệu lực từ {ended.valid_to:%d/%m/%Y}. Sửa thành mã của tỉnh "
                "hiện nay rồi chạy lại; chưa nhập gì của tỉnh. Để nhập dữ liệu của tỉnh cũ thì thêm --ended-province. / This province has ended."
            )

    def _make_administrator(self, options: dict[str, Any]) -> None:
        administrators = User.objects.filter(role=Role.ADMIN.value, is_active=True).order_by("username")
        if names := ", ".join(each.username for each in administrators):
            self.stdout.write(
                f"Đã có tài khoản quản trị: {names}; không tạo thêm. / There is an administrator already."
            )
            return
        unit = options["unit"]
        if unit and not OrgUnit.objects.filter(code=unit).exists():
            raise CommandError(
                f"--unit {unit}: không có phòng, đơn vị nào mang mã này; sửa mã, hoặc thêm nó vào tệp của --units. / No such unit."
            )
        name = options["administrator"] or self._ask(
            "Tên đăng nhập của quản trị đầu tiên (ví dụ quantri): ", "--administrator"
        )
        full_name = options["full_name"] or self._ask("Họ và tên người ấy: ", "--full-name")
        self.stdout.write(f"Tài khoản quản trị / administrator: {name}")
        self.stdout.flush()
        call_command(
            "account_password",
            name,
            new=full_name,
            role=Role.ADMIN.value,
            unit=unit,
            reason="./khcn init",
            stdout=self.stdout,
        )

    def _ask(self, question: str, option: str) -> str:
        if not sys.stdin.isatty():
            raise CommandError(f"Thiếu {option}. / {option} is missing.")
        answer = ""
        while not answer:
            answer = input(question).strip()
        return answer
