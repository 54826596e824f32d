"""Save the whole installation while it runs, or check a set."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from khcn.kernel.backup.backup_set import Manifest, verify_set
from khcn.kernel.backup.encryption_keys import SetKeys
from khcn.kernel.backup.errors import BackupError
from khcn.kernel.backup.runs import required_keys, run_backup


class Command(BaseCommand):
    """``./khcn backup [FOLDER]`` writes a set below the folder; ``./khcn backup --verify SET`` reads one back."""

    help = "Sao lưu cả hệ thống khi đang chạy, hoặc kiểm tra một bộ sao lưu / back up the running system, or verify a set"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, and how."""
        parser.add_argument(
            "folder",
            nargs="?",
            type=Path,
            default=settings.BACKUP_FOLDER,
            help="thư mục đích, mặc định là KHCN_BACKUP_FOLDER / target folder",
        )
        parser.add_argument("--unencrypted", action="store_true", help="không mã hóa / do not encrypt")
        parser.add_argument(
            "--verify", type=Path, metavar="BỘ", help="đọc lại một bộ và so mọi tổng kiểm tra / verify a set"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; exit status 1 where something is not as it should be."""
        started = time.monotonic()
        try:
            manifest = self._verify(options["verify"]) if options["verify"] else self._make(options)
        except BackupError as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(
            f"{len(manifest.tables)} bảng, {manifest.rows} dòng, {len(manifest.files)} tệp; nhật ký đến vị trí "
            f"{manifest.log.position} / tables, rows, files, position of the log; {time.monotonic() - started:.1f} s"
        )
        for fault_found in manifest.faults:
            self.stderr.write(fault_found)
        if manifest.faults:
            raise CommandError(
                "Bộ sao lưu đã ghi, nhưng hệ thống được sao lưu có chỗ hỏng nêu trên. / The set was written; the system that "
                "was saved has the faults above."
            )

    def _verify(self, folder: Path) -> Manifest:
        manifest = verify_set(folder)
        self.stdout.write(f"{folder}: đủ và đúng / whole and intact")
        return manifest

    def _make(self, options: dict[str, Any]) -> Manifest:
        if options["folder"] is None:
            raise CommandError(
                "Nêu thư mục đích: ./khcn backup THƯ-MỤC, hoặc đặt KHCN_BACKUP_FOLDER. / Name a target folder."
            )
        keys = SetKeys([]) if options["unencrypted"] else required_keys()
        made = run_backup(options["folder"].absolute(), keys, clock=timezone.now)
        self.stdout.write(str(made.folder))
        self.stdout.write(f"{made.size / 1e6:.1f} MB")
        return made.manifest
