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
    request_hours: int = 72  # so long does a request for a password wait for confirmation and use
    idle_minutes: int = 60  # a session ends so long after its last page; a form that is sent then is not lost
    proved_minutes: int = 10  # so long after a sign-in or a proof is nobody asked again before what decides
    session_hours: int = 10  # and so long after the sign-in, however much it is used
