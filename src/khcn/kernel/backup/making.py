"""Making a set, while everybody goes on working."""

from __future__ import annotations

import getpass
import os
import socket
import uuid
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

import khcn
from khcn.kernel.backup.backup_set import (
    FILES,
    FORMAT,
    HEAD,
    IDENTITY,
    MANIFEST,
    PRODUCT,
    SECRETS,
    LogHead,
    Manifest,
    Part,
    SetHead,
    write_part,
)
from khcn.kernel.backup.database import TableSum, database_of, sums_of
from khcn.kernel.backup.errors import BackupError
from khcn.kernel.backup.installation import Installation, names_of_variables
from khcn.kernel.backup.private_folders import private_folder, remove_abandoned
from khcn.kernel.backup.saved_files import SAVED_FOLDERS, FileArchive, read_anchors, secrets_of
from khcn.kernel.backup.schema import applied_migrations, log_head, named_files
from khcn.kernel.backup.streams import create_private
from khcn.kernel.durable_writes import make_folder, sync_file, sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    import pyrage

    from khcn.kernel.backup.database import DatabaseView
    from khcn.kernel.backup.encryption_keys import SetKeys

UNFINISHED_SUFFIX: Final = ".part"
_COPIES: Final = ".backup-"


@dataclass(frozen=True, slots=True)
class MadeBackup:
    """A set that is on the disk."""

    folder: Path
    manifest: Manifest
    size: int


def make_backup(
    installation: Installation,
    target: Path,
    keys: SetKeys,
    *,
    at: datetime,
    for_rehearsal: pyrage.x25519.Recipient | None = None,
) -> MadeBackup:
    """Write a set into ``target``, where it appears under its name when all of it is on the disk.

    ``for_rehearsal`` is a key that only this process has: what is encrypted for others alone could not be read back.
    Raises :class:`BackupError`.
    """
    for name in SAVED_FOLDERS:
        if target.resolve().is_relative_to(installation.data / name):
            raise BackupError(
                _(
                    "Không ghi bộ sao lưu vào %(target)s: thư mục này thuộc dữ liệu được sao lưu. Chọn nơi khác."
                )
                % {"target": target}
            )
    recipients = [*keys.recipients, *([for_rehearsal] if keys.recipients and for_rehearsal else [])]
    prefix = f"{PRODUCT}-{installation.province}-"
    identifier = uuid.uuid4().hex
    name = f"{prefix}{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{identifier[:8]}"
    try:
        make_folder(target, mode=0o700)
        remove_abandoned(target, f".{prefix}*{UNFINISHED_SUFFIX}")
        remove_abandoned(installation.data, f"{_COPIES}*")
        with private_folder(target / f".{name}{UNFINISHED_SUFFIX}") as folder:
            writing = _Writing(installation, folder, recipients, identifier, at)
            if keys.protected_identity is not None:
                writing.add_identity(keys.protected_identity)
            manifest = writing.write()
            size = sum(path.stat().st_size for path in folder.iterdir())
            sync_folder(folder)
            folder.rename(target / name)
        sync_folder(target)
    except OSError as fault:
        raise BackupError(
            _(
                "Không ghi được bộ sao lưu vào %(target)s: %(why)s. Kiểm tra dung lượng và quyền ghi rồi chạy lại."
            )
            % {"target": target, "why": f"{fault.strerror or fault} {fault.filename or ''}".strip()}
        ) from fault
    return MadeBackup(target / name, manifest, size)


class _Writing:
    """The parts of one set, one after another."""

    def __init__(
        self,
        installation: Installation,
        folder: Path,
        recipients: list[pyrage.x25519.Recipient],
        identifier: str,
        at: datetime,
    ) -> None:
        self._installation = installation
        self._folder = folder
        self._recipients = recipients
        self._identifier = identifier
        self._at = at
        self._database = database_of(installation)
        self._parts: list[Part] = []

    def add_identity(self, protected: bytes) -> None:
        """The secret key of the set, which is encrypted already."""
        self._parts.append(write_part(self._folder, IDENTITY, [protected], []))

    def write(self) -> Manifest:
        """All parts; ``set.json`` last."""
        anchors = read_anchors(self._installation)
        archive = FileArchive(self._installation)
        # A copy of the database is not encrypted: it stays beside the data, not where sets are.
        copies = self._installation.data / f"{_COPIES}{self._identifier}"
        with private_folder(copies), self._database.snapshot(copies) as view:
            self._add(self._database.part, view.content())
            seen = _seen(view)
        self._add(FILES, archive.chunks())
        self._add(SECRETS, secrets_of(self._installation, anchors))
        manifest = self._manifest(seen, archive)
        self._add(MANIFEST, [manifest.model_dump_json(indent=1).encode()])
        head = SetHead(
            format=FORMAT,
            product=PRODUCT,
            version=manifest.version,
            id=manifest.id,
            province=manifest.province,
            made_at=manifest.made_at,
            engine=manifest.engine,
            encrypted=bool(self._recipients),
            parts=self._parts,
        )
        with create_private(self._folder / HEAD) as file:
            file.write(head.model_dump_json(indent=1).encode())
            sync_file(file)
        return manifest

    def _add(self, name: str, chunks: Iterable[bytes]) -> None:
        self._parts.append(write_part(self._folder, name, chunks, self._recipients))

    def _manifest(self, seen: _Seen, archive: FileArchive) -> Manifest:
        missing = sorted(seen.named_files - archive.sums.keys())
        faults = [
            *(_("Cơ sở dữ liệu có chỗ hỏng: %(what)s") % {"what": each} for each in seen.faults),
            *(_("Thiếu tệp mà bản ghi nêu: %(name)s") % {"name": each} for each in missing),
            *(
                _("Tệp không còn đúng nội dung khi lưu: %(name)s") % {"name": each}
                for each in archive.changed
            ),
        ]
        return Manifest(
            id=self._identifier,
            version=khcn.__version__,
            province=self._installation.province,
            made_at=self._at,
            made_by=_account(),
            host=socket.gethostname(),
            engine=self._database.engine,
            engine_version=seen.engine_version,
            migrations=seen.migrations,
            tables=seen.tables,
            log=seen.log,
            files=archive.sums,
            faults=faults,
            variables=names_of_variables(),
        )


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the snapshot says."""

    engine_version: str
    migrations: list[tuple[str, str]]
    tables: dict[str, TableSum]
    log: LogHead
    named_files: set[str]
    faults: list[str]


def _seen(view: DatabaseView) -> _Seen:
    return _Seen(
        engine_version=view.engine_version,
        migrations=applied_migrations(view),
        tables=sums_of(view),
        log=log_head(view),
        named_files=named_files(view),
        faults=view.faults(),
    )


def _account() -> str:
    """The name of the account that this program runs under; its number where it has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
