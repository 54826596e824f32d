"""Restore a set into an empty place."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from khcn.kernel.backup.errors import BackupError
from khcn.kernel.backup.installation import ANCHORS, Installation
from khcn.kernel.backup.restoring import finish, only_restore, restore_set
from khcn.kernel.database_roles import connect_as_owner, grant_to_application

if TYPE_CHECKING:
    from khcn.kernel.backup.restoring import Restored


class Command(BaseCommand):
    """``./khcn restore SET``: files, secrets and database, compared with what was saved; then the log is verified,
    and what opens the system without a password is ended.
    """

    help = "Phục hồi một bộ sao lưu vào nơi trống / restore a set into an empty place"
    requires_system_checks = ()  # they would open the database, which is not there yet

    def add_arguments(self, parser: CommandParser) -> None:
        """Which set."""
        parser.add_argument("set", type=Path, metavar="BỘ", help="thư mục của bộ sao lưu / folder of the set")
        parser.add_argument(
            "--keep-keys",
            action="store_true",
            help="mã truy cập, khóa truy xuất, địa chỉ lịch của lúc sao lưu dùng tiếp được / tokens and keys go on",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, compare, bring up to date, verify. Exit status 1 where something does not agree."""
        connect_as_owner()
        target = Installation.of_settings()
        try:
            with only_restore(target):
                self._restore(options["set"].resolve(), target, keep_keys=options["keep_keys"])
        except BackupError as fault:
            raise CommandError(str(fault)) from fault

    def _restore(self, folder: Path, target: Installation, *, keep_keys: bool) -> None:
        started = time.monotonic()
        restored = restore_set(folder, target)
        self._report(restored)
        self.stdout.write(
            f"Đã phục hồi và so sánh / restored and compared: {time.monotonic() - started:.1f} s"
        )
        self.stdout.flush()
        if restored.differences:
            raise CommandError(
                f"Khác với bản kê: {', '.join(restored.differences)}. Hệ thống chưa được phép chạy; phục hồi lại từ bộ khác vào nơi "
                "trống. / Not as it was saved; nothing starts here."
            )
        if restored.older and self._run("migrate", "--verbosity", "0"):
            raise CommandError(
                "Không đưa được cấu trúc dữ liệu lên bản đang cài. Cài đúng phiên bản của bộ sao lưu "
                f"({restored.manifest.version}) rồi phục hồi. / The older structure could not be brought up to date."
            )
        grant_to_application()
        anchors = target.data / ANCHORS
        agrees = not self._run("verify-log", *(["--anchors", str(anchors)] if anchors.exists() else []))
        self._end_access(keep_keys=keep_keys)
        finish(target)
        self.stdout.write(f"Phục hồi xong / restored, {time.monotonic() - started:.1f} s: {target.data}")
        if not agrees:
            raise CommandError(
                "Dữ liệu đã phục hồi đúng như lúc sao lưu, nhưng nhật ký có chỗ không khớp như nêu trên. Báo lãnh đạo Sở. / Restored as "
                "it was saved; the log does not agree."
            )

    def _end_access(self, *, keep_keys: bool) -> None:
        """What was ended after the backup is there again: it opens nothing before somebody has looked at it."""
        if self._run("end-access", *(["--keep-keys"] if keep_keys else [])):
            raise CommandError(
                "Chưa kết thúc được các phiên và khóa truy cập của lúc sao lưu. Hệ thống chưa được phép chạy; chạy lại lệnh này. / Sessions "
                "and keys of the backup could not be ended; nothing starts here."
            )

    def _report(self, restored: Restored) -> None:
        manifest = restored.manifest
        made = timezone.localtime(manifest.made_at)
        self.stdout.write(
            f"Bộ / set {manifest.id}, {made:%H:%M %d/%m/%Y}, khcn {manifest.version}, {manifest.made_by}@{manifest.host}"
        )
        for name, saved in manifest.tables.items():
            mark = "≠" if name in restored.differences else "="
            self.stdout.write(f"  {mark} {name:<44} {saved.rows:>9} {saved.sha256[:16]}")
        self.stdout.write(f"  = {len(manifest.files)} tệp / files")
        self.stdout.write(f"  nhật ký / log: {manifest.log.position} {manifest.log.seal[:16]}")
        if manifest.variables:
            self.stdout.write(f"Đặt lại khi chạy / set again: {', '.join(manifest.variables)}")

    def _run(self, *words: str) -> int:
        """Another command of this program, on what has just been restored."""
        return subprocess.run(  # noqa: S603 -- ourselves, no shell
            [sys.executable, "-m", "khcn", *words],
            env={**os.environ, "KHCN_RESTORING": "1"},
            stdin=subprocess.DEVNULL,
            check=False,
        ).returncode
