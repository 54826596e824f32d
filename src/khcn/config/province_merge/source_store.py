"""The store that is merged into this one: read in one snapshot, never written."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.utils import timezone

from khcn.config.database_addresses import application_database
from khcn.config.encrypted_connections import require_encrypted_database
from khcn.kernel.audit.models import ChainHead, ChainLink, ChangeEntry
from khcn.kernel.backup.installation import ANCHORS, SECRET, SECRETS_BEFORE, STORED_FILES, Installation
from khcn.kernel.backup.postgresql_database import PostgresqlDatabase
from khcn.kernel.durable_writes import sync_folder
from khcn.kernel.id_slots.models import IdSlot
from khcn.kernel.jobs.models import Heartbeat
from khcn.trace.models import CaptureJob, Subscription

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.db import models

_AT_REST: Final = timedelta(minutes=2)
"""How long its service has to have been stopped: its scheduler writes every half minute."""


def table_of(model: type[models.Model]) -> str:
    return model._meta.db_table


_WAITING: Final = {
    "tài liệu sự kiện chưa lưu hoặc chưa gửi cho người đăng ký": f"SELECT count(*) FROM {table_of(CaptureJob)} "
    "WHERE finished_at IS NULL OR (dispatch_round = 0 AND accepted > 0 "
    f"AND EXISTS (SELECT 1 FROM {table_of(Subscription)} WHERE stream AND parked_at IS NULL))",
    "việc nền chưa làm": "SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE finished_at IS NULL",
    "dòng nhật ký chưa niêm phong": f"SELECT count(*) FROM {table_of(ChangeEntry)} e "
    f"WHERE NOT EXISTS (SELECT 1 FROM {table_of(ChainLink)} l WHERE l.entry = e.id) "
    "AND NOT EXISTS (SELECT 1 FROM kernel_audit_mergedlink l WHERE l.entry = e.id)",
}


@dataclass(frozen=True, slots=True)
class SourceStore:
    """One snapshot of the other store."""

    connection: psycopg.Connection[Any]
    data: Path

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return self.connection.execute(query).fetchall()

    def value(self, query: str) -> Any:
        """The one value of a query."""
        ((value,),) = self.rows(query)
        return value

    def slot(self) -> int | None:
        """Its slot."""
        return next((slot for (slot,) in self.rows(f"SELECT slot FROM {table_of(IdSlot)}")), None)

    def head(self) -> tuple[int, str, int, str]:
        """The head of its chain: position, seal, and up to where its links need no digest, with the proof."""
        columns = "position, seal, plain_to, plain_proof"
        found = self.rows(f"SELECT {columns} FROM {table_of(ChainHead)} WHERE id = 1")
        return found[0] if found else (0, "0" * 64, 0, "")

    def secrets(self) -> list[str]:
        """What signed its log."""
        files = [self.data / SECRET, self.data / SECRETS_BEFORE]
        return [key for file in files if file.exists() for key in file.read_text("utf-8").split()]

    def anchors(self) -> Path:
        """The file of anchors of its log."""
        return self.data / ANCHORS

    def copy_files(self, data: Path) -> int:
        """Put its stored files beside ours: their names follow from their content. Returns how many were not there yet."""
        number = 0
        folders = set()
        for file in sorted((self.data / STORED_FILES).rglob("*")):
            place = data / STORED_FILES / file.relative_to(self.data / STORED_FILES)
            if file.name.startswith(".") or not file.is_file() or place.exists():
                continue
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = place.with_name(f".{place.name}.merging")
            shutil.copyfile(file, part)
            with part.open("rb") as copied:
                os.fsync(copied.fileno())
            part.replace(place)
            folders.add(place.parent)
            number += 1
        for folder in folders:
            sync_folder(folder)
        return number

    def refuse_unless_at_rest(self, named: str = "kho kia") -> None:
        """Raises ``CommandError`` where its service runs, or something waits there to be done. ``named`` is how a sentence calls it."""
        seen = self.value(f"SELECT max(at) FROM {table_of(Heartbeat)}")
        if seen is not None and timezone.now() - seen < _AT_REST:
            raise CommandError(
                f"Dịch vụ của {named} còn chạy (hoặc vừa dừng chưa đến hai phút). Dừng dịch vụ ấy, đợi hai phút rồi chạy lại; chưa có gì thay đổi."
            )
        for what, query in _WAITING.items():
            if number := self.value(query):
                raise CommandError(
                    f"{named.capitalize()} còn {number} {what}. Ở kho ấy: cho dịch vụ chạy đến khi hết việc, dừng dịch vụ, chạy khcn verify-log, rồi chạy lại lệnh "
                    "này; chưa có gì thay đổi."
                )


@contextmanager
def source_store(address: str, data: Path) -> Iterator[SourceStore]:
    """Open it. Raises ``CommandError`` where that cannot be."""
    try:
        database = application_database(address)
    except (ValueError, ImproperlyConfigured) as fault:
        raise CommandError(f"Không đọc được địa chỉ cơ sở dữ liệu: {fault}") from fault
    if not str(database["ENGINE"]).endswith("postgresql"):
        raise CommandError(
            "Chỉ gộp được hai kho trên PostgreSQL. Kho trên SQLite là để dùng thử trên một máy: số bản ghi của nó trùng với kho khác."
        )
    try:
        require_encrypted_database("--database", database, settings.PLAINTEXT)
    except ImproperlyConfigured as fault:
        raise CommandError(str(fault)) from fault
    if not (data / SECRET).exists():
        raise CommandError(
            f"Ở {data} không có tệp {SECRET}: cần thư mục dữ liệu của kho kia, có khóa nhật ký và các tệp."
        )
    installation = Installation(data=data, database=database, province="", secret="")
    try:
        with psycopg.connect(**PostgresqlDatabase(installation).parameters) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            yield SourceStore(connection, data)
            connection.rollback()
    except psycopg.OperationalError as fault:
        raise CommandError(f"Không nối được tới cơ sở dữ liệu của kho kia: {str(fault).strip()}") from fault
