"""How large a document may be, so that a hostile one costs little."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """`size` in bytes, `depth` in nested objects and arrays (or elements), numbers in characters."""

    size: int = 50 * 1024 * 1024
    depth: int = 48
    number: int = 64
    exponent: int = 400


DEFAULT_LIMITS: Final = Limits()
