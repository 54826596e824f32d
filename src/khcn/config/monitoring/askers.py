"""Who may see what monitoring needs. Strangers do not: how old a backup is tells them when an attack costs most."""

from __future__ import annotations

from hmac import compare_digest
from ipaddress import ip_address
from typing import TYPE_CHECKING

from django.conf import settings

from khcn.config.monitoring.observed_request import FORWARDED

if TYPE_CHECKING:
    from django.http import HttpRequest


def is_trusted(request: HttpRequest) -> bool:
    """Asked from one of ``KHCN_MONITORING_ADDRESSES`` and not sent on for somebody else, or with the token."""
    if settings.MONITORING_TOKEN:
        sent = request.headers.get("Authorization", "")
        wanted = f"Bearer {settings.MONITORING_TOKEN}"
        if compare_digest(sent.encode(), wanted.encode()):
            return True
    if request.META.get(FORWARDED):
        return False
    try:
        address = ip_address(request.META["REMOTE_ADDR"])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)  # ::ffff:127.0.0.1, on a socket of both families
    return any((mapped or address) in network for network in settings.MONITORING_NETWORKS)
