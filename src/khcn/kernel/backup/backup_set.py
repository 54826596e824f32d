"""The format of a set: a folder with ``set.json``, which is not encrypted, and parts, which are.

``set.json`` says whose set it is and has size and hash of each part as it is stored, so that a copy can be checked without a
key. The manifest is a part: what the database, the files and the log were, for the comparison after a restore.
"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol

import pyrage
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from khcn.kernel.backup.database import TableSum
from khcn.kernel.backup.encryption_keys import find_identities, keys_are_configured
from khcn.kernel.backup.errors import BackupError, DamagedSetError, WrongKeyError
from khcn.kernel.backup.streams import (
    ChunkReader,
    SummedWriter,
    chunks_of,
    create_private,
    decrypt,
    encrypt,
)
from khcn.kernel.durable_writes import sync_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

PRODUCT: Final = "khcn"
FORMAT: Final = 1
HEAD: Final = "set.json"
MANIFEST: Final = "manifest.json"
FILES: Final = "files.tar"
SECRETS: Final = "secrets.tar"
IDENTITY: Final = "identity.age"
ENCRYPTED: Final = ".age"
_LARGEST_HEAD: Final = 1 << 20
_LARGEST_MANIFEST: Final = 1 << 29
_PLAIN_NAME: Final = r"^[a-z0-9][a-z0-9.-]{0,80}$"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Part(_Strict):
    """A part as it is stored, and the content in it."""

    name: str = Field(pattern=_PLAIN_NAME)
    size: int
    sha256: str
    content_size: int
    content_sha256: str


class SetHead(_Strict):
    """``set.json``."""

    format: int
    product: str
    version: str
    id: str
    province: str
    made_at: datetime
    engine: str
    encrypted: bool
    parts: list[Part]

    def part(self, content: str) -> Part:
        """The part with this content. Raises :class:`DamagedSetError`."""
        wanted = content + ENCRYPTED * self.encrypted
        for each in self.parts:
            if each.name == wanted:
                return each
        raise DamagedSetError(
            _("Bộ sao lưu không ghi phần %(name)s trong %(head)s.") % {"name": wanted, "head": HEAD}
        )


class StoredFileSum(_Strict):
    """A file beside the database."""

    size: int
    sha256: str


class LogHead(_Strict):
    """How far the chain of the change log went."""

    entries: int
    position: int
    seal: str


class Manifest(_Strict):
    """What was saved."""

    id: str
    version: str
    province: str
    made_at: datetime
    made_by: str
    host: str
    engine: str
    engine_version: str
    migrations: list[tuple[str, str]]
    tables: dict[str, TableSum]
    log: LogHead
    files: dict[str, StoredFileSum]
    faults: list[str]
    variables: list[str]

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(each.rows for each in self.tables.values())


class Sink(Protocol):
    """Takes the content of a part piece by piece."""

    def write(self, content: bytes, /) -> object:
        """Take some bytes."""


def write_part(
    folder: Path, name: str, chunks: Iterable[bytes], recipients: list[pyrage.x25519.Recipient]
) -> Part:
    """Write one part, and return when it is on the disk."""
    name += ENCRYPTED * bool(recipients)
    source = ChunkReader(chunks)
    with create_private(folder / name) as file:
        target = SummedWriter(file.write)
        encrypt(source, target, recipients)
        sync_file(file)
    return Part(
        name=name,
        size=target.size,
        sha256=target.digest.hexdigest(),
        content_size=source.size,
        content_sha256=source.digest.hexdigest(),
    )


@dataclass(frozen=True, slots=True)
class BackupSet:
    """A set that is there with all its parts, as far as their names and sizes say."""

    folder: Path
    head: SetHead

    def identities(self) -> list[pyrage.x25519.Identity]:
        """What opens it here. Raises :class:`WrongKeyError` where nothing is there that could."""
        if not self.head.encrypted:
            if keys_are_configured():
                raise WrongKeyError(
                    _(
                        "Bộ sao lưu %(set)s không được mã hóa, trong khi ở đây đã đặt khóa: có thể ai đó đã đặt một bộ giả vào thư mục. Nếu "
                        "đúng là bộ của Sở, bỏ các biến KHCN_BACKUP_PASSPHRASE_FILE, KHCN_BACKUP_IDENTITY_FILE, KHCN_BACKUP_PUBLIC_KEYS rồi "
                        "chạy lại."
                    )
                    % {"set": self.folder.name}
                )
            return []
        protected = self.folder / IDENTITY
        found = find_identities(protected.read_bytes() if protected.exists() else None)
        if not found:
            raise WrongKeyError(
                _(
                    "Bộ sao lưu %(set)s được mã hóa. Đặt KHCN_BACKUP_PASSPHRASE_FILE hoặc KHCN_BACKUP_IDENTITY_FILE để mở."
                )
                % {"set": self.folder.name}
            )
        return found

    def read_part(self, content: str, sink: Sink, identities: list[pyrage.x25519.Identity]) -> None:
        """Hand the content of a part on, and see whether it is what was saved. Raises :class:`DamagedSetError`."""
        part = self.head.part(content)
        source, target = ChunkReader(chunks_of(self.folder / part.name)), SummedWriter(sink.write)
        try:
            decrypt(source, target, identities)
        except pyrage.DecryptError as fault:
            self.check_stored(part)  # a damaged head looks like one for another key
            raise WrongKeyError(
                _("Khóa đang có không mở được bộ sao lưu %(set)s. Dùng khóa của nơi đã sao lưu.")
                % {"set": self.folder.name}
            ) from fault
        except zlib.error as fault:
            raise self._damaged(part) from fault
        except OSError as fault:
            if target.fault is not None or fault.errno is not None:  # the disk, not the set
                raise
            raise self._damaged(part) from fault
        if (target.size, target.digest.hexdigest()) != (part.content_size, part.content_sha256):
            raise self._damaged(part)

    def check_stored(self, part: Part) -> None:
        """See whether a part is stored as it was written; no key is needed. Raises :class:`DamagedSetError`."""
        with (self.folder / part.name).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != part.sha256:
                raise self._damaged(part)

    def read_manifest(self, identities: list[pyrage.x25519.Identity]) -> Manifest:
        """What was saved. Raises :class:`DamagedSetError`, also where ``set.json`` says something else than it."""
        part = self.head.part(MANIFEST)
        if part.content_size > _LARGEST_MANIFEST:
            raise self._damaged(part)
        content = bytearray()
        self.read_part(MANIFEST, _Appending(content.extend), identities)
        try:
            manifest = Manifest.model_validate_json(bytes(content))
        except ValidationError as fault:
            raise self._damaged(part) from fault
        head = self.head
        if (manifest.id, manifest.province, manifest.engine, manifest.made_at, manifest.version) != (
            head.id,
            head.province,
            head.engine,
            head.made_at,
            head.version,
        ):
            raise DamagedSetError(
                _("Tệp %(head)s và bản kê trong bộ sao lưu %(set)s không cùng một lần sao lưu.")
                % {"head": HEAD, "set": self.folder.name}
            )
        return manifest

    def _damaged(self, part: Part) -> DamagedSetError:
        return DamagedSetError(
            _(
                "Phần %(part)s của bộ sao lưu %(set)s bị hỏng: nội dung khác với lúc sao lưu. Chép lại từ nơi khác hoặc dùng bộ khác."
            )
            % {"part": part.name, "set": self.folder.name}
        )


class _Appending:
    def __init__(self, write: Callable[[bytes], object]) -> None:
        self.write = write


class Discarding:
    """Takes content only to have it summed."""

    def write(self, content: bytes) -> None:
        """Take some bytes."""


def open_set(folder: Path) -> BackupSet:
    """A set by its folder. Raises :class:`BackupError` where it is none of ours, :class:`DamagedSetError` where it is cut."""
    head = _read_head(folder)
    for part in head.parts:
        path = folder / part.name
        if not path.is_file():
            raise DamagedSetError(
                _("Bộ sao lưu %(set)s thiếu phần %(part)s.") % {"set": folder.name, "part": part.name}
            )
        if (size := path.stat().st_size) != part.size:
            raise DamagedSetError(
                _(
                    "Phần %(part)s của bộ sao lưu %(set)s có %(size)d byte thay vì %(wanted)d: chép chưa hết hoặc bị cắt."
                )
                % {"part": part.name, "set": folder.name, "size": size, "wanted": part.size}
            )
    return BackupSet(folder, head)


def _read_head(folder: Path) -> SetHead:
    path = folder / HEAD
    if not path.is_file():
        raise BackupError(
            _("%(folder)s không phải một bộ sao lưu: không có tệp %(head)s. Nêu thư mục khcn-… đã sao lưu.")
            % {"folder": folder, "head": HEAD}
        )
    content = b"" if path.stat().st_size > _LARGEST_HEAD else path.read_bytes()
    try:
        head = SetHead.model_validate_json(content)
    except ValidationError as fault:
        raise DamagedSetError(
            _("Tệp %(head)s của bộ sao lưu %(set)s bị hỏng, hoặc do phần mềm khác hay phiên bản mới hơn ghi.")
            % {"head": HEAD, "set": folder.name}
        ) from fault
    if head.product != PRODUCT or head.format != FORMAT:
        raise BackupError(
            _(
                "Bộ sao lưu %(set)s là của “%(product)s”, dạng %(format)d. Bản đang dùng chỉ đọc “%(own)s”, dạng %(known)d; bộ của bản "
                "mới hơn thì cài bản đó (%(version)s) rồi phục hồi."
            )
            % {
                "set": folder.name,
                "product": head.product,
                "format": head.format,
                "own": PRODUCT,
                "known": FORMAT,
                "version": head.version,
            }
        )
    return head


def verify_set(folder: Path, identities: list[pyrage.x25519.Identity] | None = None) -> Manifest:
    """Read all of a set and compare every sum. Raises :class:`BackupError`, naming the part."""
    found = open_set(folder)
    keys = found.identities() if identities is None else identities
    manifest = found.read_manifest(keys)
    for part in found.head.parts:
        found.check_stored(part)
        content = part.name.removesuffix(ENCRYPTED)
        if content != MANIFEST and part.name != IDENTITY:
            found.read_part(content, Discarding(), keys)
    return manifest
