"""A copy of each good set in a second folder, which should be on another machine (``KHCN_BACKUP_SECOND_FOLDER``)."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.backup.backup_set import open_set
from khcn.kernel.backup.errors import BackupError
from khcn.kernel.backup.making import UNFINISHED_SUFFIX
from khcn.kernel.backup.private_folders import private_folder, remove_abandoned
from khcn.kernel.backup.streams import create_private
from khcn.kernel.durable_writes import sync_file, sync_folder

if TYPE_CHECKING:
    from pathlib import Path


def copy_set(made: Path, place: Path) -> int:
    """Copy a set and compare the size and the hash of each part with what its head says; gives its bytes.

    Needs no key. A copy that was cut off never looks whole: it has its name only when it is on the disk. Raises
    :class:`BackupError` where the folder is absent, cannot be written or gives back something else.
    """
    if not place.is_dir():  # not made: it is a disk of another machine that is not mounted
        raise BackupError(
            _("Không thấy nơi sao lưu thứ hai %(place)s. Gắn lại ổ, hoặc sửa KHCN_BACKUP_SECOND_FOLDER.")
            % {"place": place}
        )
    remove_abandoned(place, f".khcn-*{UNFINISHED_SUFFIX}")
    target = place / made.name
    try:
        with private_folder(place / f".{made.name}{UNFINISHED_SUFFIX}") as unfinished:
            for path in made.iterdir():
                with path.open("rb") as source, create_private(unfinished / path.name) as copied_part:
                    shutil.copyfileobj(source, copied_part)
                    sync_file(copied_part)
            copied = open_set(unfinished)
            for part in copied.head.parts:
                copied.check_stored(part)
            unfinished.rename(target)
            sync_folder(place)
    except OSError as fault:
        raise BackupError(
            _("Không chép được bộ sao lưu sang nơi thứ hai %(place)s: %(why)s.")
            % {"place": place, "why": fault}
        ) from fault
    return sum(path.stat().st_size for path in target.iterdir())
