"""Which data no program may start on: those of a restore that was not finished, of a store that has gone elsewhere, and a
database file that was copied without its log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured

from khcn.config.environment_values import env_bool
from khcn.kernel.use_mark import file_of, is_copy_of_used_file

if TYPE_CHECKING:
    from pathlib import Path


def refuse_unusable(data: Path) -> None:
    """Raises ``ImproperlyConfigured``. The file names are those of :mod:`khcn.kernel.backup.installation`, which needs settings."""
    if (data / "restore-unfinished").exists() and not env_bool("KHCN_RESTORING", default=False):
        raise ImproperlyConfigured(
            f"Ở {data} có lần phục hồi chưa xong: chạy lại ./khcn restore với cùng bộ sao lưu. / A restore was begun here and not "
            "finished: run ./khcn restore again with the same set."
        )
    if (data / "moved-to").exists() and not env_bool("KHCN_MOVING", default=False):
        raise ImproperlyConfigured(
            f"Kho ở {data} đã hoặc đang được chuyển đi nơi khác (tệp moved-to nêu nơi nào): chạy dịch vụ ở nơi mới; chuyển chưa xong thì chạy lại "
            "khcn province move. / This store has been or is being moved elsewhere."
        )


def refuse_copied(database: dict[str, Any]) -> None:
    """Raises ``ImproperlyConfigured`` where the SQLite file was copied by hand while a program used it: it lacks what was written last."""
    if not database["ENGINE"].endswith("sqlite3"):
        return
    path = file_of(database["NAME"])
    if path is not None and is_copy_of_used_file(path):
        raise ImproperlyConfigured(
            f"{path} là bản chép tay của cơ sở dữ liệu lúc hệ thống đang chạy, không có tệp {path.name}-wal: thiếu những gì ghi sau cùng, nên không "
            "chương trình nào chạy trên tệp này. Dời tệp đi chỗ khác, rồi khcn restore từ một bộ sao lưu; hoặc dừng dịch vụ ở nơi cũ rồi chép lại. "
            "Chỉ khi tệp do chính SQLite chép (.backup, VACUUM INTO) thì tệp đủ dữ liệu: bỏ dấu bằng sqlite3 "
            f'{path.name} "PRAGMA user_version = 0" (docs/howto/back-up-and-restore.md). / This file was copied while the program ran and lacks '
            "what was written last: move it away and restore a backup, or copy it again after the service has stopped. Only a copy made by SQLite "
            "itself (.backup, VACUUM INTO) is complete: take the mark away with the command above."
        )
