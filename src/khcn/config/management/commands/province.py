"""The store of another province becomes part of this one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone, translation

from khcn.config.province_merge.merging import merge_store
from khcn.config.province_merge.source_store import source_store
from khcn.kernel.database_roles import connect_as_owner


class Command(BaseCommand):
    """``./khcn province merge CODE --database URL --data FOLDER``: all of it or nothing; the other store is only read."""

    help = "Gộp kho của tỉnh khác vào kho này / take the store of another province into this one"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """What to merge."""
        parser.add_argument("work", choices=("merge",))
        parser.add_argument("code", metavar="MÃ-TỈNH", help="mã tỉnh (KHCN_PROVINCE) của kho kia")
        parser.add_argument("--database", required=True, metavar="ĐỊA-CHỈ", help="DATABASE_URL của kho kia")
        parser.add_argument(
            "--data",
            required=True,
            type=Path,
            metavar="THƯ-MỤC",
            help="KHCN_DATA của kho kia: tệp, khóa nhật ký",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Merge, and say what came."""
        if connection.vendor != "postgresql":
            raise CommandError(
                "Chỉ gộp được hai kho trên PostgreSQL. Kho trên SQLite là để dùng thử trên một máy: số bản ghi của nó trùng với kho khác."
            )
        connect_as_owner()
        with translation.override("vi"), source_store(options["database"], options["data"]) as source:
            merged = merge_store(
                source, province=options["code"], data=Path(settings.DATA), at=timezone.now()
            )
        alike = sum(merged.alike.values())
        self.stdout.write(
            f"Đã gộp {sum(merged.rows.values())} dòng, {merged.files} tệp; {alike} dòng hai kho đều có thì dùng dòng của kho này."
        )
        if merged.accounts:
            self.stdout.write(
                "Tài khoản của kho kia đã khóa; quản trị mở lại cho từng người, cấp mật khẩu mới nếu cần:"
            )
        for name, here in merged.accounts:
            self.stdout.write(f"  {name}" + (f" → {here}" if here != name else ""))
        if merged.authorities:
            self.stdout.write(
                "Cơ sở tham gia truy xuất là cơ quan quản lý ở kho kia, từ nay thấy sự kiện của cả hai: "
                + ", ".join(merged.authorities)
            )
        if merged.differing:
            self.stdout.write(
                "Hai kho nói khác nhau dưới cùng một mã; cả hai dòng đều còn, rà lại dòng nào đúng từ ngày nào:"
            )
        for each in merged.differing:
            self.stdout.write(f"  {each}")
        self.stdout.write("Khởi động lại dịch vụ, rồi chạy khcn verify-log và khcn backup.")
