"""Security keys of an account (WebAuthn): registered, asked for, taken away (docs/adr/0038)."""

from __future__ import annotations

import json
import logging
import struct
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from khcn.kernel.audit.models import LoggedAction
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.refusals import Refused
from khcn.parties.models import RecoveryCode, SecurityKey, User
from khcn.parties.operations.account_events import log_account_event
from khcn.parties.operations.second_factors import forget_enrolment, has_second_factor, new_recovery_codes
from khcn.parties.operations.used_once import use_once

if TYPE_CHECKING:
    from datetime import datetime

    from fido2.server import Fido2Server
    from fido2.webauthn import AttestedCredentialData, UserVerificationRequirement

log = logging.getLogger(__name__)

# Six megabytes in each process, of which most never see a key: loaded at the first use.
_server_module: Any = SimpleLazyObject(lambda: import_module("fido2.server"))
_webauthn: Any = SimpleLazyObject(lambda: import_module("fido2.webauthn"))

LASTS: Final = 5 * 60  # seconds in which a challenge is answered
MOST_KEYS: Final = 10
_SALT: Final = "khcn.parties.security_keys"
_LONGEST: Final = 20_000  # characters of what a browser sends
_LONGEST_NAME: Final = 60
_LONGEST_CREDENTIAL: Final = 1023  # bytes, by the standard
_ALGORITHMS: Final = (-7, -8, -257)  # ES256, EdDSA, RS256
_UNREADABLE: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    InvalidSignature,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    UnsupportedAlgorithm,
    ValueError,
    struct.error,
)
"""What `fido2` raises for answers that no key gives."""


def keys_of(account: User) -> list[SecurityKey]:
    """All of them, those that may have been copied too."""
    return list(SecurityKey.objects.filter(account=account))


def begin_registration(account: User) -> tuple[dict[str, Any], str]:
    """What the browser is asked to do, and the state that comes back with its answer."""
    user = _webauthn.PublicKeyCredentialUserEntity(
        id=f"khcn {account.pk}".encode(), name=account.username, display_name=str(account)
    )
    present = [_credential(each) for each in keys_of(account)]
    options, state = _server().register_begin(user, present, user_verification=_verification())
    return dict(options)["publicKey"], _signed(account, "registration", state)


def complete_registration(*, account: User, name: str, state: str, answer: str, at: datetime) -> list[str]:
    """The key is taken from now on. Returns codes on paper where the account had no second factor before. Raises `Refused`."""
    begun = _begun(account, "registration", state, at)
    try:
        data = _server().register_complete(begun, _webauthn.RegistrationResponse.from_dict(_read(answer)))
        credential = _usable(data.credential_data)
    except _UNREADABLE as fault:
        log.info("a security key was not registered: %s", fault)
        raise Refused(_("Khóa bảo mật chưa được nhận. Hãy làm lại."), code="no_key") from fault
    title = " ".join(name.split())[:_LONGEST_NAME] or _("Khóa bảo mật")
    key = SecurityKey(
        account=account,
        name=title,
        credential_id=credential.credential_id,
        credential=bytes(credential),
        sign_count=data.counter,
        added_at=at,
    )
    with transaction.atomic():
        found = locked(User, account.pk)
        if found.get_session_auth_hash() != account.get_session_auth_hash():
            raise Refused(_("Phiên làm việc đã kết thúc. Hãy đăng nhập lại."), code="ended")
        if SecurityKey.objects.filter(account=account).count() >= MOST_KEYS:
            raise Refused(
                _("Mỗi tài khoản có nhiều nhất %(count)d khóa.") % {"count": MOST_KEYS}, code="too_many"
            )
        had_factor = has_second_factor(account)
        try:
            with transaction.atomic():
                key.save()
        except IntegrityError:
            raise Refused(_("Khóa này đã đăng ký rồi."), code="known") from None
        forget_enrolment(account)
        log_account_event(account, LoggedAction.FACTOR, at=at, text=f"thêm khóa bảo mật “{title}”")
        return [] if had_factor else new_recovery_codes(account)


def begin_use(account: User) -> tuple[dict[str, Any], str] | None:
    """What the browser is asked to do, and the state; None where the account has no key."""
    keys = _usable_keys(account)
    if not keys:
        return None
    options, state = _server().authenticate_begin(
        [_credential(each) for each in keys], user_verification=_verification()
    )
    return dict(options)["publicKey"], _signed(account, "use", state)


def asked_key(account: User) -> dict[str, str]:
    """What a page that asks for a key carries; nothing where the account has none."""
    begun = begin_use(account)
    return {} if begun is None else {"options": json.dumps(begun[0]), "state": begun[1]}


def takes_key(*, account: User, state: str, answer: str, at: datetime) -> bool:
    """Whether a key of the account has signed this challenge, for the first time."""
    keys = {bytes(each.credential_id): each for each in _usable_keys(account)}
    try:
        begun = _begun(account, "use", state, at)
        response = _webauthn.AuthenticationResponse.from_dict(_read(answer))
        used = _server().authenticate_complete(begun, [_credential(each) for each in keys.values()], response)
        key, count = keys[used.credential_id], response.response.authenticator_data.counter
    except (Refused, *_UNREADABLE) as fault:
        log.info("a security key was not taken: %s", fault)
        return False
    return _is_counted(key, count, at)


def remove_key(*, account: User, pk: int, at: datetime) -> bool:
    """It is not taken any more. With the last factor go the codes on paper."""
    with transaction.atomic():
        locked(User, account.pk)
        key = SecurityKey.objects.filter(account=account, pk=pk).first()
        if key is None:
            return False
        key.delete()
        if not has_second_factor(account):
            RecoveryCode.objects.filter(account=account).delete()
        log_account_event(account, LoggedAction.FACTOR, at=at, text=f"bỏ khóa bảo mật “{key.name}”")
    return True


def _is_counted(key: SecurityKey, count: int, at: datetime) -> bool:
    """The count of a key rises with each use; where it does not, though it counts, somebody may have a copy."""
    rows = SecurityKey.objects.filter(pk=key.pk, suspected_at=None)
    earlier = rows.filter(sign_count__lt=count) if count else rows.filter(sign_count=0)
    if earlier.update(sign_count=count, last_used_at=at):
        return True
    with transaction.atomic():
        if rows.update(suspected_at=at):
            text = (
                f"khóa bảo mật “{key.name}” có thể đã bị sao chép: số đếm {count}, trước đó {key.sign_count}"
            )
            log_account_event(key.account, LoggedAction.FACTOR, at=at, text=text)
    return False


def _usable_keys(account: User) -> list[SecurityKey]:
    return list(SecurityKey.objects.filter(account=account, suspected_at=None).select_related("account"))


def _usable(credential: AttestedCredentialData | None) -> AttestedCredentialData:
    """Of a kind that we have asked for, whatever the browser makes of that. Raises ValueError."""
    if credential is None or len(credential.credential_id) > _LONGEST_CREDENTIAL:
        raise ValueError("no credential")
    if credential.public_key.get(3) not in _ALGORITHMS:
        raise ValueError("another algorithm")
    return credential


def _server() -> Fido2Server:
    """For the address by which people come (``KHCN_URL``); the answer of a page of any other is refused."""
    place = urlsplit(settings.PUBLIC_URL)
    origin = f"{place.scheme}://{place.netloc}"
    server: Fido2Server = _server_module.Fido2Server(
        _webauthn.PublicKeyCredentialRpEntity(name="khcn", id=place.hostname or ""),
        verify_origin=lambda sent: sent == origin,
    )
    server.allowed_algorithms = [
        _webauthn.PublicKeyCredentialParameters(type=_webauthn.PublicKeyCredentialType.PUBLIC_KEY, alg=each)
        for each in _ALGORITHMS
    ]
    return server


def _verification() -> UserVerificationRequirement:
    asked: UserVerificationRequirement = _webauthn.UserVerificationRequirement(
        settings.SECURITY_KEY_VERIFICATION
    )
    return asked


def _credential(key: SecurityKey) -> AttestedCredentialData:
    stored: AttestedCredentialData = _webauthn.AttestedCredentialData(bytes(key.credential))
    return stored


def _signed(account: User, what: str, state: Any) -> str:
    return signing.dumps([account.pk, what, state["challenge"]], salt=_SALT)


def _begun(account: User, what: str, state: str, at: datetime) -> dict[str, Any]:
    """What was begun for this account, a moment ago and not answered yet. Raises `Refused`."""
    try:
        pk, begun, challenge = signing.loads(state, salt=_SALT, max_age=LASTS)
    except signing.BadSignature:
        pk, begun, challenge = 0, "", ""
    until = at + timedelta(seconds=2 * LASTS)
    if (pk, begun) != (account.pk, what) or not use_once("security_key", challenge, until=until):
        raise Refused(_("Yêu cầu này đã quá hạn hoặc đã dùng. Hãy làm lại."), code="not_begun")
    return {"challenge": challenge, "user_verification": _verification()}


def _read(answer: str) -> dict[str, Any]:
    """Raises ValueError, TypeError."""
    if len(answer) > _LONGEST:
        raise ValueError("too long")
    found = json.loads(answer)
    if not isinstance(found, dict):
        raise TypeError("no object")
    return found
