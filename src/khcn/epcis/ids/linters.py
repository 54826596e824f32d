"""The "linter" procedures that the GS1 Barcode Syntax Dictionary names: content rules of AI components.

Each takes the component's text and gives None, or the code of the fault without GS1's prefix ``GS1_LINTER_``.
Two rules need GS1's list of company prefixes (`gcppos1`, `gcppos2`); that list is not public, so they only ask for
the digits that every prefix has. Own code: no package on PyPI implements the dictionary's linters.
"""

from collections.abc import Callable
from datetime import date
from typing import Final

from khcn.epcis.ids import codes
from khcn.epcis.ids.check import CSET39, CSET64, CSET82, PAIR_LENGTH, check_digit, check_pair, is_digits
from khcn.epcis.ids.coupon import coupon_code, coupon_positive_offer

Linter = Callable[[str], str | None]

NON_DIGIT: Final = "NON_DIGIT_CHARACTER"
GCP_DIGITS: Final = 4  # fewest leading digits the engine asks of a key that starts with a company prefix
HOURS, MINUTES, TWO, FOUR = 24, 60, 2, 4
LONGEST_IBAN, SHORTEST_IBAN = 34, 5
LONGEST_PIECES = 8
_PLAIN_DIGITS: Final = frozenset("0123456789")
_CSET39, _CSET64, _CSET82 = frozenset(CSET39), frozenset(CSET64) - {"="}, frozenset(CSET82)
_CSET32_IDX: Final = frozenset("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")


def _all_digits(text: str) -> bool:
    return _PLAIN_DIGITS.issuperset(text)


def cset_numeric(text: str) -> str | None:
    return None if _all_digits(text) else NON_DIGIT


def cset82(text: str) -> str | None:
    return None if _CSET82.issuperset(text) else "INVALID_CSET82_CHARACTER"


def cset39(text: str) -> str | None:
    return None if _CSET39.issuperset(text) else "INVALID_CSET39_CHARACTER"


def cset64(text: str) -> str | None:
    body = text.rstrip("=")
    if not _CSET64.issuperset(body):
        return "INVALID_CSET64_CHARACTER"
    padding = len(text) - len(body)
    wrong = padding > TWO or (padding and len(text) % 3)
    return "INVALID_CSET64_PADDING" if wrong else None


def csum(text: str) -> str | None:
    if not text:
        return "TOO_SHORT_FOR_CHECK_DIGIT"
    if not _all_digits(text):
        return NON_DIGIT
    return None if len(text) > 1 and check_digit(text[:-1]) == text[-1] else "INCORRECT_CHECK_DIGIT"


def csum_alpha(text: str) -> str | None:
    if len(text) < PAIR_LENGTH:
        return "TOO_SHORT_FOR_CHECK_PAIR"
    body = text[:-PAIR_LENGTH]
    if not _CSET82.issuperset(body):
        return "INVALID_CSET82_CHARACTER"
    try:
        right = check_pair(body)
    except ValueError:
        return "TOO_LONG_FOR_CHECK_PAIR_IMPLEMENTATION"
    return None if text.endswith(right) else "INCORRECT_CHECK_PAIR"


def gcp_pos1(text: str) -> str | None:
    if len(text) < GCP_DIGITS:
        return "TOO_SHORT_FOR_GCP"
    return None if is_digits(text[:GCP_DIGITS]) else "INVALID_GCP_PREFIX"


def gcp_pos2(text: str) -> str | None:
    return gcp_pos1(text[1:])


def has_non_digit(text: str) -> str | None:
    return "REQUIRES_NON_DIGIT_CHARACTER" if _all_digits(text) else None


def _clock(text: str, *, limit: int, word: str, exact: bool = True) -> str | None:
    if len(text) < TWO:
        return f"{word}_TOO_SHORT"
    if exact and len(text) > TWO:
        return f"{word}_TOO_LONG"
    if not _all_digits(text):
        return NON_DIGIT
    return None if int(text) < limit else f"ILLEGAL_{word}"


def hh(text: str) -> str | None:
    return _clock(text, limit=HOURS, word="HOUR")


def mi(text: str) -> str | None:
    return _clock(text, limit=MINUTES, word="MINUTE")


def ss(text: str) -> str | None:
    return _clock(text, limit=MINUTES, word="SECOND")


def hhmi(text: str) -> str | None:
    if len(text) < FOUR:
        return "HOUR_WITH_MINUTE_TOO_SHORT"
    if len(text) > FOUR:
        return "HOUR_WITH_MINUTE_TOO_LONG"
    if not _all_digits(text):
        return NON_DIGIT
    return hh(text[:2]) or mi(text[2:])


def hyphen(text: str) -> str | None:
    return None if text and not text.strip("-") else "NOT_HYPHEN"


def iban(text: str) -> str | None:
    """ISO 13616, checked by ISO 7064 modulus 97-10."""
    if len(text) > LONGEST_IBAN:
        return "IBAN_TOO_LONG"
    if len(text) < SHORTEST_IBAN:
        return "IBAN_TOO_SHORT"
    if not text.isascii() or not text.isalnum() or text != text.upper():
        return "INVALID_IBAN_CHARACTER"
    if text[:2] not in codes.ISO3166_ALPHA2 | {"XK"}:
        return "ILLEGAL_IBAN_COUNTRY_CODE"
    number = "".join(str(int(character, 36)) for character in text[4:] + text[:4])
    return None if int(number) % 97 == 1 else "INCORRECT_IBAN_CHECKSUM"


def importer_idx(text: str) -> str | None:
    if len(text) != 1:
        return "IMPORTER_IDX_MUST_BE_ONE_CHARACTER"
    return None if text in _CSET32_IDX else "INVALID_IMPORT_IDX_CHARACTER"


def iso3166(text: str) -> str | None:
    return None if text in codes.ISO3166_NUMERIC else "NOT_ISO3166"


def iso3166_999(text: str) -> str | None:
    return None if text == "999" or text in codes.ISO3166_NUMERIC else "NOT_ISO3166_OR_999"


def iso3166_alpha2(text: str) -> str | None:
    return None if text in codes.ISO3166_ALPHA2 else "NOT_ISO3166_ALPHA2"


def iso4217(text: str) -> str | None:
    return None if text in codes.ISO4217_NUMERIC else "NOT_ISO4217"


def iso5218(text: str) -> str | None:
    return None if text in {"0", "1", "2", "9"} else "INVALID_BIOLOGICAL_SEX_CODE"


def _ten_digits(text: str, *, word: str, largest: int) -> str | None:
    if len(text) != 10:  # noqa: PLR2004 - the figure is in the name
        return f"{word}_INVALID_LENGTH"
    if not _all_digits(text):
        return NON_DIGIT
    return None if int(text) <= largest else f"INVALID_{word}"


def latitude(text: str) -> str | None:
    """Degrees north of the south pole, times 10⁷."""
    return _ten_digits(text, word="LATITUDE", largest=1_800_000_000)


def longitude(text: str) -> str | None:
    """Degrees east of the 180th meridian, times 10⁷."""
    return _ten_digits(text, word="LONGITUDE", largest=3_600_000_000)


def media_type(text: str) -> str | None:
    return None if text in codes.MEDIA_TYPES else "INVALID_MEDIA_TYPE"


def non_zero(text: str) -> str | None:
    if not _all_digits(text):
        return NON_DIGIT
    return None if text.strip("0") else "ILLEGAL_ZERO_VALUE"


def no_zero_prefix(text: str) -> str | None:
    if not _all_digits(text):
        return NON_DIGIT
    return "ILLEGAL_ZERO_PREFIX" if len(text) > 1 and text.startswith("0") else None


def package_type(text: str) -> str | None:
    return None if text in codes.PACKAGE_TYPES else "INVALID_PACKAGE_TYPE"


def percent_encoding(text: str) -> str | None:
    for follow in text.split("%")[1:]:
        digits = follow[:2]
        if len(digits) < TWO or not all(character in "0123456789abcdefABCDEF" for character in digits):
            return "INVALID_PERCENT_SEQUENCE"
    return None


def piece_of_total(text: str) -> str | None:
    if len(text) < TWO or len(text) > LONGEST_PIECES or len(text) % 2:
        return "INVALID_LENGTH_FOR_PIECE_OF_TOTAL"
    if not _all_digits(text):
        return NON_DIGIT
    half = len(text) // 2
    piece, total = int(text[:half]), int(text[half:])
    if not piece:
        return "ZERO_PIECE_NUMBER"
    if not total:
        return "ZERO_TOTAL_PIECES"
    return "PIECE_NUMBER_EXCEEDS_TOTAL" if piece > total else None


def position_in_sequence(text: str) -> str | None:
    position, slash, end = text.partition("/")
    if not slash or not is_digits(position) or not is_digits(end):
        return "POSITION_IN_SEQUENCE_MALFORMED"
    if position.startswith("0") or end.startswith("0"):
        return "ILLEGAL_ZERO_PREFIX"
    return "POSITION_EXCEEDS_END" if int(position) > int(end) else None


def winding(text: str) -> str | None:
    return None if text in {"0", "1", "9"} else "INVALID_WINDING_DIRECTION"


def yes_no(text: str) -> str | None:
    return None if text in {"0", "1"} else "NOT_ZERO_OR_ONE"


def zero(text: str) -> str | None:
    return None if text and not text.strip("0") else "NOT_ZERO"


def _day(text: str, *, year_digits: int, zero_day: bool) -> str | None:  # noqa: PLR0911 - one return for each of GS1's codes
    length = year_digits + 4
    if len(text) < length:
        return "DATE_TOO_SHORT"
    if len(text) > length:
        return "DATE_TOO_LONG"
    if not _all_digits(text):
        return NON_DIGIT
    year, month, day = int(text[:-4]), int(text[-4:-2]), int(text[-2:])
    if not 1 <= month <= 12:  # noqa: PLR2004 - months
        return "ILLEGAL_MONTH"
    if zero_day and not day:
        return None
    try:
        # Two-digit years: only the leap day depends on the century, and every century GS1 reads them in
        # (2000 to 2099, or the years round it) has a leap day where the last two digits are divisible by 4.
        date(year + 2000 if year_digits == TWO else max(year, 4), month, day)
    except ValueError:
        return "ILLEGAL_DAY"
    return None


def yymmd0(text: str) -> str | None:
    return _day(text, year_digits=2, zero_day=True)


def yymmdd(text: str) -> str | None:
    return _day(text, year_digits=2, zero_day=False)


def yyyymmd0(text: str) -> str | None:
    return _day(text, year_digits=4, zero_day=True)


def yyyymmdd(text: str) -> str | None:
    return _day(text, year_digits=4, zero_day=False)


LINTERS: Final[dict[str, Linter]] = {
    "couponcode": coupon_code,
    "couponposoffer": coupon_positive_offer,
    "cset39": cset39,
    "cset64": cset64,
    "cset82": cset82,
    "csetnumeric": cset_numeric,
    "csum": csum,
    "csumalpha": csum_alpha,
    "gcppos1": gcp_pos1,
    "gcppos2": gcp_pos2,
    "hasnondigit": has_non_digit,
    "hh": hh,
    "hhmi": hhmi,
    "hyphen": hyphen,
    "iban": iban,
    "importeridx": importer_idx,
    "iso3166": iso3166,
    "iso3166999": iso3166_999,
    "iso3166alpha2": iso3166_alpha2,
    "iso4217": iso4217,
    "iso5218": iso5218,
    "latitude": latitude,
    "longitude": longitude,
    "mediatype": media_type,
    "mi": mi,
    "nonzero": non_zero,
    "nozeroprefix": no_zero_prefix,
    "packagetype": package_type,
    "pcenc": percent_encoding,
    "pieceoftotal": piece_of_total,
    "posinseqslash": position_in_sequence,
    "ss": ss,
    "winding": winding,
    "yesno": yes_no,
    "yymmd0": yymmd0,
    "yymmdd": yymmdd,
    "yyyymmd0": yyyymmd0,
    "yyyymmdd": yyyymmdd,
    "zero": zero,
}
