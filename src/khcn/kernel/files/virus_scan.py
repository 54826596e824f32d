"""Files that people send are looked at by ClamAV where the installation has it (``KHCN_CLAMAV``), before anything of them is stored.

The protocol is that of clamd's manual, INSTREAM: the one client library that is looked after has a licence (GPL-2.0) under which
this program could not be shipped.
"""

from __future__ import annotations

import logging
import socket
import struct
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from khcn.kernel.files.content_types import FileRefusedError

log = logging.getLogger(__name__)

_PATIENCE: Final = 30.0  # seconds for one step of the conversation
_PART: Final = 1 << 16
_LONGEST_ANSWER: Final = 4096
_CLEAN, _FOUND = b"stream: OK", b" FOUND"


class ScannerAway(FileRefusedError):  # noqa: N818 -- a refusal
    """The scanner does not answer: the file waits with its sender, and is not stored unseen."""


def refuse_infected(content: bytes, name: str) -> None:
    """Raise :class:`FileRefusedError` for a file in which the scanner finds something, :class:`ScannerAway` where it does not
    answer. Does nothing where the installation has none.
    """
    if not settings.CLAMAV:
        return
    try:
        answer = _ask(content)
    except OSError as fault:
        log.exception("the virus scanner does not answer")
        raise ScannerAway(
            _(
                "Chưa quét được vi-rút nên chưa nhận tệp “%(name)s”: phần mềm quét không trả lời. Giữ tệp, thử lại sau ít phút; nếu "
                "vẫn vậy, báo quản trị hệ thống."
            )
            % {"name": name}
        ) from fault
    if answer == _CLEAN:
        return
    digest = sha256(content).hexdigest()
    if answer.endswith(_FOUND):
        log.warning("virus found in a file sha256=%s: %s", digest, answer.decode("utf-8", "replace"))
        raise FileRefusedError(
            _("Tệp “%(name)s” có vi-rút (%(found)s) nên không được nhận. Quét lại máy đã gửi tệp này.")
            % {
                "name": name,
                "found": answer.removesuffix(_FOUND).partition(b": ")[2].decode("utf-8", "replace"),
            }
        )
    log.error(
        "the virus scanner could not look at a file sha256=%s: %s", digest, answer.decode("utf-8", "replace")
    )
    raise ScannerAway(
        _("Phần mềm quét vi-rút không đọc được tệp “%(name)s” nên chưa nhận. Báo quản trị hệ thống.")
        % {"name": name}
    )


def scanner_answers() -> bool:
    """Whether clamd is there and answers PING. Raises OSError where it cannot be reached."""
    with _connection() as connection:
        connection.sendall(b"zPING\0")
        return _read(connection) == b"PONG"


def _ask(content: bytes) -> bytes:
    with _connection() as connection:
        try:
            connection.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), _PART):
                part = content[start : start + _PART]
                connection.sendall(struct.pack("!L", len(part)) + part)
            connection.sendall(struct.pack("!L", 0))
        except (BrokenPipeError, ConnectionResetError):
            log.warning("the virus scanner did not read a file of %d bytes to its end", len(content))
        return _read(connection)


def _connection() -> socket.socket:
    address = urlsplit(settings.CLAMAV)
    if address.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(_PATIENCE)
        try:
            connection.connect(address.path)
        except OSError:
            connection.close()
            raise
        return connection
    return socket.create_connection((address.hostname or "", address.port or 3310), _PATIENCE)


def _read(connection: socket.socket) -> bytes:
    """The answer, which ends with NUL."""
    answer = b""
    while not answer.endswith(b"\0"):
        part = connection.recv(_LONGEST_ANSWER)
        if not part or len(answer) > _LONGEST_ANSWER:
            raise ConnectionError("no whole answer")
        answer += part
    return answer.rstrip(b"\0")
