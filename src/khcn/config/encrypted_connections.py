"""Connections to databases and mail on other machines are encrypted, and the machine is the right one, or nothing starts.

``KHCN_PLAINTEXT`` names what may go unencrypted all the same (``database``, ``mail``), for a cable or a tunnel that encrypts by
itself: a decision that somebody has written down, and no oversight.
"""

from __future__ import annotations

import os
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from khcn.config.environment_values import env_words

__all__ = ["env_words"]

PLAINTEXT_WORDS: Final = frozenset({"database", "mail"})
_VERIFYING: Final = frozenset({"verify-ca", "verify-full"})
"""``require`` encrypts as well, whatever machine answers."""
_SUBMISSION: Final = 587
"""The port of a mail server at which the connection begins without TLS and Django sends STARTTLS."""


def is_this_machine(host: str) -> bool:
    """A socket of the machine, its name for itself, or a loopback address."""
    if not host or host.startswith(("/", "@")) or host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def hosts_of(database: dict[str, Any]) -> list[str]:
    """Where a database of Django's settings is, which may be on one of several machines."""
    if not str(database["ENGINE"]).endswith("postgresql"):
        return []
    options = database.get("OPTIONS", {})
    # libpq connects to `hostaddr` whatever `host` says, and takes from its environment what is not given.
    address = options.get("hostaddr") or os.environ.get("PGHOSTADDR", "")
    name = options.get("host") or database.get("HOST") or os.environ.get("PGHOST", "")
    service = options.get("service") or os.environ.get("PGSERVICE", "")
    places = [each.strip() for given in (address, name) if given for each in str(given).split(",")]
    # What a service file says is not read: it may be any machine.
    return [*places, f"service={service}"] if service else places or [""]


def is_elsewhere(database: dict[str, Any]) -> bool:
    """Whether a connection to the database leaves this machine."""
    return not all(map(is_this_machine, hosts_of(database)))


def require_encrypted_database(variable: str, database: dict[str, Any], plaintext: frozenset[str]) -> None:
    """Raises ``ImproperlyConfigured`` where the database of a variable is elsewhere, and the connection is not verified TLS."""
    if "database" in plaintext or not is_elsewhere(database):
        return
    mode = database.get("OPTIONS", {}).get("sslmode", "")
    if mode not in _VERIFYING:
        raise ImproperlyConfigured(
            f"{variable}: cơ sở dữ liệu ở máy khác thì đường nối phải mã hóa và kiểm tra đúng máy. Thêm "
            "sslmode=verify-full&sslrootcert=/etc/khcn/postgresql-ca.pem vào địa chỉ. Đường nối đã được bảo vệ cách khác thì ghi "
            "KHCN_PLAINTEXT=database. / The database is on another machine: add sslmode=verify-full and sslrootcert, or write "
            "KHCN_PLAINTEXT=database."
        )


def require_encrypted_databases(
    databases: dict[str, dict[str, Any]], owner: dict[str, Any] | None, plaintext: frozenset[str]
) -> None:
    """The same for all databases of Django's settings, and for that of the role that owns the tables."""
    variables = {"default": "DATABASE_URL", "replica": "KHCN_REPLICA_URL"}
    for alias, database in databases.items():
        require_encrypted_database(variables.get(alias, "KHCN_PROVINCES"), database, plaintext)
    if owner is not None:
        require_encrypted_database("KHCN_OWNER_DATABASE_URL", owner, plaintext)


def require_encrypted_mail(address: str, plaintext: frozenset[str]) -> None:
    """Raises ``ImproperlyConfigured`` where the server of ``KHCN_SMTP`` is elsewhere and mail would go there unencrypted."""
    server = urlsplit(address)
    is_encrypted = server.scheme == "smtps" or server.port == _SUBMISSION
    if "mail" in plaintext or is_encrypted or is_this_machine(server.hostname or "localhost"):
        return
    raise ImproperlyConfigured(
        "KHCN_SMTP: thư gửi qua máy khác thì phải mã hóa. Dùng smtp://…:587 (STARTTLS) hoặc smtps://…; máy chủ thư trong mạng riêng "
        "không có TLS thì ghi KHCN_PLAINTEXT=mail. / Mail to another machine is encrypted: port 587 or smtps:, or write "
        "KHCN_PLAINTEXT=mail."
    )
