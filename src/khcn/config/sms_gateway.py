"""The gateway by which text messages (SMS) go out, where one is set; what cannot work or would be unsafe is refused at the start."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NoReturn
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_BODY: Final = 4000
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class SmsGateway:
    """Where it is, and the form of a request: gateways differ in the names of fields, not in more."""

    url: str
    key: str
    key_file: Path | None
    sender: str
    body: str  # JSON in whose texts {phone}, {text}, {sender}, {reference} and {key} are filled in
    authorization: str  # of the header, with {key}; not sent where the body has the key
    success_field: (
        str  # of the answer, with dots for fields within fields; "": the status of HTTP decides alone
    )
    success_value: str
    phone_form: str  # what stands before the nine digits of a number: 84, +84 or 0
    with_diacritics: bool

    @property
    def host(self) -> str:
        """The machine, for those who look at where this installation goes; the rest of the address may hold what others must not see."""
        return urlsplit(self.url).netloc

    @property
    def asks_key(self) -> bool:
        """Whether requests have a key."""
        return "{key}" in self.body or "{key}" in self.authorization

    def secret(self) -> str:
        """The key; read each time from its file, so that a new one needs no restart. Raises OSError, and ValueError for a file that is no text."""
        return self.key if self.key_file is None else self.key_file.read_text("utf-8").strip()


def sms_gateway(  # noqa: PLR0913 -- one for each variable
    *,
    url: str,
    key: str,
    key_file: Path | None,
    sender: str,
    body: str,
    authorization: str,
    success: str,
    phone_form: str,
    with_diacritics: bool,
) -> SmsGateway | None:
    """The gateway of these variables, None where no address is set."""
    if not url:
        return None
    _check_address(url)
    _check_body(body)
    if key and key_file is not None:
        _refuse("set KHCN_SMS_KEY or KHCN_SMS_KEY_FILE, not both")
    if not (authorization.isascii() and authorization.isprintable()):
        _refuse(
            f"KHCN_SMS_AUTHORIZATION must be one line of ASCII such as 'Bearer {{key}}', not {authorization!r}"
        )
    field, equals, value = success.partition("=")
    if success and not (equals and field.strip() and value.strip()):
        _refuse(f"KHCN_SMS_SUCCESS must be a field and its value, such as CodeResult=100, not {success!r}")
    return SmsGateway(
        url=url,
        key=key,
        key_file=key_file,
        sender=sender,
        body=body,
        authorization="" if "{key}" in body else authorization,
        success_field=field.strip(),
        success_value=value.strip(),
        phone_form=phone_form,
        with_diacritics=with_diacritics,
    )


def _check_address(url: str) -> None:
    """HTTPS, or this machine. A fault names no more than the scheme: some gateways have keys in their addresses."""
    try:
        parts = urlsplit(url)
        host, _port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        host = ""
    is_plain = bool(host) and url.isascii() and url.isprintable() and not set(url) & set(" \\#")
    if (
        not is_plain
        or "@" in parts.netloc
        or not (parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK))
    ):
        _refuse("KHCN_SMS_URL must be an https address without a name, a password and a part after #")


def _check_body(body: str) -> None:
    try:
        found: Any = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    texts = json.dumps(found, ensure_ascii=False)
    if not isinstance(found, dict) or "{phone}" not in texts or "{text}" not in texts:
        _refuse(
            "KHCN_SMS_BODY must be a JSON object with {phone} and {text} within its texts, such as "
            '{"to":"{phone}","message":"{text}","from":"{sender}","id":"{reference}"}'
        )
    if len(body) > LONGEST_BODY:
        _refuse(f"KHCN_SMS_BODY must have at most {LONGEST_BODY} characters")


def _refuse(message: str) -> NoReturn:
    raise ImproperlyConfigured(message)
