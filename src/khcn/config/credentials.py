"""Secrets that systemd hands to the service as credentials: encrypted on the disk, by the TPM where there is one, and in memory that is
not swapped (systemd.exec(5), Credentials).

A credential ``khcn.KHCN_SMTP`` is the variable ``KHCN_SMTP``, whatever the environment says; so neither the file of settings nor the
environment of the service holds it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from django.core.exceptions import ImproperlyConfigured

_CREDENTIAL: Final = re.compile(r"khcn\.(DATABASE_URL|KHCN_[A-Z0-9_]+)")


def take_credentials() -> list[str]:
    """Read them into the variables of this process; returns which. Raises ``ImproperlyConfigured`` for one that cannot be read."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    found = []
    for file in sorted(Path(folder).glob("khcn.*")) if folder else ():
        name = _CREDENTIAL.fullmatch(file.name)
        if name is None:
            message = f"credential {file.name!r} is named after no variable"
            raise ImproperlyConfigured(message)
        try:
            os.environ[name[1]] = file.read_text("utf-8").rstrip("\r\n")
        except (OSError, ValueError) as fault:
            message = f"credential {file.name!r} cannot be read: {fault}"
            raise ImproperlyConfigured(message) from fault
        found.append(name[1])
    return found
