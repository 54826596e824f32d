"""Which folders of data no program may start on: those of a restore that was not finished, and of a store that has gone elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured

from khcn.config.environment_values import env_bool

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
