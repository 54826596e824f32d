"""What the figures of this area have in common."""

from functools import partial
from typing import Any

from khcn.kernel.indicators import Indicator

Of = partial(Indicator, owner="TDC")


def organisation_named(row: Any) -> str:
    """The organisation that a row is about."""
    return str(row.organisation.name)
