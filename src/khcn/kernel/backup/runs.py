"""Backups and rehearsals that leave a row, from which `condition` tells how old the last good one is."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pyrage
from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from khcn.kernel.backup.encryption_keys import SetKeys, configured_keys
from khcn.kernel.backup.errors import BackupError
from khcn.kernel.backup.installation import Installation
from khcn.kernel.backup.making import MadeBackup, make_backup
from khcn.kernel.backup.models import BackupAction, BackupRun
from khcn.kernel.backup.rehearsal import rehearse
from khcn.kernel.backup.retention import Retention, remove_old_sets
from khcn.kernel.backup.second_place import copy_set

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

log = logging.getLogger(__name__)


def run_backup(
    target: Path,
    keys: SetKeys,
    *,
    clock: Callable[[], datetime],
    for_rehearsal: pyrage.x25519.Recipient | None = None,
) -> MadeBackup:
    """Make a set and note it. Raises :class:`BackupError`, after it has been noted."""
    started = clock()
    run = BackupRun(action=BackupAction.BACKUP, started_at=started, folder=str(target), is_good=False)
    try:
        made = make_backup(Installation.of_settings(), target, keys, at=started, for_rehearsal=for_rehearsal)
        run.set_name, run.size = made.folder.name, made.size
        run.is_good, run.problem = not made.manifest.faults, "\n".join(made.manifest.faults)
    except BackupError as fault:
        run.problem = str(fault)
        raise
    finally:
        _note(run, clock())
    return made


def _note(run: BackupRun, at: datetime) -> None:
    """Write the row. A database of an older version has no table for it, and is saved all the same before it is upgraded."""
    run.finished_at = at
    try:
        with transaction.atomic():
            run.save()
    except DatabaseError as fault:
        log.warning("%s %s could not be noted in the database: %s", run.action, run.set_name, fault)


def run_rehearsal(
    folder: Path, *, clock: Callable[[], datetime], identity: pyrage.x25519.Identity | None = None
) -> BackupRun:
    """Restore a set into a temporary place and note how that ended."""
    run = BackupRun(
        action=BackupAction.REHEARSAL,
        started_at=clock(),
        folder=str(folder.parent),
        set_name=folder.name,
        is_good=True,
    )
    try:
        rehearse(folder, Installation.of_settings(), identity)
    except BackupError as fault:
        run.is_good, run.problem = False, str(fault)
        log.error("restore rehearsal of %s: %s", folder.name, fault)  # noqa: TRY400 -- the text says all
    _note(run, clock())
    return run


def run_nightly(target: Path, *, clock: Callable[[], datetime]) -> None:
    """Backup, rehearsal of its restore, removal of old sets, and the same set in the second folder. Raises :class:`BackupError`.

    Old sets stay where the new one is not good, or could not be restored or copied.
    """
    started = clock()
    try:
        keys = keys_for_folder(target)
    except BackupError as fault:
        run = BackupRun(action=BackupAction.BACKUP, started_at=started, folder=str(target), is_good=False)
        run.problem = str(fault)
        _note(run, clock())
        raise
    own = None
    if not (settings.BACKUP_PASSPHRASE_FILE or settings.BACKUP_IDENTITY_FILE):
        own = pyrage.x25519.Identity.generate()
    made = run_backup(target, keys, clock=clock, for_rehearsal=own and own.to_public())
    log.info("backup %s: %d bytes", made.folder, made.size)
    rehearsal = run_rehearsal(made.folder, clock=clock, identity=own)
    is_good = not made.manifest.faults and rehearsal.is_good
    if is_good:
        _remove_old(made.folder)
    if (place := settings.BACKUP_SECOND_FOLDER) is not None:  # a doubtful set is better than none
        copied = run_copy(made.folder, place, clock=clock)
        if is_good and copied.is_good:
            _remove_old(place / made.folder.name)


def run_copy(made: Path, place: Path, *, clock: Callable[[], datetime]) -> BackupRun:
    """Copy a set into the second folder and note how that ended: a backup into that folder."""
    run = BackupRun(
        action=BackupAction.BACKUP,
        started_at=clock(),
        folder=str(place),
        set_name=made.name,
        is_good=True,
    )
    try:
        run.size = copy_set(made, place)
    except BackupError as fault:
        run.is_good, run.problem = False, str(fault)
        log.error("copy of %s to %s: %s", made.name, place, fault)  # noqa: TRY400 -- the text says all
    _note(run, clock())
    return run


def _remove_old(newest: Path) -> None:
    rehearsals = BackupRun.objects.filter(action=BackupAction.REHEARSAL, is_good=True)
    removed = remove_old_sets(
        newest,
        settings.PROVINCE,
        Retention(*settings.BACKUP_RETENTION),
        proven=set(rehearsals.values_list("set_name", flat=True)),
    )
    for name in removed:
        log.info("old backup %s in %s removed", name, newest.parent)


def keys_for_folder(target: Path) -> SetKeys:
    """The keys for a set in the operator's folder. Raises :class:`BackupError` where it is absent, or no key is configured."""
    if (
        not target.is_dir()
    ):  # not made: where another machine's disk is not mounted, the sets would stay on this one
        raise BackupError(
            _("Không thấy thư mục sao lưu %(target)s. Gắn lại ổ sao lưu, hoặc sửa KHCN_BACKUP_FOLDER.")
            % {"target": target}
        )
    return required_keys()


def required_keys() -> SetKeys:
    """The keys of the settings. Raises :class:`BackupError` where they name none: nothing is saved without a key."""
    keys = configured_keys()
    if not keys.recipients:
        raise BackupError(
            _(
                "Chưa có khóa để mã hóa bộ sao lưu. Đặt KHCN_BACKUP_PASSPHRASE_FILE (tệp chứa cụm mật khẩu) hoặc KHCN_BACKUP_PUBLIC_KEYS "
                "(khóa công khai age1…), hoặc ghi rõ --unencrypted nếu chấp nhận bộ sao lưu ai cũng đọc được."
            )
        )
    return keys
