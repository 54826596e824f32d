"""Whose requests are counted together."""

from __future__ import annotations

import ipaddress
from typing import Final

_LONGEST: Final = 32  # characters that `SignInFailure.network` has


def client_network(address: str) -> str | None:
    """A machine's address, or a network of IPv6 that one subscriber has (/64).

    None for this machine: a proxy here that is not trusted (``KHCN_TRUSTED_PROXY``) brings the requests of everybody. Those for
    which a proxy gives no address ("unknown") are one network.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:_LONGEST]
    parsed = (
        getattr(parsed, "ipv4_mapped", None) or parsed
    )  # a socket for both versions shows IPv4 in this way
    if parsed.is_loopback:
        return None
    return str(parsed) if parsed.version == 4 else str(ipaddress.ip_network((parsed, 64), strict=False))  # noqa: PLR2004
