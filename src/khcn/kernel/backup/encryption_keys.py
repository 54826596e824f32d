"""For whom sets are encrypted, and with what they are opened: by settings of the operator, in the format of age.

Public keys (``age1…``) need no secret on this machine, and their sets cannot be opened on it. With a passphrase each set has
a key pair of its own, whose secret half lies beside it, encrypted with the passphrase: ``age -d -i identity.age`` opens it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyrage
from django.conf import settings
from django.utils.translation import gettext as _

from khcn.kernel.backup.errors import BackupError, WrongKeyError

if TYPE_CHECKING:
    from pathlib import Path

_SHORTEST: Final = 16
_COMMENT: Final = "#"
_TOO_SLOW: Final = "Excessive work"  # of the library's words for it
_ATTEMPTS, _PAUSE = 30, 0.05  # seconds, more each time: 22 together


@dataclass(frozen=True, slots=True)
class SetKeys:
    """The keys of one new set: for whom it is encrypted, and its own secret as it is stored beside it."""

    recipients: list[pyrage.x25519.Recipient]
    protected_identity: bytes | None = None


def make_keys(*, public_keys: list[str], passphrase_file: Path | None) -> SetKeys:
    """Keys for a set. None at all where neither is given. Raises :class:`BackupError`."""
    recipients = [_recipient(each) for each in public_keys]
    if passphrase_file is None:
        return SetKeys(recipients)
    own = pyrage.x25519.Identity.generate()
    protected = pyrage.passphrase.encrypt(f"{own}\n".encode(), _passphrase(passphrase_file))
    return SetKeys([*recipients, own.to_public()], protected)


def configured_keys() -> SetKeys:
    """The same by the settings."""
    return make_keys(public_keys=settings.BACKUP_PUBLIC_KEYS, passphrase_file=settings.BACKUP_PASSPHRASE_FILE)


def keys_are_configured() -> bool:
    """Whether the settings name anything that sets are encrypted or opened with."""
    named = (settings.BACKUP_PUBLIC_KEYS, settings.BACKUP_PASSPHRASE_FILE, settings.BACKUP_IDENTITY_FILE)
    return any(named)


def find_identities(protected: bytes | None) -> list[pyrage.x25519.Identity]:
    """What this machine can open a set with: the key file that the settings name, and the set's own by the passphrase.

    Raises :class:`BackupError`; :class:`WrongKeyError` where the passphrase is another one.
    """
    found = []
    if path := settings.BACKUP_IDENTITY_FILE:
        lines = (line.strip() for line in _read(path).splitlines())
        found += [_identity(line, path) for line in lines if line and not line.startswith(_COMMENT)]
    if protected is not None and settings.BACKUP_PASSPHRASE_FILE:
        content = _opened(protected, settings.BACKUP_PASSPHRASE_FILE)
        found.append(_identity(content.decode().strip(), settings.BACKUP_PASSPHRASE_FILE))
    return found


def _opened(protected: bytes, passphrase_file: Path) -> bytes:
    """What was encrypted with the passphrase.

    The library first measures for a millisecond how fast this machine derives keys, and refuses what would take it sixteen seconds by
    that. On a busy machine that millisecond may take many, so it is asked again; a refusal costs nothing. Raises :class:`BackupError`;
    :class:`WrongKeyError` where the passphrase is another one.
    """
    phrase = _passphrase(passphrase_file)
    for attempt in range(_ATTEMPTS):
        try:
            opened: bytes = pyrage.passphrase.decrypt(protected, phrase)
        except pyrage.DecryptError as fault:
            if _TOO_SLOW not in str(fault):
                raise WrongKeyError(
                    _(
                        "Cụm mật khẩu trong tệp %(path)s không mở được bộ sao lưu này. Dùng cụm mật khẩu của lúc sao lưu."
                    )
                    % {"path": passphrase_file}
                ) from fault
        else:
            return opened
        time.sleep(_PAUSE * attempt)
    raise BackupError(
        _(
            "Máy này đang quá bận hoặc quá chậm để mở bộ sao lưu bằng cụm mật khẩu (cụm mật khẩu chưa được thử). Chạy lại lệnh khi máy rảnh, "
            "hoặc phục hồi trên máy mạnh hơn."
        )
    )


def _passphrase(path: Path) -> str:
    phrase = _read(path).strip("\r\n")
    if len(phrase) < _SHORTEST:
        raise BackupError(
            _(
                "Cụm mật khẩu trong tệp %(path)s ngắn hơn %(least)d ký tự. Ghi cụm dài hơn vào dòng đầu của tệp."
            )
            % {"path": path, "least": _SHORTEST}
        )
    return phrase


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise BackupError(
            _("Không đọc được tệp khóa %(path)s: %(why)s. Kiểm tra đường dẫn và quyền đọc của tệp.")
            % {"path": path, "why": getattr(fault, "strerror", None) or "UTF-8"}
        ) from fault


def _recipient(text: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError as fault:
        raise BackupError(
            _(
                "KHCN_BACKUP_PUBLIC_KEYS: “%(text)s” không phải khóa công khai của age (age1…). Chép lại cho đủ."
            )
            % {"text": text[:80]}
        ) from fault


def _identity(line: str, path: Path) -> pyrage.x25519.Identity:
    try:
        return pyrage.x25519.Identity.from_str(line)
    except pyrage.IdentityError as fault:
        raise BackupError(
            _("Tệp khóa %(path)s có dòng không phải khóa bí mật của age (AGE-SECRET-KEY-…).") % {"path": path}
        ) from fault
