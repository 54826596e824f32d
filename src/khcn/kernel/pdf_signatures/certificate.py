"""The department's certificate: in a PKCS#12 file, or on a token (PKCS#11). The settings say which, if there is one."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from khcn.kernel.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


_NOT_TRIED_AGAIN: Final[set[str]] = set()
"""Digests of what a token refused in this process: with the same file no session is opened again."""


class SigningRefused(Refused):
    """The file was not signed; the text says why, in Vietnamese."""


class TokenRefused(SigningRefused):
    """The token did not take its PIN. Nothing tries again by itself: some wrong ones lock the token for good."""


def has_certificate() -> bool:
    """Whether this installation can sign."""
    return bool(settings.SIGNATURE_PKCS12 or settings.SIGNATURE_PKCS11_MODULE)


def require_certificate() -> None:
    """Raises :class:`SigningRefused` where this installation cannot sign."""
    if not has_certificate():
        raise SigningRefused(
            _("Máy chủ chưa có chứng thư số của Sở. Người vận hành đặt KHCN_SIGNATURE_… rồi làm lại."),
            code="no_certificate",
        )


@contextmanager
def signer_of_department() -> Iterator[Any]:
    """The signer of pyHanko with the department's key; a token's session is closed afterwards.

    Raises :class:`SigningRefused` where file, token, passphrase or PIN do not fit.
    """
    require_certificate()
    if settings.SIGNATURE_PKCS12:
        yield _of_file(settings.SIGNATURE_PKCS12)
    else:
        with _session_of_token() as session:
            yield _of_token(session)


def _secret(file: Path | None) -> str:
    return file.read_text("utf-8").strip() if file is not None else ""


def _unusable(what: str, fault: BaseException, kind: type[SigningRefused] = SigningRefused) -> SigningRefused:
    return kind(
        _("Không dùng được chứng thư số của Sở (%(what)s): %(fault)s. Báo người vận hành máy chủ.")
        % {"what": what, "fault": str(fault) or type(fault).__name__},
        code="certificate_unusable",
    )


def _of_file(file: Path) -> Any:
    from pyhanko.sign.signers import SimpleSigner  # local: slow import

    try:
        passphrase = _secret(settings.SIGNATURE_PASSPHRASE_FILE)
        return SimpleSigner.load_pkcs12_data(file.read_bytes(), [], passphrase=passphrase.encode() or None)
    except (OSError, ValueError) as fault:
        raise _unusable(file.name, fault) from fault


@contextmanager
def _session_of_token() -> Iterator[Any]:
    import pkcs11  # local: optional dependency
    from pyhanko.config.pkcs11 import TokenCriteria  # local: slow import
    from pyhanko.sign.pkcs11 import open_pkcs11_session  # local: slow import

    try:
        digest = _digest_of_pin(settings.SIGNATURE_PIN_FILE)
        if digest in _NOT_TRIED_AGAIN:
            raise TokenRefused(
                _(
                    "Thiết bị ký số đã từ chối mã PIN trong tệp, nên không thử lại để thiết bị khỏi bị khóa. Người vận hành sửa hoặc ghi lại "
                    "tệp mã PIN, rồi bấm ký lại."
                ),
                code="certificate_unusable",
            )
        session = open_pkcs11_session(
            str(settings.SIGNATURE_PKCS11_MODULE),
            token_criteria=TokenCriteria(label=settings.SIGNATURE_PKCS11_TOKEN),
            user_pin=_secret(settings.SIGNATURE_PIN_FILE) or None,
        )
    except _refused_pins(pkcs11) as fault:
        _NOT_TRIED_AGAIN.add(digest)
        raise _unusable(settings.SIGNATURE_PKCS11_TOKEN, fault, TokenRefused) from fault
    except (OSError, RuntimeError, pkcs11.PKCS11Error) as fault:
        raise _unusable(settings.SIGNATURE_PKCS11_TOKEN, fault) from fault
    with session:
        yield session


def _digest_of_pin(file: Path | None) -> str:
    """Another one when the file is written anew, also with the same PIN: the token may have been unlocked."""
    written = file.stat().st_mtime_ns if file is not None else 0
    token = f"{settings.SIGNATURE_PKCS11_MODULE}\0{settings.SIGNATURE_PKCS11_TOKEN}"
    return salted_hmac(
        "khcn.token_pin", f"{token}\0{written}\0{_secret(file)}", algorithm="sha256"
    ).hexdigest()


def _refused_pins(pkcs11: Any) -> tuple[type[Exception], ...]:
    names = ("PinExpired", "PinIncorrect", "PinInvalid", "PinLenRange", "PinLocked")
    return tuple(getattr(pkcs11.exceptions, name) for name in names)


def _of_token(session: Any) -> Any:
    from pyhanko.sign.pkcs11 import PKCS11Signer  # local: slow import

    return PKCS11Signer(session, cert_label=settings.SIGNATURE_PKCS11_LABEL, other_certs_to_pull=None)
