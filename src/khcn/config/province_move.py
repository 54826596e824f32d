"""A province's store goes to another database server: saved, restored there, compared, and never started here again by mistake."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import connection

from khcn.config.database_addresses import application_database
from khcn.config.encrypted_connections import require_encrypted_database
from khcn.config.province_merge.source_store import SourceStore
from khcn.kernel.backup.backup_set import open_set
from khcn.kernel.backup.encryption_keys import SetKeys
from khcn.kernel.backup.errors import BackupError
from khcn.kernel.backup.installation import MOVED, Installation
from khcn.kernel.backup.making import make_backup
from khcn.kernel.backup.postgresql_database import PostgresqlDatabase
from khcn.kernel.durable_writes import sync_file, sync_folder

if TYPE_CHECKING:
    from datetime import datetime

_SETS: Final = ".moving"
"""Folder among the data where the set lies until it has been restored: there it is as well protected as the data are."""


@dataclass(frozen=True, slots=True)
class NewPlace:
    """Where the store goes: ``DATABASE_URL`` of the application and of the owner of the tables, and ``KHCN_DATA``."""

    database: str
    owner_database: str
    data: Path

    @property
    def environment(self) -> dict[str, str]:
        """For a program that works there."""
        own = {
            "DATABASE_URL": self.database,
            "KHCN_OWNER_DATABASE_URL": self.owner_database,
            "KHCN_DATA": str(self.data),
        }
        return {**os.environ, **own}


def move_store(place: NewPlace, *, at: datetime) -> None:
    """Move everything. May be called again after an interruption, with the same place. Raises ``CommandError``.

    From the first step on a file among the data of the old place keeps every other command from starting there: what somebody
    wrote there meanwhile would be lost.
    """
    _refuse_unfit(place)
    installation = Installation.of_settings()
    _refuse_unless_at_rest(installation)
    marker = installation.data / MOVED
    begun = _read_marker(marker)
    if begun is not None and begun.get("to") != _name_of(place):
        raise CommandError(
            f"Kho này đã được chuyển, hoặc đang chuyển dở, sang {begun.get('to')}. Nêu đúng nơi ấy để làm tiếp."
        )
    if begun is not None and begun.get("done"):
        raise CommandError(f"Kho này đã chuyển xong sang {begun.get('to')}. Ở đây không còn việc gì để làm.")
    if begun is None:  # what an attempt has left that was given up: there may have been writes since
        shutil.rmtree(installation.data / _SETS, ignore_errors=True)
    _write_marker(marker, place, done=False)
    restored = _restore(_saved(installation, at), place)
    if restored.returncode:
        raise CommandError(
            "Chưa chuyển xong; lý do ở trên. Dữ liệu ở đây còn nguyên. Chạy lại chính lệnh này để làm tiếp; muốn thôi, không chuyển nữa: "
            f"xóa tệp {marker} rồi khởi động lại dịch vụ ở đây."
        )
    _write_marker(marker, place, done=True)
    shutil.rmtree(installation.data / _SETS)


def _refuse_unfit(place: NewPlace) -> None:
    if connection.vendor != "postgresql":
        raise CommandError(
            "Chỉ chuyển được kho trên PostgreSQL. Kho trên SQLite: khcn backup ở máy cũ, khcn restore ở máy mới."
        )
    for name, address in (("--database", place.database), ("--owner-database", place.owner_database)):
        try:
            database = application_database(address)
            require_encrypted_database(name, database, settings.PLAINTEXT)
        except (ValueError, ImproperlyConfigured) as fault:
            raise CommandError(f"{name}: {fault}") from fault
        if not str(database["ENGINE"]).endswith("postgresql"):
            raise CommandError(f"{name}: cần địa chỉ của một cơ sở dữ liệu PostgreSQL.")
    own = Path(settings.DATA).resolve()
    if place.data.resolve().is_relative_to(own) or own.is_relative_to(place.data.resolve()):
        raise CommandError(
            f"--data phải là thư mục khác, không nằm trong và không chứa {own}: nơi mới có tệp và khóa của nó."
        )


def _refuse_unless_at_rest(installation: Installation) -> None:
    with psycopg.connect(**PostgresqlDatabase(installation).parameters) as own:
        own.read_only = True
        SourceStore(own, installation.data).refuse_unless_at_rest("kho này")
        own.rollback()


def _name_of(place: NewPlace) -> str:
    """Without passwords."""
    installation = Installation(
        data=place.data, database=application_database(place.database), province="", secret=""
    )
    return f"{PostgresqlDatabase(installation).place()}, {place.data.resolve()}"


def _read_marker(marker: Path) -> dict[str, object] | None:
    if not marker.exists():
        return None
    found: dict[str, object] = json.loads(marker.read_text("utf-8"))
    return found


def _write_marker(marker: Path, place: NewPlace, *, done: bool) -> None:
    made = marker.with_name(f".{MOVED}-{os.getpid()}")
    with made.open("w", encoding="utf-8") as file:
        json.dump({"to": _name_of(place), "done": done}, file, ensure_ascii=False)
        sync_file(file)
    made.replace(marker)
    sync_folder(marker.parent)


def _saved(installation: Installation, at: datetime) -> Path:
    """The set: that of an earlier attempt, because a restore that was begun goes on with the same one alone. Nothing has been written since."""
    folder = installation.data / _SETS
    found = sorted(folder.glob("khcn-*"))
    try:
        if found:
            open_set(found[-1])
            return found[-1]
        made = make_backup(installation, folder, SetKeys([]), at=at)
    except BackupError as fault:
        raise CommandError(str(fault)) from fault
    if made.manifest.faults:
        raise CommandError("\n".join(["Kho này có chỗ hỏng, chưa chuyển:", *made.manifest.faults]))
    return made.folder


def _restore(folder: Path, place: NewPlace) -> subprocess.CompletedProcess[bytes]:
    """``khcn restore`` in the new place: it compares each table and file, and verifies the log."""
    place.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    return subprocess.run(  # noqa: S603 -- ourselves, no shell
        [sys.executable, "-m", "khcn", "restore", str(folder), "--keep-keys"],
        env=place.environment,
        stdin=subprocess.DEVNULL,
        check=False,
    )
