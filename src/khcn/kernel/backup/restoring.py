"""Putting a set into an empty place.

Everything is unpacked and compared beside its place first, and gets there by changes of name; PostgreSQL takes it in one
transaction. From the first step to the last a file among the data says that a restore is not finished: nothing starts until
then but a restore, which begins anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tarfile
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.backup.backup_set import FILES, SECRETS, BackupSet, Manifest, open_set
from khcn.kernel.backup.copy_note import NOTE
from khcn.kernel.backup.database import database_of, sums_of
from khcn.kernel.backup.errors import BackupError, DamagedSetError
from khcn.kernel.backup.installation import (
    ANCHORS,
    MAIL,
    PREPARING,
    SECRET,
    SECRETS_BEFORE,
    STORED_FILES,
    UNFINISHED,
)
from khcn.kernel.backup.schema import applied_migrations, known_migrations, log_head
from khcn.kernel.backup.streams import CHUNK, create_private
from khcn.kernel.durable_writes import sync_file, sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyrage

    from khcn.kernel.backup.database import Database
    from khcn.kernel.backup.installation import Installation

_STAGE: Final = ".restoring"
_PLACED: Final = (STORED_FILES, MAIL, SECRET, SECRETS_BEFORE, ANCHORS)
# What an installation without records may have: the key that this program has just made, and what is made anew at any time.
_WORTHLESS: Final = {SECRET, "static", PREPARING, NOTE, "lost+found", _STAGE, UNFINISHED}
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put into its place, and compared."""

    manifest: Manifest
    differences: list[str]
    older: bool
    """Whether the structure of the database is that of an older version."""


def restore_set(
    folder: Path, target: Installation, identities: list[pyrage.x25519.Identity] | None = None
) -> Restored:
    """Restore into an installation that is empty, inside :func:`only_restore`. Raises :class:`BackupError`; nothing starts there afterwards.

    :func:`finish` is called when the structure has been brought up to date.
    """
    found = open_set(folder)
    keys = found.identities() if identities is None else identities
    manifest = found.read_manifest(keys)
    database = database_of(target)
    _check_version(manifest)
    _check_place(manifest, target, database)
    again = _check_empty(manifest, target, database)
    _check_space(found, target)
    try:
        _begin(manifest, target, database)
        stage = target.data / _STAGE
        shutil.rmtree(stage, ignore_errors=True)
        stage.mkdir(mode=0o700)
        has_database = again and database.engine != "sqlite" and bool(database.contents())
        _unpack(found, manifest, keys, stage)
        if not has_database:
            with database.stage(stage) as sink:
                found.read_part(database.part, sink, keys)
        _put_in_place(stage, target)
        if not has_database:
            database.restore(stage)
        shutil.rmtree(stage)
    except OSError as fault:
        raise BackupError(
            _(
                "Phục hồi bị dừng: %(why)s. Kiểm tra dung lượng và quyền ghi của %(data)s rồi chạy lại lệnh này."
            )
            % {"why": f"{fault.strerror or fault} {fault.filename or ''}".strip(), "data": target.data}
        ) from fault
    missing = known_migrations() - set(manifest.migrations)
    return Restored(manifest, _differences(manifest, database), older=bool(missing))


@contextmanager
def only_restore(target: Installation) -> Iterator[None]:
    """Keep a second restore out of the same place, as long as this process lives."""
    target.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(target.data, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as fault:
        raise BackupError(
            _("Một lần phục hồi khác vào %(data)s đang chạy. Đợi lệnh đó xong.") % {"data": target.data}
        ) from fault
    finally:
        os.close(descriptor)


def finish(target: Installation) -> None:
    """From here on the installation may start."""
    (target.data / UNFINISHED).unlink()
    sync_folder(target.data)


def _check_version(manifest: Manifest) -> None:
    unknown = sorted(set(manifest.migrations) - known_migrations())
    if unknown:
        raise BackupError(
            _(
                "Bộ sao lưu do phiên bản %(version)s ghi, có %(count)d bước cấu trúc dữ liệu mà bản đang cài không biết (%(names)s). "
                "Cài đúng phiên bản %(version)s, phục hồi bằng bản đó, rồi nâng cấp."
            )
            % {
                "version": manifest.version,
                "count": len(unknown),
                "names": ", ".join(f"{app}.{name}" for app, name in unknown[:_SHOWN]),
            }
        )


def _check_place(manifest: Manifest, target: Installation, database: Database) -> None:
    if manifest.province != target.province:
        raise BackupError(
            _(
                "Bộ sao lưu là của tỉnh mã %(saved)s, còn nơi phục hồi đặt mã %(own)s. Đặt KHCN_PROVINCE=%(saved)s rồi chạy lại."
            )
            % {"saved": manifest.province, "own": target.province}
        )
    if manifest.engine != database.engine:
        raise BackupError(
            _(
                "Bộ sao lưu có cơ sở dữ liệu %(saved)s, còn nơi phục hồi dùng %(own)s. Đặt DATABASE_URL cùng loại rồi chạy lại."
            )
            % {"saved": manifest.engine, "own": database.engine}
        )
    saved, own = {name.partition(".")[0] for name in manifest.tables}, database.schema()
    if own and saved and own not in saved:
        raise BackupError(
            _(
                "Bộ sao lưu có các bảng trong lược đồ (schema) %(saved)s, còn DATABASE_URL dùng lược đồ %(own)s. Đặt lược đồ cùng tên rồi chạy lại: "
                "thêm ?currentSchema=%(saved)s vào DATABASE_URL."
            )
            % {"saved": ", ".join(sorted(saved)), "own": own}
        )


def _check_empty(manifest: Manifest, target: Installation, database: Database) -> bool:
    """Whether a restore of this set into this place was begun before. Raises :class:`BackupError` where anything else is there."""
    begun = _read_begun(target)
    if begun == _begun(manifest, database):
        return True
    if begun is not None:
        raise BackupError(
            _(
                "Ở %(data)s có lần phục hồi chưa xong của bộ khác hoặc vào cơ sở dữ liệu khác (%(begun)s). Chạy lại với bộ đó, hoặc "
                "dùng thư mục và cơ sở dữ liệu trống khác."
            )
            % {"data": target.data, "begun": ", ".join(begun.values())}
        )
    allowed = _WORTHLESS | {path.name for path in database.own_files() if path.parent == target.data}
    others = sorted(path.name for path in target.data.iterdir() if path.name not in allowed)
    tables = database.contents()
    if others or tables:
        raise BackupError(
            _(
                "Chỉ phục hồi vào nơi trống, để không ghi đè dữ liệu đang có. Ở %(data)s và %(database)s đã có: %(what)s. Đặt KHCN_DATA "
                "(và DATABASE_URL) sang nơi trống rồi chạy lại."
            )
            % {
                "data": target.data,
                "database": database.place(),
                "what": ", ".join([*others, *tables][:_SHOWN])
                + (", …" if len(others) + len(tables) > _SHOWN else ""),
            }
        )
    return False


def _check_space(found: BackupSet, target: Installation) -> None:
    """A set that does not fit is refused before anything is written. The database is about four times its part."""
    needed = sum(part.content_size for part in found.head.parts) * 2
    free = shutil.disk_usage(target.data).free
    if free < needed:
        raise BackupError(
            _(
                "Đĩa của %(data)s còn trống %(free)d MB, cần khoảng %(needed)d MB để phục hồi. Giải phóng chỗ rồi chạy lại."
            )
            % {"data": target.data, "free": free >> 20, "needed": needed >> 20}
        )


def _begun(manifest: Manifest, database: Database) -> dict[str, str]:
    return {"set": manifest.id, "database": database.place()}


def _read_begun(target: Installation) -> dict[str, str] | None:
    path = target.data / UNFINISHED
    if not path.exists():
        return None
    with suppress(ValueError):
        return {str(key): str(value) for key, value in json.loads(path.read_text("utf-8")).items()}
    return {}


def _begin(manifest: Manifest, target: Installation, database: Database) -> None:
    """Say that a restore is under way, before anything is written."""
    made = target.data / f".{UNFINISHED}-{os.getpid()}"
    made.unlink(missing_ok=True)
    with create_private(made) as file:
        file.write(json.dumps(_begun(manifest, database)).encode())
        sync_file(file)
    made.replace(target.data / UNFINISHED)
    sync_folder(target.data)


def _unpack(found: BackupSet, manifest: Manifest, keys: list[pyrage.x25519.Identity], stage: Path) -> None:
    """Files and secrets, compared with the manifest one by one."""
    for name in (SECRETS, FILES):
        with _reading(found, name, keys) as archive:
            for member in archive:
                content = archive.extractfile(member)
                if content is None or not _is_below(stage, member.name):
                    raise DamagedSetError(
                        _("Phần %(part)s của bộ sao lưu có mục lạ: %(name)s.")
                        % {"part": name, "name": member.name}
                    )
                path = stage / member.name
                for above in reversed(
                    path.relative_to(stage).parents
                ):  # each with the mode; `parents=True` gives it to the last only
                    (stage / above).mkdir(mode=0o700, exist_ok=True)
                digest = hashlib.sha256()
                with create_private(path) as file:
                    while chunk := content.read(CHUNK):
                        digest.update(chunk)
                        file.write(chunk)
                if name == FILES and manifest.files[member.name].sha256 != digest.hexdigest():
                    raise DamagedSetError(
                        _("Phần %(part)s của bộ sao lưu bị hỏng: tệp %(name)s khác với bản kê.")
                        % {"part": name, "name": member.name}
                    )
    lost = [name for name in manifest.files if not (stage / name).exists()]
    if lost:
        raise DamagedSetError(_("Bộ sao lưu thiếu tệp %(name)s mà bản kê nêu.") % {"name": lost[0]})
    os.sync()  # once: ten thousand files, each waited for, take longer than all of the rest


def _is_below(stage: Path, name: str) -> bool:
    first = name.split("/", maxsplit=1)[0]
    return first in _PLACED and (stage / name).resolve().is_relative_to(stage.resolve())


@contextmanager
def _reading(found: BackupSet, name: str, keys: list[pyrage.x25519.Identity]) -> Iterator[tarfile.TarFile]:
    """The tar file in a part. A thread decrypts, because age writes and tar reads."""
    faults: list[BaseException] = []
    reading, writing = os.pipe()

    def decrypting() -> None:
        try:
            with os.fdopen(writing, "wb", CHUNK) as sink:
                found.read_part(name, sink, keys)
        except BaseException as fault:  # noqa: BLE001 -- raised below, in the thread that waits for it
            faults.append(fault)

    thread = threading.Thread(target=decrypting, name="decrypting")
    thread.start()
    broken = None
    try:
        with os.fdopen(reading, "rb", CHUNK) as source, tarfile.open(fileobj=source, mode="r|") as archive:
            yield archive
            while source.read(CHUNK):
                pass  # to the end, so that all of the part is summed
    except tarfile.TarError as fault:
        broken = fault
    finally:
        thread.join()
    for other in faults:
        if not isinstance(other, BrokenPipeError):  # which only says that this side has stopped reading
            raise other
    if broken is not None or faults:
        raise DamagedSetError(_("Phần %(part)s của bộ sao lưu bị hỏng.") % {"part": name}) from broken


def _put_in_place(stage: Path, target: Installation) -> None:
    """What an earlier restore of the same set, which did not finish, has put there is replaced."""
    secret = (stage / SECRET).read_text("utf-8")
    if target.given_secret not in {"", secret}:
        # This machine has a key of its own, which goes before the file: the log was signed with the other.
        with (stage / SECRETS_BEFORE).open("a", encoding="utf-8") as file:
            file.write(f"\n{secret}")
    for name in _PLACED:
        place, staged = target.data / name, stage / name
        if place.is_dir():
            shutil.rmtree(place)
        if staged.exists() and (staged.is_dir() or staged.stat().st_size):
            staged.replace(place)
    sync_folder(target.data)


def _differences(manifest: Manifest, database: Database) -> list[str]:
    """Tables that are not as they were saved, and the log's head if it is another one."""
    with database.reading() as view:
        sums = sums_of(view)
        found = [name for name in {*sums, *manifest.tables} if sums.get(name) != manifest.tables.get(name)]
        if applied_migrations(view) != manifest.migrations or log_head(view) != manifest.log:
            found.append("log")
    return sorted(found)
