"""North American coupon codes in AI (8110) and positive offer files in AI (8112).

After the "North American Coupon Application Guideline Using GS1 DataBar Expanded Symbols": a chain of fields, most
of them preceded by a one-digit indicator of their length (VLI).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


class CouponError(ValueError):
    """The first fault of a coupon; `code` is GS1's name for it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class _Reader:
    """Takes fields off the front of a coupon."""

    rest: str

    def take(self, length: int, truncated: str) -> str:
        if len(self.rest) < length:
            raise CouponError(truncated)
        taken, self.rest = self.rest[:length], self.rest[length:]
        return taken

    def digit(self, allowed: str, *, missing: str, illegal: str) -> str:
        taken = self.take(1, missing)
        if taken not in allowed:
            raise CouponError(illegal)
        return taken

    def variable(self, name: str, allowed: str, *, base: int) -> str:
        """A field after its length indicator; `base` is what the indicator's value is added to."""
        indicator = self.digit(
            allowed, missing=f"COUPON_MISSING_{name}_VLI", illegal=f"COUPON_INVALID_{name}_LENGTH"
        )
        return self.take(base + int(indicator), f"COUPON_TRUNCATED_{name}")

    def company_prefix(self, name: str, allowed: str) -> str:
        indicator = self.digit(
            allowed, missing=f"COUPON_MISSING_{name}_VLI", illegal=f"COUPON_INVALID_{name}_LENGTH"
        )
        if indicator == "9":  # "the prefix of the first purchase": nothing follows
            return ""
        return self.take(6 + int(indicator), f"COUPON_TRUNCATED_{name}")

    def requirement(self, which: str) -> None:
        """Purchase requirement, its code, and the family code."""
        self.variable(f"{which}_PURCHASE_REQUIREMENT", "12345", base=0)
        self.digit(
            "012349",
            missing=f"COUPON_MISSING_{which}_PURCHASE_REQUIREMENT_CODE",
            illegal=f"COUPON_INVALID_{which}_PURCHASE_REQUIREMENT_CODE",
        )
        self.take(3, f"COUPON_TRUNCATED_{which}_PURCHASE_FAMILY_CODE")

    def day(self, short: str, illegal: str) -> date:
        text = self.take(6, short)
        try:
            # The guideline reads two-digit years as 2000 to 2099.
            return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
        except ValueError:
            raise CouponError(illegal) from None


def _optional_fields(reader: _Reader) -> None:
    expires = starts = None
    if reader.rest.startswith("1"):
        reader.take(1, "")
        reader.digit(
            "0123",
            missing="COUPON_MISSING_ADDITIONAL_PURCHASE_RULES_CODE",
            illegal="COUPON_INVALID_ADDITIONAL_PURCHASE_RULES_CODE",
        )
        reader.requirement("2ND")
        reader.company_prefix("2ND_PURCHASE_GCP", "01234569")
    if reader.rest.startswith("2"):
        reader.take(1, "")
        reader.requirement("3RD")
        reader.company_prefix("3RD_PURCHASE_GCP", "01234569")
    if reader.rest.startswith("3"):
        reader.take(1, "")
        # GS1 spells the second code so.
        expires = reader.day("COUPON_TOO_SHORT_FOR_EXPIRATION_DATE", "COUPON_INVALID_EXIPIRATION_DATE")
    if reader.rest.startswith("4"):
        reader.take(1, "")
        starts = reader.day("COUPON_TOO_SHORT_FOR_START_DATE", "COUPON_INVALID_START_DATE")
        if expires and expires < starts:
            raise CouponError("COUPON_EXPIRATION_BEFORE_START")
    if reader.rest.startswith("5"):
        reader.take(1, "")
        reader.variable("SERIAL_NUMBER", "0123456789", base=6)
    if reader.rest.startswith("6"):
        reader.take(1, "")
        reader.variable("RETAILER_GCP_OR_GLN", "1234567", base=6)
    if reader.rest.startswith("9"):
        reader.take(1, "")
        _miscellaneous(reader)


def _miscellaneous(reader: _Reader) -> None:
    reader.digit("01256", missing="COUPON_MISSING_SAVE_VALUE_CODE", illegal="COUPON_INVALID_SAVE_VALUE_CODE")
    reader.digit(
        "012",
        missing="COUPON_MISSING_SAVE_VALUE_APPLIES_TO_ITEM",
        illegal="COUPON_INVALID_SAVE_VALUE_APPLIES_TO_ITEM",
    )
    reader.take(1, "COUPON_MISSING_STORE_COUPON_FLAG")
    reader.digit(
        "01", missing="COUPON_MISSING_DONT_MULTIPLY_FLAG", illegal="COUPON_INVALID_DONT_MULTIPLY_FLAG"
    )


def _first_fault(text: str, read: Callable[[_Reader], None]) -> str | None:
    if not text.isascii() or (text and not text.isdigit()):
        return "NON_DIGIT_CHARACTER"
    reader = _Reader(text)
    try:
        read(reader)
    except CouponError as fault:
        return fault.code
    return "COUPON_EXCESS_DATA" if reader.rest else None


def coupon_code(text: str) -> str | None:
    """The first fault of an AI (8110) coupon, or None."""

    def read(reader: _Reader) -> None:
        reader.variable("GCP", "0123456", base=6)
        reader.take(6, "COUPON_TRUNCATED_OFFER_CODE")
        reader.variable("SAVE_VALUE", "12345", base=0)
        reader.requirement("1ST")
        _optional_fields(reader)

    return _first_fault(text, read)


def coupon_positive_offer(text: str) -> str | None:
    """The first fault of an AI (8112) positive offer file coupon, or None."""

    def read(reader: _Reader) -> None:
        reader.digit("01", missing="COUPON_MISSING_FORMAT_CODE", illegal="COUPON_INVALID_FORMAT_CODE")
        reader.variable("FUNDER", "0123456", base=6)
        reader.take(6, "COUPON_TRUNCATED_OFFER_CODE")
        reader.variable("SERIAL_NUMBER", "0123456789", base=6)

    return _first_fault(text, read)
