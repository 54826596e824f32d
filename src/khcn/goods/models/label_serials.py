"""Serial numbers of single labels (GS1 AI 21): made of the key of their printing and of the place of the label in it, and stored nowhere.

A number has twelve signs of an alphabet of 32 (60 bits). Nine of them are the beginning of the HMAC-SHA-256 of the place under the
key; three are the place itself, covered by an HMAC of the nine. So the place and the key give the number, and the number and the key give the
place, without a list; who does not know the key learns neither how many labels there are nor the number of any other one.

How seldom a guess hits: of the 2^60 numbers that can be written, as many are of a lot as labels were printed for it. A lot has at most 500
printings of 2,000 labels with numbers, 10^6. A person who tries 10^6 numbers under the lot that has most hits one with a probability below
10^6 * 10^6 / 2^60 = 8.7e-7. A number counts under its own lot alone, so that labels of other lots and years add nothing; and even if all labels of
500 producers in 20 years, 10^9 with 100,000 a year each, were of one lot, the probability would be below 10^9 * 10^6 / 2^60 = 8.7e-4.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and capitals without I, L, O and U, which people read or type for another (the alphabet of Crockford's Base32)."""

LENGTH: Final = 12
_PLACE_SIGNS: Final = 3
_BITS: Final = 5
_PLACE_BITS: Final = _BITS * _PLACE_SIGNS
_TAG_BITS: Final = _BITS * (LENGTH - _PLACE_SIGNS)
_TYPED: Final = str.maketrans("ILOilo", "110110")
_VALUES: Final = {sign: value for value, sign in enumerate(ALPHABET)}

KEY_DIGITS: Final = 32
_CODE_SIGNS: Final = 8


def new_key() -> str:
    """The key of a new printing: 128 random bits in hexadecimal."""
    return secrets.token_hex(KEY_DIGITS // 2)


def new_code() -> str:
    """What a new printing is called: nothing of its lot, whose name may be closed to a reader of the log."""
    return "IN-" + "".join(secrets.choice(ALPHABET) for _sign in range(_CODE_SIGNS))


def serial_of(key: str, place: int) -> str:
    """The serial number of the label at a place of the printing with a key; places are counted from 1."""
    tag = _first_bits(key, b"label", place, _TAG_BITS)
    number = (place ^ _first_bits(key, b"place", tag, _PLACE_BITS)) << _TAG_BITS | tag
    return "".join(ALPHABET[number >> shift & 31] for shift in range(_BITS * (LENGTH - 1), -1, -_BITS))


def as_typed(serial: str) -> str:
    """A serial number as it was printed, where people typed small letters, or I, L and O for the digits that look like them."""
    return serial.translate(_TYPED).upper()


def place_of(key: str, serial: str) -> int | None:
    """At which place of the printing with a key the label with a serial number is; None where it is not of that printing."""
    signs = as_typed(serial)
    if len(signs) != LENGTH or not _VALUES.keys() >= set(signs):
        return None
    number = 0
    for sign in signs:
        number = number << _BITS | _VALUES[sign]
    tag = number & (1 << _TAG_BITS) - 1
    place = number >> _TAG_BITS ^ _first_bits(key, b"place", tag, _PLACE_BITS)
    return place if _first_bits(key, b"label", place, _TAG_BITS) == tag else None


def _first_bits(key: str, purpose: bytes, value: int, bits: int) -> int:
    digest = hmac.digest(bytes.fromhex(key), purpose + value.to_bytes(8), "sha256")
    return int.from_bytes(digest[:8]) >> 64 - bits
