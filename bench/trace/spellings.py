"""How the identifiers of the bench are spelled: as Digital Links, or as EPC URNs. Company prefix 9521234 lies in GS1's range for examples."""

from __future__ import annotations

from dataclasses import dataclass

from khcn.epcis.ids.check import check_digit

PREFIX = "9521234"
PRODUCTS = range(22031, 22039)
PLACES = range(2201, 2213)


def with_check_digit(digits: str) -> str:
    """A GTIN, GLN or SSCC."""
    return digits + check_digit(digits)


@dataclass(frozen=True, slots=True)
class Links:
    """Spells identifiers as GS1 Digital Links."""

    domain: str = "https://id.gs1.org"

    def item(self, product: int, serial: str) -> str:
        """One piece: GTIN and serial number."""
        return f"{self.domain}/01/{_gtin(product)}/21/{serial}"

    def lot(self, product: int, lot: str) -> str:
        """All pieces or kilograms of a lot: GTIN and lot number."""
        return f"{self.domain}/01/{_gtin(product)}/10/{lot}"

    def crate(self, number: int) -> str:
        """A logistic unit: SSCC."""
        return f"{self.domain}/00/{with_check_digit(f'0{PREFIX}{number:09d}')}"

    def place(self, number: int) -> str:
        """A place: GLN."""
        return f"{self.domain}/414/{with_check_digit(f'{PREFIX}{number:05d}')}"

    def party(self, number: int) -> str:
        """A party: GLN."""
        return f"{self.domain}/417/{with_check_digit(f'{PREFIX}{number:05d}')}"


@dataclass(frozen=True, slots=True)
class Urns:
    """Spells the same identifiers as EPC URNs."""

    def item(self, product: int, serial: str) -> str:
        """SGTIN."""
        return f"urn:epc:id:sgtin:{PREFIX}.0{product:05d}.{serial}"

    def lot(self, product: int, lot: str) -> str:
        """LGTIN."""
        return f"urn:epc:class:lgtin:{PREFIX}.0{product:05d}.{lot}"

    def crate(self, number: int) -> str:
        """SSCC."""
        return f"urn:epc:id:sscc:{PREFIX}.0{number:09d}"

    def place(self, number: int) -> str:
        """SGLN without an extension."""
        return f"urn:epc:id:sgln:{PREFIX}.{number:05d}.0"

    def party(self, number: int) -> str:
        """PGLN."""
        return f"urn:epc:id:pgln:{PREFIX}.{number:05d}"


def _gtin(product: int) -> str:
    return with_check_digit(f"0{PREFIX}{product:05d}")
