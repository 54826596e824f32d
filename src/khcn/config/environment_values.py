"""Settings that are read from the environment; a text that cannot be read is refused with its name."""

from __future__ import annotations

import os
import re
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

_HOST = re.compile(r"\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[?[0-9a-f:.]+\]?")
_ORIGIN = re.compile(r"https?://([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
_SHORTEST_TOKEN = 32
_PORTS = 1 << 16


def env_bool(name: str, *, default: bool) -> bool:
    """Read a yes/no variable; anything but 1/0/true/false raises with the offending text."""
    raw = os.environ.get(name)
    if raw is None or raw == "":
        return default
    known = {"1": True, "true": True, "0": False, "false": False}
    if raw.lower() not in known:
        message = f"{name} must be 1 or 0, not {raw!r}"
        raise ImproperlyConfigured(message)
    return known[raw.lower()]


def env_path(name: str) -> Path | None:
    """Read the path of a file or folder; None where the variable is not set."""
    raw = os.environ.get(name)
    return Path(raw).absolute() if raw else None


def env_address(name: str) -> str | None:
    """Read one IP address; anything else raises with the offending text. None where the variable is not set."""
    raw = os.environ.get(name)
    try:
        return str(ip_address(raw)) if raw else None
    except ValueError as fault:
        message = f"{name} must be one IP address, not {raw!r}"
        raise ImproperlyConfigured(message) from fault


def env_number(name: str, *, default: int, below: int | None = None) -> int:
    """Read a number from 0 on; anything else raises with the offending text."""
    raw = os.environ.get(name) or str(default)
    if not raw.isascii() or not raw.isdigit() or (below is not None and int(raw) >= below):
        last = "on" if below is None else f"to {below - 1}"
        message = f"{name} must be a number from 0 {last}, not {raw!r}"
        raise ImproperlyConfigured(message)
    return int(raw)


def env_choice(name: str, *known: str) -> str:
    """Read one of the ``known`` words, of which the first is the default; anything else raises with the offending text."""
    raw = os.environ.get(name) or known[0]
    if raw not in known:
        message = f"{name} must be one of {', '.join(known)}, not {raw!r}"
        raise ImproperlyConfigured(message)
    return raw


def env_words(name: str, known: frozenset[str]) -> frozenset[str]:
    """Read some of the ``known`` words, comma separated; anything else raises with the offending text."""
    raw = os.environ.get(name, "")
    found = frozenset(each.strip() for each in raw.split(",") if each.strip())
    if not found <= known:
        message = f"{name} must be some of {', '.join(sorted(known))}, comma separated, not {raw!r}"
        raise ImproperlyConfigured(message)
    return found


def env_hosts(name: str) -> tuple[str, ...]:
    """Read names of machines, comma separated, each exact or with all that stand below it (``.example.vn``); anything else
    raises with the offending text.
    """
    found = tuple(each.strip().lower() for each in os.environ.get(name, "").split(",") if each.strip())
    for each in found:
        if not _HOST.fullmatch(each):
            message = f"{name} must be names of machines, comma separated, such as nhan.example.vn or .example.vn, not {each!r}"
            raise ImproperlyConfigured(message)
    return found


def env_networks(name: str, *, default: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Read addresses and networks, comma separated; anything else raises with the offending text."""
    raw = os.environ.get(name) or default
    try:
        return tuple(ip_network(each.strip()) for each in raw.split(",") if each.strip())
    except ValueError as fault:
        message = f"{name} must be addresses or networks, comma separated, not {raw!r}"
        raise ImproperlyConfigured(message) from fault


def env_origins(name: str) -> list[str]:
    """Read origins, comma separated: scheme, host and port as a browser sends them. Anything else raises with the offending text."""
    found = [each.strip() for each in os.environ.get(name, "").split(",") if each.strip()]
    for each in found:
        if not _ORIGIN.fullmatch(each):
            message = f"{name} must be origins as browsers send them, comma separated (https://khcn.example.vn:8443), not {each!r}"
            raise ImproperlyConfigured(message)
    return found


def env_token(name: str) -> str:
    """Read a token that programs send; one that could be guessed raises. Empty where the variable is not set."""
    raw = os.environ.get(name, "")
    if raw and (len(raw) < _SHORTEST_TOKEN or not raw.isascii() or not raw.isprintable() or " " in raw):
        message = f"{name} must have at least {_SHORTEST_TOKEN} characters, none of them a space (openssl rand -hex 32)"
        raise ImproperlyConfigured(message)
    return raw


class ListenAddress(NamedTuple):
    """Where the server listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def env_listen(name: str, *, default: str) -> ListenAddress:
    """Read an address and a port, ``127.0.0.1:8000`` or ``[::1]:8000``; anything else raises with the offending text."""
    raw = os.environ.get(name) or default
    host, _colon, port = raw.rpartition(":")
    try:
        address = ip_address(host[1:-1] if host.startswith("[") and host.endswith("]") else host)
        number = int(port) if port.isascii() and port.isdigit() else 0
    except ValueError:
        number = 0
    if not 0 < number < _PORTS:
        message = f"{name} must be an address and a port like 127.0.0.1:8000, not {raw!r}"
        raise ImproperlyConfigured(message)
    return ListenAddress(str(address), number)


def env_socket(name: str) -> str:
    """Read the address of a service on a socket, ``unix:/path`` or ``tcp://host:port``; anything else raises with the offending
    text. "" where the variable is not set.
    """
    raw = os.environ.get(name, "")
    found = urlsplit(raw)
    if raw and not ((found.scheme == "unix" and found.path) or (found.scheme == "tcp" and found.hostname)):
        message = f"{name} must be unix:/path or tcp://host:port, not {raw!r}"
        raise ImproperlyConfigured(message)
    return raw
