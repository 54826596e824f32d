"""Which installation is backed up or restored: where its data are, its database, its secrets."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Mapping

SECRET: Final = "secret-key"  # noqa: S105 -- the name of the file
SECRETS_BEFORE: Final = "secret-keys-before"
ANCHORS: Final = "log-anchors"
STORED_FILES: Final = "files"
MAIL: Final = "mail"
PREPARING: Final = "prepare.lock"
"""Locked by a ``serve`` that brings database and static files up to date."""
UNFINISHED: Final = "restore-unfinished"
"""As long as this file is among the data, nothing but a restore starts (`khcn.config.settings`)."""
MOVED: Final = "moved-to"
"""As long as this file is among the data, nothing but `khcn province move` starts: the store goes, or has gone, to another place."""


@dataclass(frozen=True, slots=True)
class Installation:
    """One installation. ``database`` has the keys of Django's ``DATABASES``."""

    data: Path
    database: Mapping[str, Any]
    province: str
    secret: str
    secrets_before: tuple[str, ...] = ()
    given_secret: str = ""
    """The key that the environment names, which goes before the one among the data."""

    @classmethod
    def of_settings(cls) -> Installation:
        """The one that this program runs for."""
        return cls(
            data=Path(settings.DATA).resolve(),
            database=settings.DATABASES["default"],
            province=settings.PROVINCE,
            secret=settings.SECRET_KEY,
            secrets_before=tuple(settings.LOG_SECRETS_BEFORE),
            given_secret=os.environ.get("KHCN_SECRET_KEY", ""),
        )


def names_of_variables() -> list[str]:
    """Names of the variables that are set for this program: the values, some of them secret, stay where they are."""
    return sorted(name for name in os.environ if name.startswith("KHCN_"))
