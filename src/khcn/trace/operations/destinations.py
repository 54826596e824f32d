"""Where deliveries may be sent: to public addresses, never to this machine or private networks (OWASP: SSRF).

An address is checked when a subscription is made and again before each delivery, because a name may later resolve to
another address. The connection is made to the checked address. ``KHCN_WEBHOOK_HOSTS`` lists the machines to which alone
anything is sent; what is taken off the list gets nothing more. ``KHCN_WEBHOOK_PRIVATE=1`` allows private addresses, for
an installation whose partners are in the same private network.
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
# Networks that embed an IPv4 address, or that are not routed although `is_global` is true.
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
# Where other services than web servers listen, some of which act on what a request holds: the ports that browsers refuse (WHATWG Fetch,
# "port blocking", of 26 November 2025).
REFUSED_PORTS: Final = frozenset({
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111, 113,
    115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556,
    563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667,
    6668, 6669, 6679, 6697, 10080,
})  # fmt: skip
_UNUSED_ADDRESSES: Final = ("192.0.2.1", "2001:db8::1")  # reserved for documentation: no machine has them


@dataclass(frozen=True, slots=True)
class Destination:
    """The parts of a checked URL."""

    secure: bool
    host: str  # name for TLS and the Host header
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
    """The name does not resolve, or resolves to a forbidden address; which of the two is not revealed."""

    def __init__(self) -> None:
        """Use one message for both cases."""
        super().__init__("the name of the receiver leads to no machine that anything is sent to")


def _refuse(vi: str, en: str) -> NoReturn:
    raise QueryError("SubscriptionControlsException", "dest", vi, en)


def parse_destination(url: object, *, is_of_operator: bool = False) -> Destination:
    """The parts of a webhook's URL, or of one that the settings name (``is_of_operator``).

    Raises:
        QueryError: ``SubscriptionControlsException`` unless it is an absolute http or https URL without credentials, on a
            machine that is listed where a list is.
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
    if parts.fragment:
        _refuse("dest không được có phần sau dấu #.", "dest has a fragment")
    if port in REFUSED_PORTS:
        _refuse(
            f"Cổng {port} trong dest là của dịch vụ khác, không phải máy chủ web. Dùng 443, 80 hoặc một cổng riêng như 8443.",
            f"port {port} belongs to another service than the web",
        )
    if not is_of_operator and not is_listed(parts.hostname):
        _refuse(
            "Hệ thống này chỉ gửi tới các máy mà người vận hành đã nêu; máy trong dest không có trong danh sách. Đề nghị Sở thêm máy nhận.",
            "dest is on none of the machines that this system sends to; ask the department to list it",
        )
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Destination(parts.scheme == "https", parts.hostname, port or DEFAULT_PORTS[parts.scheme], target)


def is_listed(host: str) -> bool:
    """Whether a machine is one that the installation sends to: ``KHCN_WEBHOOK_HOSTS``, where that is set."""
    listed = settings.WEBHOOK_HOSTS
    return not listed or any(
        host == each.strip("[]") or (each[0] == "." and host.endswith(each)) for each in listed
    )


def find_address(destination: Destination) -> tuple[str, int]:
    """Resolve a destination to an IP address and port. Must not be called in a transaction.

    Raises:
        UnsafeDestinationError: the name does not resolve, or one of its addresses is forbidden.
    """
    try:
        found = socket.getaddrinfo(destination.host, destination.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise UnsafeDestinationError from problem
    addresses = [str(each[4][0]) for each in found]
    if not addresses or not (settings.WEBHOOK_PRIVATE or all(map(is_public_address, addresses))):
        raise UnsafeDestinationError
    return addresses[0], destination.port


def is_public_address(address: str) -> bool:
    """Whether an IP address is public and does not belong to this machine."""
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
    return not _is_own_address(str(found))


def _can_bind(address: str) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True


def _is_own_address(address: str) -> bool:
    """Whether this machine has the address: binding works only for own addresses.

    Not reliable on a machine that allows binding any address (``ip_nonlocal_bind``); there the result is False.
    """
    unused = _UNUSED_ADDRESSES[1 if ":" in address else 0]
    return _can_bind(address) and not _can_bind(unused)


def check_destination(url: object) -> None:
    """Check ``dest`` of a new subscription.

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
