"""How many requests one key of the EPCIS interface may make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from khcn.config.environment_numbers import EnvironmentNumbers


@dataclass(frozen=True, slots=True)
class KeyLimits(EnvironmentNumbers):
    """For each web process. The variable of ``requests_per_second`` is ``KHCN_KEY_REQUESTS_PER_SECOND``."""

    prefix: ClassVar[str] = "KHCN_KEY_"

    requests_per_second: float = 200
    requests_at_once: float = 5000  # that may come before the rate counts
    bytes_of_request: float = 1_000_000  # of a body count as one request more
