"""Bring the database to this version of the program: after a backup, all of it or nothing (docs/adr/0043)."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from khcn import __version__
from khcn.config.management.commands.migrate import refuse_other_structure, refuse_partly_migrated
from khcn.config.national_lists import complete_national_lists
from khcn.config.register_files import RegisterFilesError
from khcn.kernel.actors import SYSTEM
from khcn.kernel.backup.errors import BackupError
from khcn.kernel.backup.runs import keys_for_folder, run_backup
from khcn.kernel.database_roles import connect_as_owner
from khcn.kernel.upgrading.pending_migrations import pending_migrations
from khcn.kernel.upgrading.steps import UpgradeError, migrate_in_steps
from khcn.reference.operations import enter_shipped_rules


class Command(BaseCommand):
    """``./khcn upgrade``: pages are answered by the version before until the service is started again."""

    help = "Nâng cấp cơ sở dữ liệu lên bản phần mềm này, sau khi sao lưu / bring the database to this version, after a backup"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """For who has just made a backup by other means."""
        parser.add_argument(
            "--no-backup", action="store_true", help="không sao lưu trước / without a backup before"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Back up, migrate in short transactions, enter rules that are new in this version."""
        connect_as_owner()
        refuse_partly_migrated()
        pending = pending_migrations()
        if not pending:
            _complete()
            self.stdout.write(f"Cơ sở dữ liệu đã đúng với bản {__version__}. / The database is up to date.")
            return
        self.stdout.write(f"Bản {__version__}: {len(pending)} bước / steps: {', '.join(pending)}")
        saved = "" if options["no_backup"] else self._back_up()
        started = time.monotonic()
        try:
            migrate_in_steps()
        except UpgradeError as failed:
            raise CommandError(_failure(failed, saved)) from failed
        _complete()
        self.stdout.write(
            f"Xong / done: {time.monotonic() - started:.1f} s. Khởi động lại dịch vụ: systemctl restart khcn"
        )

    def _back_up(self) -> str:
        if settings.BACKUP_FOLDER is None:
            raise CommandError(
                "Chưa đặt nơi sao lưu (KHCN_BACKUP_FOLDER): nâng cấp cần một bản sao lưu trước. Đặt biến, hoặc thêm --no-backup khi đã có bản "
                "khác. / Set a folder for backups first."
            )
        try:
            made = run_backup(
                settings.BACKUP_FOLDER, keys_for_folder(settings.BACKUP_FOLDER), clock=timezone.now
            )
        except BackupError as fault:
            raise CommandError(f"Chưa nâng cấp gì, vì không sao lưu được: {fault}") from fault
        self.stdout.write(f"Đã sao lưu / backup: {made.folder}")
        return f" Bản sao lưu trước khi nâng cấp: {made.folder}."


def _complete() -> None:
    """What follows the migrations, when no table is locked any more: rights of the application, permissions, lists and rules of this version.

    May be repeated. Raises CommandError.
    """
    refuse_other_structure()
    try:
        call_command("migrate", verbosity=0, interactive=False)
        complete_national_lists(on=timezone.localdate())
        enter_shipped_rules(actor=SYSTEM)
    except (DatabaseError, CommandError, RegisterFilesError) as fault:
        raise CommandError(
            f"Cấu trúc đã nâng cấp, nhưng chưa ghi xong quyền và quy định của bản này: {str(fault).strip()}\nBản phần mềm cũ vẫn chạy được. Sửa chỗ "
            "nêu trên rồi chạy lại lệnh upgrade. / The structure is upgraded; rights and rules are not complete: run the command again."
        ) from fault


def _failure(failed: UpgradeError, saved: str) -> str:
    fault = f"Nâng cấp không xong, ở bước {failed.step}: {str(failed.__cause__).strip()}"
    if failed.left:
        return (
            f"{fault}\nCòn các bước chưa lùi lại được: {', '.join(failed.left)}. Bản phần mềm cũ vẫn chạy được với các bước này; cài lại bản cũ, khởi "
            f"động dịch vụ, báo nhà cung cấp các dòng trên.{saved} / These steps could not be taken back; the version before works with them."
        )
    return (
        f"{fault}\nCơ sở dữ liệu còn nguyên như trước khi nâng cấp. Cài lại bản phần mềm cũ rồi khởi động dịch vụ; báo nhà cung cấp dòng trên.{saved} "
        "/ Nothing was changed; go back to the version before."
    )
