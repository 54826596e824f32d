"""Amounts of one dimension in one unit, so that kilograms that were packed are compared with grams that were taken out.

Units are the codes of UN/ECE Recommendation 20; the factors are those of its table, and exact. Amounts of other units, such as
boxes or pieces, and of different dimensions are never converted: what a sack or a litre weighs is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal


class Unit(NamedTuple):
    """A unit of measure (empty: pieces), the smallest one of its dimension, and how many of that it is."""

    name: str
    smallest: str
    factor: int


# The smallest units are so small that the usual decimal fractions are whole numbers of them.
_UNITS: Final[Mapping[str, Unit]] = {
    unit.name: unit
    for unit in (
        Unit("MGM", "MGM", 1),  # milligram
        Unit("GRM", "MGM", 10**3),  # gram
        Unit("KGM", "MGM", 10**6),  # kilogram
        Unit("TNE", "MGM", 10**9),  # metric ton
        Unit("MLT", "MLT", 1),  # millilitre
        Unit("CMQ", "MLT", 1),  # cubic centimetre
        Unit("CLT", "MLT", 10),  # centilitre
        Unit("DLT", "MLT", 10**2),  # decilitre
        Unit("LTR", "MLT", 10**3),  # litre
        Unit("DMQ", "MLT", 10**3),  # cubic decimetre
        Unit("HLT", "MLT", 10**5),  # hectolitre
        Unit("MTQ", "MLT", 10**6),  # cubic metre
    )
}
_PIECES: Final = ("", "C62", "H87", "EA")  # none given; one, piece and each of Recommendation 20


def in_smallest_unit(quantity: Decimal, uom: str | None) -> tuple[Decimal, str | None]:
    """An amount in the smallest unit of its dimension, and that unit (0.4 KGM: 400000 MGM); as it is where no other is known of it."""
    unit = _UNITS.get(uom or "")
    return (quantity, uom) if unit is None else (quantity * unit.factor, unit.smallest)


def unit_of(uom: str | None) -> Unit:
    """A unit with the smallest one of its dimension, which it is itself where no other is known of it; of all units of pieces none."""
    name = uom or ""
    return _UNITS.get(name) or Unit(name, "" if name in _PIECES else name, 1)
