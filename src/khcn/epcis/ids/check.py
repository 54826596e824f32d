"""Check digits and check characters of GS1 identifiers (GS1 General Specifications, section 7.9)."""

from typing import Final

CSET82: Final = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
"""GS1 AI encodable character set 82 (General Specifications figure 7.11-1), in the order of the check pair."""

CSET39: Final = "#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CSET64: Final = "-0123456789=ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
CSET32: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

LONGEST_CHECK_PAIR: Final = 97  # characters before the pair for which GS1 defines a prime weight
PAIR_LENGTH: Final = 2
_PAIR_MODULUS: Final = 1021

_CSET82_VALUE = {character: value for value, character in enumerate(CSET82)}

_RESTRICTED: Final = ("02", "04", "2", "98", "99")
"""Beginnings of numbers for use within a company or region, of coupons and of refunds (General Specifications 1.4)."""


def is_digits(text: str) -> bool:
    """Whether text is ASCII digits only and not empty (`str.isdigit` also takes other scripts' digits)."""
    return text.isascii() and text.isdigit()


def check_digit(body: str) -> str:
    """The check digit that follows `body` in a GTIN, GLN, SSCC, GSIN, GSRN, GRAI, GDTI or GCN.

    Args:
        body: the digits before the check digit, of any length.

    Raises:
        ValueError: `body` is not digits.

    >>> check_digit("952123422031")
    '2'
    """
    if not is_digits(body):
        raise ValueError(f"a check digit is computed from digits only, not from {body!r}")
    # ASCII digits are 48 to 57: what the 48s add is taken off at the end.
    values = body.encode()
    heavy, light = values[-1::-2], values[-2::-2]
    total = 3 * sum(heavy) + sum(light) - 48 * (3 * len(heavy) + len(light))
    return str(-total % 10)


def has_right_check_digit(number: str) -> bool:
    """Whether the last digit of `number` is the check digit of those before it."""
    return len(number) > 1 and is_digits(number) and check_digit(number[:-1]) == number[-1]


def is_restricted_gtin(number: str) -> bool:
    """Whether the digits of a GTIN are none that GS1 gives to a product for trade everywhere: numbers for use within a company or region
    (prefixes 02, 04 and 20 to 29; of eight digits 0 and 2), coupons and refunds (98 and 99), and zeros alone (General Specifications 1.4).
    """
    thirteen = number.zfill(14)[1:]
    if thirteen.startswith("00000"):  # eight digits
        return thirteen[5] in "02"
    return thirteen.startswith(_RESTRICTED)


def is_restricted_key(ai: str, value: str) -> bool:
    """Whether a package (00), a place (414) or an organisation (417) has a number that begins as no company prefix does.

    So begin those that the program gives: they mean something in its own system alone.
    """
    if ai not in {"00", "414", "417"}:
        return False
    return value[1 if ai == "00" else 0 :].startswith(_RESTRICTED)


def _primes(count: int) -> list[int]:
    found: list[int] = []
    candidate = 2
    while len(found) < count:
        if all(candidate % prime for prime in found):
            found.append(candidate)
        candidate += 1
    return found


_PRIMES: Final = _primes(LONGEST_CHECK_PAIR)


def check_pair(body: str) -> str:
    """The two check characters of a Global Model Number (General Specifications 7.9.5).

    Raises:
        ValueError: `body` is longer than 97 characters or has one outside character set 82.
    """
    if len(body) > LONGEST_CHECK_PAIR:
        raise ValueError("check characters are defined for at most 97 characters")
    try:
        total = sum(
            _CSET82_VALUE[character] * prime
            for character, prime in zip(reversed(body), _PRIMES, strict=False)
        )
    except KeyError as missing:
        raise ValueError(f"{missing.args[0]!r} is outside GS1 character set 82") from None
    total %= _PAIR_MODULUS
    return CSET32[total >> 5] + CSET32[total & 31]
