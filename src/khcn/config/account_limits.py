"""How long what concerns an account is good for (docs/adr/0027)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from khcn.config.environment_numbers import EnvironmentNumbers


@dataclass(frozen=True, slots=True)
class AccountLimits(EnvironmentNumbers):
    """The variable of ``issued_password_days`` is ``KHCN_ACCOUNT_ISSUED_PASSWORD_DAYS``."""

    prefix: ClassVar[str] = "KHCN_ACCOUNT_"

    issued_password_days: int = 7  # so long may its owner choose another with it
    request_hours: int = (
        72  # so long does a request for a password wait for the second person and for its use
    )
