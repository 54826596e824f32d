"""Secrets that people read out or copy by hand."""

from __future__ import annotations

import secrets
from typing import Final

ALPHABET: Final = "abcdefghijkmnpqrstuvwxyz23456789"
"""Without letters and figures that are mistaken for each other."""

_OF_A_GROUP: Final = 4


def readable_code(*, groups: int) -> str:
    """Such as "k3wq-7mzd-…": each group of four signs has 20 bits."""
    return "-".join(
        "".join(secrets.choice(ALPHABET) for _sign in range(_OF_A_GROUP)) for _group in range(groups)
    )
