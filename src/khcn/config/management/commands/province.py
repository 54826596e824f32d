"""The store of another province becomes part of this one, or this one moves to another server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone, translation

from khcn.config.province_merge.merging import merge_store
from khcn.config.province_merge.source_store import source_store
from khcn.config.province_move import NewPlace, move_store
from khcn.kernel.database_roles import connect_as_owner


class Command(BaseCommand):
    """``./khcn province merge CODE --database URL --data FOLDER``: all of it or nothing; the other store is only read.

    ``./khcn province move --database URL --owner-database URL --data FOLDER``: this store, to an empty place.
    """

    help = "Gộp kho của tỉnh khác vào kho này, hoặc chuyển kho này sang máy chủ khác / merge another province's store, or move this one"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do."""
        works = parser.add_subparsers(dest="work", required=True)
        merge = works.add_parser("merge", help="gộp kho của tỉnh khác vào kho này")
        merge.add_argument("code", metavar="MÃ-TỈNH", help="mã tỉnh (KHCN_PROVINCE) của kho kia")
        move = works.add_parser("move", help="chuyển kho này sang máy chủ khác; dịch vụ phải đã dừng")
        for work, whose in ((merge, "của kho kia"), (move, "của nơi mới")):
            work.add_argument("--database", required=True, metavar="ĐỊA-CHỈ", help=f"DATABASE_URL {whose}")
            work.add_argument(
                "--data",
                required=True,
                type=Path,
                metavar="THƯ-MỤC",
                help=f"KHCN_DATA {whose}: tệp, khóa nhật ký",
            )
        move.add_argument(
            "--owner-database",
            required=True,
            metavar="ĐỊA-CHỈ",
            help="KHCN_OWNER_DATABASE_URL của nơi mới: tài khoản sở hữu các bảng",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        {"merge": self._merge, "move": self._move}[options["work"]](options)

    def _move(self, options: dict[str, Any]) -> None:
        place = NewPlace(options["database"], options["owner_database"], options["data"].absolute())
        with translation.override("vi"):
            move_store(place, at=timezone.now())
        self.stdout.write(
            "Đã chuyển xong; mọi bảng, tệp và nhật ký ở nơi mới giống như ở đây. Làm tiếp, theo thứ tự:\n"
            "  1. đặt DATABASE_URL, KHCN_OWNER_DATABASE_URL, KHCN_DATA mới vào tệp cài đặt, khởi động dịch vụ, chạy khcn doctor và khcn backup;\n"
            "  2. tỉnh khác nêu kho này ở KHCN_PROVINCES: báo họ địa chỉ mới;\n"
            "  3. giữ dữ liệu ở đây đến khi bộ sao lưu đầu tiên của nơi mới đạt, rồi xóa. Ở đây không lệnh nào chạy nữa."
        )

    def _merge(self, options: dict[str, Any]) -> None:
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
