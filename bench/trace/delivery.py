"""A delivery of an ingredient, and what was made of it: what a recall has to find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench.trace.spellings import PLACES, PRODUCTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.trace.events import Trade

DELIVERY = 50
"""Its events."""


def kilograms(lot: str, amount: float) -> dict[str, Any]:
    """An element of a quantity list."""
    return {"epcClass": lot, "quantity": amount, "uom": "KGM"}


class Delivery:
    """An ingredient that goes into ten lots, five of which go into one more each; all were partly sent, received and sold.

    Who recalls the ingredient has to find these sixteen lots, and each kilogram of them: `amounts` says what there is to find.
    """

    lots, used_again = 10, 5
    missing = 2  # kilograms that did not arrive, of each second lot

    def __init__(self, trade: Trade, number: int) -> None:
        self.name, self.stem = trade.spelling, f"D{trade.seed}{number:06d}"
        self.ingredient = self._lot(0, "I")
        self.made = [self._lot(1, f"P{each}") for each in range(self.lots)]
        self.made_again = [self._lot(2, f"Q{each}") for each in range(self.used_again)]

    def _lot(self, product: int, end: str) -> str:
        return self.name.lot(PRODUCTS[product], self.stem + end)

    def _received(self, number: int) -> int:
        return 50 - self.missing * (number % 2)

    def amounts(self) -> dict[str, dict[str, int]]:
        """By lot the kilograms that were made, used, sent, received, sold and destroyed, as far as there are any."""
        found = {self.ingredient: {"made": 1000, "used": 90 * self.lots}}
        for number, lot in enumerate(self.made):
            found[lot] = {"made": 80, "sent": 50, "received": self._received(number), "sold": 20}
        for lot, again in zip(self.made, self.made_again, strict=False):
            found[lot]["used"] = 30
            found[again] = {"made": 30}
        found[self.made[-1]]["destroyed"] = 5
        return found

    def events(self) -> Iterator[dict[str, Any]]:
        """All of it, `DELIVERY` events in the order in which they happened."""
        yield self._moved("commissioning", self.ingredient, 1000, "ADD")
        for _each in range(DELIVERY - self.lots * 4 - self.used_again - 2):
            yield self._moved("inspecting", self.ingredient, 1000)
        for lot in self.made:
            yield self._turned(self.ingredient, 90, lot, 80)
        for number, lot in enumerate(self.made):
            yield self._moved("shipping", lot, 50)
            yield self._moved("receiving", lot, self._received(number))
            yield self._moved("retail_selling", lot, 20, "DELETE")
        for lot, again in zip(self.made, self.made_again, strict=False):
            yield self._turned(lot, 30, again, 30)
        yield self._moved("destroying", self.made[-1], 5, "DELETE")

    def _moved(self, step: str, lot: str, amount: int, action: str = "OBSERVE") -> dict[str, Any]:
        return {
            "type": "ObjectEvent",
            "action": action,
            "bizStep": step,
            "readPoint": {"id": self.name.place(PLACES[0])},
            "quantityList": [kilograms(lot, amount)],
        }

    def _turned(self, source: str, used: int, product: str, made: int) -> dict[str, Any]:
        return {
            "type": "TransformationEvent",
            "inputQuantityList": [kilograms(source, used)],
            "outputQuantityList": [kilograms(product, made)],
            "bizStep": "commissioning",
            "readPoint": {"id": self.name.place(PLACES[1])},
        }
