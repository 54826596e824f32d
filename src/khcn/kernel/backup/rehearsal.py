"""A rehearsal: a set is restored beside the running system, by the same command that would restore it after a disaster.

It gets a folder of its own, on PostgreSQL a database of its own, and nothing of this installation but the key that opens the
set: neither its secret nor its files. Both are removed afterwards.
"""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.backup.database import database_of
from khcn.kernel.backup.errors import BackupError
from khcn.kernel.backup.private_folders import private_folder, remove_abandoned
from khcn.kernel.backup.streams import create_private

if TYPE_CHECKING:
    from pathlib import Path

    import pyrage

    from khcn.kernel.backup.installation import Installation

_PLACES: Final = ".rehearsal-"
_WITHOUT: Final = ("KHCN_SECRET_KEY", "KHCN_SECRET_KEYS_BEFORE", "DATABASE_URL", "KHCN_OWNER_DATABASE_URL")
_SHOWN: Final = 4000  # characters of what the command wrote


def rehearse(folder: Path, installation: Installation, identity: pyrage.x25519.Identity | None = None) -> str:
    """Restore a set into a temporary place beside an installation's data; gives what the command wrote.

    ``identity`` opens it where the settings name nothing that would. Raises :class:`BackupError` with what the command wrote.
    """
    data = installation.data
    remove_abandoned(data, f"{_PLACES}*")
    name = uuid.uuid4().hex
    database = database_of(installation)
    with private_folder(data / f"{_PLACES}{name}") as place, database.for_rehearsal(name) as address:
        environment = {key: value for key, value in os.environ.items() if key not in _WITHOUT}
        environment |= {"KHCN_DATA": str(place / "data"), **address}
        if identity is not None:
            with create_private(place / "identity") as file:
                file.write(str(identity).encode())
            environment["KHCN_BACKUP_IDENTITY_FILE"] = str(place / "identity")
        done = subprocess.run(  # noqa: S603 -- ourselves, no shell
            [sys.executable, "-m", "khcn", "restore", str(folder)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    if done.returncode:
        raise BackupError(_("Phục hồi thử không xong: %(why)s") % {"why": done.stdout.strip()[-_SHOWN:]})
    return done.stdout
