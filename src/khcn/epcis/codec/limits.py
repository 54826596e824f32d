"""How large a document may be, so that a hostile one costs little."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """`size` in bytes, `values` and `depth` in objects, arrays and scalars (or elements), numbers in characters.

    A value takes some 100 bytes of memory, whatever it takes in the document: `[1,1,1,…]`, `<a/><a/>…`.
    """

    size: int = 50 * 1024 * 1024
    values: int = 4_000_000
    depth: int = 48
    number: int = 64
    exponent: int = 400


DEFAULT_LIMITS: Final = Limits()
