"""Everything a newcomer needs: data of 2023, the report in three formats, accounts, and the running application."""

from __future__ import annotations

import io
import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from khcn.config.demo.accounts import create_accounts, create_outside_accounts
from khcn.config.demo.calls import publish_calls
from khcn.config.demo.dealings import deal
from khcn.config.demo.goods import demo_labels, publish_lots
from khcn.config.demo.loading import (
    AS_SENT,
    CALENDAR_YEARS,
    COMPUTED,
    FORM,
    YEAR,
    create_reports,
    enter_shared_lists,
    import_division,
    import_later_years,
)
from khcn.config.demo.tracing import capture_chain, write_label
from khcn.config.demo.workbooks import division_files
from khcn.config.management.stepped_command import SteppedCommand
from khcn.config.static import collect_static
from khcn.kernel.actors import SYSTEM
from khcn.reference.operations import prefill_years

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

    from khcn.config.demo.goods import DemoLabels


def serve_at(port: int) -> None:
    """End here and serve, as a new program: printing may have started threads in this one, which could then not be forked. It reads the
    settings anew, so that labels and mails name the port on which it listens.
    """
    os.environ["KHCN_LISTEN"] = str(settings.LISTEN._replace(port=port))
    serve = [sys.executable, "-m", "khcn", "serve", "--port", str(port)]
    os.execv(sys.executable, serve)  # noqa: S606 -- ourselves, no shell


class Command(SteppedCommand):
    """Set up the demonstration and serve it."""

    steps = 7
    help = "Nạp dữ liệu minh họa năm 2023, xuất báo cáo vào out/ và chạy ứng dụng"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which years, whether to serve, and where."""
        parser.add_argument(
            "--later-years",
            action="store_true",
            help="nạp thêm dữ liệu minh họa năm 2024 và 2025, sau khi hợp nhất Sở và sáp nhập tỉnh",
        )
        parser.add_argument("--no-serve", action="store_true", help="dừng trước khi chạy ứng dụng web")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run all steps; each can be repeated and then changes nothing."""
        today = timezone.localdate()
        with self.step(1, "Cơ sở dữ liệu và tệp tĩnh / database and static files"):
            call_command("migrate", verbosity=0)
            collect_static()
            prefill_years(years=CALENDAR_YEARS, actor=SYSTEM)
        first, *others = division_files(settings.DEMO)
        take = partial(import_division, folder=settings.DEMO, output=settings.OUTPUT / "excel", on=today)
        with self.step(2, "Danh mục dùng chung và tài khoản dùng thử / shared lists and demo accounts"):
            records = enter_shared_lists(
                folder=settings.DEMO, division=first, output=settings.OUTPUT / "excel", on=today
            )
            accounts = create_accounts(settings.DEMO)
        with self.step(3, "Nhập tệp Excel của các phòng / importing the divisions' workbooks"):
            records += sum(take(division=division) for division in others)
            accounts += create_outside_accounts(settings.DEMO)
            deal(folder=settings.DEMO / "goods", on=today)
            publish_lots(folder=settings.DEMO / "pictures", on=today, at=timezone.now())
            if options["later_years"]:
                later, _written = import_later_years(
                    folder=settings.DEMO, output=settings.OUTPUT / "excel", on=today
                )
                records += later
            publish_calls(folder=settings.DEMO / "calls", on=today)
        with self.step(4, "Hai bản báo cáo 9 tháng / two instances of the report"):
            create_reports(folder=settings.DEMO, on=today)
        with self.step(5, "Xuất báo cáo / writing DOCX, PDF, HTML"):
            for ending in ("docx", "pdf", "html"):
                target = settings.OUTPUT / f"{FORM}-{YEAR}.{ending}"
                call_command("report", FORM, str(YEAR), variant=COMPUTED, output=target, stdout=io.StringIO())
        address = f"http://127.0.0.1:{options['port']}"
        with self.step(6, "Chuỗi miến dong qua giao diện EPCIS / one chain through the EPCIS interface"):
            capture_chain(folder=settings.DEMO / "trace", at=timezone.now())
            label = write_label(output=settings.OUTPUT, address=address)
            labels = demo_labels(folder=settings.DEMO / "goods", on=today)
        self.stdout.write(f"{records} bản ghi. Tệp trong {settings.OUTPUT}:")
        for file in sorted(settings.OUTPUT.glob(f"{FORM}-*")):
            self.stdout.write(f"  {file.name}")
        self.stdout.write(f"Kiểm tra mâu thuẫn: ./khcn check {FORM} {YEAR} --variant {AS_SENT}")
        self.write_labels(labels, address, label.name)
        self.stdout.write("\nTài khoản dùng thử (mật khẩu mới cho mỗi lần chạy) / demo accounts:")
        for each in accounts:
            self.stdout.write(
                f"  {each.username:<12} {each.password:<14} {each.role}{f' ({each.unit})' if each.unit else ''}"
            )
        self.stdout.flush()
        if options["no_serve"]:
            return
        self.stdout.write(f"\n[7/{self.steps}] {address}/")
        self.stdout.flush()
        serve_at(options["port"])

    def write_labels(self, labels: DemoLabels, address: str, picture: str) -> None:
        """The address of one label of each kind, and of the portal."""
        self.stdout.write(
            f"\nNhãn để quét, mỗi loại một nhãn / labels to scan, one of each kind ({picture}):"
        )
        for words, path in (
            ("còn hạn / good", labels.good),
            ("hết hạn / expired", labels.expired),
            ("chưa công bố / not published", labels.unpublished),
            ("thu hồi / recalled", labels.recalled),
            ("không có / unknown", labels.unknown),
            ("nhãn đã hủy / void label", labels.void),
            ("nghi sao chép / maybe copied", labels.copied),
        ):
            self.stdout.write(f"  {words:<30} {address}{path}")
        self.stdout.write(f"\nCổng tra cứu cho mọi người / the portal for everybody: {address}/")
