"""The second factor of an account: begun, confirmed, asked, taken away (docs/adr/0027)."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import TYPE_CHECKING, Final

import pyotp
from django.conf import settings
from django.db import transaction

from khcn.kernel.access.encrypted_secrets import LostSecretError, decrypted, encrypted
from khcn.kernel.audit.models import LoggedAction
from khcn.kernel.audit.row_locks import locked
from khcn.parties.models import CodeApp, RecoveryCode, SecurityKey, User
from khcn.parties.operations.account_events import log_account_event
from khcn.parties.operations.readable_codes import ALPHABET, readable_code

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

_PURPOSE: Final = "khcn.second_factor"
_SECONDS: Final = 30
_RECOVERY_CODES: Final = 10
_GROUPS: Final = 6  # of a recovery code: 120 bits, so that a plain digest of it is no help to guessing
_LONGEST: Final = 40  # characters of what is looked at


def has_second_factor(account: User) -> bool:
    """Whether a code or a security key is asked for after the password. A key that may have been copied is one still: its codes on
    paper are asked for.
    """
    return has_code_app(account) or SecurityKey.objects.filter(account=account).exists()


def has_code_app(account: User) -> bool:
    """Whether an app makes codes for the account."""
    return CodeApp.objects.filter(account=account, confirmed_at__isnull=False).exists()


def accounts_with_factor() -> set[int]:
    """Those of all accounts."""
    apps = CodeApp.objects.filter(confirmed_at__isnull=False).values_list("account", flat=True)
    return {*apps, *SecurityKey.objects.values_list("account", flat=True)}


def begin_code_app(*, account: User) -> str:
    """A new secret for an account without a confirmed app; returns it, to be shown now and never again."""
    secret = pyotp.random_base32()
    with transaction.atomic():
        locked(User, account.pk)
        if has_code_app(account):
            return ""
        CodeApp.objects.update_or_create(
            account=account, defaults={"secret": _encrypted(secret), "confirmed_at": None, "last_step": 0}
        )
    return secret


def forget_enrolment(account: User) -> None:
    """An app that was begun and not confirmed goes: the account has another factor now."""
    CodeApp.objects.filter(account=account, confirmed_at=None).delete()


def address_for_app(account: User, secret: str, issuer: str) -> str:
    """What the QR code holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=account.username, issuer_name=issuer)


def secret_in_enrolment(account: User) -> str:
    """The secret while it is not confirmed, so that a mistyped code does not mean to begin anew; "" afterwards."""
    app = CodeApp.objects.filter(account=account, confirmed_at=None).first()
    return _decrypted(app.secret) if app is not None else ""


def confirm_code_app(*, account: User, code: str, at: datetime) -> list[str]:
    """The first code from the app: from now on one is asked for. Returns recovery codes, or nothing for a wrong code."""
    with transaction.atomic():
        locked(User, account.pk)
        begun = CodeApp.objects.filter(account=account, confirmed_at=None)
        if not _is_code_of_app(begun, code, at):
            return []
        begun.update(confirmed_at=at)
        log_account_event(account, LoggedAction.FACTOR, at=at, text="bật mã xác thực")
        return new_recovery_codes(account)


def renew_recovery_codes(*, account: User, at: datetime) -> list[str]:
    """New codes on paper; the old ones are good no more."""
    with transaction.atomic():
        locked(User, account.pk)
        log_account_event(account, LoggedAction.FACTOR, at=at, text="lấy mã dự phòng mới")
        return new_recovery_codes(account)


def stop_code_app(*, account: User, at: datetime) -> None:
    """The app is not asked for any more; where there is no security key, nothing is beside the password."""
    with transaction.atomic():
        locked(User, account.pk)
        removed, _rows = CodeApp.objects.filter(account=account).delete()
        if not has_second_factor(account):
            RecoveryCode.objects.filter(account=account).delete()
        if removed:
            log_account_event(account, LoggedAction.FACTOR, at=at, text="tắt mã xác thực")


def remove_second_factor(*, account: User, at: datetime, text: str) -> None:
    """Nothing is asked beside the password any more: neither codes nor keys."""
    with transaction.atomic():
        apps, _rows = CodeApp.objects.filter(account=account).delete()
        keys, _rows = SecurityKey.objects.filter(account=account).delete()
        removed = apps + keys
        RecoveryCode.objects.filter(account=account).delete()
        if removed:
            log_account_event(account, LoggedAction.FACTOR, at=at, text=text)


def takes_code(*, account: User, code: str, at: datetime) -> bool:
    """Whether the code is right, of the app or on paper; it is used up. Of two who send one at the same time one is let in.

    An app that was begun and never confirmed is none: who knows the password alone could have begun it.
    """
    confirmed = CodeApp.objects.filter(account=account, confirmed_at__isnull=False)
    return _is_code_of_app(confirmed, code, at) or _is_recovery_code(account, code, at)


def _is_code_of_app(apps: QuerySet[CodeApp], code: str, at: datetime) -> bool:
    digits = re.sub(r"\s", "", code[:_LONGEST])
    app = apps.first()
    if app is None or not (digits.isascii() and digits.isdigit()):
        return False
    totp, now = pyotp.TOTP(_decrypted(app.secret)), int(at.timestamp()) // _SECONDS
    wrong = settings.CODE_APP_STEPS  # by so many steps the clock of the telephone may be wrong
    for step in range(now - wrong, now + wrong + 1):
        if hmac.compare_digest(totp.at(step * _SECONDS), digits):
            unused = CodeApp.objects.filter(pk=app.pk, last_step__lt=step)
            return bool(unused.update(last_step=step))
    return False


def _is_recovery_code(account: User, code: str, at: datetime) -> bool:
    plain = "".join(letter for letter in code[:_LONGEST].lower() if letter in ALPHABET)
    unused = RecoveryCode.objects.filter(account=account, digest=_digest(account, plain), used_at=None)
    if not unused.update(used_at=at):
        return False
    log_account_event(account, LoggedAction.FACTOR, at=at, text="dùng một mã dự phòng")
    return True


def new_recovery_codes(account: User) -> list[str]:
    """Ten of them; those before are good no more."""
    RecoveryCode.objects.filter(account=account).delete()
    codes = [readable_code(groups=_GROUPS) for _each in range(_RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(account=account, digest=_digest(account, code.replace("-", ""))) for code in codes]
    )
    return codes


def _digest(account: User, plain: str) -> str:
    return hashlib.sha256(f"khcn.recovery {account.pk} {plain}".encode()).hexdigest()


def _encrypted(secret: str) -> str:
    return encrypted(secret, purpose=_PURPOSE)


def _decrypted(stored: str) -> str:
    """The secret; one that nobody enrolled where the key that it was encrypted with is lost, so that no code is right."""
    try:
        return decrypted(stored, purpose=_PURPOSE)
    except LostSecretError:
        return pyotp.random_base32()
