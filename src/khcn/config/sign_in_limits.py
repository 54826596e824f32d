"""How many wrong passwords are taken, and for how long a browser stays known (docs/adr/0025)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from khcn.config.environment_numbers import EnvironmentNumbers


@dataclass(frozen=True, slots=True)
class SignInLimits(EnvironmentNumbers):
    """The variable of ``window_minutes`` is ``KHCN_SIGN_IN_WINDOW_MINUTES``."""

    prefix: ClassVar[str] = "KHCN_SIGN_IN_"

    window_minutes: int = 15  # so long does each wrong password count
    failures_with_name: int = 10  # in all browsers together that do not know the person
    # Of such browsers with any name. Hundreds of people may share one address, and each of them mistypes now and then.
    failures_from_network: int = 50
    failures_in_browser: int = 10  # in a browser that has signed in as this person before
    browser_days: int = 180  # a browser stays known for so long after a sign-in
