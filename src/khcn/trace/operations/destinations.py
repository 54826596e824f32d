"""Where answers may be sent: to machines of the internet, never to this one or its neighbours (OWASP: SSRF).

An address is checked twice, when a subscription is made and whenever something is sent, because a name can come to
mean another machine. What was checked is what is connected to. ``KHCN_WEBHOOK_PRIVATE=1`` lifts the ban for an
installation whose partners sit in the same private network.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import Final, NoReturn
from urllib.parse import urlsplit

from django.conf import settings

from khcn.epcis import QueryError

LONGEST_URL: Final = 2000
DEFAULT_PORTS: Final = {"http": 80, "https": 443}
# Networks that carry an IPv4 address inside, or that no route leads to although `is_global` says otherwise.
_FORBIDDEN: Final = [
    ipaddress.ip_network(each)
    for each in (
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "2001::/32",
        "::/96",
        "fec0::/10",
        "192.88.99.0/24",
    )
]
_ANOTHER_MACHINE: Final = ("192.0.2.1", "2001:db8::1")  # addresses of documentation: no machine has them


@dataclass(frozen=True, slots=True)
class Destination:
    """A checked URL, taken apart."""

    secure: bool
    host: str  # as a name for TLS and the Host header
    port: int
    target: str  # path and query

    @property
    def host_header(self) -> str:
        """Host, and the port where it is not the scheme's."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (
            host if self.port == DEFAULT_PORTS["https" if self.secure else "http"] else f"{host}:{self.port}"
        )


class UnsafeDestinationError(OSError):
    """The name means no machine, or one that nothing may be sent to. Which of the two, is nobody's business."""

    def __init__(self) -> None:
        """Say no more than that."""
        super().__init__("the name of the receiver leads to no machine that anything is sent to")


def _refuse(vi: str, en: str) -> NoReturn:
    raise QueryError("SubscriptionControlsException", "dest", vi, en)


def parse_destination(url: object) -> Destination:
    """The parts of a webhook's URL.

    Raises:
        QueryError: ``SubscriptionControlsException`` unless it is an absolute http or https URL without credentials.
    """
    if not isinstance(url, str) or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        _refuse(
            "dest phải là địa chỉ http hoặc https viết bằng ký tự ASCII.",
            "dest is no http or https URL in ASCII",
        )
    if len(url) > LONGEST_URL:
        _refuse(f"dest dài quá {LONGEST_URL} ký tự.", f"dest is longer than {LONGEST_URL} characters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        _refuse("dest không phải địa chỉ hợp lệ.", "dest is no valid URL")
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        _refuse(
            "dest phải bắt đầu bằng https:// hoặc http://.", "dest begins with neither https:// nor http://"
        )
    if "@" in parts.netloc:
        _refuse(
            "dest không được chứa tên và mật khẩu; dùng signatureToken để bên nhận nhận ra hệ thống.",
            "dest must not hold credentials; signatureToken is there to be recognised by",
        )
    if parts.fragment or port == 0:
        _refuse("dest không được có phần sau dấu # và cổng phải khác 0.", "dest has a fragment, or port 0")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Destination(parts.scheme == "https", parts.hostname, port or DEFAULT_PORTS[parts.scheme], target)


def find_address(destination: Destination) -> tuple[str, int]:
    """An IP address and port to connect to. Looks the name up; the caller must not hold a transaction.

    Raises:
        UnsafeDestinationError: the name is unknown, or any address it has is not to be sent to.
    """
    try:
        found = socket.getaddrinfo(destination.host, destination.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise UnsafeDestinationError from problem
    addresses = [str(each[4][0]) for each in found]
    if not addresses or not (settings.WEBHOOK_PRIVATE or all(map(may_be_reached, addresses))):
        raise UnsafeDestinationError
    return addresses[0], destination.port


def may_be_reached(address: str) -> bool:
    """Whether an IP address is one of the internet, and not our own."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:  # with a zone: link-local
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if not found.is_global or found.is_multicast or found.is_reserved:
        return False
    if any(found in network for network in _FORBIDDEN if network.version == found.version):
        return False
    return not _is_ours(str(found))


def _can_bind(address: str) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True


def _is_ours(address: str) -> bool:
    """Whether this machine has the address: only one's own can be bound to.

    A machine that lets any address be bound (``ip_nonlocal_bind``) cannot tell that way.
    """
    strange = _ANOTHER_MACHINE[1 if ":" in address else 0]
    return _can_bind(address) and not _can_bind(strange)


def check_destination(url: object) -> None:
    """What is asked of ``dest`` when a subscription is made.

    Raises:
        QueryError: ``SubscriptionControlsException``.
    """
    destination = parse_destination(url)
    own = {host.strip().lower() for host in settings.ALLOWED_HOSTS}
    if destination.host in own and not settings.WEBHOOK_PRIVATE:
        _refuse("dest không được là chính hệ thống này.", "dest is this system itself")
    try:
        find_address(destination)
    except UnsafeDestinationError as problem:
        _refuse(
            "Không gửi được tới dest: không tìm thấy máy này, hoặc máy nằm trong mạng nội bộ.",
            str(problem),
        )
